// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {GramMatrix} from "./GramMatrix.sol";

/// @title What a round's Gram matrix decides: weights, outliers, contributions and payouts.
/// @notice Integers only; cosines and weights are in units of 1/ONE. With N_i = isqrt(G_ii << 64), which is 2^32·|u_i|:
///
///         cosine     c_i = min(ONE, floor((G_i0 << 80) / (N_i·N_0))), 0 when G_i0 <= 0 or a norm is 0
///         weight     b_i = floor(c_i·N_0 / N_i) when N_i > N_0, else c_i
///         divisor    B   = Σ_{i∈A} c_i
///         Shapley    φ_i = b_i·(2·B·G_i0 − Σ_{j∈A} b_j·G_ij)
///         outliers   from A = {i : b_i > 0}, drop whoever has φ_i <= 0; repeat, at most three times in all
///         contribution_i = max(0, b_i·X_i), X_i = <u_i, r> after projecting the public rows out, times det M
///
/// @dev Everything fits int256. Assumed of `gram`, and ensured by IGramVerifier: n <= 32, d <= 2^26, G_ii in
///      [0, d·32767²], M_aa in [0, d·(32·65536·32767)²], and G_ij² <= G_ii·G_jj for every pair. Then
///        |G_ij| < 2^56, M_aa < 2^98, |q_ia| <= sqrt(G_ii·M_aa) < 2^77, N_i < 2^60, c_i, b_i <= 2^16, B <= 2^21;
///        G_i0 << 80 < 2^136, N_i·N_0 < 2^120, c_i·N_0 < 2^76;
///        |2·B·G_i0| < 2^78 and |Σ_j b_j·G_ij| < 2^5·2^16·2^56 = 2^77.
///      Public rows, after the shifts s_a of `_projection`: M_aa < 2^80; hence |M_12| <= 2^80 and, because
///      q_ia² <= G_ii·M_aa < 2^56·2^(80 + 2·s_a), |q_ia| <= 2^68. So
///        0 < det <= M_11·M_22 < 2^160, |M_22·q_01 − M_12·q_02| <= 2^149,
///        |X_i| < 2^56·2^160 + 2·2^68·2^149 < 2^219, contribution_i < 2^235, Σ contribution < 2^240.
library Scoring {
    using GramMatrix for bytes;

    /// @dev One, as a cosine or a weight.
    uint256 internal constant ONE = 1 << 16;

    /// @dev Passes of the outlier rule.
    uint256 private constant PASSES = 3;

    /// @dev Diagonal entries of public rows are shifted to below this many bits.
    uint256 private constant PUBLIC_BITS = 80;

    /// @dev Two public rows count as parallel when the squared sine between them is at most 2^-PARALLEL_BITS.
    uint256 private constant PARALLEL_BITS = 32;

    /// @dev What a round decides. Arrays are in the order of the valid updates: element i - 1 is about u_i.
    struct Outcome {
        /// Bit i - 1 set: u_i is in A, that is, in the aggregate.
        uint256 kept;
        /// B, by which the aggregate is divided.
        uint256 divisor;
        /// b_i of kept updates, zero for the others.
        uint256[] weights;
        /// What each kept update is paid by, in an arbitrary common unit; zero for the others.
        uint256[] contributions;
    }

    /// @dev X_i = G_i0·scale − (q_i1 >> shift1)·factor1 − (q_i2 >> shift2)·factor2.
    struct Projection {
        /// det M; 1 without public rows.
        int256 scale;
        /// Byte at which the first row's entries start; zero when there is none.
        uint256 row1;
        /// Bits by which the first row is shifted.
        uint256 shift1;
        /// What the first row's entries are multiplied by.
        int256 factor1;
        /// Byte at which the second row's entries start; zero when there is none.
        uint256 row2;
        /// Bits by which the second row is shifted.
        uint256 shift2;
        /// What the second row's entries are multiplied by.
        int256 factor2;
    }

    /// @notice Scores a matrix that an IGramVerifier has accepted.
    /// @param gram Packed as GramMatrix documents.
    /// @param updates n, at most 32.
    /// @param publicRows P, at most 2.
    /// @return outcome Whom it keeps, and by what each of them is paid.
    function score(
        bytes calldata gram,
        uint256 updates,
        uint256 publicRows
    ) internal pure returns (Outcome memory outcome) {
        gram.checkLength(updates, publicRows);
        uint256[] memory cosines = new uint256[](updates);
        outcome.weights = new uint256[](updates);
        outcome.contributions = new uint256[](updates);

        _weigh(gram, cosines, outcome);
        _dropOutliers(gram, cosines, outcome);
        _contribute(gram, publicRows, outcome);
    }

    /// @notice Splits `reward` over the valid updates, in their order: floor(R·contribution_i / Σ contribution). Nothing
    ///         when no contribution is positive. Every part is rounded down, so the sum is at most `reward`.
    /// @param outcome What `score` returned.
    /// @param reward What there is to pay, in the token's smallest unit.
    /// @return amounts One part for each valid update.
    function payouts(Outcome memory outcome, uint256 reward) internal pure returns (uint256[] memory amounts) {
        uint256 updates = outcome.contributions.length;
        amounts = new uint256[](updates);
        uint256 total;
        // Unchecked: the total stays below 2^240 (above).
        unchecked {
            for (uint256 i; i < updates; ++i) total += outcome.contributions[i];
            if (total == 0) return amounts;
            for (uint256 i; i < updates; ++i) {
                uint256 contribution = outcome.contributions[i];
                if (contribution != 0) amounts[i] = Math.mulDiv(reward, contribution, total);
            }
        }
    }

    /// @dev Fills c_i and b_i, and starts A with whoever has b_i > 0.
    function _weigh(bytes calldata gram, uint256[] memory cosines, Outcome memory outcome) private pure {
        uint256[] memory weights = outcome.weights;
        uint256 updates = weights.length;
        uint256 kept;
        uint256 divisor;
        uint256 referenceNorm = _norm(gram, 0);
        if (referenceNorm == 0) return;

        // Unchecked: c_i <= 2^16 and n <= 32 bound B; the divisors N_i and N_0 are not zero where they divide.
        unchecked {
            for (uint256 i = 1; i <= updates; ++i) {
                int256 alignment = gram.inner(i, 0);
                if (alignment <= 0) continue;
                uint256 norm = _norm(gram, i);
                if (norm == 0) continue;

                // c_i = min(ONE, floor((G_i0 << 80) / (N_i·N_0)))
                uint256 cosine = (uint256(alignment) << 80) / (norm * referenceNorm);
                if (cosine > ONE) cosine = ONE;
                // b_i = N_i > N_0 ? floor(c_i·N_0 / N_i) : c_i
                uint256 weight = norm > referenceNorm ? (cosine * referenceNorm) / norm : cosine;
                if (weight == 0) continue;

                cosines[i - 1] = cosine;
                weights[i - 1] = weight;
                kept |= 1 << (i - 1);
                divisor += cosine;
            }
        }
        outcome.kept = kept;
        outcome.divisor = divisor;
    }

    /// @dev Drops from A, at most three times, whoever has φ_i <= 0. As b_i > 0 in A, the sign of φ_i is that of
    ///      2·B·G_i0 − S_i with S_i = Σ_{j∈A} b_j·G_ij.
    function _dropOutliers(bytes calldata gram, uint256[] memory cosines, Outcome memory outcome) private pure {
        uint256[] memory weights = outcome.weights;
        uint256 updates = weights.length;
        uint256 kept = outcome.kept;
        uint256 divisor = outcome.divisor;

        // Unchecked: magnitudes above; what leaves B was added to it before.
        unchecked {
            for (uint256 pass; pass < PASSES && kept != 0; ++pass) {
                int256[] memory sums = _sums(gram, weights);
                int256 doubleDivisor = 2 * int256(divisor);
                uint256 before = kept;
                for (uint256 i; i < updates; ++i) {
                    if ((before >> i) & 1 == 0) continue;
                    if (doubleDivisor * gram.inner(i + 1, 0) > sums[i]) continue;
                    kept ^= 1 << i;
                    divisor -= cosines[i];
                    weights[i] = 0;
                }
                if (kept == before) break;
            }
        }
        outcome.kept = kept;
        outcome.divisor = divisor;
    }

    /// @dev S_i = Σ_j b_j·G_ij for every i with b_i > 0; other elements are meaningless. Walks the packed triangle
    ///      once, using each entry for both of its rows.
    function _sums(bytes calldata gram, uint256[] memory weights) private pure returns (int256[] memory sums) {
        uint256 updates = weights.length;
        sums = new int256[](updates);
        // Memory-safe: reads the elements of `weights`, reads and writes those of `sums`; both have n of them.
        assembly ("memory-safe") {
            let first := add(weights, 0x20)
            // Where an element of `sums` lies, seen from the same element of `weights`.
            let toSums := sub(sums, weights)
            // Entry (1, 0) of the triangle.
            let rowStart := add(gram.offset, 8)
            let end := add(first, shl(5, updates))
            for {
                let row := first
                let rowBytes := 16
            } lt(row, end) {
                row := add(row, 0x20)
            } {
                let weight := mload(row)
                if weight {
                    let sum := 0
                    // Entry (i, 1).
                    let entry := add(rowStart, 8)
                    for {
                        let column := first
                    } lt(column, row) {
                        column := add(column, 0x20)
                    } {
                        let product := sar(192, calldataload(entry))
                        let other := add(column, toSums)
                        // S_i += b_j·G_ij and S_j += b_i·G_ij
                        sum := add(sum, mul(mload(column), product))
                        mstore(other, add(mload(other), mul(weight, product)))
                        entry := add(entry, 8)
                    }
                    mstore(add(row, toSums), add(sum, mul(weight, sar(192, calldataload(entry)))))
                }
                rowStart := add(rowStart, rowBytes)
                rowBytes := add(rowBytes, 8)
            }
        }
    }

    /// @dev contribution_i = max(0, b_i·X_i) for i ∈ A.
    function _contribute(bytes calldata gram, uint256 publicRows, Outcome memory outcome) private pure {
        uint256[] memory weights = outcome.weights;
        uint256[] memory contributions = outcome.contributions;
        uint256 updates = weights.length;
        uint256 kept = outcome.kept;
        if (kept == 0) return;
        Projection memory projection = _projection(gram, updates, publicRows);

        // Unchecked: magnitudes above.
        unchecked {
            for (uint256 i = 1; i <= updates; ++i) {
                if ((kept >> (i - 1)) & 1 == 0) continue;
                int256 value = gram.inner(i, 0) * projection.scale;
                if (projection.row1 != 0) {
                    value -= (gram.publicInner(projection.row1, i) >> projection.shift1) * projection.factor1;
                }
                if (projection.row2 != 0) {
                    value -= (gram.publicInner(projection.row2, i) >> projection.shift2) * projection.factor2;
                }
                if (value > 0) contributions[i - 1] = weights[i - 1] * uint256(value);
            }
        }
    }

    /// @dev Chooses the public rows that are projected out, and what X_i needs of them.
    ///        none: X_i = G_i0
    ///        one:  X_i = G_i0·M_11 − q_i1·q_01
    ///        two:  X_i = G_i0·det − q_i1·(M_22·q_01 − M_12·q_02) − q_i2·(M_11·q_02 − M_12·q_01)
    ///      Row a is shifted by the smallest s_a >= 0 with (M_aa >> 2·s_a) < 2^80: M_ab by s_a + s_b, q_ia by s_a.
    ///      Rows with M_aa = 0 are left out. So is the older of two rows that are parallel but for rounding,
    ///      det <= M_11·M_22 / 2^32: what the newer leaves of it would be the shifts' noise, not information.
    function _projection(
        bytes calldata gram,
        uint256 updates,
        uint256 publicRows
    ) private pure returns (Projection memory projection) {
        projection.scale = 1;
        // Unchecked: magnitudes above.
        unchecked {
            int256 m11;
            int256 q01;
            for (uint256 a = 1; a <= publicRows; ++a) {
                uint256 row = GramMatrix.publicRowOffset(updates, a);
                int256 diagonal = gram.publicInner(row, updates + a);
                if (diagonal <= 0) continue;
                uint256 shift;
                while ((diagonal >> (2 * shift)) >> PUBLIC_BITS != 0) ++shift;
                diagonal >>= 2 * shift;
                int256 q0 = gram.publicInner(row, 0) >> shift;

                if (projection.row1 == 0) {
                    (m11, q01) = (diagonal, q0);
                    projection.scale = m11;
                    projection.row1 = row;
                    projection.shift1 = shift;
                    projection.factor1 = q01;
                    continue;
                }

                // Only the second public row comes here, and only after the first was taken.
                int256 m12 = gram.publicInner(row, updates + 1) >> (projection.shift1 + shift);
                int256 det = m11 * diagonal - m12 * m12;
                // det < 2^160, above.
                if (det << PARALLEL_BITS <= m11 * diagonal) continue;
                projection.scale = det;
                projection.factor1 = diagonal * q01 - m12 * q0;
                projection.row2 = row;
                projection.shift2 = shift;
                projection.factor2 = m11 * q0 - m12 * q01;
            }
        }
    }

    /// @dev N_i = isqrt(G_ii << 64).
    function _norm(bytes calldata gram, uint256 i) private pure returns (uint256) {
        return Math.sqrt(uint256(gram.inner(i, i)) << 64);
    }
}
