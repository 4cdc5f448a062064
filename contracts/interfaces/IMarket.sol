// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {Cid, G1Point, HyperParameters, Phase, Settlement, Status, Submission, Terms} from "../types/MarketTypes.sol";
import {IClaims} from "./IClaims.sol";
import {IGramVerifier} from "./IGramVerifier.sol";

/// @title A market for federated learning.
/// @notice Owners escrow a bounty, trainers bind themselves to sealed updates, an aggregator proves the updates' Gram
///         matrix, and this contract decides outliers, weights and payouts from it.
/// @dev Assumptions. Tokens neither take a fee on transfer nor rebase (a fee is detected and refused; rebasing cannot
///      be). Block timestamps are right to within a few seconds. Money leaves only through `withdraw`.
interface IMarket {
    /// @notice A project was posted, and its bounty and fee are in escrow.
    /// @param projectId The project, numbered from 1.
    /// @param owner Who posted and paid.
    /// @param terms What it promises.
    /// @param rewardWeights Relative reward of each round; empty for equal parts.
    event ProjectCreated(uint256 indexed projectId, address indexed owner, Terms terms, uint16[] rewardWeights);

    /// @notice The aggregator accepted the project and posted its bond.
    /// @param projectId The project.
    /// @param aggregator The account that the terms name.
    /// @param sealingKeyX The P-256 public key to which trainers seal their updates.
    /// @param sealingKeyY The key's other coordinate.
    event BondPosted(uint256 indexed projectId, address indexed aggregator, uint256 sealingKeyX, uint256 sealingKeyY);

    /// @notice A trainer joined and posted its stake.
    /// @param projectId The project.
    /// @param trainer Who joined.
    /// @param index Its position in the order of joining, from 0.
    event TrainerJoined(uint256 indexed projectId, address indexed trainer, uint256 index);

    /// @notice A trainer left before the start. Who joined last takes its place in the order.
    /// @param projectId The project.
    /// @param trainer Who left.
    /// @param index The position that was its own.
    event TrainerLeft(uint256 indexed projectId, address indexed trainer, uint256 index);

    /// @notice The project runs; nobody can join anymore.
    /// @param projectId The project.
    /// @param trainers How many have joined.
    /// @param openBy Last second at which the first round can be opened.
    event ProjectStarted(uint256 indexed projectId, uint256 trainers, uint256 openBy);

    /// @notice A round was opened: its cohort trains.
    /// @param projectId The project.
    /// @param round Index of the round, from 0.
    /// @param model The model to train from.
    /// @param referenceCommitment Commitment to the reference update.
    /// @param hyperParameters How to train.
    /// @param cohortSeed Draws the cohort (see Cohort); zero when everybody has a seat.
    /// @param trainingEnds Last second for submissions.
    /// @param settleBy Last second for the settlement.
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

    /// @notice A trainer bound itself to its update, in place of what it had submitted to this round before.
    /// @param projectId The project.
    /// @param round Index of the round.
    /// @param trainer Who submitted.
    /// @param seat Its seat in the cohort, 0..31.
    /// @param commitment Commitment to the update.
    /// @param payload The sealed update.
    event UpdateSubmitted(
        uint256 indexed projectId,
        uint256 indexed round,
        address indexed trainer,
        uint256 seat,
        G1Point commitment,
        Cid payload
    );

    /// @notice A trainer of the cohort refused the round: it could not derive or obtain what it was to train on. Of a completed
    ///         project: a trainer of the last cohort refused the model that the rounds have led to.
    /// @param projectId The project.
    /// @param round Index of the round; of a completed project, of the one that would have come next.
    /// @param trainer Who refused.
    /// @param seat Its seat in the cohort, 0..31.
    event RoundRefused(uint256 indexed projectId, uint256 indexed round, address indexed trainer, uint256 seat);

