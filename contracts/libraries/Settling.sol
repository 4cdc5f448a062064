// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMarket} from "../interfaces/IMarket.sol";
import {IScorer} from "../interfaces/IScorer.sol";
import {Cid, G1Point, Settlement, Submission} from "../types/MarketTypes.sol";
import {BN254} from "./BN254.sol";
import {Cohort} from "./Cohort.sol";
import {MarketErrors as Errors} from "../errors/MarketErrors.sol";
import {Projects} from "./Projects.sol";
import {Rounds} from "./Rounds.sol";
import {TermsChecks} from "./TermsChecks.sol";

/// @title The steps of settling a round.
/// @notice Reads the submissions, lets the scorer decide, charges absences. What is paid and recorded is the market's part.
library Settling {
    /// @dev What `settle` reads from the submissions.
    struct Entries {
        /// Bit k set: submission k is valid.
        uint256 valid;
        /// How many are.
        uint256 validCount;
        /// What the proof is bound to.
        bytes32 context;
        /// Commitments to reference, valid updates, public rows.
        G1Point[] rows;
        /// How many of the rows are public.
        uint256 publicRows;
    }

    /// @dev What a round comes to. Bits and elements are by submission, valid or not.
    struct Decision {
        /// Bit k set: submission k is in the aggregate.
        uint256 kept;
        /// B, by which the aggregate is divided.
        uint256 divisor;
        /// b_i of each valid update, zero for those that are not kept.
        uint256[] weights;
        /// What each submission is paid.
        uint256[] payouts;
        /// Sum of what valid submissions are paid.
        uint256 earned;
    }

    bytes32 private constant CONTEXT_DOMAIN = keccak256("Marketplace.GramProof.v1");

    /// @dev Checks the settlement's submissions against the stored hashes, and collects what the verifier needs.
    function read(
        uint256 projectId,
        Projects.Project storage project,
        Rounds.Round memory round,
        Settlement calldata settlement,
        bytes32 srsId
    ) internal view returns (Entries memory entries) {
        Submission[] calldata submissions = settlement.submissions;
        uint256 count = submissions.length;
        uint256 expected = Rounds.countBits(round.submittedSeats);
        if (count != expected) revert Errors.Market_WrongSubmissionCount(count, expected);
        if (settlement.invalid >> count != 0) revert Errors.Market_InvalidOutOfRange(settlement.invalid, count);
        bytes32[] memory hashes = _matchedHashes(project, round, submissions);
        entries.valid = ((1 << count) - 1) ^ settlement.invalid;
        entries.validCount = Rounds.countBits(entries.valid);
        _collectRows(entries, project, submissions);
        entries.context = _context(projectId, project, round, srsId, hashes, settlement.invalid);
    }

    /// @dev Hashes of the submissions, each of which must be what is stored for its seat.
    function _matchedHashes(
        Projects.Project storage project,
        Rounds.Round memory round,
        Submission[] calldata submissions
    ) private view returns (bytes32[] memory hashes) {
        uint256 seats = round.submittedSeats;
        hashes = new bytes32[](submissions.length);
        uint256 seat;
        for (uint256 k = 0; k < hashes.length; ++k) {
            while ((seats >> seat) & 1 == 0) ++seat;
            Submission calldata submission = submissions[k];
            bytes32 hash = submissionHash(round.index, submission.trainer, submission.commitment, submission.payload);
            bytes32 expected = project.submissions[seat];
            if (hash != expected) revert Errors.Market_WrongSubmission(seat, hash, expected);
            hashes[k] = hash;
            ++seat;
        }
    }

    /// @dev Fills the rows: commitments to reference, valid updates and public rows.
    function _collectRows(
        Entries memory entries,
        Projects.Project storage project,
        Submission[] calldata submissions
    ) private view {
        G1Point[2] memory publicRows = project.publicRows;
        uint256 publicCount;
        while (publicCount < 2 && !BN254.isInfinity(publicRows[publicCount])) ++publicCount;
        G1Point[] memory rows = new G1Point[](1 + entries.validCount + publicCount);
        rows[0] = project.referenceCommitment;
        uint256 row = 1;
        for (uint256 k = 0; k < submissions.length; ++k) {
            if ((entries.valid >> k) & 1 == 1) rows[row++] = submissions[k].commitment;
        }
        for (uint256 a = 0; a < publicCount; ++a) rows[row + a] = publicRows[a];
        (entries.rows, entries.publicRows) = (rows, publicCount);
    }

    /// @dev What the proof is bound to: chain, contract, project, round, reference string, dimension and participants.
    function _context(
        uint256 projectId,
        Projects.Project storage project,
        Rounds.Round memory round,
        bytes32 srsId,
        bytes32[] memory hashes,
        uint256 invalid
    ) private view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    CONTEXT_DOMAIN,
                    block.chainid,
                    address(this),
                    projectId,
                    uint256(round.index),
                    srsId,
                    uint256(project.terms.dimension),
                    keccak256(abi.encodePacked(hashes)),
                    invalid
                )
            );
    }

    /// @dev Lets the scorer decide over the valid submissions. What earlier rounds have left joins the round's own reward
    ///      once there is anything to score. Nothing is checked yet: what comes out means something if the proof holds.
    function decide(
        IScorer scorer,
        Entries memory entries,
        Settlement calldata settlement,
        uint256 reward,
        uint256 rollover
    ) internal pure returns (Decision memory decision) {
        uint256 count = settlement.submissions.length;
        decision.payouts = new uint256[](count);
        if (entries.validCount == 0) {
            // Equal parts for all, so that an aggregator gains nothing by excluding everybody.
            for (uint256 k = 0; k < count; ++k) decision.payouts[k] = reward / count;
            return decision;
        }
        uint256 kept;
        uint256[] memory parts;
        (kept, decision.divisor, decision.weights, parts) = scorer.decide(
            settlement.gram,
            entries.validCount,
            entries.publicRows,
            reward + rollover
        );
        uint256 update;
        for (uint256 k = 0; k < count; ++k) {
            if ((entries.valid >> k) & 1 == 0) continue;
            decision.payouts[k] = parts[update];
            decision.earned += parts[update];
            decision.kept |= ((kept >> update) & 1) << k;
            ++update;
        }
    }

    /// @dev What is published must be readable, and there only where there is something to publish.
    function checkPublished(Settlement calldata settlement, uint256 kept) internal pure {
        Cid calldata aggregate = settlement.aggregate;
        if (kept != 0) TermsChecks.checkCid(aggregate);
        else if (aggregate.digest != 0 || aggregate.codec != 0) {
            revert Errors.Market_UnexpectedAggregate(aggregate.digest, aggregate.codec);
        }
        if (settlement.invalid != 0) TermsChecks.checkCid(settlement.report);
    }

    /// @dev Counts the absences of those who neither submitted nor refused, and takes from the stakes of those beyond
    ///      tolerance.
    function chargeAbsences(
        uint256 projectId,
        Projects.Project storage project,
        Rounds.Round memory round
    ) internal returns (uint256 forfeited) {
        uint256 trainers = project.trainers;
        uint256 absent = Rounds.allSeats(trainers) ^ (round.submittedSeats | round.refusedSeats);
        uint256 tolerated = project.terms.toleratedAbsences;
        uint256 penalty =
            (uint256(project.terms.trainerStake) * project.terms.absencePenaltyBps) / TermsChecks.BASIS_POINTS;
        uint256 seed = project.cohortSeed;
        for (uint256 seat = 0; absent >> seat != 0; ++seat) {
            if ((absent >> seat) & 1 == 0) continue;
            address trainer = project.trainerAt[Cohort.memberOn(seed, trainers, seat)];
            IMarket.Member storage missing = project.members[trainer];
            // At most one absence for each of at most 1024 rounds.
            uint256 absences = ++missing.absences;
            if (absences <= tolerated) continue;
            uint256 stake = missing.stake;
            uint256 amount = penalty < stake ? penalty : stake;
            if (amount == 0) continue;
            missing.stake = uint128(stake - amount);
            forfeited += amount;
            emit IMarket.StakeForfeited(projectId, round.index, trainer, amount);
        }
    }

    /// @dev What is stored of a submission.
    function submissionHash(
        uint256 round,
        address trainer,
        G1Point calldata commitment,
        Cid calldata payload
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(round, trainer, commitment.x, commitment.y, payload.digest, payload.codec));
    }
}
