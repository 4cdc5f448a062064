// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TestToken} from "./TestToken.sol";

/// @title A token that makes one chosen call in the middle of its next transfer, as ERC-777 lets receivers do.
contract CallbackToken is TestToken {
    address private _target;
    bytes private _call;

    /// @notice Arms the callback. A revert of the call reverts the transfer with the same data.
    function arm(address target, bytes calldata call) external {
        _target = target;
        _call = call;
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        address target = _target;
        if (target == address(0)) return;
        _target = address(0);
        (bool success, bytes memory data) = target.call(_call);
        if (success) return;
        assembly ("memory-safe") {
            revert(add(data, 32), mload(data))
        }
    }
}
