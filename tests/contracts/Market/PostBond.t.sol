// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMarket} from "../../../contracts/interfaces/IMarket.sol";
import {Status, Terms} from "../../../contracts/types/MarketTypes.sol";
import {MarketErrors as Errors} from "../../../contracts/errors/MarketErrors.sol";
import {MarketFixture} from "../utils/MarketFixture.sol";

/// @dev postBond (Open)
///      ├── by the named aggregator until the join deadline, with a P-256 key: bonded
///      └── by others, twice, late, with another key, with another value: reverts
contract PostBondTest is MarketFixture {
    uint256 private id;

    function setUp() public override {
        super.setUp();
        id = _create(_terms());
        vm.deal(AGGREGATOR, 100 ether);
    }

    function test_PostBond_LocksTheBond() external {
        vm.expectEmit(address(market));
        emit IMarket.BondPosted(id, AGGREGATOR, KEY_X, KEY_Y);
        _postBond(id);
        IMarket.ProjectState memory state = market.state(id);
        assertTrue(state.bonded, "bonded");
        assertEq(state.bond, 8 ether, "bond");
        assertEq(address(market).balance, 21.2 ether, "held");
        _assertStatus(id, Status.Open);
    }

    function test_PostBond_AtTheDeadline() external {
        _warp(_terms().joinDeadline);
        _postBond(id);
        assertTrue(market.state(id).bonded, "bonded");
    }

    function test_PostBond_InTokens() external {
        Terms memory terms = _terms();
        terms.token = address(token);
        id = _create(terms);
        _postBond(id);
        assertEq(token.balanceOf(address(market)), 21.2 ether, "held");
    }

    function test_PostBond_RefusesOthers() external {
        _refuse(STRANGER, abi.encodeWithSelector(Errors.Market_NotAggregator.selector, id, STRANGER, AGGREGATOR));
        market.postBond(id, KEY_X, KEY_Y);
    }

    function test_PostBond_RefusesASecond() external {
        _postBond(id);
        _refuse(AGGREGATOR, abi.encodeWithSelector(Errors.Market_AlreadyBonded.selector, id));
        market.postBond{value: 8 ether}(id, KEY_X, KEY_Y);
    }

    function test_PostBond_RefusesAfterTheDeadline() external {
        uint256 deadline = _terms().joinDeadline;
        _warp(deadline + 1);
        _refuse(AGGREGATOR, abi.encodeWithSelector(Errors.Market_DeadlinePassed.selector, id, deadline, clock));
        market.postBond{value: 8 ether}(id, KEY_X, KEY_Y);
    }

    function test_PostBond_RefusesAKeyOffTheCurve() external {
        _refuse(AGGREGATOR, abi.encodeWithSelector(Errors.Market_InvalidSealingKey.selector, KEY_X, KEY_Y + 1));
        market.postBond{value: 8 ether}(id, KEY_X, KEY_Y + 1);
    }

    function test_PostBond_RefusesAZeroKey() external {
        _refuse(AGGREGATOR, abi.encodeWithSelector(Errors.Market_InvalidSealingKey.selector, 0, 0));
        market.postBond{value: 8 ether}(id, 0, 0);
    }

    function test_PostBond_RefusesWrongValue() external {
        _refuse(AGGREGATOR, abi.encodeWithSelector(Errors.Market_WrongValue.selector, 8 ether - 1, 8 ether));
        market.postBond{value: 8 ether - 1}(id, KEY_X, KEY_Y);
        _refuse(AGGREGATOR, abi.encodeWithSelector(Errors.Market_WrongValue.selector, 8 ether + 1, 8 ether));
        market.postBond{value: 8 ether + 1}(id, KEY_X, KEY_Y);
    }
}
