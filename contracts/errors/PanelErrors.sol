// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {IPanel} from "../interfaces/IPanel.sol";

/// @title Errors of the panel.
/// @notice Each with the values that mattered.
library PanelErrors {
    /// @notice What the panel is deployed with is outside of `least..most`; `parameter` is its name.
    error Panel_ParameterOutOfRange(bytes32 parameter, uint256 value, uint256 least, uint256 most);

    /// @notice An auditor is the zero address or named twice. `seat` counts from 0.
    error Panel_InvalidAuditor(uint256 seat, address auditor);

    /// @notice The account is not on the panel.
    error Panel_NotAuditor(address account);

    /// @notice The auditor has published its key already.
    error Panel_KeyPublished(address auditor);

    /// @notice These are not the coordinates of a point of P-256.
    error Panel_InvalidSealingKey(uint256 x, uint256 y);

    /// @notice The auditor's bond is posted already.
    error Panel_AlreadyBonded(address auditor);

    /// @notice The auditor has no bond posted.
    error Panel_NotBonded(address auditor);

    /// @notice The auditor's bond was posted after the dispute was opened; `first` is the first that it is for.
    error Panel_BondedTooLate(uint256 disputeId, address auditor, uint256 first);

    /// @notice The auditor has not voted on so many of the open disputes.
    error Panel_VotesDue(address auditor, uint256 disputes);

    /// @notice The native currency sent is not exactly what is due.
    error Panel_WrongValue(uint256 sent, uint256 due);

    /// @notice There must be at least one ruling beside 0, and no more than `most`.
    error Panel_ChoicesOutOfRange(uint256 choices, uint256 most);

    /// @notice The dispute is not in the stage that the call needs.
    error Panel_WrongStage(uint256 disputeId, IPanel.Stage actual, IPanel.Stage expected);

    /// @notice The call came after its deadline.
    error Panel_DeadlinePassed(uint256 disputeId, uint256 deadline, uint256 timestamp);

    /// @notice The call came before a deadline that must have passed.
    error Panel_DeadlineNotPassed(uint256 disputeId, uint256 deadline, uint256 timestamp);

    /// @notice The dispute has no such ruling.
    error Panel_RulingOutOfRange(uint256 disputeId, uint256 ruling, uint256 choices);

    /// @notice The auditor has voted on this dispute.
    error Panel_AlreadyVoted(uint256 disputeId, address auditor);

    /// @notice There is nothing to withdraw.
    error Panel_NothingToWithdraw(address account);

    /// @notice Money sent there would be lost.
    error Panel_InvalidReceiver(address receiver);

    /// @notice The receiver refused the native currency.
    error Panel_TransferFailed(address receiver, uint256 amount);

    /// @notice A receiver or who asked the panel called back while it was being called.
    error Panel_Reentered();
}
