// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {GramMatrix} from "./GramMatrix.sol";

/// @title Whether real vectors with a packed Gram matrix exist.
/// @notice They do exactly when the matrix is positive semidefinite. This is Cholesky's decomposition in integers. Rows are
///         first scaled to alike lengths, A_ij = floor(2^128·G_ij / 2^(k_i + k_j)) with k_i = floor((76 + floor(log2 G_ii)) / 2),
///         so that 2^52 <= A_ii < 2^54. The diagonal gets SLACK more, which the roundings cannot use up. Then for j < i
///
///         L_ij = trunc((A_ij − Σ_{k<j} L_ik·L_jk) / L_jj),  p_i = A_ii + SLACK − Σ_{k<i} L_ik²,  L_ii = isqrt(p_i)
///
///         and G is accepted when every p_i is at least SLACK / 2. Every positive semidefinite G is, and of what is accepted
///         Σ x_i·x_j·G_ij >= −2^-17·Σ x_i²·G_ii for all x. Proof: docs/gram-proof.md.
/// @dev Assumed of `gram`, and checked by the verifier before: its length; 0 <= G_ii < 2^99, for at most 35 rows;
///      G_ij² <= G_ii·G_jj. So |A_ij| <= 2^54. Products are taken four at a time: of a = Σ_q a_q·2^(64·q) and
///      b = Σ_q b_q·2^(64·(3 − q)), the product modulo 2^256 has Σ_q a_q·b_q at 2^192, and what is below is rounded away.
///      While |L_ij| <= 2^28, sums of 34 products are below 2^62, and fit. The first L_ij beyond that is computed right, and
///      its square alone exceeds A_ii + SLACK; what comes after it in its row is below 2^47 however wrong, so that p_i < 0.
library Semidefinite {
    /// @dev What is added to the diagonal.
    uint256 private constant SLACK = 1 << 34;
    /// @dev Words of a row of L before its entries: L_ii and k_i.
    uint256 private constant HEADER_WORDS = 2;

    /// @notice Decomposes the matrix until it is shown not to be semidefinite.
    /// @param gram Packed as GramMatrix documents.
    /// @param updates n.
    /// @param publicRows P.
    /// @return row The first row that the rows before it allow no real vector for; the number of rows when there is none.
    function firstImpossibleRow(
        bytes calldata gram,
        uint256 updates,
        uint256 publicRows
    ) internal pure returns (uint256 row) {
        uint256 rows = 1 + updates + publicRows;
        // Four entries a word; the diagonal is in the header.
        uint256 words = (rows + 2) / 4;
        uint256 stride = HEADER_WORDS + words;
        uint256[] memory factor = new uint256[](rows * stride);
        uint256[] memory own = new uint256[](words + 1);
        for (; row < rows; ++row) {
            (uint256 offset, uint256 size) = row > updates
                ? (GramMatrix.publicRowOffset(updates, row - updates), 16)
                : (4 * row * (row + 1), 8);
            int256 pivot = _eliminate(gram, offset, size, factor, stride, own, row);
            if (pivot < int256(SLACK / 2)) return row;
            factor[row * stride] = Math.sqrt(uint256(pivot));
        }
    }

    /// @dev Fills row `row` of L below the diagonal, and returns p_i. The row's entries start at byte `offset` of `gram` and
    ///      have `size` bytes each. `own` holds the row as the factor a of products, and has room for a word more; `factor`
    ///      holds every row as the factor b.
    function _eliminate(
        bytes calldata gram,
        uint256 offset,
        uint256 size,
        uint256[] memory factor,
        uint256 stride,
        uint256[] memory own,
        uint256 row
    ) private pure returns (int256 pivot) {
        uint256 source;
        assembly ("memory-safe") {
            source := add(gram.offset, offset)
            pivot := sar(sub(256, shl(3, size)), calldataload(add(source, mul(row, size))))
        }
        uint256 scale = (76 + Math.log2(uint256(pivot))) / 2;
        factor[row * stride + 1] = scale;
        pivot = int256(((uint256(pivot) << 128) >> (2 * scale)) + SLACK);
        // Memory-safe: reads rows 0..row of `factor`, writes row `row` of it and `own`, and uses the scratch space.
        assembly ("memory-safe") {
            stride := shl(5, stride)
            // Entries are read as the upper part of a word: they are multiples of 2^(256 − 8·size) there, not of 2^128.
            scale := add(scale, sub(128, shl(3, size)))
            // In memory, for the stack is short: which bits are the entry's, and where the row's entries are in `factor`.
            mstore(0x00, shl(sub(256, shl(3, size)), not(0)))
            mstore(0x20, add(add(factor, 0x60), mul(row, stride)))
            let other := add(factor, 0x60)
            own := add(own, 0x20)
            let word := own
            let place := 0
            mstore(word, 0)
            for {} lt(other, mload(0x20)) {
                other := add(other, stride)
            } {
                // Σ_{k<j} L_ik·L_jk, rounded to the multiple of 2^192. Beyond j the other row is zero.
                let value := shl(191, 1)
                let right := other
                for {
                    let left := own
                } iszero(gt(left, word)) {
                    left := add(left, 0x20)
                } {
                    value := add(value, mul(mload(left), mload(right)))
                    right := add(right, 0x20)
                }
                value := sdiv(
                    sub(
                        sar(add(scale, mload(sub(other, 0x20))), and(mload(0x00), calldataload(source))),
                        sar(192, value)
                    ),
                    mload(sub(other, 0x40))
                )
                pivot := sub(pivot, mul(value, value))
                mstore(word, add(mload(word), shl(place, value)))
                right := add(mload(0x20), sub(word, own))
                mstore(right, add(mload(right), shl(sub(192, place), value)))
                source := add(source, size)
                place := and(add(place, 64), 192)
                if iszero(place) {
                    word := add(word, 0x20)
                    mstore(word, 0)
                }
            }
        }
    }
}
