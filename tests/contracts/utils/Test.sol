// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Vm} from "./Vm.sol";

/// @dev Assertions whose failure says what was expected, what came, and of what.
abstract contract Test {
    error Test_Failed(string what, string actual, string expected);

    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    /// @dev Test contracts are recognized by this flag.
    bool public constant IS_TEST = true;

    /// @dev The time that tests go by. `block.timestamp` itself may be read once and reused by the optimizer, which knows
    ///      nothing of `warp`.
    uint256 internal clock;

    function _warp(uint256 timestamp) internal {
        clock = timestamp;
        vm.warp(timestamp);
    }

    function assertEq(uint256 actual, uint256 expected, string memory what) internal pure {
        if (actual != expected) revert Test_Failed(what, vm.toString(actual), vm.toString(expected));
    }

    function assertEq(bytes32 actual, bytes32 expected, string memory what) internal pure {
        if (actual != expected) revert Test_Failed(what, vm.toString(actual), vm.toString(expected));
    }

    function assertEq(address actual, address expected, string memory what) internal pure {
        if (actual != expected) revert Test_Failed(what, vm.toString(actual), vm.toString(expected));
    }

    function assertLe(uint256 actual, uint256 most, string memory what) internal pure {
        if (actual > most) revert Test_Failed(what, vm.toString(actual), string.concat("at most ", vm.toString(most)));
    }

    function assertTrue(bool actual, string memory what) internal pure {
        if (!actual) revert Test_Failed(what, "false", "true");
    }

    /// @dev A value in least..most that keeps small fuzz inputs as they are.
    function _bound(uint256 value, uint256 least, uint256 most) internal pure returns (uint256) {
        if (value >= least && value <= most) return value;
        return least + (value % (most - least + 1));
    }
}
