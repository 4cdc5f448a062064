// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IScorer} from "./interfaces/IScorer.sol";
import {Scoring} from "./libraries/Scoring.sol";

/// @title The scoring rule as a contract.
/// @notice Pure; the rule itself is in Scoring.
contract Scorer is IScorer {
    /// @inheritdoc IScorer
    function decide(
        bytes calldata gram,
        uint256 updates,
        uint256 publicRows,
        uint256 reward
    ) external pure returns (uint256 kept, uint256 divisor, uint256[] memory weights, uint256[] memory payouts) {
        Scoring.Outcome memory outcome = Scoring.score(gram, updates, publicRows);
        return (outcome.kept, outcome.divisor, outcome.weights, Scoring.payouts(outcome, reward));
    }
}