    /// @notice The last cohort member has submitted or refused, which ends training early.
    /// @param projectId The project.
    /// @param round Index of the round.
    /// @param settleBy Last second for the settlement, in place of what RoundOpened said.
    event TrainingEnded(uint256 indexed projectId, uint256 indexed round, uint256 settleBy);

    /// @notice The round's decisions. `payouts[k]` was earned by the trainer of submission k, in ascending order of seat (see
    ///         UpdateSubmitted), and waits for `creditPay`.
    /// @param projectId The project.
    /// @param round Index of the round.
    /// @param settlement What the aggregator posted.
    /// @param kept Bit k set: submission k is in the aggregate.
    /// @param divisor B, the sum of kept cosines in units of 2^-16, by which the aggregate is divided.
    /// @param payouts One for each submission, kept or not.
    event RoundSettled(
        uint256 indexed projectId,
        uint256 indexed round,
        Settlement settlement,
        uint256 kept,
        uint256 divisor,
        uint256[] payouts
    );

    /// @notice A round was not opened or not settled in time, or failed. The aggregator's bond has paid its reward, or if
    ///         this ends the project, the largest of those that are left.
    /// @param projectId The project.
    /// @param round Index of the round.
    /// @param phase Where it stood. Idle: it was not opened, and all who had joined are compensated when their stakes are
    ///        returned. Settling: who had submitted was compensated at once. Failed: it was burned.
    /// @param trainers Who was compensated at once, by seat.
    /// @param compensation What each trainer gets out of the bond; zero when the round failed.
    event RoundExpired(
        uint256 indexed projectId,
        uint256 indexed round,
        Phase phase,
        address[] trainers,
        uint256 compensation
    );

    /// @notice The owner has ended the project: the open round is its last.
    /// @param projectId The project.
    /// @param round Index of the open round.
    event ProjectStopping(uint256 indexed projectId, uint256 indexed round);

    /// @notice Stake of a trainer was burned because of absences beyond tolerance, or of an invalid update.
    /// @param projectId The project.
    /// @param round Index of the round.
    /// @param trainer Whose.
    /// @param amount What it lost.
    event StakeForfeited(uint256 indexed projectId, uint256 indexed round, address indexed trainer, uint256 amount);

    /// @notice The project ended before its start.
    /// @param projectId The project.
    event ProjectCancelled(uint256 indexed projectId);

    /// @notice The project ended because more rounds expired than were tolerated.
    /// @param projectId The project.
    event ProjectAborted(uint256 indexed projectId);

    /// @notice The project ended after its last round, or was stopped by its owner.
    /// @param projectId The project.
    event ProjectCompleted(uint256 indexed projectId);

    /// @notice An account can withdraw more than before. Nothing else raises a balance.
    /// @param projectId The project that pays.
    /// @param account Who is paid.
    /// @param token The currency; zero is the native one.
    /// @param amount How much, never zero.
    /// @param reason What for.
    event Credited(
        uint256 indexed projectId,
        address indexed account,
        address indexed token,
        uint256 amount,
        Reason reason
    );

    /// @notice An account has withdrawn.
    /// @param account Whose balance it was.
    /// @param token The currency; zero is the native one.
    /// @param receiver Who was paid.
    /// @param amount How much.
    event Withdrawn(address indexed account, address indexed token, address indexed receiver, uint256 amount);

    /// @notice What an account is credited for.
    enum Reason {
        /// What a trainer has earned in settled rounds, or its part of the rollover at the project's end.
        Reward,
        /// The aggregator's part of its fee for a settled round that somebody earned.
        AggregatorFee,
        /// A trainer's part of the bond for a round that was not settled or not opened.
        Compensation,
        /// A trainer's stake, or what is left of it.
        StakeReturn,
        /// What is left of the aggregator's bond.
        BondReturn,
        /// What is left of bounty and fee at the project's end, or afterwards what a claim has not won.
        OwnerRefund,
        /// Stake that absences or an invalid update have burned. The account is zero, and nobody can withdraw it.
        ForfeitedStake,
        /// Bond that a failed round has burned. The account is zero, and nobody can withdraw it.
        ForfeitedBond,
        /// What submissions declared invalid have taken out of a round of a project without an arbitrator. It is burned as well.
        ForfeitedReward,
        /// What a claim has won: the part that the trainer's update had taken out of its round.
        ClaimedReward,
        /// The trainer's part of the bond for an update that was wrongly declared invalid.
        ClaimCompensation
    }

