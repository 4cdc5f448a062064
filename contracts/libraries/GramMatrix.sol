// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Reader of packed Gram matrices.
/// @notice Rows in order: the reference r (row 0), the n updates u_1..u_n, the P public rows p_1..p_P, most recent
///         first. A packed matrix is two blocks, big-endian, without padding:
///         1. the lower triangle over rows 0..n, row by row ((0,0), (1,0), (1,1), (2,0), ...), each an int64;
///         2. for each public row a = 1..P: <p_a, r>, <p_a, u_1>, ..., <p_a, u_n>, <p_a, p_1>, ..., <p_a, p_a>, each
///            an int128.
/// @dev The readers do not check their indices against the length. Call `checkLength` first.
library GramMatrix {
    /// @notice The packed matrix has another length than its numbers of rows ask for.
    error GramMatrix_WrongLength(uint256 expected, uint256 actual);

    /// @dev Reverts unless `gram` has the exact length for `updates` and `publicRows`.
    function checkLength(bytes calldata gram, uint256 updates, uint256 publicRows) internal pure {
        uint256 expected = byteLength(updates, publicRows);
        if (gram.length != expected) revert GramMatrix_WrongLength(expected, gram.length);
    }

    /// @dev Bytes of a packed matrix: 8·(n+1)(n+2)/2 + 16·(P(n+1) + P(P+1)/2).
    function byteLength(uint256 updates, uint256 publicRows) internal pure returns (uint256) {
        return publicRowOffset(updates, publicRows + 1);
    }

    /// @dev Byte at which the entries of public row `a` (from 1) start.
    ///      The rows before it have n+2, n+3, ..., n+a entries.
    function publicRowOffset(uint256 updates, uint256 a) internal pure returns (uint256) {
        return 4 * (updates + 1) * (updates + 2) + 16 * ((a - 1) * (updates + 1) + ((a - 1) * a) / 2);
    }

    /// @dev Inner product of rows `row` >= `column`, both among the reference and the updates.
    function inner(bytes calldata gram, uint256 row, uint256 column) internal pure returns (int256 value) {
        assembly ("memory-safe") {
            // Entry row·(row+1)/2 + column, 8 bytes each; the arithmetic shift extends the sign.
            let entry := add(shr(1, mul(row, add(row, 1))), column)
            value := sar(192, calldataload(add(gram.offset, shl(3, entry))))
        }
    }

    /// @dev Entry `column` of the public row that starts at byte `rowOffset`: the inner product with row `column`
    ///         for column = 0..n, with public row column - n above.
    function publicInner(bytes calldata gram, uint256 rowOffset, uint256 column) internal pure returns (int256 value) {
        assembly ("memory-safe") {
            value := sar(128, calldataload(add(gram.offset, add(rowOffset, shl(4, column)))))
        }
    }
}
