// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IGramVerifier} from "./interfaces/IGramVerifier.sol";
import {ISettler} from "./interfaces/ISettler.sol";
import {Cid, G1Point, Settlement, Submission, WeightedSum} from "./types/MarketTypes.sol";
import {BN254} from "./libraries/BN254.sol";
import {MarketErrors as Errors} from "./errors/MarketErrors.sol";
import {Rounds} from "./libraries/Rounds.sol";
import {Scoring} from "./libraries/Scoring.sol";
import {Submissions} from "./libraries/Submissions.sol";
import {TermsChecks} from "./libraries/TermsChecks.sol";

/// @title What a round's settlement comes to.
/// @notice See ISettler; the rule of scoring is in Scoring.
contract Settler is ISettler {
    bytes32 private constant CONTEXT_DOMAIN = keccak256("Marketplace.GramProof.v1");

    address private immutable _market;
    IGramVerifier private immutable _verifier;
    bytes32 private immutable _srsId;

    /// @notice Deployed by its market.
    /// @param verifier Verifies the proofs of every project.
    constructor(IGramVerifier verifier) {
        _market = msg.sender;
        _verifier = verifier;
        _srsId = verifier.srsId();
    }

    /// @inheritdoc ISettler
    function decide(
        RoundRecord calldata record,
        Submission[] calldata submissions,
        Settlement calldata settlement
    ) external view returns (Decision memory decision) {
        uint256 count = submissions.length;
        _checkSubmissions(record, submissions, settlement.invalid);
        decision.valid = ((1 << count) - 1) ^ settlement.invalid;
        decision.payouts = new uint256[](count);
        uint256 validCount = Rounds.countBits(decision.valid);
        if (validCount == 0) {
            _checkEmpty(settlement);
            decision.part = record.reward / count;
            decision.rollover = record.rollover;
        } else {
            // What earlier rounds have left joins the round's own reward. Whoever is excluded takes an equal part along, so
            // that it is not left to the others.
            uint256 pot = record.reward + record.rollover;
            if (validCount != count) decision.part = pot / count;
            uint256 reward = pot - decision.part * (count - validCount);
            _score(record, submissions, settlement, decision, validCount, reward);
        }
        _checkPublished(settlement, decision.kept);
    }

    // --------------------------------------------------------------------------------------------------- Submissions

    /// @dev The settlement must bring all submissions, as they are stored.
    function _checkSubmissions(
        RoundRecord calldata record,
        Submission[] calldata submissions,
        uint256 invalid
    ) private pure {
        uint256 count = submissions.length;
        uint256 expected = record.submissions.length;
        if (count != expected) revert Errors.Market_WrongSubmissionCount(count, expected);
        if (invalid >> count != 0) revert Errors.Market_InvalidOutOfRange(invalid, count);
        for (uint256 k = 0; k < count; ++k) {
            Submission calldata submission = submissions[k];
            bytes32 hash = Submissions.hash(
                record.round,
                submission.trainer,
                submission.commitment,
                submission.payload
            );
            bytes32 stored = record.submissions[k];
            if (hash != stored) revert Errors.Market_WrongSubmission(k, hash, stored);
        }
    }

    /// @dev Nothing can be proven about nothing.
    function _checkEmpty(Settlement calldata settlement) private pure {
        if (settlement.gram.length != 0 || settlement.proof.length != 0) {
            revert Errors.Market_UnexpectedProof(settlement.gram.length, settlement.proof.length);
        }
        if (!BN254.isInfinity(settlement.aggregateCommitment)) {
            revert Errors.Market_InvalidCommitment(settlement.aggregateCommitment);
        }
    }

    /// @dev What is published must be readable, and there only where there is something to publish.
    function _checkPublished(Settlement calldata settlement, uint256 kept) private pure {
        Cid calldata aggregate = settlement.aggregate;
        if (kept != 0) TermsChecks.checkCid(aggregate);
        else if (aggregate.digest != 0 || aggregate.codec != 0) {
            revert Errors.Market_UnexpectedAggregate(aggregate.digest, aggregate.codec);
        }
        if (settlement.invalid != 0) TermsChecks.checkCid(settlement.report);
    }

    // -------------------------------------------------------------------------------------------------------- Scores

    /// @dev Scores the valid submissions, splits what they can earn, and checks the proof of what it was decided by.
    function _score(
        RoundRecord calldata record,
        Submission[] calldata submissions,
        Settlement calldata settlement,
        Decision memory decision,
        uint256 validCount,
        uint256 reward
    ) private view {
        (G1Point[] memory rows, uint256 publicRows) = _rows(record, submissions, decision.valid, validCount);
        Scoring.Outcome memory outcome = Scoring.score(settlement.gram, validCount, publicRows);
        decision.divisor = outcome.divisor;
        uint256[] memory payouts = Scoring.payouts(outcome, reward);
        uint256 update;
        for (uint256 k = 0; k < decision.payouts.length; ++k) {
            if ((decision.valid >> k) & 1 == 0) continue;
            decision.payouts[k] = payouts[update];
            decision.earned += payouts[update];
            decision.kept |= ((outcome.kept >> update) & 1) << k;
            ++update;
        }
        if (decision.earned == 0) decision.rollover = reward;
        _verifier.verify(
            _context(record, settlement.invalid),
            record.dimension,
            rows,
            publicRows,
            settlement.gram,
            settlement.proof,
            WeightedSum(outcome.weights, settlement.aggregateCommitment)
        );
    }

    /// @dev Commitments to reference, valid updates and public rows, and how many of them are public.
    function _rows(
        RoundRecord calldata record,
        Submission[] calldata submissions,
        uint256 valid,
        uint256 validCount
    ) private pure returns (G1Point[] memory rows, uint256 publicRows) {
        while (publicRows < 2 && !BN254.isInfinity(record.publicRows[publicRows])) ++publicRows;
        rows = new G1Point[](1 + validCount + publicRows);
        rows[0] = record.referenceCommitment;
        uint256 row = 1;
        for (uint256 k = 0; valid >> k != 0; ++k) {
            if ((valid >> k) & 1 == 1) rows[row++] = submissions[k].commitment;
        }
        for (uint256 a = 0; a < publicRows; ++a) rows[row + a] = record.publicRows[a];
    }

    /// @dev What the proof is bound to: chain, market, project, round, reference string, dimension and participants.
    function _context(RoundRecord calldata record, uint256 invalid) private view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    CONTEXT_DOMAIN,
                    block.chainid,
                    _market,
                    record.projectId,
                    record.round,
                    _srsId,
                    record.dimension,
                    keccak256(abi.encodePacked(record.submissions)),
                    invalid
                )
            );
    }
}
