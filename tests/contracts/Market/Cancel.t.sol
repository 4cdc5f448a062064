// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMarket} from "../../../contracts/interfaces/IMarket.sol";
import {Status} from "../../../contracts/types/MarketTypes.sol";
import {MarketErrors as Errors} from "../../../contracts/errors/MarketErrors.sol";
import {MarketFixture} from "../utils/MarketFixture.sol";

/// @dev cancel (Open)
///      ├── by the owner: at any time; escrow back at once, bond and stakes free
///      ├── by anyone: after the join deadline, when there is no bond or too few trainers
///      └── by others before that, or when the project can start: reverts
contract CancelTest is MarketFixture {
    function test_Cancel_ByTheOwner() external {
        uint256 id = _ready(_terms(), 2);
        vm.expectEmit(address(market));
        emit IMarket.ProjectCancelled(id);
        vm.prank(OWNER);
        market.cancel(id);
        _assertStatus(id, Status.Cancelled);
        assertEq(_balance(OWNER), 13.2 ether, "refund");
        assertEq(market.state(id).escrow, 0, "escrow");
        assertEq(market.state(id).endedAt, clock, "endedAt");
    }

    function test_Cancel_FreesBondAndStakesAtOnce() external {
        uint256 id = _cancelled();
        market.returnBond(id);
        market.returnStake(id, _trainer(0));
        market.returnStake(id, _trainer(1));
        assertEq(_balance(AGGREGATOR), 8 ether, "bond");
        assertEq(_balance(_trainer(1)), 1 ether, "stake");
    }

    function test_Cancel_ByAnyoneWithoutBond() external {
        uint256 id = _create(_terms());
        _warp(_terms().joinDeadline + 1);
        vm.prank(STRANGER);
        market.cancel(id);
        _assertStatus(id, Status.Cancelled);
    }

    function test_Cancel_ByAnyoneWithTooFewTrainers() external {
        uint256 id = _ready(_terms(), 1);
        _warp(_terms().joinDeadline + 1);
        vm.prank(STRANGER);
        market.cancel(id);
        _assertStatus(id, Status.Cancelled);
    }

    function test_Cancel_RefusesOthersAtTheDeadline() external {
        uint256 id = _create(_terms());
        _warp(_terms().joinDeadline);
        _refuse(STRANGER, abi.encodeWithSelector(Errors.Market_DeadlineNotPassed.selector, id, clock, clock));
        market.cancel(id);
    }

    function test_Cancel_RefusesOthersWhenItCanStart() external {
        uint256 id = _ready(_terms(), 2);
        _warp(_terms().joinDeadline + 1);
        _refuse(STRANGER, abi.encodeWithSelector(Errors.Market_CanStart.selector, id));
        market.cancel(id);
    }
}
