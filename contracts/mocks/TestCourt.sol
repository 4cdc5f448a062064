// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IArbitrable} from "../interfaces/IArbitrable.sol";
import {IArbitrator} from "../interfaces/IArbitrator.sol";

/// @title A court that rules as it is told, and can be made hostile.
contract TestCourt is IArbitrator {
    error TestCourt_WrongValue(uint256 given, uint256 cost);

    /// @notice What the court was asked, by whom, and what it was paid.
    struct Question {
        IArbitrable from;
        uint256 choices;
        uint256 paid;
        bytes extraData;
    }

    uint256 private _cost;
    Question[] private _questions;
    bool private _repeats;
    bytes private _call;

    /// @notice Costs this from now on.
    function setCost(uint256 cost) external {
        _cost = cost;
    }

    /// @notice Numbers every dispute as the one before from now on.
    function repeat(bool repeats) external {
        _repeats = repeats;
    }

    /// @notice Makes one call back while the next dispute is created. A revert of the call passes through.
    function arm(bytes calldata call) external {
        _call = call;
    }

    /// @notice Rules.
    function giveRuling(uint256 disputeId, uint256 ruling) external {
        _questions[disputeId].from.rule(disputeId, ruling);
    }

    /// @inheritdoc IArbitrator
    function createDispute(uint256 choices, bytes calldata extraData) external payable returns (uint256 disputeId) {
        if (msg.value != _cost) revert TestCourt_WrongValue(msg.value, _cost);
        disputeId = _questions.length;
        if (_repeats) --disputeId;
        else _questions.push(Question(IArbitrable(msg.sender), choices, msg.value, extraData));
        if (_call.length == 0) return disputeId;
        (bool success, bytes memory data) = msg.sender.call(_call);
        if (success) return disputeId;
        assembly ("memory-safe") {
            revert(add(data, 32), mload(data))
        }
    }

    /// @inheritdoc IArbitrator
    function arbitrationCost(bytes calldata) external view returns (uint256) {
        return _cost;
    }

    /// @notice How often it was called.
    function disputeCount() external view returns (uint256) {
        return _questions.length;
    }

    /// @notice What it was asked.
    function question(uint256 disputeId) external view returns (Question memory) {
        return _questions[disputeId];
    }
}
