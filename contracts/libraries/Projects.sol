// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMarket} from "../interfaces/IMarket.sol";
import {G1Point, Status, Terms} from "../types/MarketTypes.sol";
import {Rounds} from "./Rounds.sol";

/// @title What the market stores.
/// @notice One record for each project, and what is computed from it alone.
library Projects {
    /// @dev One project. Fields are in the order in which they pack.
    struct Project {
        /// What it promises.
        Terms terms;
        /// Relative reward of each round; empty for equal parts.
        uint16[] rewardWeights;
        /// Who posted it.
        address owner;
        /// Where it stands.
        Status status;
        /// Whether the aggregator has posted its bond.
        bool bonded;
        /// Whether the bond was returned.
        bool bondReturned;
        /// How many trainers have joined.
        uint16 trainers;
        /// When it ended; zero before.
        uint40 endedAt;
        /// The current round.
        Rounds.Round round;
        /// What is left of the aggregator's bond.
        uint128 bond;
        /// Sum of rewardWeights; zero when every round has an equal part.
        uint32 totalWeight;
        /// Bounty and fee not yet credited to anybody.
        uint256 escrow;
        /// Draws the round's cohort (see Cohort); zero when everybody has a seat.
        uint256 cohortSeed;
        /// Commitment to the round's reference update.
        G1Point referenceCommitment;
        /// Commitments of the last published aggregates, most recent first.
        G1Point[2] publicRows;
        /// By seat. Which of them are of the current round, round.submittedSeats says.
        bytes32[32] submissions;
        /// The trainers' standing.
        mapping(address trainer => IMarket.Member) members;
        /// The trainers in the order of joining.
        mapping(uint256 index => address) trainerAt;
        /// The trainer that first posted a commitment, by keccak256(abi.encode(x, y)).
        mapping(bytes32 commitment => address) commitmentOwner;
    }

    /// @dev Reward of a round before forfeited stakes join it, rounded down; zero past the last round.
    function roundReward(Project storage project, uint256 round) internal view returns (uint256) {
        uint256 rounds = project.terms.rounds;
        if (round >= rounds) return 0;
        uint256 totalWeight = project.totalWeight;
        if (totalWeight == 0) return project.terms.bounty / rounds;
        return (uint256(project.terms.bounty) * project.rewardWeights[round]) / totalWeight;
    }
}
