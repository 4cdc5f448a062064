// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// @title A court, as ERC-792 has it.
/// @notice Decides disputes between two sides for a fee in the native currency. What a market needs of one.
interface IArbitrator {
    /// @notice Opens a dispute about which `IArbitrable.rule` is called back.
    /// @param choices How many rulings there are beside 0, which refuses to rule.
    /// @param extraData What the court wants to know; empty asks for its default.
    /// @return disputeId The court's number for it.
    function createDispute(uint256 choices, bytes calldata extraData) external payable returns (uint256 disputeId);

    /// @notice What a dispute costs.
    /// @param extraData As for `createDispute`.
    /// @return In the native currency.
    function arbitrationCost(bytes calldata extraData) external view returns (uint256);
}
