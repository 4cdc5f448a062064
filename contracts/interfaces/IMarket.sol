// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IGramVerifier} from "./IGramVerifier.sol";
import {Cid, G1Point, HyperParameters, Phase, Settlement, Status, Terms} from "./MarketTypes.sol";

/// @title A market for federated learning.
/// @notice Owners escrow a bounty, trainers bind themselves to sealed updates, an aggregator proves the updates' Gram
///         matrix, and this contract decides outliers, weights and payouts from it.
/// @dev Assumptions. Tokens neither take a fee on transfer nor rebase (a fee is detected and refused; rebasing can not
///      be). Block timestamps are right to within a few seconds. Money leaves only through `withdraw`.
interface IMarket {
    event ProjectCreated(uint256 indexed projectId, address indexed owner, Terms terms, uint16[] rewardWeights);
    event BondPosted(uint256 indexed projectId, address indexed aggregator, uint256 sealingKeyX, uint256 sealingKeyY);
    event TrainerJoined(uint256 indexed projectId, address indexed trainer, uint256 index);
    event ProjectStarted(uint256 indexed projectId, uint256 trainers, uint256 openBy);
    event RoundOpened(
        uint256 indexed projectId,
        uint256 indexed round,
        Cid model,
        G1Point referenceCommitment,
        HyperParameters hyperParameters,
        uint256 cohortSeed,
        uint256 trainingEnds,
        uint256 settleBy
    );
    event UpdateSubmitted(
        uint256 indexed projectId,
        uint256 indexed round,
        address indexed trainer,
        uint256 seat,
        G1Point commitment,
        Cid payload
    );
    /// @notice The last cohort member has submitted, which ends training early.
    event TrainingEnded(uint256 indexed projectId, uint256 indexed round, uint256 settleBy);
    /// @notice The round's decisions. `payouts[k]` went to `settlement.submissions[k].trainer`.
    /// @param kept Bit k set: submission k is in the aggregate.
    /// @param divisor B, the sum of kept cosines in units of 2^-16, by which the aggregate is divided.
    /// @param aggregateCommitment C_U; infinity when nobody was kept.
    event RoundSettled(
        uint256 indexed projectId,
        uint256 indexed round,
        Settlement settlement,
        uint256 kept,
        uint256 divisor,
        G1Point aggregateCommitment,
        uint256[] payouts
    );
    /// @notice `compensation` out of the bond went to each of `trainers`, who had submitted.
    event RoundExpired(uint256 indexed projectId, uint256 indexed round, address[] trainers, uint256 compensation);
    /// @notice `amount` of the trainer's stake joined the round's reward because of absences beyond tolerance.
    event StakeForfeited(uint256 indexed projectId, uint256 indexed round, address indexed trainer, uint256 amount);
    event ProjectCancelled(uint256 indexed projectId);
    event ProjectAborted(uint256 indexed projectId);
    event ProjectCompleted(uint256 indexed projectId);
    /// @notice Every change of what an account can withdraw upwards.
    event Credited(
        uint256 indexed projectId,
        address indexed account,
        address indexed token,
        uint256 amount,
        Reason reason
    );
    event Withdrawn(address indexed account, address indexed token, uint256 amount);

    enum Reason {
        Reward,
        AggregatorFee,
        Compensation,
        StakeReturn,
        BondReturn,
        OwnerRefund
    }

    /// @notice Everything about a project that is not in its terms.
    struct ProjectState {
        address owner;
        Status status;
        Phase phase;
        bool bonded;
        /// Index of the current round, or of the next one while none is open.
        uint16 round;
        uint16 trainers;
        uint8 expiries;
        /// Rounds settled in a row in which nobody was kept.
        uint8 emptyRounds;
        /// Bit s set: the trainer on seat s has submitted in the current round.
        uint32 submittedSeats;
        uint40 openBy;
        uint40 trainingEnds;
        uint40 settleBy;
        uint40 endedAt;
        uint256 cohortSeed;
        G1Point referenceCommitment;
        /// Commitments of the last published aggregates, most recent first; infinity where there is none yet.
        G1Point[2] publicRows;
        /// Bounty and fee still held for the project.
        uint256 escrow;
        /// What is left of the aggregator's bond.
        uint256 bond;
    }

