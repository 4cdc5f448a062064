// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {G1Point, WeightedSum} from "../types/MarketTypes.sol";

/// @title Verifier of Gram matrices of committed vectors.
/// @notice Pins one structured reference string. Stateless otherwise.
interface IGramVerifier {
    /// @notice Identifier of the pinned structured reference string.
    /// @return The hash of its public parameters.
    function srsId() external view returns (bytes32);

    /// @notice The longest vector that the pinned reference string can commit to.
    /// @return Its length, mask coordinates excluded.
    function maxDimension() external view returns (uint32);

    /// @notice Reverts with a named error unless `gram` is the Gram matrix of the vectors behind `commitments`, real vectors
    ///         with these inner products exist, and `aggregate` is the weighted sum of the updates' commitments.
    /// @param context Hash that binds the proof to chain, contract, project, round and participants.
    /// @param dimension Vector length d.
    /// @param commitments Rows in order: reference, updates, public rows (most recent first).
    /// @param publicRows How many of the last rows are public.
    /// @param gram Packed inner products, laid out as GramMatrix documents.
    /// @param proof The proof, laid out as the implementation documents.
    /// @param aggregate Weights of the updates, each below 2^64, and what their commitments then sum to.
    function verify(
        bytes32 context,
        uint256 dimension,
        G1Point[] calldata commitments,
        uint256 publicRows,
        bytes calldata gram,
        bytes calldata proof,
        WeightedSum calldata aggregate
    ) external view;
}
