// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Arrays} from "@openzeppelin/contracts/utils/Arrays.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {GramMatrix} from "./GramMatrix.sol";

/// @title What a round's Gram matrix decides: weights, outliers, contributions and payouts.
/// @notice Integers only; cosines, weights and shares are in units of 1/ONE, and every division rounds down. With
///         N_i = isqrt(G_ii << 64), which is 2^32·|u_i|:
///
///         cosine       c_i = min(ONE, (G_i0 << 80) / (N_i·N_0)), 0 when G_i0 <= 0 or a norm is 0; A = {i : c_i > 0}
///         similarity   s_ij = min(ONE, (G_ij << 80) / (N_i·N_j)), 0 when G_ij <= 0, for i and j in A
///         reliability  T = Σ (ONE − s_ij)²·c_i·c_j / Σ (ONE − s_ij)²·s_ij over the pairs, within 1 and ONE
///         expected     κ_ij = min(LIKENESS, c_i·c_j / T)
///         excess       e_ij = 4·(s_ij − κ_ij) / (ONE − κ_ij) − 1, at least 0 and at most ONE
///         copies       D_i = ONE + Σ_{j∈A} e_ij
///         trust        t_i = min(ONE, 2·c_i·S_1 / S_2) / D_i with p_j = c_j / D_j, S_1 = Σ p_j, S_2 = Σ c_j·p_j
///         weight       b_i = t_i·min(1, L / N_i), L = max(N_0, median of N_j over A)
///         divisor      B = Σ t_i over whoever has b_i > 0, which are the kept; the others are outliers
///         own part     O_i = ONE less what of |u_i|² lies in the space of the public rows
///         novelty      ν_i = min(ONE, O_i / Ō_i), Ō_i the mean of the others' own parts, weighted by b_j·N_j
///         contribution_i = b_i·G_i0·ν_i²
///
/// @dev The updates are taken as a common direction and each one's own noise: then s_ij = κ_i·κ_j and c_i = κ_0·κ_i,
///      and T estimates κ_0², by pairs that count the less the more they are alike. More likeness than c_i·c_j / T
///      is another one's update, whole or in part.
///
///      Everything fits int256. Assumed of `gram`, and ensured by IGramVerifier: n <= 32, d < 2^27, G_ii in
///      [0, d·32767²], M_aa in [0, d·(32·65536·32767)²], and G_ij² <= G_ii·G_jj for every pair. Then
///        |G_ij| < 2^57, M_aa < 2^99, |q_ia| <= sqrt(G_ii·M_aa) < 2^78, N_i < 2^61, and c_i, s_ij, t_i, b_i <= 2^16;
///        G_ij << 80 < 2^137, N_i·N_j < 2^122; 496 pairs: Σ (ONE − s)²·c·c < 2^73;
///        ONE <= D_i <= 2^21, p_j << 32 <= 2^48 and >= 2^11 where c_j > 0, so that S_2 is not 0; B <= 2^21.
///      Public rows, after the shifts s_a of `_publicSpace`: M_aa < 2^80; hence |M_12| <= 2^80 and, because
///      q_ia² <= G_ii·M_aa < 2^57·2^(80 + 2·s_a), |q_ia| < 2^69. So
///        0 < det <= M_11·M_22 < 2^160, det·G_ii < 2^217, the form of q < 2^220, << 16 < 2^236;
///        b_j·N_j < 2^77, Σ b_j·N_j·O_j < 2^98, contribution_i < 2^105, Σ contribution < 2^110.
library Scoring {
    using Arrays for uint256[];
    using GramMatrix for bytes;

    /// @dev One, as a cosine, a weight or a share: 2^16.
    uint256 internal constant ONE = 65_536;

    /// @dev The most likeness that a common direction explains: 0.98.
    uint256 private constant LIKENESS = 64_225;

    /// @dev Diagonal entries of public rows are shifted to below this many bits.
    uint256 private constant PUBLIC_BITS = 80;

    /// @dev Two public rows count as parallel when the squared sine between them is at most 2^-PARALLEL_BITS.
    uint256 private constant PARALLEL_BITS = 32;

    /// @dev What a round decides. Arrays are in the order of the valid updates: element i - 1 is about u_i.
    struct Outcome {
        /// Bit i - 1 set: u_i is kept, that is, in the aggregate.
        uint256 kept;
        /// B, by which the aggregate is divided.
        uint256 divisor;
        /// b_i of kept updates, zero for the others.
        uint256[] weights;
        /// What each kept update is paid by, in an arbitrary common unit; zero for the others.
        uint256[] contributions;
    }

    /// @dev The updates of A, in the order of their rows: element k of each array is about the k-th of them.
    struct Aligned {
        /// N_0.
        uint256 referenceNorm;
        /// The row i of each.
        uint256[] rows;
        /// N_i.
        uint256[] norms;
        /// c_i.
        uint256[] cosines;
    }

    /// @dev The space of the public rows: what of |u_i|² lies in it is
    ///      (inverse11·q_i1² − 2·inverse12·q_i1·q_i2 + inverse22·q_i2²) / scale.
    struct PublicSpace {
        /// det M, or M_11 where one row is all; 0 without public rows.
        int256 scale;
        /// Byte at which the first row's entries start.
        uint256 row1;
        /// Bits by which the first row is shifted.
        uint256 shift1;
        /// M_22, or 1 where one row is all.
        int256 inverse11;
        /// Byte at which the second row's entries start; zero when there is none.
        uint256 row2;
        /// Bits by which the second row is shifted.
        uint256 shift2;
        /// M_11.
        int256 inverse22;
        /// M_12.
        int256 inverse12;
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
        outcome.weights = new uint256[](updates);
        outcome.contributions = new uint256[](updates);

        Aligned memory aligned = _align(gram, updates);
        if (aligned.rows.length == 0) return outcome;
        _weigh(aligned, _copies(gram, aligned), outcome);
        _contribute(gram, publicRows, aligned, outcome);
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
        // Unchecked: the total stays below 2^110 (above).
        unchecked {
            for (uint256 i; i < updates; ++i) total += outcome.contributions[i];
            if (total == 0) return amounts;
            for (uint256 i; i < updates; ++i) {
                uint256 contribution = outcome.contributions[i];
                if (contribution != 0) amounts[i] = Math.mulDiv(reward, contribution, total);
            }
        }
    }

    /// @dev Whoever has a positive cosine.
    function _align(bytes calldata gram, uint256 updates) private pure returns (Aligned memory aligned) {
        uint256[] memory rows = new uint256[](updates);
        uint256[] memory norms = new uint256[](updates);
        uint256[] memory cosines = new uint256[](updates);
        uint256 referenceNorm = _norm(gram, 0);
        uint256 count;

        // Unchecked: count <= n; magnitudes above; the divisors are not zero where they divide.
        unchecked {
            for (uint256 i = 1; i <= updates && referenceNorm != 0; ++i) {
                int256 alignment = gram.inner(i, 0);
                if (alignment <= 0) continue;
                uint256 norm = _norm(gram, i);
                if (norm == 0) continue;
                uint256 cosine = Math.min(ONE, (uint256(alignment) << 80) / (norm * referenceNorm));
                if (cosine == 0) continue;
                (rows[count], norms[count], cosines[count]) = (i, norm, cosine);
                ++count;
            }
        }

        // Memory-safe: the arrays only become shorter.
        assembly ("memory-safe") {
            mstore(rows, count)
            mstore(norms, count)
            mstore(cosines, count)
        }
        aligned = Aligned(referenceNorm, rows, norms, cosines);
    }

    /// @dev D_i of each of A: how many updates it counts as being one of.
    function _copies(bytes calldata gram, Aligned memory aligned) private pure returns (uint256[] memory copies) {
        uint256[] memory cosines = aligned.cosines;
        uint256 count = cosines.length;
        copies = new uint256[](count);
        (uint256[] memory similarities, uint256 reliability) = _similarities(gram, aligned);

        // Memory-safe: reads the elements of `cosines` and of `similarities`, one for each pair in the order in which
        // they were written, and writes those of `copies`, which has as many as `cosines`.
        assembly ("memory-safe") {
            let first := add(cosines, 0x20)
            let end := add(first, shl(5, count))
            let toCopies := sub(copies, cosines)
            let pair := add(similarities, 0x20)
            for {
                let row := first
            } lt(row, end) {
                row := add(row, 0x20)
            } {
                let cosine := mload(row)
                let sum := ONE
                for {
                    let column := first
                } lt(column, row) {
                    column := add(column, 0x20)
                } {
                    let similarity := mload(pair)
                    pair := add(pair, 0x20)
                    // κ = min(LIKENESS, c_i·c_j / T)
                    let expected := div(mul(cosine, mload(column)), reliability)
                    if gt(expected, LIKENESS) {
                        expected := LIKENESS
                    }
                    // e = min(ONE, 4·(s − κ) / (ONE − κ) − 1) where it is positive
                    let rest := sub(ONE, expected)
                    let excess := sub(shl(2, sub(similarity, expected)), rest)
                    if sgt(excess, 0) {
                        switch lt(excess, rest)
                        case 0 {
                            excess := ONE
                        }
                        default {
                            excess := div(shl(16, excess), rest)
                        }
                        sum := add(sum, excess)
                        let other := add(column, toCopies)
                        mstore(other, add(mload(other), excess))
                    }
                }
                mstore(add(row, toCopies), sum)
            }
        }
    }

    /// @dev s_ij of every pair of A, element k(k−1)/2 + l about the k-th and the l-th with l < k, and T.
    function _similarities(
        bytes calldata gram,
        Aligned memory aligned
    ) private pure returns (uint256[] memory similarities, uint256 reliability) {
        uint256[] memory rows = aligned.rows;
        uint256 count = rows.length;
        uint256[] memory norms = aligned.norms;
        uint256[] memory cosines = aligned.cosines;
        // At most 32 rows.
        unchecked {
            similarities = new uint256[]((count * (count - 1)) / 2);
        }

        // Memory-safe: reads the elements of `rows`, `norms` and `cosines`, all of one length, and writes those of
        // `similarities`, one for each pair.
        assembly ("memory-safe") {
            let first := add(rows, 0x20)
            let end := add(first, shl(5, count))
            let toNorms := sub(norms, rows)
            let toCosines := sub(cosines, rows)
            let pair := add(similarities, 0x20)
            let agreement := 0
            let total := 0
            for {
                let row := first
            } lt(row, end) {
                row := add(row, 0x20)
            } {
                let index := mload(row)
                // Entry (i, 0) of the triangle.
                let entries := add(gram.offset, shl(2, mul(index, add(index, 1))))
                let norm := mload(add(row, toNorms))
                let cosine := mload(add(row, toCosines))
                for {
                    let column := first
                } lt(column, row) {
                    column := add(column, 0x20)
                } {
                    let product := sar(192, calldataload(add(entries, shl(3, mload(column)))))
                    let similarity := 0
                    if sgt(product, 0) {
                        similarity := div(shl(80, product), mul(norm, mload(add(column, toNorms))))
                        if gt(similarity, ONE) {
                            similarity := ONE
                        }
                    }
                    mstore(pair, similarity)
                    pair := add(pair, 0x20)
                    let difference := sub(ONE, similarity)
                    difference := mul(difference, difference)
                    agreement := add(agreement, mul(difference, mul(cosine, mload(add(column, toCosines)))))
                    total := add(total, mul(difference, similarity))
                }
            }
            // Division by zero gives zero.
            reliability := div(agreement, total)
            if or(iszero(total), gt(reliability, ONE)) {
                reliability := ONE
            }
            if iszero(reliability) {
                reliability := 1
            }
        }
    }

    /// @dev Fills b_i, B, and who is kept.
    function _weigh(Aligned memory aligned, uint256[] memory copies, Outcome memory outcome) private pure {
        uint256[] memory rows = aligned.rows;
        uint256[] memory norms = aligned.norms;
        uint256[] memory cosines = aligned.cosines;
        uint256 limit = Math.max(aligned.referenceNorm, _median(norms));
        uint256 kept;
        uint256 divisor;

        // Unchecked: magnitudes above; D_j >= ONE, S_2 > 0, and N_i > 0 in A. All arrays have an element for each of A.
        unchecked {
            uint256 first;
            uint256 second;
            for (uint256 k; k < rows.length; ++k) {
                uint256 cosine = cosines.unsafeMemoryAccess(k);
                uint256 part = (cosine << 32) / copies.unsafeMemoryAccess(k);
                first += part;
                second += cosine * part;
            }
            for (uint256 k; k < rows.length; ++k) {
                uint256 full = Math.min(ONE, ((2 * cosines.unsafeMemoryAccess(k) * first) << 16) / second);
                uint256 trust = (full << 16) / copies.unsafeMemoryAccess(k);
                uint256 norm = norms.unsafeMemoryAccess(k);
                uint256 weight = norm > limit ? (trust * limit) / norm : trust;
                if (weight == 0) continue;
                uint256 update = rows.unsafeMemoryAccess(k) - 1;
                outcome.weights[update] = weight;
                kept |= 1 << update;
                divisor += trust;
            }
        }
        outcome.kept = kept;
        outcome.divisor = divisor;
    }

    /// @dev contribution_i = b_i·G_i0·ν_i² of whoever is kept.
    function _contribute(
        bytes calldata gram,
        uint256 publicRows,
        Aligned memory aligned,
        Outcome memory outcome
    ) private pure {
        uint256[] memory rows = aligned.rows;
        uint256[] memory norms = aligned.norms;
        uint256[] memory weights = outcome.weights;
        uint256[] memory lengths = new uint256[](rows.length);
        uint256[] memory own = new uint256[](rows.length);
        PublicSpace memory space = _publicSpace(gram, weights.length, publicRows);

        // Unchecked: magnitudes above; what is taken from the sums was added to them. Rows are those of updates, and all else
        // has an element for each of them.
        unchecked {
            uint256 allLengths;
            uint256 allOwn;
            for (uint256 k; k < rows.length; ++k) {
                uint256 row = rows.unsafeMemoryAccess(k);
                uint256 length = weights.unsafeMemoryAccess(row - 1) * norms.unsafeMemoryAccess(k);
                uint256 part = _ownPart(gram, space, row);
                (lengths[k], own[k]) = (length, part);
                allLengths += length;
                allOwn += length * part;
            }
            for (uint256 k; k < rows.length; ++k) {
                uint256 row = rows.unsafeMemoryAccess(k);
                uint256 length = lengths.unsafeMemoryAccess(k);
                // Alone, an update is compared with one that has nothing of what is public. Where the others have
                // nothing of their own, whoever has something is new.
                uint256 novelty = own.unsafeMemoryAccess(k);
                uint256 others = allLengths - length;
                uint256 othersOwn = allOwn - length * novelty;
                if (others != 0 && novelty != 0) {
                    novelty = othersOwn == 0 ? ONE : Math.min(ONE, ((novelty * others) << 16) / othersOwn);
                }
                outcome.contributions[row - 1] =
                    weights.unsafeMemoryAccess(row - 1) *
                    uint256(gram.inner(row, 0)) *
                    novelty *
                    novelty;
            }
        }
    }

    /// @dev O_i.
    function _ownPart(bytes calldata gram, PublicSpace memory space, uint256 i) private pure returns (uint256) {
        if (space.scale == 0) return ONE;
        // Unchecked: magnitudes above.
        unchecked {
            int256 q1 = gram.publicInner(space.row1, i) >> space.shift1;
            int256 inside = space.inverse11 * q1 * q1;
            if (space.row2 != 0) {
                int256 q2 = gram.publicInner(space.row2, i) >> space.shift2;
                inside += (space.inverse22 * q2 - 2 * space.inverse12 * q1) * q2;
            }
            if (inside <= 0) return ONE;
            uint256 part = (uint256(inside) << 16) / uint256(space.scale * gram.inner(i, i));
            return part >= ONE ? 0 : ONE - part;
        }
    }

    /// @dev Chooses the public rows that span the space. Row a is shifted by the smallest s_a >= 0 with
    ///      (M_aa >> 2·s_a) < 2^80: M_ab by s_a + s_b, q_ia by s_a. Rows with M_aa = 0 are left out. So is the older of
    ///      two rows that are parallel but for rounding, det <= M_11·M_22 / 2^32: what the newer leaves of it would
    ///      be the shifts' noise, not information.
    function _publicSpace(
        bytes calldata gram,
        uint256 updates,
        uint256 publicRows
    ) private pure returns (PublicSpace memory space) {
        // Unchecked: magnitudes above.
        unchecked {
            for (uint256 a = 1; a <= publicRows; ++a) {
                uint256 row = GramMatrix.publicRowOffset(updates, a);
                int256 diagonal = gram.publicInner(row, updates + a);
                if (diagonal <= 0) continue;
                uint256 shift;
                while ((diagonal >> (2 * shift)) >> PUBLIC_BITS != 0) ++shift;
                diagonal >>= 2 * shift;

                if (space.scale == 0) {
                    space.scale = diagonal;
                    space.row1 = row;
                    space.shift1 = shift;
                    space.inverse11 = 1;
                    continue;
                }

                // Only the second public row comes here, and only after the first was taken.
                int256 m11 = space.scale;
                int256 m12 = gram.publicInner(row, updates + 1) >> (space.shift1 + shift);
                int256 det = m11 * diagonal - m12 * m12;
                // det < 2^160, above.
                if (det << PARALLEL_BITS <= m11 * diagonal) continue;
                space.scale = det;
                space.inverse11 = diagonal;
                space.row2 = row;
                space.shift2 = shift;
                space.inverse22 = m11;
                space.inverse12 = m12;
            }
        }
    }

    /// @dev The lower median: of an even number, the smaller of the two in the middle.
    function _median(uint256[] memory values) private pure returns (uint256 median) {
        uint256 count = values.length;
        uint256[] memory sorted = new uint256[](count);
        // Memory-safe: insertion sort, each value of `values` into those of `sorted` that are there; both have `count`.
        assembly ("memory-safe") {
            let first := add(sorted, 0x20)
            let toValues := sub(values, sorted)
            let end := add(first, shl(5, count))
            for {
                let next := first
            } lt(next, end) {
                next := add(next, 0x20)
            } {
                let value := mload(add(next, toValues))
                let place := next
                for {} gt(place, first) {
                    place := sub(place, 0x20)
                } {
                    let before := mload(sub(place, 0x20))
                    if iszero(gt(before, value)) {
                        break
                    }
                    mstore(place, before)
                }
                mstore(place, value)
            }
            median := mload(add(first, shl(5, shr(1, sub(count, 1)))))
        }
    }

    /// @dev N_i = isqrt(G_ii << 64).
    function _norm(bytes calldata gram, uint256 i) private pure returns (uint256) {
        return Math.sqrt(uint256(gram.inner(i, i)) << 64);
    }
}
