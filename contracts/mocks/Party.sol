// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title A contract that takes part in the market and decides what happens when it is paid.
contract Party {
    error Party_Refuses();

    bool private _refuses;
    bool private _failed;
    address private _target;
    bytes private _call;
    bytes private _failure;

    /// @notice Calls `target` as this contract, passing on the value; a revert passes through.
    function act(address target, bytes calldata call) external payable returns (bytes memory) {
        return _pass(target, msg.value, call);
    }

    /// @notice Lets payments fail from now on.
    function refuse(bool refuses) external {
        _refuses = refuses;
    }

    /// @notice Makes one call when the next payment arrives, and remembers how it ended.
    function arm(address target, bytes calldata call) external {
        _target = target;
        _call = call;
    }

    /// @notice Whether the armed call was made and failed, and what it reverted with.
    function outcome() external view returns (bool failed, bytes memory failure) {
        return (_failed, _failure);
    }

    receive() external payable {
        if (_refuses) revert Party_Refuses();
        address target = _target;
        if (target == address(0)) return;
        _target = address(0);
        (bool success, bytes memory data) = target.call(_call);
        _failed = !success;
        _failure = data;
    }

    function _pass(address target, uint256 value, bytes calldata call) private returns (bytes memory) {
        (bool success, bytes memory data) = target.call{value: value}(call);
        if (success) return data;
        assembly ("memory-safe") {
            revert(add(data, 32), mload(data))
        }
    }
}