    /// @notice Everything about a project that is not in its terms.
    struct ProjectState {
        /// Who posted the project.
        address owner;
        /// Where the project stands.
        Status status;
        /// Where the current round stands.
        Phase phase;
        /// Whether the aggregator has posted its bond.
        bool bonded;
        /// Whether the owner has made the open round the last one.
        bool stopping;
        /// Index of the current round, or of the next one while none is open.
        uint16 round;
        /// How many trainers have joined.
        uint16 trainers;
        /// How many rounds have expired.
        uint8 expiries;
        /// Rounds settled in a row in which nobody earned anything.
        uint8 emptyRounds;
        /// Bit s set: the trainer on seat s has submitted in the current round.
        uint32 submittedSeats;
        /// Bit s set: the trainer on seat s has refused the current round, and not submitted; of a completed project, the last
        /// model.
        uint32 refusedSeats;
        /// Last second at which the next round can be opened.
        uint40 openBy;
        /// Last second for submissions; zero while no round is open.
        uint40 trainingEnds;
        /// Last second for the settlement; zero while no round is open.
        uint40 settleBy;
        /// When the project ended; zero before.
        uint40 endedAt;
        /// Draws the current cohort, or drew the last one; zero when everybody has a seat.
        uint256 cohortSeed;
        /// Commitment to the current or the last round's reference update.
        G1Point referenceCommitment;
        /// Commitments of the last published aggregates, most recent first; infinity where there is none yet.
        G1Point[2] publicRows;
        /// Bounty and fee still held for the project; the rollover and what is contested are in it.
        uint256 escrow;
        /// Rewards of settled rounds that nobody earned. They join the next round's, or at the end are split over the
        /// trainers: by what each has earned, or by valid updates if nobody has.
        uint256 rollover;
        /// What each trainer gets with its stake, for rounds that were not opened.
        uint256 idleCompensation;
        /// What all members together have earned.
        uint256 earned;
        /// Sum of all members' `validUpdates`.
        uint256 validUpdates;
        /// How many claims about updates that were declared invalid are not concluded.
        uint256 openClaims;
        /// What such updates have taken out of their rounds, until then.
        uint256 contested;
        /// What is left of the aggregator's bond.
        uint256 bond;
    }

    /// @notice A trainer's standing in a project.
    struct Member {
        /// Whether the account has joined.
        bool joined;
        /// Position in the order of joining, from 0.
        uint16 index;
        /// Settled rounds in whose cohort it was and which it neither submitted to nor refused.
        uint16 absences;
        /// What is left of its stake.
        uint128 stake;
        /// Whether the stake was returned.
        bool stakeReturned;
        /// What of its earnings was credited.
        uint128 credited;
        /// How many valid updates it submitted to rounds that nobody earned anything in, before anybody ever did.
        uint16 validUpdates;
        /// How many claims about its updates are not concluded; its stake waits for them.
        uint16 openClaims;
    }

    /// @notice Posts a project and escrows bounty and fee.
    /// @param terms What the project promises.
    /// @param rewardWeights Relative reward of each round, each positive; empty for equal parts.
    /// @return projectId The project's number, from 1.
    function create(Terms calldata terms, uint16[] calldata rewardWeights) external payable returns (uint256 projectId);

    /// @notice The named aggregator accepts the project, posts its bond and its P-256 public key for sealing.
    /// @param projectId An open project.
    /// @param sealingKeyX The key's coordinate x.
    /// @param sealingKeyY The key's coordinate y.
    function postBond(uint256 projectId, uint256 sealingKeyX, uint256 sealingKeyY) external payable;

