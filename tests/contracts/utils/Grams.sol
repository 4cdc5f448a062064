// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev Packs the inner products of short vectors in the layout that GramMatrix documents.
library Grams {
    /// @param rows Reference, updates, then public rows, most recent first.
    /// @param publicRows How many of the last rows are public.
    function pack(int256[3][] memory rows, uint256 publicRows) internal pure returns (bytes memory gram) {
        uint256 first = rows.length - publicRows;
        for (uint256 i = 0; i < first; ++i) {
            for (uint256 j = 0; j <= i; ++j) gram = abi.encodePacked(gram, int64(dot(rows[i], rows[j])));
        }
        for (uint256 i = first; i < rows.length; ++i) {
            for (uint256 j = 0; j <= i; ++j) gram = abi.encodePacked(gram, int128(dot(rows[i], rows[j])));
        }
    }

    function dot(int256[3] memory a, int256[3] memory b) internal pure returns (int256) {
        return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    }
}
