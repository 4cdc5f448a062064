// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMarket} from "../interfaces/IMarket.sol";
import {G1Point, Status, Terms} from "../interfaces/MarketTypes.sol";
import {Rounds} from "./Rounds.sol";

/// @title What the market stores about a project.
library Projects {
    struct Project {
        Terms terms;
        uint16[] rewardWeights;
        address owner;
        Status status;
        bool bonded;
        bool bondReturned;
        uint16 trainers;
        uint40 endedAt;
        Rounds.Round round;
        uint128 bond;
        /// Sum of rewardWeights; zero when every round has an equal part.
        uint32 totalWeight;
        /// Bounty and fee not yet credited to anybody.
        uint256 escrow;
        uint256 cohortSeed;
        G1Point referenceCommitment;
        G1Point[2] publicRows;
        /// By seat. Which of them are of the current round, round.submittedSeats says.
        bytes32[32] submissions;
        mapping(address trainer => IMarket.Member) members;
        mapping(uint256 index => address) trainerAt;
        /// The trainer that first posted a commitment, by keccak256(abi.encode(x, y)).
        mapping(bytes32 commitment => address) commitmentOwner;
    }

    /// @notice Reward of a round before forfeited stakes join it, rounded down; zero past the last round.
    function roundReward(Project storage project, uint256 round) internal view returns (uint256) {
        uint256 rounds = project.terms.rounds;
        if (round >= rounds) return 0;
        uint256 totalWeight = project.totalWeight;
        if (totalWeight == 0) return project.terms.bounty / rounds;
        return (uint256(project.terms.bounty) * project.rewardWeights[round]) / totalWeight;
    }
}
