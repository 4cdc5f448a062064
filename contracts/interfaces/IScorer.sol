// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// @title What a round's Gram matrix decides.
/// @notice Pure. The market deploys its own; it is a contract of its own because code size is limited (EIP-170).
interface IScorer {
    /// @notice Scores a Gram matrix that an IGramVerifier has accepted, and splits the reward.
    /// @dev Element i of the arrays, and bit i of `kept`, are about the valid update u_{i+1}. Rules: see Scoring.
    /// @param gram Packed inner products (see GramMatrix).
    /// @param updates Number of valid updates, 1..32.
    /// @param publicRows Number of public rows, 0..2.
    /// @param reward What the round pays, in the token's smallest unit.
    /// @return kept Bit i set: the update is in the aggregate.
    /// @return divisor B, the sum of kept cosines, in units of 2^-16.
    /// @return weights The aggregate's weights b_i in units of 2^-16; zero for updates that are not kept.
    /// @return payouts Part of each update; the sum never exceeds `reward`, and is zero when nobody earned anything.
    function decide(
        bytes calldata gram,
        uint256 updates,
        uint256 publicRows,
        uint256 reward
    ) external pure returns (uint256 kept, uint256 divisor, uint256[] memory weights, uint256[] memory payouts);
}
