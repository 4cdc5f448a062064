// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {Terms} from "../types/MarketTypes.sol";

/// @title What terms may promise.
/// @notice The market deploys its own; it is a contract of its own because code size is limited (EIP-170).
interface ITermsChecker {
    /// @notice Reverts unless the terms can be carried out, on this chain and with the market's reference string.
    /// @param terms What a project is to promise.
    /// @param rewardWeights Relative reward of each round; empty for equal parts.
    /// @return totalWeight Sum of the reward weights, zero for equal parts.
    function check(Terms calldata terms, uint16[] calldata rewardWeights) external view returns (uint32 totalWeight);
}
