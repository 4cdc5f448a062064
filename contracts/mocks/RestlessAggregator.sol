// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMarket} from "../interfaces/IMarket.sol";
import {Cid, G1Point, HyperParameters, Settlement, Status, Submission} from "../types/MarketTypes.sol";

/// @title An aggregator that opens the next round in the transaction that settles one, so that no block ever ends idle.
contract RestlessAggregator {
    IMarket private immutable _market;

    constructor(IMarket market) {
        _market = market;
    }

    receive() external payable {}

    function postBond(uint256 projectId, uint256 x, uint256 y) external payable {
        _market.postBond{value: msg.value}(projectId, x, y);
    }

    function open(uint256 projectId, Cid calldata model, G1Point calldata point, HyperParameters calldata how) public {
        _market.openRound(projectId, model, point, how);
    }

    function settleAndOpen(
        uint256 projectId,
        uint16 round,
        Submission[] calldata submissions,
        Settlement calldata settlement,
        Cid calldata model,
        G1Point calldata point,
        HyperParameters calldata how
    ) external {
        _market.settle(projectId, round, submissions, settlement);
        if (_market.state(projectId).status == Status.Running) open(projectId, model, point, how);
    }
}
