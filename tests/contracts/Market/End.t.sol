// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMarket} from "../../../contracts/interfaces/IMarket.sol";
import {Phase, Status, Terms} from "../../../contracts/types/MarketTypes.sol";
import {MarketErrors as Errors} from "../../../contracts/errors/MarketErrors.sol";
import {MarketFixture} from "../utils/MarketFixture.sol";

/// @dev The ways out.
///      stop (Running, Idle, two empty rounds in a row), by the owner: Completed, the rest to the owner
///      returnStake (ended), by anyone, once: what is left of the stake
///      returnBond (ended), by anyone, once, after the contest time (at once when Cancelled): what is left of the bond
///      withdraw, by the credited, once: everything
contract EndTest is MarketFixture {
    // --------------------------------------------------------------------------------------------------------- stop

    function test_Stop_AfterTwoEmptyRounds() external {
        uint256 id = _running(2);
        _playEmptyRound(id, 2);
        _playEmptyRound(id, 2);
        vm.expectEmit(address(market));
        emit IMarket.ProjectCompleted(id);
        vm.prank(OWNER);
        market.stop(id);
        _assertStatus(id, Status.Completed);
        assertEq(_balance(OWNER), 6.6 ether, "two rounds and their fees");
    }

    function test_Stop_AfterTwoRoundsWithoutSubmissions() external {
        uint256 id = _running(2);
        _playEmptyRound(id, 0);
        _playEmptyRound(id, 0);
        vm.prank(OWNER);
        market.stop(id);
        assertEq(_balance(OWNER), 12.6 ether, "everything but two fees");
    }

    function test_Stop_RefusesAfterOne() external {
        uint256 id = _running(2);
        _playEmptyRound(id, 2);
        _refuse(OWNER, abi.encodeWithSelector(Errors.Market_NotStoppable.selector, id, 1, 2));
        market.stop(id);
    }

    function test_Stop_RefusesWhenNotInARow() external {
        uint256 id = _running(2);
        _playEmptyRound(id, 2);
        _playRound(id, 2);
        _playEmptyRound(id, 2);
        _refuse(OWNER, abi.encodeWithSelector(Errors.Market_NotStoppable.selector, id, 1, 2));
        market.stop(id);
    }

    function test_Stop_RefusesDuringTraining() external {
        uint256 id = _stoppable();
        _open(id);
        _refuse(OWNER, abi.encodeWithSelector(Errors.Market_WrongPhase.selector, id, Phase.Training, Phase.Idle));
        market.stop(id);
    }

    function test_Stop_RefusesDuringSettling() external {
        uint256 id = _stoppable();
        _open(id);
        _endTraining(id);
        _refuse(OWNER, abi.encodeWithSelector(Errors.Market_WrongPhase.selector, id, Phase.Settling, Phase.Idle));
        market.stop(id);
    }

    function test_Stop_RefusesOthers() external {
        uint256 id = _stoppable();
        _refuse(AGGREGATOR, abi.encodeWithSelector(Errors.Market_NotOwner.selector, id, AGGREGATOR, OWNER));
        market.stop(id);
    }

    function _stoppable() private returns (uint256 id) {
        id = _running(2);
        _playEmptyRound(id, 2);
        _playEmptyRound(id, 2);
    }

    // -------------------------------------------------------------------------------------------------- returnStake

    function test_ReturnStake_ByAnyone() external {
        uint256 id = _completed();
        uint256 before = _balance(_trainer(0));
        vm.prank(STRANGER);
        market.returnStake(id, _trainer(0));
        assertEq(_balance(_trainer(0)) - before, 1 ether, "stake");
        assertTrue(market.member(id, _trainer(0)).stakeReturned, "returned");
        assertEq(market.member(id, _trainer(0)).stake, 0, "left");
    }

    function test_ReturnStake_AfterAbort() external {
        uint256 id = _aborted();
        market.returnStake(id, _trainer(1));
        assertEq(_balance(_trainer(1)), 1 ether, "stake");
    }

    function test_ReturnStake_WhatForfeitsLeft() external {
        Terms memory terms = _terms();
        terms.toleratedAbsences = 0;
        uint256 id = _running(terms, 3);
        _playRound(id, 2);
        _expireIdle(id);
        _expireIdle(id);
        market.returnStake(id, _trainer(2));
        assertEq(_balance(_trainer(2)), 0.7 ether, "rest");
    }

    function test_ReturnStake_NothingLeft() external {
        Terms memory terms = _terms();
        terms.trainerStake = 0;
        uint256 id = _ready(terms, 2);
        vm.prank(OWNER);
        market.cancel(id);
        market.returnStake(id, _trainer(0));
        _refuse(STRANGER, abi.encodeWithSelector(Errors.Market_StakeAlreadyReturned.selector, id, _trainer(0)));
        market.returnStake(id, _trainer(0));
    }

    function test_ReturnStake_RefusesTwice() external {
        uint256 id = _completed();
        market.returnStake(id, _trainer(0));
        _refuse(_trainer(0), abi.encodeWithSelector(Errors.Market_StakeAlreadyReturned.selector, id, _trainer(0)));
        market.returnStake(id, _trainer(0));
    }

    function test_ReturnStake_RefusesStrangers() external {
        uint256 id = _completed();
        _refuse(STRANGER, abi.encodeWithSelector(Errors.Market_NotTrainer.selector, id, STRANGER));
        market.returnStake(id, STRANGER);
    }

    // --------------------------------------------------------------------------------------------------- returnBond

    function test_ReturnBond_AfterTheContestTime() external {
        uint256 id = _completed();
        uint256 before = _balance(AGGREGATOR);
        _warp(market.state(id).endedAt + 4 days);
        vm.prank(STRANGER);
        market.returnBond(id);
        assertEq(_balance(AGGREGATOR) - before, 24 ether, "bond");
        assertEq(market.state(id).bond, 0, "left");
    }

    function test_ReturnBond_RefusesBefore() external {
        uint256 id = _completed();
        uint256 free = market.state(id).endedAt + 4 days;
        _warp(free - 1);
        _refuse(AGGREGATOR, abi.encodeWithSelector(Errors.Market_DeadlineNotPassed.selector, id, free, clock));
        market.returnBond(id);
    }

    function test_ReturnBond_AfterAbort() external {
        uint256 id = _running(2);
        for (uint256 i = 0; i < 2; ++i) {
            _open(id);
            _submitAll(id, 2);
            _expireOpen(id);
        }
        uint256 free = market.state(id).endedAt + 4 days;
        _refuse(AGGREGATOR, abi.encodeWithSelector(Errors.Market_DeadlineNotPassed.selector, id, free, clock));
        market.returnBond(id);
        _warp(free);
        market.returnBond(id);
        assertEq(_balance(AGGREGATOR), 2 ether, "what compensation left");
    }

    function test_ReturnBond_RefusesTwice() external {
        uint256 id = _cancelled();
        market.returnBond(id);
        _refuse(AGGREGATOR, abi.encodeWithSelector(Errors.Market_BondAlreadyReturned.selector, id));
        market.returnBond(id);
    }

    function test_ReturnBond_RefusesWithoutBond() external {
        uint256 id = _create(_terms());
        vm.prank(OWNER);
        market.cancel(id);
        _refuse(AGGREGATOR, abi.encodeWithSelector(Errors.Market_NotBonded.selector, id));
        market.returnBond(id);
    }

    // ----------------------------------------------------------------------------------------------------- withdraw

    function test_Withdraw_PaysEverythingOnce() external {
        uint256 id = _cancelled();
        market.returnStake(id, _trainer(0));
        vm.expectEmit(address(market));
        emit IMarket.Withdrawn(OWNER, address(0), 13.2 ether);
        vm.prank(OWNER);
        uint256 amount = market.withdraw(address(0));
        assertEq(amount, 13.2 ether, "amount");
        assertEq(OWNER.balance, 13.2 ether, "received");
        assertEq(_balance(OWNER), 0, "left");
        assertEq(_balance(_trainer(0)), 1 ether, "others keep theirs");
    }

    function test_Withdraw_RefusesTwice() external {
        _cancelled();
        vm.prank(OWNER);
        market.withdraw(address(0));
        _refuse(OWNER, abi.encodeWithSelector(Errors.Market_NothingToWithdraw.selector, OWNER, address(0)));
        market.withdraw(address(0));
    }

    function test_Withdraw_RefusesStrangers() external {
        _refuse(STRANGER, abi.encodeWithSelector(Errors.Market_NothingToWithdraw.selector, STRANGER, address(token)));
        market.withdraw(address(token));
    }

    function test_Withdraw_AddsUpProjects() external {
        _cancelled();
        _cancelled();
        vm.prank(OWNER);
        assertEq(market.withdraw(address(0)), 26.4 ether, "both refunds");
    }

    function test_Withdraw_TokensApart() external {
        _cancelled();
        Terms memory terms = _terms();
        terms.token = address(token);
        uint256 id = _create(terms);
        vm.prank(OWNER);
        market.cancel(id);
        vm.prank(OWNER);
        market.withdraw(address(token));
        assertEq(token.balanceOf(OWNER), 13.2 ether, "tokens");
        assertEq(_balance(OWNER), 13.2 ether, "native currency stays");
    }
}