    /// @notice A trainer's standing in a project.
    struct Member {
        bool joined;
        /// Position in the order of joining, from 0.
        uint16 index;
        uint16 absences;
        uint128 stake;
        bool stakeReturned;
    }

    /// @notice Posts a project and escrows bounty and fee.
    /// @param rewardWeights Relative reward of each round, each positive; empty for equal parts.
    function create(Terms calldata terms, uint16[] calldata rewardWeights) external payable returns (uint256 projectId);

    /// @notice The named aggregator accepts the project, posts its bond and its P-256 public key for sealing.
    function postBond(uint256 projectId, uint256 sealingKeyX, uint256 sealingKeyY) external payable;

    /// @notice Joins as a trainer with the stake. `allowlistProof` is empty for open projects.
    function join(uint256 projectId, bytes32[] calldata allowlistProof) external payable;

    /// @notice Starts a project that has a bond and enough trainers: the owner at any time, anyone once it is full or
    ///         the join deadline has passed.
    function start(uint256 projectId) external;

    /// @notice Cancels an open project: its owner at any time; anyone after the join deadline when it cannot start.
    function cancel(uint256 projectId) external;

    /// @notice The aggregator opens the next round with the current model and the commitment to the reference update.
    /// @dev The cohort of a project with more trainers than seats is drawn from the block's randomness (EIP-4399). The
    ///      aggregator chooses the block, and can make its transaction fail when it dislikes the draw: it has one draw a
    ///      block until `openBy`. So the draw shares work fairly, but is no defense against accomplices of the aggregator.
    function openRound(
        uint256 projectId,
        Cid calldata model,
        G1Point calldata referenceCommitment,
        HyperParameters calldata hyperParameters
    ) external;

    /// @notice Binds the caller to its update of the current round; replaces its earlier submission of that round.
    /// @dev Another trainer's commitment is refused, whoever posted it first. A trainer who copies one out of the mempool
    ///      cannot open it and is not paid for it, but can make the original's transaction fail: its trainer then blinds
    ///      the commitment anew (C + ρ'·H) and submits again, for which it should not wait until the deadline.
    function submit(uint256 projectId, uint16 round, G1Point calldata commitment, Cid calldata payload) external;

    /// @notice Proves the round's Gram matrix; the contract decides and credits payouts.
    function settle(uint256 projectId, uint16 round, Settlement calldata settlement) external;

    /// @notice Closes a round that was not opened or not settled in time. Anyone may call.
    function expire(uint256 projectId) external;

    /// @notice The owner ends the project after two settled rounds in a row in which nobody was kept.
    function stop(uint256 projectId) external;

    /// @notice Credits a trainer's stake after the project's end. Anyone may call.
    function returnStake(uint256 projectId, address trainer) external;

    /// @notice Credits what is left of the aggregator's bond once contests are over. Anyone may call.
    function returnBond(uint256 projectId) external;

    /// @notice Pays out the caller's whole balance of one token (zero: native currency).
    function withdraw(address token) external returns (uint256 amount);

    function verifier() external view returns (IGramVerifier);
    function projectCount() external view returns (uint256);
    function terms(uint256 projectId) external view returns (Terms memory);
    function state(uint256 projectId) external view returns (ProjectState memory);
    function member(uint256 projectId, address trainer) external view returns (Member memory);
    function memberAt(uint256 projectId, uint256 index) external view returns (address);
    /// @notice The trainer's seat in the current round's cohort; `seated` is false when it was not drawn.
    function seatOf(uint256 projectId, address trainer) external view returns (bool seated, uint256 seat);
    /// @notice Hash of the submission on a seat of the current round, zero when there is none.
    function submissionHash(uint256 projectId, uint256 seat) external view returns (bytes32);
    /// @notice Reward of a round, before forfeited stakes join it.
    function roundReward(uint256 projectId, uint256 round) external view returns (uint256);
    /// @notice What `account` can withdraw.
    function balanceOf(address account, address token) external view returns (uint256);
}
