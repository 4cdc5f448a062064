// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {G1Point, Settlement, Submission} from "../types/MarketTypes.sol";

/// @title What a round's settlement comes to.
/// @notice Checks a settlement against what the market knows of the round, and decides by the Gram matrix that its proof
///         is about. Stores nothing and moves no money. The market deploys its own; it is a contract of its own because
///         code size is limited (EIP-170).
interface ISettler {
    /// @notice What the market knows of a round that is to be settled.
    struct RoundRecord {
        /// The project.
        uint256 projectId;
        /// Index of the round.
        uint256 round;
        /// What it stores of the submissions, in ascending order of seat (see Submissions).
        bytes32[] submissions;
        /// Commitment to the reference update.
        G1Point referenceCommitment;
        /// Commitments of the last published aggregates, most recent first; infinity where there is none.
        G1Point[2] publicRows;
        /// How long every vector is.
        uint256 dimension;
        /// The round's own reward, in the token's smallest unit.
        uint256 reward;
        /// Rewards of earlier rounds that nobody earned.
        uint256 rollover;
    }

    /// @notice What a round comes to. Bits and elements are by submission, valid or not.
    struct Decision {
        /// Bit k set: submission k is valid.
        uint256 valid;
        /// Bit k set: submission k is in the aggregate.
        uint256 kept;
        /// B, by which the aggregate is divided.
        uint256 divisor;
        /// What each submission is paid; zero for the invalid.
        uint256[] payouts;
        /// Sum of what they are paid.
        uint256 earned;
        /// What each invalid one takes out of the round, an equal part.
        uint256 part;
        /// What later rounds, or the project's end, have to pay.
        uint256 rollover;
    }

    /// @notice Reverts unless all submissions are brought, its proof holds, and what it publishes is readable.
    /// @param record What the market knows of the round.
    /// @param submissions The round's submissions, in ascending order of seat.
    /// @param settlement What the aggregator posts.
    /// @return What the round comes to.
    function decide(
        RoundRecord calldata record,
        Submission[] calldata submissions,
        Settlement calldata settlement
    ) external view returns (Decision memory);
}
