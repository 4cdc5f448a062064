// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {GramMatrix} from "../libraries/GramMatrix.sol";
import {Scoring} from "../libraries/Scoring.sol";
import {Semidefinite} from "../libraries/Semidefinite.sol";

/// @title Calls the libraries that decide by a Gram matrix from outside, in batches.
contract ScoringHarness {
    /// @dev One matrix and the reward to split by it.
    struct Case {
        bytes gram;
        uint256 updates;
        uint256 publicRows;
        uint256 reward;
    }

    /// @dev What the library makes of a case.
    struct Result {
        Scoring.Outcome outcome;
        uint256[] payouts;
    }

    /// @notice Scores and pays every case.
    function evaluate(Case[] calldata cases) external pure returns (Result[] memory results) {
        results = new Result[](cases.length);
        for (uint256 k; k < cases.length; ++k) {
            Case calldata item = cases[k];
            Scoring.Outcome memory outcome = Scoring.score(item.gram, item.updates, item.publicRows);
            results[k] = Result(outcome, Scoring.payouts(outcome, item.reward));
        }
    }

    /// @notice The first row of each matrix that no real vector can be; the number of rows where there is none.
    function firstImpossibleRows(Case[] calldata cases) external pure returns (uint256[] memory rows) {
        rows = new uint256[](cases.length);
        for (uint256 k; k < cases.length; ++k) {
            rows[k] = Semidefinite.firstImpossibleRow(cases[k].gram, cases[k].updates, cases[k].publicRows);
        }
    }

    /// @notice Gas that scoring and paying one case take, calldata and the call itself not counted.
    function measure(Case calldata item) external view returns (uint256 scoring, uint256 paying) {
        uint256 before = gasleft();
        Scoring.Outcome memory outcome = Scoring.score(item.gram, item.updates, item.publicRows);
        scoring = before - gasleft();
        before = gasleft();
        Scoring.payouts(outcome, item.reward);
        paying = before - gasleft();
    }

    /// @notice Draws matrices of vectors with four entries from `seed`, and evaluates them.
    function draw(uint256 seed, uint256 count) external view returns (Case[] memory cases, Result[] memory results) {
        cases = new Case[](count);
        for (uint256 k; k < count; ++k) cases[k] = _draw(uint256(keccak256(abi.encode(seed, k))));
        results = this.evaluate(cases);
    }

    function _draw(uint256 seed) private pure returns (Case memory item) {
        item.updates = 1 + (seed % 32);
        item.publicRows = (seed >> 8) % 3;
        item.reward = seed >> 128;
        int256[4][] memory rows = new int256[4][](1 + item.updates + item.publicRows);
        for (uint256 i; i < rows.length; ++i) {
            uint256 words = uint256(keccak256(abi.encode(seed, i)));
            // Updates have up to 15 bits, public rows up to 36.
            uint256 bits = 1 + (words % (i > item.updates ? 36 : 15));
            bool nearReference = i > 0 && words & 0xff00 != 0;
            for (uint256 k; k < 4; ++k) {
                uint256 word = uint64(words >> (64 * k));
                rows[i][k] = int256(word >> (64 - bits)) - int256(1 << (bits - 1));
                if (nearReference) rows[i][k] = (rows[i][k] + rows[0][k]) / 2;
            }
        }
        item.gram = _pack(rows, item.updates, item.publicRows);
    }

    function _pack(
        int256[4][] memory rows,
        uint256 updates,
        uint256 publicRows
    ) private pure returns (bytes memory gram) {
        uint256 length = GramMatrix.byteLength(updates, publicRows);
        // One word more, for entries are written as whole words.
        gram = new bytes(length + 32);
        uint256 offset;
        for (uint256 i; i < rows.length; ++i) {
            uint256 size = i > updates ? 16 : 8;
            for (uint256 j; j <= i; ++j) {
                int256 product;
                for (uint256 k; k < 4; ++k) product += rows[i][k] * rows[j][k];
                assembly ("memory-safe") {
                    mstore(add(add(gram, 0x20), offset), shl(sub(256, shl(3, size)), product))
                }
                offset += size;
            }
        }
        assembly ("memory-safe") {
            mstore(gram, length)
        }
    }
}
