// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {MarketErrors as Errors} from "../errors/MarketErrors.sol";

/// @title Exact payments.
/// @notice In native currency (token zero) or in an ERC-20.
library Payments {
    using SafeERC20 for IERC20;

    /// @dev Takes exactly `amount` from the caller; reverts when more or less arrives.
    ///      The balance must rise by the amount, to the unit. So a fee on transfer is refused, and money that a token's
    ///      hook moves in or out of this contract meanwhile is never taken for the caller's.
    function collect(address token, uint256 amount) internal {
        if (token == address(0)) {
            if (msg.value != amount) revert Errors.Market_WrongValue(msg.value, amount);
            return;
        }
        if (msg.value != 0) revert Errors.Market_WrongValue(msg.value, 0);
        uint256 expected = IERC20(token).balanceOf(address(this)) + amount;
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        uint256 balance = IERC20(token).balanceOf(address(this));
        if (balance != expected) revert Errors.Market_WrongAmountReceived(token, balance, expected);
    }

    /// @dev Pays `amount` to `account`; reverts when it is refused.
    function pay(address token, address account, uint256 amount) internal {
        if (token != address(0)) {
            IERC20(token).safeTransfer(account, amount);
            return;
        }
        (bool success, ) = account.call{value: amount}("");
        if (!success) revert Errors.Market_TransferFailed(account, amount);
    }
}
