// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMarket} from "../interfaces/IMarket.sol";
import {ISettler} from "../interfaces/ISettler.sol";
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
        /// Whether the owner ends the project with the open round.
        bool stopping;
        /// How many trainers have joined.
        uint16 trainers;
        /// When it ended; zero before.
        uint40 endedAt;
        /// The current round.
        Rounds.Round round;
        /// Bounty and fee not yet earned by anybody; the rollover and what is contested are in it.
        uint128 escrow;
        /// What all members together have earned.
        uint128 earned;
        /// Rewards of settled rounds that nobody earned, for those of later rounds, and at the end for all who earned.
        uint128 rollover;
        /// Sum of rewardWeights; zero when every round has an equal part.
        uint32 totalWeight;
        /// Sum of the members' `validUpdates`.
        uint32 validUpdates;
        /// How many claims are not concluded.
        uint32 openClaims;
        /// How many members have taken their stake back.
        uint16 departed;
        /// What is left of the aggregator's bond.
        uint128 bond;
        /// What every trainer is owed, out of the bond, for rounds that were not opened.
        uint128 idleCompensation;
        /// What updates that were declared invalid have taken out of their rounds, until their claims are concluded.
        uint128 contested;
        /// Draws the round's cohort (see Cohort); zero when everybody has a seat.
        uint256 cohortSeed;
        /// Commitment to the round's reference update.
        G1Point referenceCommitment;
        /// Commitments of the last published aggregates, most recent first.
        G1Point[2] publicRows;
        /// By seat. Which of them are of the current round, round.submittedSeats says.
        bytes32[32] submissions;
        /// What members have earned, two to a slot: that of index 2k in the low half of slot k, that of 2k + 1 in the high one.
        mapping(uint256 pair => uint256) earnings;
        /// The trainers' standing.
        mapping(address trainer => IMarket.Member) members;
        /// The trainers in the order of joining.
        mapping(uint256 index => address) trainerAt;
    }

    /// @dev What is known of the round that is to be settled.
    function record(
        Project storage project,
        uint256 projectId,
        Rounds.Round memory round
    ) internal view returns (ISettler.RoundRecord memory) {
        uint256 seats = round.submittedSeats;
        bytes32[] memory submissions = new bytes32[](Rounds.countBits(seats));
        uint256 found;
        for (uint256 seat = 0; seats >> seat != 0; ++seat) {
            if ((seats >> seat) & 1 == 1) submissions[found++] = project.submissions[seat];
        }
        return
            ISettler.RoundRecord(
                projectId,
                round.index,
                submissions,
                project.referenceCommitment,
                project.publicRows,
                project.terms.dimension,
                roundReward(project, round.index),
                project.rollover
            );
    }

    /// @dev Adds a payout to what the member who joined as number `index` has earned. All payouts together are at most the
    ///      uint128 bounty, so no half of a slot runs over.
    function addEarnings(Project storage project, uint256 index, uint256 payout) internal {
        unchecked {
            project.earnings[index >> 1] += payout << ((index & 1) << 7);
        }
    }

    /// @dev What the member who joined as number `index` has earned.
    function earnedBy(Project storage project, uint256 index) internal view returns (uint256) {
        return uint128(project.earnings[index >> 1] >> ((index & 1) << 7));
    }

    /// @dev Takes what a member has earned and was not credited yet.
    function takePay(Project storage project, IMarket.Member storage member) internal returns (uint256 pay) {
        uint256 earned = earnedBy(project, member.index);
        pay = earned - member.credited;
        member.credited = uint128(earned);
    }

    /// @dev What an ended project owes one of its members of the rewards that nobody earned: by what each has earned, or
    ///      if nobody has, by valid updates. Rounded down.
    function rolloverPart(Project storage project, IMarket.Member storage member) internal view returns (uint256) {
        uint256 rollover = project.rollover;
        if (rollover == 0) return 0;
        uint256 earned = project.earned;
        // Nothing rolls over without a valid update.
        if (earned == 0) return (rollover * member.validUpdates) / project.validUpdates;
        return (rollover * earnedBy(project, member.index)) / earned;
    }

    /// @dev What claims can still take out of the bond: what is not needed to cover rounds that may expire.
    function bondToSpare(Project storage project) internal view returns (uint256) {
        uint256 bond = project.bond;
        if (project.status != Status.Running) return bond;
        Rounds.Round storage round = project.round;
        uint256 expirable = uint256(project.terms.toleratedExpiries) + 1 - round.expiries;
        uint256 cover = expirable * largestRewardFrom(project, round.index);
        return bond > cover ? bond - cover : 0;
    }

    /// @dev The largest reward of a round and those after it, as `roundReward` has them.
    function largestRewardFrom(Project storage project, uint256 round) internal view returns (uint256 reward) {
        uint256 rounds = project.totalWeight == 0 ? round + 1 : project.terms.rounds;
        for (; round < rounds; ++round) {
            uint256 candidate = roundReward(project, round);
            if (candidate > reward) reward = candidate;
        }
    }

    /// @dev Reward of a round before what earlier rounds left joins it, rounded down; zero past the last round.
    function roundReward(Project storage project, uint256 round) internal view returns (uint256) {
        uint256 rounds = project.terms.rounds;
        if (round >= rounds) return 0;
        uint256 totalWeight = project.totalWeight;
        if (totalWeight == 0) return project.terms.bounty / rounds;
        return (uint256(project.terms.bounty) * project.rewardWeights[round]) / totalWeight;
    }
}