    /// @notice Joins as a trainer with the stake.
    /// @param projectId An open project.
    /// @param allowlistProof Merkle proof of the caller's admission; empty where all are admitted.
    function join(uint256 projectId, bytes32[] calldata allowlistProof) external payable;

    /// @notice Leaves an open project, until its join deadline, and takes the stake back.
    /// @param projectId An open project that the caller has joined.
    function quit(uint256 projectId) external;

    /// @notice Starts a project that has a bond and enough trainers: the owner at any time, anyone once it is full or
    ///         the join deadline has passed.
    /// @param projectId An open project.
    function start(uint256 projectId) external;

    /// @notice Cancels an open project: its owner at any time; anyone after the join deadline when it cannot start.
    /// @param projectId An open project.
    function cancel(uint256 projectId) external;

    /// @notice The aggregator opens the next round with the current model and the commitment to the reference update.
    /// @dev The cohort of a project with more trainers than seats is drawn from the block's randomness (EIP-4399). The
    ///      aggregator chooses the block, and can make its transaction fail when it dislikes the draw: it has one draw a
    ///      block until `openBy`. So the draw shares work fairly, but is no defense against accomplices of the aggregator.
    /// @param projectId A running project of which no round is open.
    /// @param model The model to train from.
    /// @param referenceCommitment Commitment to the reference update, not infinity.
    /// @param hyperParameters How to train, within the terms' bounds.
    function openRound(
        uint256 projectId,
        Cid calldata model,
        G1Point calldata referenceCommitment,
        HyperParameters calldata hyperParameters
    ) external;

    /// @notice Binds the caller to its update of the current round; replaces its earlier submission of that round.
    /// @dev Nothing keeps a trainer from posting another's commitment. It gains nothing: the sealed update is bound to the
    ///      account that posts it, so a copy cannot be opened and is invalid.
    /// @param projectId A running project whose cohort the caller is in.
    /// @param round Index of the current round.
    /// @param commitment Commitment to the update, not infinity.
    /// @param payload The sealed update.
    function submit(uint256 projectId, uint16 round, G1Point calldata commitment, Cid calldata payload) external;

    /// @notice Refuses the current round, because its model cannot be derived or an aggregate before it is not served.
    ///         Costs nothing, and does not count as an absence. A trainer that has refused can still submit. When more
    ///         than half of the seats refuse, or are left empty, the round fails: anybody can `expire` it, nothing is
    ///         paid, and its reward is burned out of the aggregator's bond.
    ///
    ///         Once all rounds are over, refuses the model that they have led to, for the same reasons, as if another round
    ///         began with it. When more than half of the last cohort's seats do, the last round's reward is burned out of the
    ///         bond.
    /// @param projectId A running project, or one completed at most `contestDuration` ago, whose last cohort the caller is in.
    /// @param round Index of the current round; of a completed project, of the one that would have come next.
    function refuse(uint256 projectId, uint16 round) external;

    /// @notice The aggregator proves the round's Gram matrix; the contract decides by it what each trainer has earned.
    /// @param projectId A running project whose training has ended.
    /// @param round Index of the current round.
    /// @param submissions Every submission of the round, in ascending order of seat.
    /// @param settlement The matrix, its proof and what is published.
    function settle(
        uint256 projectId,
        uint16 round,
        Submission[] calldata submissions,
        Settlement calldata settlement
    ) external;

    /// @notice Closes a round that was not opened or not settled in time, or that failed. Anyone may call.
    /// @param projectId A running project.
    function expire(uint256 projectId) external;

    /// @notice The owner ends the project after two settled rounds in a row in which nobody earned anything: at once, or with
    ///         the open round.
    /// @param projectId A running project.
    function stop(uint256 projectId) external;

