// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {IClaims} from "../interfaces/IClaims.sol";

/// @title Errors of claims.
/// @notice Each with the values that mattered.
library ClaimsErrors {
    /// @notice Only the market may call this.
    error Claims_NotMarket(address caller);

    /// @notice Only the trainer whose update it is may claim.
    error Claims_NotTrainer(uint256 claimId, address caller, address trainer);

    /// @notice The court of the terms alone rules, and only on what it was asked.
    error Claims_NotDisputed(address arbitrator, uint256 disputeId);

    /// @notice The claim is not in the stage that the call needs.
    error Claims_WrongStage(uint256 claimId, IClaims.Stage actual, IClaims.Stage expected);

    /// @notice The call came after its deadline.
    error Claims_DeadlinePassed(uint256 claimId, uint256 deadline, uint256 timestamp);

    /// @notice The call came before a deadline that must have passed.
    error Claims_DeadlineNotPassed(uint256 claimId, uint256 deadline, uint256 timestamp);

    /// @notice Less was sent than the court costs.
    error Claims_CostNotCovered(uint256 sent, uint256 cost);

    /// @notice The court has used this number before.
    error Claims_DisputeExists(address arbitrator, uint256 disputeId);

    /// @notice There is nothing to withdraw.
    error Claims_NothingToWithdraw(address account);

    /// @notice The receiver refused the native currency.
    error Claims_TransferFailed(address account, uint256 amount);

    /// @notice A court or a receiver called back while it was being called.
    error Claims_Reentered();
}
