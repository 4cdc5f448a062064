// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Scoring} from "../libraries/Scoring.sol";

/// @title Calls the scoring library from outside, in batches.
contract ScoringHarness {
    /// @dev One matrix and the terms to pay it by.
    struct Case {
        bytes gram;
        uint256 updates;
        uint256 publicRows;
        uint256 reward;
        uint256 baseShareBps;
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
            results[k] = Result(outcome, Scoring.payouts(outcome, item.reward, item.baseShareBps));
        }
    }

    /// @notice Gas that scoring and paying one case take, calldata and the call itself not counted.
    function measure(Case calldata item) external view returns (uint256 scoring, uint256 paying) {
        uint256 before = gasleft();
        Scoring.Outcome memory outcome = Scoring.score(item.gram, item.updates, item.publicRows);
        scoring = before - gasleft();
        before = gasleft();
        Scoring.payouts(outcome, item.reward, item.baseShareBps);
        paying = before - gasleft();
    }
}
