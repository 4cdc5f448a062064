// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {G1Point, Phase, Status} from "../types/MarketTypes.sol";

/// @title Errors of the market.
/// @notice Each with the values that mattered.
library MarketErrors {
    /// @notice The terms hold a value outside of `least..most`; `term` is the field's name.
    error Market_TermOutOfRange(bytes32 term, uint256 value, uint256 least, uint256 most);

    /// @notice The terms name another reference string than the verifier's.
    error Market_WrongSrs(bytes32 given, bytes32 expected);

    /// @notice There must be either no reward weights or one for every round.
    error Market_WrongWeightCount(uint256 given, uint256 rounds);

    /// @notice Every round needs a positive reward weight.
    error Market_ZeroWeight(uint256 round);

    /// @notice The bond cannot compensate every round that may expire, and with an arbitrator a claim.
    error Market_BondTooSmall(uint256 given, uint256 least);

    /// @notice More trainers than seats need a cohort drawn by the block's randomness, and this chain has none.
    error Market_NoRandomness(uint256 prevrandao);

    /// @notice The terms name an arbitrator that is no contract: nobody could claim there.
    error Market_NoCourt(address arbitrator);

    /// @notice The terms name neither an arbitrator nor an allowlist. Without a court nobody can contest that an update is
    ///         invalid, and what it takes along is burned: whoever may join must be known, or strangers burn the bounty.
    error Market_OpenWithoutCourt();

    /// @notice A content identifier has neither codec raw (0x55) nor dag-pb (0x70).
    error Market_InvalidCid(bytes32 digest, uint8 codec);

    /// @notice The project is not in the status that the call needs.
    error Market_WrongStatus(uint256 projectId, Status actual, Status expected);

    /// @notice The project has not ended, so stakes and bond stay locked.
    error Market_NotEnded(uint256 projectId, Status actual);

    /// @notice The round is not in the phase that the call needs.
    error Market_WrongPhase(uint256 projectId, Phase actual, Phase expected);

    /// @notice The call is for another round than the current one.
    error Market_WrongRound(uint256 projectId, uint256 given, uint256 current);

    /// @notice Only the project's owner may do this.
    error Market_NotOwner(uint256 projectId, address caller, address owner);

    /// @notice Only the project's aggregator may do this.
    error Market_NotAggregator(uint256 projectId, address caller, address aggregator);

    /// @notice The call came after its deadline.
    error Market_DeadlinePassed(uint256 projectId, uint256 deadline, uint256 timestamp);

    /// @notice The call came before a deadline that must have passed.
    error Market_DeadlineNotPassed(uint256 projectId, uint256 deadline, uint256 timestamp);

    /// @notice The bond has been posted already.
    error Market_AlreadyBonded(uint256 projectId);

    /// @notice The aggregator has not posted its bond.
    error Market_NotBonded(uint256 projectId);

    /// @notice The sealing key is not a point of P-256.
    error Market_InvalidSealingKey(uint256 x, uint256 y);

    /// @notice The account has joined the project already.
    error Market_AlreadyJoined(uint256 projectId, address account);

    /// @notice The project has its greatest number of trainers.
    error Market_ProjectFull(uint256 projectId, uint256 maxTrainers);

    /// @notice The account is not in the project's allowlist, or the proof is wrong.
    error Market_NotAllowed(uint256 projectId, address account, bytes32 allowlistRoot);

    /// @notice Too few trainers have joined.
    error Market_TooFewTrainers(uint256 projectId, uint256 trainers, uint256 minTrainers);

    /// @notice The project has a bond and enough trainers: it can only be started, unless its owner cancels it.
    error Market_CanStart(uint256 projectId);

    /// @notice A hyper-parameter is outside of the terms' bounds.
    error Market_HyperParameterOutOfBounds(bytes32 parameter, uint256 value, uint256 least, uint256 most);

    /// @notice The commitment is not an affine point of the curve.
    error Market_InvalidCommitment(G1Point commitment);

    /// @notice The account is not a trainer of the project.
    error Market_NotTrainer(uint256 projectId, address account);

    /// @notice The trainer was credited all that it has earned so far.
    /// @param projectId The project.
    /// @param trainer Whose pay was to be credited.
    error Market_NothingToCredit(uint256 projectId, address trainer);

    /// @notice The trainer was not drawn into this round's cohort.
    error Market_NotSeated(uint256 projectId, uint256 round, address trainer);

    /// @notice The trainer has submitted or refused in this round already.
    error Market_CannotRefuse(uint256 projectId, uint256 round, address trainer);

    /// @notice The settlement must hold every submission of the round, and nothing else.
    error Market_WrongSubmissionCount(uint256 given, uint256 expected);

    /// @notice A settlement's submission differs from what its trainer posted.
    error Market_WrongSubmission(uint256 index, bytes32 given, bytes32 expected);

    /// @notice The settlement declares submissions invalid that do not exist.
    error Market_InvalidOutOfRange(uint256 invalid, uint256 submissions);

    /// @notice With no valid submission there is nothing to prove: Gram matrix and proof must be empty.
    error Market_UnexpectedProof(uint256 gramLength, uint256 proofLength);

    /// @notice Nobody was kept, so there is no aggregate to publish.
    error Market_UnexpectedAggregate(bytes32 digest, uint8 codec);

    /// @notice The project may be stopped only after enough empty rounds in a row.
    error Market_NotStoppable(uint256 projectId, uint256 emptyRounds, uint256 required);

    /// @notice The owner ends the project with the open round already.
    error Market_AlreadyStopping(uint256 projectId);

    /// @notice Only the contract of claims may do this.
    error Market_NotClaims(address caller);

    /// @notice Claims about updates that were declared invalid are not concluded: of the trainer, or of anybody.
    error Market_ClaimsOpen(uint256 projectId, uint256 claims);

    /// @notice The stake has been returned already.
    error Market_StakeAlreadyReturned(uint256 projectId, address trainer);

    /// @notice The bond has been returned already.
    error Market_BondAlreadyReturned(uint256 projectId);

    /// @notice The native currency sent is not exactly what is due.
    error Market_WrongValue(uint256 sent, uint256 due);

    /// @notice The token did not move exactly the amount due: it takes a fee, or lies about balances.
    error Market_WrongAmountReceived(address token, uint256 balance, uint256 expected);

    /// @notice The amount is zero, or more than the account can withdraw of this token.
    error Market_WrongWithdrawal(address account, address token, uint256 amount, uint256 balance);

    /// @notice Money sent there would be lost.
    error Market_InvalidReceiver(address receiver);

    /// @notice A token or a receiver called back while its payment was under way.
    error Market_Reentered();

    /// @notice The receiver refused the native currency.
    error Market_TransferFailed(address account, uint256 amount);
}
