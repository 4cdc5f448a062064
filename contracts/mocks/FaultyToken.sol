// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title A token whose transfers fail, or succeed, in the way that was chosen last.
contract FaultyToken {
    enum Fault {
        /// Moves the money and returns true.
        None,
        /// Moves the money and returns nothing, as USDT does.
        ReturnsNothing,
        /// Moves nothing and returns false.
        ReturnsFalse,
        /// Reverts.
        Reverts,
        /// Moves nothing and returns true.
        Lies
    }

    error FaultyToken_Refused();

    Fault public fault;
    mapping(address account => uint256) public balanceOf;

    function setFault(Fault next) external {
        fault = next;
    }

    function mint(address account, uint256 amount) external {
        balanceOf[account] += amount;
    }

    function transfer(address to, uint256 amount) external {
        _move(msg.sender, to, amount);
    }

    /// @dev Needs no approval: what is tested is what the caller makes of the answer.
    function transferFrom(address from, address to, uint256 amount) external {
        _move(from, to, amount);
    }

    /// @dev Ends the call itself, with or without a return value.
    function _move(address from, address to, uint256 amount) private {
        if (fault == Fault.Reverts) revert FaultyToken_Refused();
        if (fault == Fault.None || fault == Fault.ReturnsNothing) {
            balanceOf[from] -= amount;
            balanceOf[to] += amount;
        }
        if (fault == Fault.ReturnsNothing) return;
        bool answer = fault != Fault.ReturnsFalse;
        assembly ("memory-safe") {
            mstore(0, answer)
            return(0, 32)
        }
    }
}
