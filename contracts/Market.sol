// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IClaims} from "./interfaces/IClaims.sol";
import {IGramVerifier} from "./interfaces/IGramVerifier.sol";
import {IMarket} from "./interfaces/IMarket.sol";
import {ISettler} from "./interfaces/ISettler.sol";
import {ITermsChecker} from "./interfaces/ITermsChecker.sol";
import {Cid, G1Point, HyperParameters, Phase, Settlement, Status, Submission, Terms} from "./types/MarketTypes.sol";
import {Absences} from "./libraries/Absences.sol";
import {BN254} from "./libraries/BN254.sol";
import {Cohort} from "./libraries/Cohort.sol";
import {MarketErrors as Errors} from "./errors/MarketErrors.sol";
import {Payments} from "./libraries/Payments.sol";
import {Projects} from "./libraries/Projects.sol";
import {Rounds} from "./libraries/Rounds.sol";
import {Submissions} from "./libraries/Submissions.sol";
import {TermsChecks} from "./libraries/TermsChecks.sol";
import {Claims} from "./Claims.sol";
import {Settler} from "./Settler.sol";
import {TermsChecker} from "./TermsChecker.sol";

/// @title The market.
/// @notice See IMarket. No owner, no upgrade, no parameter: what the constructor fixes is all there is.
/// @dev Storage per project is its terms, a few packed slots, one slot for every seat of a round (reused by every round)
///      and two for every trainer. A submission is stored as one hash; `settle` brings the submissions back as calldata.
///      Deadlines are inclusive: at the deadline's second the call that had to meet it is still accepted, one second
///      later only the call that has to wait for it.
contract Market is IMarket {
    using Projects for Projects.Project;
    using Rounds for Rounds.Round;

    /// @dev After so many rounds in a row in which nobody earned anything the owner may stop the project.
    uint256 private constant STOPPABLE_AFTER = 2;
    /// @dev What is forfeited goes to this account, which nobody has the key of: whoever is in the project may have
    ///      caused it, and must not gain by it.
    address private constant BURNED = address(0);

    /// @inheritdoc IMarket
    IGramVerifier public immutable verifier;
    /// @notice What settlements come to.
    ISettler public immutable settler;
    /// @notice What terms may promise.
    ITermsChecker public immutable termsChecker;
    /// @inheritdoc IMarket
    IClaims public immutable claims;

    /// @inheritdoc IMarket
    uint256 public projectCount;
    mapping(uint256 projectId => Projects.Project) private _projects;
    mapping(address account => mapping(address token => uint256)) private _balances;

    bool private transient _entered;

    /// @dev Keeps a token's or a receiver's hooks out of everything that moves money in or out. Checks and effects
    ///      precede interactions all the same.
    modifier nonReentrant() {
        if (_entered) revert Errors.Market_Reentered();
        _entered = true;
        _;
        _entered = false;
    }

    /// @notice Deploys the settler, the checks of terms and the contract of claims too.
    /// @param gramVerifier Verifies the proofs of every project; fixes the reference string and the longest vector.
    constructor(IGramVerifier gramVerifier) {
        verifier = gramVerifier;
        settler = new Settler(gramVerifier);
        termsChecker = new TermsChecker(gramVerifier);
        claims = new Claims();
    }

    // ---------------------------------------------------------------------------------------------- Before the start

    /// @inheritdoc IMarket
    function create(
        Terms calldata terms_,
        uint16[] calldata rewardWeights
    ) external payable nonReentrant returns (uint256 projectId) {
        // Check
        uint32 totalWeight = termsChecker.check(terms_, rewardWeights);

        // Effect
        projectId = ++projectCount;
        uint256 deposit = uint256(terms_.bounty) + terms_.aggregatorFee;
        Projects.Project storage project = _projects[projectId];
        project.terms = terms_;
        if (totalWeight != 0) {
            project.rewardWeights = rewardWeights;
            project.totalWeight = totalWeight;
        }
        project.owner = msg.sender;
        project.status = Status.Open;
        // The checker has seen that it fits.
        project.escrow = uint128(deposit);
        emit ProjectCreated(projectId, msg.sender, terms_, rewardWeights);

        // Interaction
        Payments.collect(terms_.token, deposit);
    }

    /// @inheritdoc IMarket
    function postBond(uint256 projectId, uint256 sealingKeyX, uint256 sealingKeyY) external payable nonReentrant {
        // Check
        Projects.Project storage project = _inStatus(projectId, Status.Open);
        _checkAggregator(projectId, project);
        if (project.bonded) revert Errors.Market_AlreadyBonded(projectId);
        _checkNotAfter(projectId, project.terms.joinDeadline);
        if (!P256.isValidPublicKey(bytes32(sealingKeyX), bytes32(sealingKeyY))) {
            revert Errors.Market_InvalidSealingKey(sealingKeyX, sealingKeyY);
        }

        // Effect
        uint128 bond = project.terms.aggregatorBond;
        project.bonded = true;
        project.bond = bond;
        emit BondPosted(projectId, msg.sender, sealingKeyX, sealingKeyY);

        // Interaction
        Payments.collect(project.terms.token, bond);
    }

    /// @inheritdoc IMarket
    function join(uint256 projectId, bytes32[] calldata allowlistProof) external payable nonReentrant {
        // Check
        Projects.Project storage project = _inStatus(projectId, Status.Open);
        Member storage joining = project.members[msg.sender];
        if (joining.joined) revert Errors.Market_AlreadyJoined(projectId, msg.sender);
        _checkNotAfter(projectId, project.terms.joinDeadline);
        uint16 index = project.trainers;
        if (index >= project.terms.maxTrainers) {
            revert Errors.Market_ProjectFull(projectId, project.terms.maxTrainers);
        }
        bytes32 root = project.terms.allowlistRoot;
        if (root != 0) {
            // Hashed twice, so that no inner node of the tree passes for a leaf.
            bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(msg.sender))));
            if (!MerkleProof.verifyCalldata(allowlistProof, root, leaf)) {
                revert Errors.Market_NotAllowed(projectId, msg.sender, root);
            }
        }

        // Effect
        uint128 stake = project.terms.trainerStake;
        joining.joined = true;
        joining.index = index;
        joining.stake = stake;
        project.trainerAt[index] = msg.sender;
        project.trainers = index + 1;
        emit TrainerJoined(projectId, msg.sender, index);

        // Interaction
        Payments.collect(project.terms.token, stake);
    }

    /// @inheritdoc IMarket
    function quit(uint256 projectId) external {
        // Check
        Projects.Project storage project = _inStatus(projectId, Status.Open);
        Member storage leaving = _member(projectId, project, msg.sender);
        _checkNotAfter(projectId, project.terms.joinDeadline);

        // Effect. The last to have joined takes the place.
        (uint16 index, uint256 stake) = (leaving.index, leaving.stake);
        uint16 last = project.trainers - 1;
        address moved = project.trainerAt[last];
        project.trainerAt[index] = moved;
        project.members[moved].index = index;
        delete project.trainerAt[last];
        delete project.members[msg.sender];
        project.trainers = last;
        emit TrainerLeft(projectId, msg.sender, index);
        _credit(projectId, msg.sender, project.terms.token, stake, Reason.StakeReturn);
    }

    /// @inheritdoc IMarket
    function start(uint256 projectId) external {
        // Check
        Projects.Project storage project = _inStatus(projectId, Status.Open);
        uint256 trainers = project.trainers;
        if (msg.sender != project.owner && trainers < project.terms.maxTrainers) {
            _checkAfter(projectId, project.terms.joinDeadline);
        }
        if (!project.bonded) revert Errors.Market_NotBonded(projectId);
        if (trainers < project.terms.minTrainers) {
            revert Errors.Market_TooFewTrainers(projectId, trainers, project.terms.minTrainers);
        }

        // Effect
        project.status = Status.Running;
        uint40 openBy = Rounds.inSeconds(project.terms.openDuration);
        project.round.openBy = openBy;
        emit ProjectStarted(projectId, trainers, openBy);
    }

    /// @inheritdoc IMarket
    function cancel(uint256 projectId) external {
        // Check
        Projects.Project storage project = _inStatus(projectId, Status.Open);
        if (msg.sender != project.owner) {
            _checkAfter(projectId, project.terms.joinDeadline);
            if (project.bonded && project.trainers >= project.terms.minTrainers) {
                revert Errors.Market_CanStart(projectId);
            }
        }

        // Effect
        _end(projectId, project, Status.Cancelled);
    }

    // ------------------------------------------------------------------------------------------------------- A round

    /// @inheritdoc IMarket
    function openRound(
        uint256 projectId,
        Cid calldata model,
        G1Point calldata referenceCommitment,
        HyperParameters calldata hyperParameters
    ) external {
        // Check
        Projects.Project storage project = _inStatus(projectId, Status.Running);
        _checkAggregator(projectId, project);
        Rounds.Round memory round = project.round;
        uint256 trainers = project.trainers;
        _checkPhase(projectId, round.phase(trainers), Phase.Idle);
        _checkNotAfter(projectId, round.openBy);
        TermsChecks.checkCid(model);
        TermsChecks.checkHyperParameters(hyperParameters, project.terms.hyperBounds);
        if (!BN254.isOnCurve(referenceCommitment)) revert Errors.Market_InvalidCommitment(referenceCommitment);

        // Effect
        round.trainingEnds = Rounds.inSeconds(project.terms.trainingDuration);
        round.settleBy = round.trainingEnds + project.terms.settlingDuration;
        project.round = round;
        project.referenceCommitment = referenceCommitment;
        uint256 cohortSeed;
        if (trainers > Cohort.SEATS) {
            cohortSeed = uint256(keccak256(abi.encode(block.prevrandao, projectId, uint256(round.index))));
            project.cohortSeed = cohortSeed;
        }
        emit RoundOpened(
            projectId,
            round.index,
            model,
            referenceCommitment,
            hyperParameters,
            cohortSeed,
            round.trainingEnds,
            round.settleBy
        );
    }

    /// @inheritdoc IMarket
    function submit(uint256 projectId, uint16 round, G1Point calldata commitment, Cid calldata payload) external {
        // Check
        Projects.Project storage project = _inStatus(projectId, Status.Running);
        Rounds.Round memory current = project.round;
        uint256 trainers = project.trainers;
        _checkRound(projectId, current, round);
        _checkPhase(projectId, current.phase(trainers), Phase.Training);
        uint256 seat = _seat(projectId, project, round, trainers);
        if (!BN254.isOnCurve(commitment)) revert Errors.Market_InvalidCommitment(commitment);
        TermsChecks.checkCid(payload);

        // Effect
        project.submissions[seat] = Submissions.hash(round, msg.sender, commitment, payload);
        emit UpdateSubmitted(projectId, round, msg.sender, seat, commitment, payload);
        uint32 bit = uint32(1 << seat);
        if (current.submittedSeats & bit != 0) return;
        current.submittedSeats |= bit;
        current.refusedSeats &= ~bit;
        _recordAnswer(projectId, project, current, trainers);
    }

    /// @inheritdoc IMarket
    function refuse(uint256 projectId, uint16 round) external {
        // Check. After the end no round is open, and the seats are still those of the last one.
        bool isOver = _projects[projectId].status == Status.Completed;
        Projects.Project storage project = _inStatus(projectId, isOver ? Status.Completed : Status.Running);
        Rounds.Round memory current = project.round;
        uint256 trainers = project.trainers;
        _checkRound(projectId, current, round);
        _checkPhase(projectId, current.phase(trainers), isOver ? Phase.Idle : Phase.Training);
        if (isOver) _checkNotAfter(projectId, uint256(project.endedAt) + project.terms.contestDuration);
        uint256 seat = _seat(projectId, project, round, trainers);
        uint32 bit = uint32(1 << seat);
        if ((current.submittedSeats | current.refusedSeats) & bit != 0) {
            revert Errors.Market_CannotRefuse(projectId, round, msg.sender);
        }

        // Effect
        current.refusedSeats |= bit;
        emit RoundRefused(projectId, round, msg.sender, seat);
        _recordAnswer(projectId, project, current, trainers);
        if (isOver && current.isFirstMajority(trainers)) {
            // What claims have left of the bond may be less than a reward.
            uint256 burned = Math.min(project.bond, project.roundReward(round - 1));
            project.bond -= uint128(burned);
            _burn(projectId, project, burned, Reason.ForfeitedBond);
        }
    }

    /// @inheritdoc IMarket
    function settle(
        uint256 projectId,
        uint16 round,
        Submission[] calldata submissions,
        Settlement calldata settlement
    ) external {
        // Check
        Projects.Project storage project = _inStatus(projectId, Status.Running);
        _checkAggregator(projectId, project);
        Rounds.Round memory current = project.round;
        _checkRound(projectId, current, round);
        _checkPhase(projectId, current.phase(project.trainers), Phase.Settling);
        _checkNotAfter(projectId, current.settleBy);
        ISettler.Decision memory decision = settler.decide(project.record(projectId, current), submissions, settlement);

        // Effect
        _burn(projectId, project, Absences.charge(projectId, project, current), Reason.ForfeitedStake);
        _exclude(projectId, project, round, submissions, settlement.invalid, decision.part);
        if (decision.earned == 0) _recordValidUpdates(project, submissions, decision.valid);
        else _payRound(projectId, project, current.submittedSeats, decision);
        project.rollover = uint128(decision.rollover);
        _recordAggregate(project, current, settlement.aggregateCommitment, decision.earned);
        emit RoundSettled(projectId, round, settlement, decision.kept, decision.divisor, decision.payouts);
        _closeRound(projectId, project, current);
    }

    /// @inheritdoc IMarket
    function expire(uint256 projectId) external {
        // Check
        Projects.Project storage project = _inStatus(projectId, Status.Running);
        Rounds.Round memory round = project.round;
        Phase phase = round.phase(project.trainers);
        if (phase != Phase.Failed) _checkAfter(projectId, phase == Phase.Idle ? round.openBy : round.settleBy);

        // Effect. The bond suffices: it covers toleratedExpiries + 1 of the largest rounds' rewards, and no more rounds
        // can expire. Who ends the project by it pays for the largest round that is left, so that nobody saves the
        // rewards of late rounds by failing in early ones.
        ++round.expiries;
        bool aborting = round.expiries > project.terms.toleratedExpiries;
        uint256 due = aborting ? project.largestRewardFrom(round.index) : project.roundReward(round.index);
        address[] memory submitters;
        uint256 compensation;
        if (phase == Phase.Idle) {
            compensation = _compensateAll(project, due);
        } else if (phase == Phase.Settling) {
            (submitters, compensation) = _compensate(projectId, project, round, due);
        } else {
            project.bond -= uint128(due);
            _burn(projectId, project, due, Reason.ForfeitedBond);
        }
        emit RoundExpired(projectId, round.index, phase, submitters, compensation);
        _closeRound(projectId, project, round);
    }

    /// @inheritdoc IMarket
    function stop(uint256 projectId) external {
        // Check
        Projects.Project storage project = _inStatus(projectId, Status.Running);
        if (msg.sender != project.owner) revert Errors.Market_NotOwner(projectId, msg.sender, project.owner);
        Rounds.Round memory round = project.round;
        if (project.stopping) revert Errors.Market_AlreadyStopping(projectId);
        if (round.emptyRounds < STOPPABLE_AFTER) {
            revert Errors.Market_NotStoppable(projectId, round.emptyRounds, STOPPABLE_AFTER);
        }

        // Effect. An open round is played to its end, so that an aggregator gains nothing by always having one open.
        if (round.settleBy == 0) {
            _end(projectId, project, Status.Completed);
        } else {
            project.stopping = true;
            emit ProjectStopping(projectId, round.index);
        }
    }

    /// @inheritdoc IMarket
    function creditPay(uint256 projectId, address trainer) external {
        // Check
        Projects.Project storage project = _projects[projectId];
        Member storage earner = _member(projectId, project, trainer);

        // Effect
        uint256 pay = project.takePay(earner);
        if (pay == 0) revert Errors.Market_NothingToCredit(projectId, trainer);
        _credit(projectId, trainer, project.terms.token, pay, Reason.Reward);
    }

    // ------------------------------------------------------------------------------------------------ After the end

    /// @inheritdoc IMarket
    function returnStake(uint256 projectId, address trainer) external {
        // Check
        Projects.Project storage project = _ended(projectId);
        Member storage leaving = _member(projectId, project, trainer);
        if (leaving.stakeReturned) revert Errors.Market_StakeAlreadyReturned(projectId, trainer);
        if (leaving.openClaims != 0) revert Errors.Market_ClaimsOpen(projectId, leaving.openClaims);

        // Effect
        address token = project.terms.token;
        uint256 stake = leaving.stake;
        uint256 rollover = project.rolloverPart(leaving);
        leaving.stake = 0;
        leaving.stakeReturned = true;
        uint256 rest = project.escrow - rollover;
        // The last to leave sweeps up what rounding down has left of the rollover.
        bool last = ++project.departed == project.trainers;
        project.escrow = last ? 0 : uint128(rest);
        _credit(projectId, trainer, token, stake, Reason.StakeReturn);
        _credit(projectId, trainer, token, project.idleCompensation, Reason.Compensation);
        _credit(projectId, trainer, token, project.takePay(leaving) + rollover, Reason.Reward);
        if (last) _credit(projectId, project.owner, token, rest, Reason.OwnerRefund);
    }

    /// @inheritdoc IMarket
    function returnBond(uint256 projectId) external {
        // Check
        Projects.Project storage project = _ended(projectId);
        if (!project.bonded) revert Errors.Market_NotBonded(projectId);
        if (project.bondReturned) revert Errors.Market_BondAlreadyReturned(projectId);
        if (project.openClaims != 0) revert Errors.Market_ClaimsOpen(projectId, project.openClaims);
        if (project.status != Status.Cancelled) {
            _checkAfter(projectId, uint256(project.endedAt) + project.terms.contestDuration);
        }

        // Effect
        uint256 bond = project.bond;
        project.bond = 0;
        project.bondReturned = true;
        _credit(projectId, project.terms.aggregator, project.terms.token, bond, Reason.BondReturn);
    }

    /// @inheritdoc IMarket
    function closeClaim(
        uint256 projectId,
        uint16 round,
        address trainer,
        uint128 part,
        IClaims.Verdict verdict
    ) external {
        // Check
        if (msg.sender != address(claims)) revert Errors.Market_NotClaims(msg.sender);

        // Effect
        Projects.Project storage project = _projects[projectId];
        Member storage claimant = project.members[trainer];
        address token = project.terms.token;
        --claimant.openClaims;
        --project.openClaims;
        project.contested -= part;
        if (verdict == IClaims.Verdict.Valid) {
            uint256 compensation = project.bondToSpare();
            if (compensation > part) compensation = part;
            // At most the part, which is of the uint128 bounty.
            project.bond -= uint128(compensation);
            project.escrow -= part;
            _credit(projectId, trainer, token, part, Reason.ClaimedReward);
            _credit(projectId, trainer, token, compensation, Reason.ClaimCompensation);
            return;
        }
        // What is not the trainer's stays in escrow, and so goes to the owner, at the project's end or after it.
        if (project.status != Status.Running) {
            project.escrow -= part;
            _credit(projectId, project.owner, token, part, Reason.OwnerRefund);
        }
        uint256 stake = claimant.stake;
        if (verdict != IClaims.Verdict.Invalid || stake == 0) return;
        claimant.stake = 0;
        emit StakeForfeited(projectId, round, trainer, stake);
        _burn(projectId, project, stake, Reason.ForfeitedStake);
    }

    /// @inheritdoc IMarket
    function withdraw(address token, address receiver, uint256 amount) external nonReentrant {
        // Check
        uint256 balance = _balances[msg.sender][token];
        if (amount == 0 || amount > balance) {
            revert Errors.Market_WrongWithdrawal(msg.sender, token, amount, balance);
        }
        if (receiver == address(0) || receiver == address(this)) revert Errors.Market_InvalidReceiver(receiver);

        // Effect
        _balances[msg.sender][token] = balance - amount;
        emit Withdrawn(msg.sender, token, receiver, amount);

        // Interaction
        Payments.pay(token, receiver, amount);
    }

    // -------------------------------------------------------------------------------------------------------- Views

    /// @inheritdoc IMarket
    function terms(uint256 projectId) external view returns (Terms memory) {
        return _projects[projectId].terms;
    }

    /// @inheritdoc IMarket
    function state(uint256 projectId) external view returns (ProjectState memory result) {
        Projects.Project storage project = _projects[projectId];
        Rounds.Round memory round = project.round;
        result.owner = project.owner;
        result.status = project.status;
        result.phase = round.phase(project.trainers);
        result.bonded = project.bonded;
        result.stopping = project.stopping;
        result.round = round.index;
        result.trainers = project.trainers;
        result.expiries = round.expiries;
        result.emptyRounds = round.emptyRounds;
        result.submittedSeats = round.submittedSeats;
        result.refusedSeats = round.refusedSeats;
        result.openBy = round.openBy;
        result.trainingEnds = round.trainingEnds;
        result.settleBy = round.settleBy;
        result.endedAt = project.endedAt;
        result.cohortSeed = project.cohortSeed;
        result.referenceCommitment = project.referenceCommitment;
        result.publicRows = project.publicRows;
        result.escrow = project.escrow;
        result.rollover = project.rollover;
        result.idleCompensation = project.idleCompensation;
        result.earned = project.earned;
        result.validUpdates = project.validUpdates;
        result.openClaims = project.openClaims;
        result.contested = project.contested;
        result.bond = project.bond;
    }

    /// @inheritdoc IMarket
    function member(uint256 projectId, address trainer) external view returns (Member memory) {
        return _projects[projectId].members[trainer];
    }

    /// @inheritdoc IMarket
    function earnedBy(uint256 projectId, uint256 index) external view returns (uint256) {
        return _projects[projectId].earnedBy(index);
    }

    /// @inheritdoc IMarket
    function memberAt(uint256 projectId, uint256 index) external view returns (address) {
        return _projects[projectId].trainerAt[index];
    }

    /// @inheritdoc IMarket
    function seatOf(uint256 projectId, address trainer) external view returns (bool seated, uint256 seat) {
        Projects.Project storage project = _projects[projectId];
        Member storage seeking = project.members[trainer];
        bool isDrawn = project.round.settleBy != 0 || project.status == Status.Completed;
        if (!seeking.joined || !isDrawn) return (false, 0);
        seat = Cohort.seatOf(project.cohortSeed, project.trainers, seeking.index);
        return seat < Cohort.SEATS ? (true, seat) : (false, 0);
    }

    /// @inheritdoc IMarket
    function submissionHash(uint256 projectId, uint256 seat) external view returns (bytes32) {
        Projects.Project storage project = _projects[projectId];
        if (seat >= Cohort.SEATS || (project.round.submittedSeats >> seat) & 1 == 0) return 0;
        return project.submissions[seat];
    }

    /// @inheritdoc IMarket
    function roundReward(uint256 projectId, uint256 round) external view returns (uint256) {
        return _projects[projectId].roundReward(round);
    }

    /// @inheritdoc IMarket
    function balanceOf(address account, address token) external view returns (uint256) {
        return _balances[account][token];
    }

    // ------------------------------------------------------------------------------------------------- End of rounds

    /// @dev Stores the round after one more seat has submitted or refused; the last one ends training early, unless the
    ///      round fails by it.
    function _recordAnswer(
        uint256 projectId,
        Projects.Project storage project,
        Rounds.Round memory round,
        uint256 trainers
    ) private {
        if (round.phase(trainers) == Phase.Settling) {
            round.trainingEnds = uint40(block.timestamp);
            round.settleBy = Rounds.inSeconds(project.terms.settlingDuration);
            emit TrainingEnded(projectId, round.index, round.settleBy);
        }
        project.round = round;
    }

    /// @dev Notes what the trainers have earned in a round, and credits the fee for it to the caller. Amounts are parts of the
    ///      uint128 escrow.
    function _payRound(
        uint256 projectId,
        Projects.Project storage project,
        uint256 seats,
        ISettler.Decision memory decision
    ) private {
        uint256 trainers = project.trainers;
        uint256 seed = trainers > Cohort.SEATS ? project.cohortSeed : 0;
        uint256 k;
        for (uint256 seat = 0; seats >> seat != 0; ++seat) {
            if ((seats >> seat) & 1 == 0) continue;
            uint256 payout = decision.payouts[k++];
            if (payout != 0) project.addEarnings(Cohort.memberOn(seed, trainers, seat), payout);
        }
        project.earned += uint128(decision.earned);
        uint256 fee = project.terms.aggregatorFee / project.terms.rounds;
        project.escrow -= uint128(decision.earned + fee);
        _credit(projectId, msg.sender, project.terms.token, fee, Reason.AggregatorFee);
    }

    /// @dev Sets apart what invalid submissions take out of the round, for their trainers to claim. Where no court decides it
    ///      is burned.
    function _exclude(
        uint256 projectId,
        Projects.Project storage project,
        uint16 round,
        Submission[] calldata submissions,
        uint256 invalid,
        uint256 part
    ) private {
        if (invalid == 0) return;
        address[] memory excluded = new address[](Rounds.countBits(invalid));
        uint256 withheld = part * excluded.length;
        if (project.terms.arbitrator == address(0)) {
            project.escrow -= uint128(withheld);
            _burn(projectId, project, withheld, Reason.ForfeitedReward);
            return;
        }
        uint256 found;
        for (uint256 k = 0; invalid >> k != 0; ++k) {
            if ((invalid >> k) & 1 == 0) continue;
            address trainer = submissions[k].trainer;
            excluded[found++] = trainer;
            ++project.members[trainer].openClaims;
        }
        project.openClaims += uint32(found);
        // At most what the round had to pay, which is a part of the uint128 bounty.
        project.contested += uint128(withheld);
        claims.open(projectId, round, excluded, uint128(part));
    }

    /// @dev Counts valid updates, by which the rollover is split at the end until somebody has earned.
    function _recordValidUpdates(
        Projects.Project storage project,
        Submission[] calldata submissions,
        uint256 valid
    ) private {
        if (project.earned != 0) return;
        for (uint256 k = 0; valid >> k != 0; ++k) {
            if ((valid >> k) & 1 == 1) ++project.members[submissions[k].trainer].validUpdates;
        }
        project.validUpdates += uint32(Rounds.countBits(valid));
    }

    /// @dev The aggregate becomes the most recent public row; a round in which nobody was kept has none. One in which
    ///      nobody earned anything counts towards stopping.
    function _recordAggregate(
        Projects.Project storage project,
        Rounds.Round memory round,
        G1Point calldata commitment,
        uint256 earned
    ) private {
        if (!BN254.isInfinity(commitment)) {
            project.publicRows[1] = project.publicRows[0];
            project.publicRows[0] = commitment;
        }
        if (earned != 0) round.emptyRounds = 0;
        else if (round.emptyRounds < type(uint8).max) ++round.emptyRounds;
    }

    /// @dev Promises what is due, in equal parts, out of the bond to all who had joined.
    function _compensateAll(Projects.Project storage project, uint256 due) private returns (uint256 compensation) {
        uint256 trainers = project.trainers;
        compensation = due / trainers;
        // Both are at most a round's reward, which is a part of the uint128 bounty.
        project.bond -= uint128(compensation * trainers);
        project.idleCompensation += uint128(compensation);
    }

    /// @dev Pays what is due, in equal parts, out of the bond to those who had submitted.
    function _compensate(
        uint256 projectId,
        Projects.Project storage project,
        Rounds.Round memory round,
        uint256 due
    ) private returns (address[] memory submitters, uint256 compensation) {
        uint256 seats = round.submittedSeats;
        submitters = new address[](Rounds.countBits(seats));
        compensation = due / submitters.length;
        uint256 seed = project.cohortSeed;
        uint256 trainers = project.trainers;
        address token = project.terms.token;
        uint256 found;
        for (uint256 seat = 0; found < submitters.length; ++seat) {
            if ((seats >> seat) & 1 == 0) continue;
            address trainer = project.trainerAt[Cohort.memberOn(seed, trainers, seat)];
            submitters[found++] = trainer;
            _credit(projectId, trainer, token, compensation, Reason.Compensation);
        }
        // The product is at most a round's reward, which is a part of the uint128 bounty.
        project.bond -= uint128(compensation * submitters.length);
    }

    /// @dev Goes on to the next round, or ends the project when this was the last one or too many have expired.
    function _closeRound(uint256 projectId, Projects.Project storage project, Rounds.Round memory round) private {
        ++round.index;
        round.submittedSeats = 0;
        round.refusedSeats = 0;
        round.trainingEnds = 0;
        round.settleBy = 0;
        bool aborted = round.expiries > project.terms.toleratedExpiries;
        bool ended = aborted || project.stopping || round.index == project.terms.rounds;
        round.openBy = ended ? 0 : Rounds.inSeconds(project.terms.openDuration);
        project.round = round;
        if (ended) _end(projectId, project, aborted ? Status.Aborted : Status.Completed);
    }

    /// @dev Ends the project. What is neither rolled over to the trainers nor waits for a claim goes back to the owner.
    function _end(uint256 projectId, Projects.Project storage project, Status status) private {
        uint256 kept = uint256(project.rollover) + project.contested;
        uint256 rest = project.escrow - kept;
        project.escrow = uint128(kept);
        project.status = status;
        project.endedAt = uint40(block.timestamp);
        project.round.openBy = 0;
        _credit(projectId, project.owner, project.terms.token, rest, Reason.OwnerRefund);
        if (status == Status.Completed) emit ProjectCompleted(projectId);
        else if (status == Status.Aborted) emit ProjectAborted(projectId);
        else emit ProjectCancelled(projectId);
    }

    // -------------------------------------------------------------------------------------------------------- Money

    /// @dev Puts what was forfeited out of everybody's reach.
    function _burn(uint256 projectId, Projects.Project storage project, uint256 amount, Reason reason) private {
        _credit(projectId, BURNED, project.terms.token, amount, reason);
    }

    /// @dev The only way up for a balance.
    function _credit(uint256 projectId, address account, address token, uint256 amount, Reason reason) private {
        if (amount == 0) return;
        _balances[account][token] += amount;
        emit Credited(projectId, account, token, amount, reason);
    }

    // ------------------------------------------------------------------------------------------------------- Checks

    /// @dev The project, which must be in one status.
    function _inStatus(uint256 projectId, Status expected) private view returns (Projects.Project storage project) {
        project = _projects[projectId];
        if (project.status != expected) revert Errors.Market_WrongStatus(projectId, project.status, expected);
    }

    /// @dev The project, which must have ended.
    function _ended(uint256 projectId) private view returns (Projects.Project storage project) {
        project = _projects[projectId];
        Status status = project.status;
        if (status < Status.Completed) revert Errors.Market_NotEnded(projectId, status);
    }

    /// @dev The standing of an account that has joined.
    function _member(
        uint256 projectId,
        Projects.Project storage project,
        address account
    ) private view returns (Member storage found) {
        found = project.members[account];
        if (!found.joined) revert Errors.Market_NotTrainer(projectId, account);
    }

    /// @dev The caller must be the aggregator that the terms name.
    function _checkAggregator(uint256 projectId, Projects.Project storage project) private view {
        address aggregator = project.terms.aggregator;
        if (msg.sender != aggregator) revert Errors.Market_NotAggregator(projectId, msg.sender, aggregator);
    }

    /// @dev The round must be in one phase.
    function _checkPhase(uint256 projectId, Phase actual, Phase expected) private pure {
        if (actual != expected) revert Errors.Market_WrongPhase(projectId, actual, expected);
    }

    /// @dev The call must be about the current round.
    function _checkRound(uint256 projectId, Rounds.Round memory round, uint256 given) private pure {
        if (given != round.index) revert Errors.Market_WrongRound(projectId, given, round.index);
    }

    /// @dev It must not be later than the deadline's second.
    function _checkNotAfter(uint256 projectId, uint256 deadline) private view {
        if (block.timestamp > deadline) revert Errors.Market_DeadlinePassed(projectId, deadline, block.timestamp);
    }

    /// @dev It must be later than the deadline's second.
    function _checkAfter(uint256 projectId, uint256 deadline) private view {
        if (block.timestamp <= deadline) revert Errors.Market_DeadlineNotPassed(projectId, deadline, block.timestamp);
    }

    // -------------------------------------------------------------------------------------------------------- Small

    /// @dev The caller's seat in the open round.
    function _seat(
        uint256 projectId,
        Projects.Project storage project,
        uint256 roundIndex,
        uint256 trainers
    ) private view returns (uint256 seat) {
        seat = _member(projectId, project, msg.sender).index;
        if (trainers > Cohort.SEATS) {
            seat = Cohort.seatOf(project.cohortSeed, trainers, seat);
            if (seat >= Cohort.SEATS) revert Errors.Market_NotSeated(projectId, roundIndex, msg.sender);
        }
    }
}
