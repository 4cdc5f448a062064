// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {IArbitrable} from "./IArbitrable.sol";

/// @title What becomes of updates that an aggregator has declared invalid.
/// @notice Each takes its equal part of the round out of everybody's reach. Its trainer may claim that the update is
///         valid, anybody may deny that, and then the court that the terms name decides. Every silence has an answer: what
///         is not claimed in time is invalid, what nobody denies in time is valid, and a court that says nothing in time
///         has refused to rule.
/// @dev Who claims deposits what the court costs, who denies pays the court. The deposit goes to whoever is right, half
///      and half if the court refuses to rule. Parts, stakes and bonds stay with the market.
interface IClaims is IArbitrable {
    /// @notice Where a claim stands.
    enum Stage {
        /// There is none.
        None,
        /// The trainer can claim.
        Excluded,
        /// Anybody can deny.
        Claimed,
        /// The court is to rule.
        Disputed,
        /// It is over.
        Concluded
    }

    /// @notice What is decided about an update.
    enum Verdict {
        /// The court has refused to rule: the part goes back to the owner, and nobody is punished.
        Refused,
        /// The trainer gets its part, and as much again out of the aggregator's bond as that can spare.
        Valid,
        /// The part goes back to the owner, and the trainer's stake is burned.
        Invalid
    }

    /// @notice One update that was declared invalid.
    struct ClaimState {
        /// Whose update.
        address trainer;
        /// Index of the round.
        uint16 round;
        /// Where it stands.
        Stage stage;
        /// Last second for what is to come next.
        uint40 until;
        /// The project.
        uint256 projectId;
        /// What waits for the decision, in the project's token.
        uint128 part;
        /// What the trainer has deposited, in the native currency.
        uint128 deposit;
        /// Who has denied.
        address defender;
        /// The court's number; set while it is to rule.
        uint256 disputeId;
    }

    /// @notice An update was declared invalid.
    /// @param claimId Number of what its trainer can claim, from 1.
    /// @param projectId The project.
    /// @param trainer Whose update.
    /// @param round Index of the round.
    /// @param part What waits for the decision.
    /// @param until Last second to claim.
    event UpdateExcluded(
        uint256 indexed claimId,
        uint256 indexed projectId,
        address indexed trainer,
        uint256 round,
        uint256 part,
        uint256 until
    );

    /// @notice The trainer says that its update is valid.
    /// @param claimId The claim.
    /// @param until Last second to deny it.
    event ClaimMade(uint256 indexed claimId, uint256 until);

    /// @notice Somebody has denied that, and called the court.
    /// @param claimId The claim.
    /// @param defender Who.
    /// @param until After this second a court that has said nothing has refused to rule.
    event ClaimDenied(uint256 indexed claimId, address indexed defender, uint256 until);

    /// @notice It is decided.
    /// @param claimId The claim.
    /// @param projectId The project.
    /// @param verdict What.
    event ClaimConcluded(uint256 indexed claimId, uint256 indexed projectId, Verdict verdict);

    /// @notice An account has withdrawn deposits.
    /// @param account Whose they were.
    /// @param amount How much, in the native currency.
    event DepositWithdrawn(address indexed account, uint256 amount);

    /// @notice Takes note of updates that were declared invalid. Only the market calls this.
    /// @param projectId The project.
    /// @param round Index of the round.
    /// @param trainers Whose updates.
    /// @param part What waits for each decision.
    function open(uint256 projectId, uint16 round, address[] calldata trainers, uint128 part) external;

    /// @notice Claims that the caller's update is valid; pays in what the court costs. What is paid above that can be
    ///         withdrawn.
    /// @param claimId What was declared invalid.
    /// @param evidence URI of what shows it, such as an opening of the update.
    function claim(uint256 claimId, string calldata evidence) external payable;

    /// @notice Denies a claim and calls the court, which is paid by this. Anybody may, for an aggregator might be silent
    ///         for an accomplice.
    /// @param claimId The claim.
    /// @param evidence URI of what shows it.
    function deny(uint256 claimId, string calldata evidence) external payable;

    /// @notice Shows the court something more. Anybody may.
    /// @param claimId A claim that is not concluded.
    /// @param evidence URI of it.
    function submitEvidence(uint256 claimId, string calldata evidence) external;

    /// @notice Concludes a claim for which somebody has let the time pass. Anybody may.
    /// @param claimId The claim.
    function conclude(uint256 claimId) external;

    /// @notice Pays the caller what it can withdraw of deposits.
    /// @param receiver Who is paid.
    function withdraw(address payable receiver) external;

    /// @notice How many updates were ever declared invalid.
    /// @return The greatest claim number.
    function claimCount() external view returns (uint256);

    /// @notice One of them.
    /// @param claimId Its number, from 1.
    /// @return All zero when there is none.
    function get(uint256 claimId) external view returns (ClaimState memory);

    /// @notice What an account can withdraw of deposits.
    /// @param account The account.
    /// @return In the native currency.
    function balanceOf(address account) external view returns (uint256);
}