    /// @notice Credits what a trainer has earned in settled rounds and was not credited yet. Anyone may call, at any time.
    /// @param projectId The project.
    /// @param trainer Whose pay.
    function creditPay(uint256 projectId, address trainer) external;

    /// @notice Credits a trainer's stake after the project's end, with the pay that it was not credited yet and its parts of what
    ///         is due to all. Anyone may call.
    /// @param projectId A project that has ended.
    /// @param trainer Whose stake.
    function returnStake(uint256 projectId, address trainer) external;

    /// @notice Credits what is left of the aggregator's bond once contests are over. Anyone may call.
    /// @param projectId A project that has ended, more than `contestDuration` ago unless it was cancelled.
    function returnBond(uint256 projectId) external;

    /// @notice Pays out of the caller's balance of one token.
    /// @param token The currency; zero is the native one.
    /// @param receiver Who is paid: not zero, and not the market.
    /// @param amount How much, at least 1.
    function withdraw(address token, address receiver, uint256 amount) external;

    /// @notice Does what was decided about an update that was declared invalid. Only the contract of claims calls this.
    /// @param projectId The project.
    /// @param round Index of the round.
    /// @param trainer Whose update.
    /// @param part What has waited for it.
    /// @param verdict What was decided.
    function closeClaim(
        uint256 projectId,
        uint16 round,
        address trainer,
        uint128 part,
        IClaims.Verdict verdict
    ) external;

    /// @notice Where trainers claim that their updates were wrongly declared invalid.
    /// @return The contract of claims.
    function claims() external view returns (IClaims);

    /// @notice Who verifies the proofs of every project.
    /// @return The verifier.
    function verifier() external view returns (IGramVerifier);

    /// @notice How many projects were ever posted.
    /// @return The greatest project number, for they are numbered from 1.
    function projectCount() external view returns (uint256);

    /// @notice What a project promises.
    /// @param projectId The project.
    /// @return Its terms; all zero when there is no such project.
    function terms(uint256 projectId) external view returns (Terms memory);

    /// @notice Where a project stands.
    /// @param projectId The project.
    /// @return Everything that is not in its terms.
    function state(uint256 projectId) external view returns (ProjectState memory);

    /// @notice A trainer's standing in a project.
    /// @param projectId The project.
    /// @param trainer The account.
    /// @return The standing; all zero when the account has not joined.
    function member(uint256 projectId, address trainer) external view returns (Member memory);

    /// @notice What a trainer has earned in settled rounds.
    /// @param projectId The project.
    /// @param index The trainer's position in the order of joining, from 0.
    /// @return The sum of its payouts.
    function earnedBy(uint256 projectId, uint256 index) external view returns (uint256);

    /// @notice Who joined as number `index`.
    /// @param projectId The project.
    /// @param index Position in the order of joining, from 0.
    /// @return The account, zero when fewer have joined.
    function memberAt(uint256 projectId, uint256 index) external view returns (address);

    /// @notice The trainer's seat in the current round's cohort; of a completed project, in the last round's.
    /// @param projectId The project.
    /// @param trainer The account.
    /// @return seated Whether it has one; false when a running project has no round open.
    /// @return seat The seat, 0..31; zero when it has none.
    function seatOf(uint256 projectId, address trainer) external view returns (bool seated, uint256 seat);

    /// @notice Hash of the submission on a seat of the current round.
    /// @param projectId The project.
    /// @param seat The seat, 0..31.
    /// @return The hash, zero when there is no submission.
    function submissionHash(uint256 projectId, uint256 seat) external view returns (bytes32);

    /// @notice Reward of a round, before what earlier rounds left joins it.
    /// @param projectId The project.
    /// @param round Index of the round.
    /// @return The amount, rounded down; zero past the last round.
    function roundReward(uint256 projectId, uint256 round) external view returns (uint256);

    /// @notice What an account can withdraw.
    /// @param account The account.
    /// @param token The currency; zero is the native one.
    /// @return The amount.
    function balanceOf(address account, address token) external view returns (uint256);
}
