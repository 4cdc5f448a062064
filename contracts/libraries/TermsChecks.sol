// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Cid, HyperBounds, HyperParameters, Terms} from "../types/MarketTypes.sol";
import {Cohort} from "./Cohort.sol";
import {MarketErrors as Errors} from "../errors/MarketErrors.sol";

/// @title Validity of what callers give.
/// @notice Terms, hyper-parameters and content identifiers, each refused with the value and its bounds.
library TermsChecks {
    /// @dev One, in basis points.
    uint256 internal constant BASIS_POINTS = 10_000;
    /// @dev A project's rounds are counted, and its reward weights summed, in few bits.
    uint256 internal constant MAX_ROUNDS = 1024;
    /// @dev Nobody's money is locked for longer by one deadline.
    uint256 internal constant MAX_DURATION = 365 days;
    /// @dev Below this the chain's PREVRANDAO is a constant or a small number, and no randomness.
    uint256 private constant LEAST_RANDOMNESS = 1 << 64;
    /// @dev Weights are int32, so at most 30 of their bits can be fraction beside sign and one integer bit.
    uint256 internal constant MAX_FRACTION_BITS = 30;
    uint8 private constant CODEC_RAW = 0x55;
    uint8 private constant CODEC_DAG_PB = 0x70;

    /// @notice Reverts unless the terms can be carried out.
    /// @param terms What a project is to promise.
    /// @param rewardWeights Relative reward of each round; empty for equal parts.
    /// @param srsId The verifier's reference string.
    /// @param maxDimension The longest vector that the verifier's reference string serves.
    /// @return totalWeight Sum of the reward weights, zero for equal parts.
    function check(
        Terms calldata terms,
        uint16[] calldata rewardWeights,
        bytes32 srsId,
        uint256 maxDimension
    ) internal view returns (uint32 totalWeight) {
        _range("aggregator", uint160(terms.aggregator), 1, type(uint160).max);
        // Both are in escrow together, in 128 bits.
        _range("aggregatorFee", terms.aggregatorFee, 0, type(uint128).max - terms.bounty);
        _range("rounds", terms.rounds, 1, MAX_ROUNDS);
        _range("minTrainers", terms.minTrainers, 1, type(uint16).max);
        _range("maxTrainers", terms.maxTrainers, terms.minTrainers, type(uint16).max);
        _range("joinDeadline", terms.joinDeadline, block.timestamp, block.timestamp + MAX_DURATION);
        _range("openDuration", terms.openDuration, 1, MAX_DURATION);
        _range("trainingDuration", terms.trainingDuration, 1, MAX_DURATION);
        _range("settlingDuration", terms.settlingDuration, 1, MAX_DURATION);
        bool hasArbitrator = terms.arbitrator != address(0);
        if (hasArbitrator && terms.arbitrator.code.length == 0) revert Errors.Market_NoCourt(terms.arbitrator);
        if (!hasArbitrator && terms.allowlistRoot == 0) revert Errors.Market_OpenWithoutCourt();
        _range("contestDuration", terms.contestDuration, hasArbitrator ? 1 : 0, MAX_DURATION);
        // One more expiry than tolerated is counted, in eight bits.
        _range("toleratedExpiries", terms.toleratedExpiries, 0, type(uint8).max - 1);
        _range("absencePenaltyBps", terms.absencePenaltyBps, 0, BASIS_POINTS);
        _range("fractionBits", terms.fractionBits, 0, MAX_FRACTION_BITS);
        _range("dimension", terms.dimension, 1, maxDimension);
        HyperBounds calldata bounds = terms.hyperBounds;
        _range("maxLearningRate", bounds.maxLearningRate, bounds.minLearningRate, type(uint32).max);
        _range("minLocalEpochs", bounds.minLocalEpochs, 1, type(uint16).max);
        _range("maxLocalEpochs", bounds.maxLocalEpochs, bounds.minLocalEpochs, type(uint16).max);
        _range("minBatchSize", bounds.minBatchSize, 1, type(uint16).max);
        _range("maxBatchSize", bounds.maxBatchSize, bounds.minBatchSize, type(uint16).max);
        if (terms.maxTrainers > Cohort.SEATS && block.prevrandao < LEAST_RANDOMNESS) {
            revert Errors.Market_NoRandomness(block.prevrandao);
        }
        if (terms.srsId != srsId) revert Errors.Market_WrongSrs(terms.srsId, srsId);
        checkCid(terms.document);

        uint256 largestReward;
        (totalWeight, largestReward) = _weigh(terms.bounty, terms.rounds, rewardWeights);
        uint256 leastBond = (uint256(terms.toleratedExpiries) + (hasArbitrator ? 2 : 1)) * largestReward;
        if (terms.aggregatorBond < leastBond) revert Errors.Market_BondTooSmall(terms.aggregatorBond, leastBond);
    }

    /// @dev Reverts unless the hyper-parameters respect the bounds.
    function checkHyperParameters(HyperParameters calldata given, HyperBounds memory bounds) internal pure {
        _bound("learningRate", given.learningRate, bounds.minLearningRate, bounds.maxLearningRate);
        _bound("localEpochs", given.localEpochs, bounds.minLocalEpochs, bounds.maxLocalEpochs);
        _bound("batchSize", given.batchSize, bounds.minBatchSize, bounds.maxBatchSize);
    }

    /// @dev Reverts unless the content identifier has a codec that clients can read.
    function checkCid(Cid calldata cid) internal pure {
        if (cid.codec != CODEC_RAW && cid.codec != CODEC_DAG_PB) revert Errors.Market_InvalidCid(cid.digest, cid.codec);
    }

    /// @dev Sum of the weights, and the largest reward of a round, rounded down as rewards are.
    function _weigh(
        uint256 bounty,
        uint256 rounds,
        uint16[] calldata weights
    ) private pure returns (uint32 total, uint256 largestReward) {
        if (weights.length == 0) return (0, bounty / rounds);
        if (weights.length != rounds) revert Errors.Market_WrongWeightCount(weights.length, rounds);
        uint256 largest;
        for (uint256 round = 0; round < rounds; ++round) {
            uint16 weight = weights[round];
            if (weight == 0) revert Errors.Market_ZeroWeight(round);
            if (weight > largest) largest = weight;
            // At most 1024 weights below 2^16: the sum stays below 2^26.
            total += weight;
        }
        largestReward = (bounty * largest) / total;
    }

    /// @dev A term must be in least..most.
    function _range(bytes32 term, uint256 value, uint256 least, uint256 most) private pure {
        if (value < least || value > most) revert Errors.Market_TermOutOfRange(term, value, least, most);
    }

    /// @dev A hyper-parameter must be in least..most.
    function _bound(bytes32 parameter, uint256 value, uint256 least, uint256 most) private pure {
        if (value < least || value > most) {
            revert Errors.Market_HyperParameterOutOfBounds(parameter, value, least, most);
        }
    }
}
