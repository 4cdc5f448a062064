// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// @title Errors of the verifier of Gram matrices.
/// @notice Each with the values that mattered.
library GramVerifierErrors {
    /// @notice The reference string has too few powers for any vector, or more than the magnitude bounds allow.
    error GramVerifier_PowersOutOfRange(uint256 given, uint256 least, uint256 most);

    /// @notice [τ]_1 is infinity or [1]_1, so τ is no secret.
    error GramVerifier_TrivialReferenceString(uint256 x, uint256 y);

    /// @notice The τ of the development reference string is public: it is for chains of development nodes alone.
    error GramVerifier_DevelopmentReferenceString(uint256 chainId);

    /// @notice [τ]_1, [τ]_2 and [τ²]_2 do not hold powers of one τ.
    error GramVerifier_InconsistentReferenceString();

    /// @notice The vectors' length is not in 1..most.
    error GramVerifier_DimensionOutOfRange(uint256 dimension, uint256 most);

    /// @notice There are not one reference, 1..32 updates and 0..2 public rows.
    error GramVerifier_WrongNumberOfRows(uint256 rows, uint256 publicRows);

    /// @notice There is not one weight for each update.
    error GramVerifier_WrongNumberOfWeights(uint256 weights, uint256 updates);

    /// @notice A weight is not below 2^64. `update` counts from 0.
    error GramVerifier_WeightTooLarge(uint256 update, uint256 weight);

    /// @notice The proof has another length than it must have.
    error GramVerifier_WrongProofLength(uint256 expected, uint256 actual);

    /// @notice A scalar of the proof is not below the group's order. `word` is its place in the proof.
    error GramVerifier_ScalarNotReduced(uint256 word, uint256 value);

    /// @notice A coordinate in the proof is not below the base field's modulus. `word` is its place in the proof.
    error GramVerifier_CoordinateNotReduced(uint256 word, uint256 value);

    /// @notice C_g or W is infinity, which no honest proof holds. `word` is its place in the proof.
    error GramVerifier_PointAtInfinity(uint256 word);

    /// @notice A squared norm is negative or beyond what entries in bounds can give.
    error GramVerifier_NormOutOfBounds(uint256 row, int256 value, uint256 most);

    /// @notice An inner product is beyond what the two squared norms allow (Cauchy and Schwarz).
    error GramVerifier_InnerProductOutOfBounds(uint256 row, uint256 column, int256 value);

    /// @notice No real vectors have these inner products: the rows before `row` allow none for it.
    error GramVerifier_NotSemidefinite(uint256 row);

    /// @notice The proof's hint is not the inverse of the challenge x.
    error GramVerifier_WrongInverse(uint256 challenge, uint256 hint);

    /// @notice The challenge x is 1 or -1, where the two evaluation points are one.
    error GramVerifier_DegenerateChallenge(uint256 challenge);

    /// @notice The evaluations do not satisfy c(x)·c(1/x) = s + x·g(x) + g(1/x)/x.
    error GramVerifier_WrongIdentity(uint256 left, uint256 right);

    /// @notice The commitments do not open to the evaluations, or the aggregate's is not their weighted sum.
    error GramVerifier_WrongOpening();
}
