// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMarket} from "../interfaces/IMarket.sol";
import {IScorer} from "../interfaces/IScorer.sol";
import {Cid, G1Point, Settlement, Submission} from "../interfaces/MarketTypes.sol";
import {BN254} from "./BN254.sol";
import {Cohort} from "./Cohort.sol";
import {MarketErrors as Errors} from "./Errors/MarketErrors.sol";
import {Projects} from "./Projects.sol";
import {Rounds} from "./Rounds.sol";
import {TermsChecks} from "./TermsChecks.sol";

/// @title The steps of settling a round.
library Settling {
    /// @dev What `settle` reads from the submissions.
    struct Entries {
        /// Bit k: submission k is valid.
        uint256 valid;
        uint256 validCount;
        bytes32 context;
        /// Commitments to reference, valid updates, public rows.
        G1Point[] rows;
        uint256 publicRows;
    }

    /// @dev What a round comes to. Bits and elements are by submission, valid or not.
    struct Decision {
        uint256 kept;
        uint256 divisor;
        G1Point aggregateCommitment;
        uint256[] payouts;
    }

    bytes32 private constant CONTEXT_DOMAIN = keccak256("Marketplace.GramProof.v1");

    /// @notice Checks the settlement's submissions against the stored hashes, and collects what the verifier needs.
    function read(
        uint256 projectId,
        Projects.Project storage project,
        Rounds.Round memory round,
        Settlement calldata settlement,
        bytes32 srsId
    ) internal view returns (Entries memory entries) {
        Submission[] calldata submissions = settlement.submissions;
        uint256 count = submissions.length;
        uint256 seats = round.submittedSeats;
        uint256 expected = Rounds.countBits(seats);
        if (count != expected) revert Errors.Market_WrongSubmissionCount(count, expected);
        if (settlement.invalid >> count != 0) revert Errors.Market_InvalidOutOfRange(settlement.invalid, count);
        entries.valid = ((1 << count) - 1) ^ settlement.invalid;
        entries.validCount = Rounds.countBits(entries.valid);

        G1Point[2] memory publicRows = project.publicRows;
        while (entries.publicRows < 2 && !BN254.isInfinity(publicRows[entries.publicRows])) ++entries.publicRows;
        entries.rows = new G1Point[](1 + entries.validCount + entries.publicRows);
        entries.rows[0] = project.referenceCommitment;
        bytes32[] memory hashes = new bytes32[](count);
        uint256 row = 1;
        uint256 seat;
        for (uint256 k = 0; k < count; ++k) {
            while ((seats >> seat) & 1 == 0) ++seat;
            Submission calldata submission = submissions[k];
            bytes32 hash = submissionHash(round.index, submission.trainer, submission.commitment, submission.payload);
            if (hash != project.submissions[seat]) {
                revert Errors.Market_WrongSubmission(seat, hash, project.submissions[seat]);
            }
            hashes[k] = hash;
            if ((entries.valid >> k) & 1 == 1) entries.rows[row++] = submission.commitment;
            ++seat;
        }
        for (uint256 a = 0; a < entries.publicRows; ++a) entries.rows[row + a] = publicRows[a];
        entries.context = keccak256(
            abi.encode(
                CONTEXT_DOMAIN,
                block.chainid,
                address(this),
                projectId,
                uint256(round.index),
                srsId,
                uint256(project.terms.dimension),
                keccak256(abi.encodePacked(hashes)),
                uint256(settlement.invalid)
            )
        );
    }

    /// @notice Lets the scorer decide over the valid submissions, and combines the commitments: C_U = Σ b_i·C_i.
    function decide(
        IScorer scorer,
        Entries memory entries,
        Settlement calldata settlement,
        uint256 reward,
        uint256 baseShareBps
    ) internal view returns (Decision memory decision) {
        uint256 count = settlement.submissions.length;
        decision.payouts = new uint256[](count);
        if (entries.validCount == 0) {
            // Equal parts for all, so that an aggregator gains nothing by excluding everybody.
            for (uint256 k = 0; k < count; ++k) decision.payouts[k] = reward / count;
            return decision;
        }
        uint256 kept;
        uint256[] memory weights;
        uint256[] memory parts;
        (kept, decision.divisor, weights, parts) = scorer.decide(
            settlement.gram,
            entries.validCount,
            entries.publicRows,
            reward,
            baseShareBps
        );
        uint256 update;
        for (uint256 k = 0; k < count; ++k) {
            if ((entries.valid >> k) & 1 == 0) continue;
            decision.payouts[k] = parts[update];
            if ((kept >> update) & 1 == 1) {
                decision.kept |= 1 << k;
                decision.aggregateCommitment = BN254.add(
                    decision.aggregateCommitment,
                    BN254.mul(entries.rows[1 + update], weights[update])
                );
            }
            ++update;
        }
    }

    /// @notice What is published must be readable, and there only where there is something to publish.
    function checkPublished(Settlement calldata settlement, uint256 kept) internal pure {
        Cid calldata aggregate = settlement.aggregate;
        if (kept != 0) TermsChecks.checkCid(aggregate);
        else if (aggregate.digest != 0 || aggregate.codec != 0) {
            revert Errors.Market_UnexpectedAggregate(aggregate.digest, aggregate.codec);
        }
        if (settlement.invalid != 0) TermsChecks.checkCid(settlement.report);
    }

    /// @notice Counts the cohort's absences, and takes from the stakes of those beyond tolerance.
    function chargeAbsences(
        uint256 projectId,
        Projects.Project storage project,
        Rounds.Round memory round,
        uint256 trainers
    ) internal returns (uint256 forfeited) {
        uint256 absent = Rounds.allSeats(trainers) ^ round.submittedSeats;
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

    /// @notice What is stored of a submission.
    function submissionHash(
        uint256 round,
        address trainer,
        G1Point calldata commitment,
        Cid calldata payload
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(round, trainer, commitment.x, commitment.y, payload.digest, payload.codec));
    }
}
