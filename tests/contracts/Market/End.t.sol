// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMarket} from "../../../contracts/interfaces/IMarket.sol";
import {Settlement, Status, Terms} from "../../../contracts/types/MarketTypes.sol";
import {MarketErrors as Errors} from "../../../contracts/errors/MarketErrors.sol";
import {Grams} from "../utils/Grams.sol";
import {MarketFixture} from "../utils/MarketFixture.sol";

/// @dev The ways out.
///      stop (Running, two empty rounds in a row), by the owner
///      ├── Idle: Completed, the rest to the owner
///      └── a round open: Completed when it closes
///      returnStake (ended), by anyone, once: what is left of the stake, compensation, a part of the rollover
///      returnBond (ended), by anyone, once, after the contest time (at once when Cancelled): what is left of the bond
///      withdraw, by the credited: any part, to any account but zero and the market
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
        assertEq(_balance(OWNER), 7.2 ether, "two rounds, and all fees");
        assertEq(market.state(id).escrow, 6 ether, "the rollover stays");
    }

    function test_Stop_AfterTwoInvalidRounds() external {
        uint256 id = _running(2);
        _playInvalidRound(id, 2);
        _playInvalidRound(id, 2);
        vm.prank(OWNER);
        market.stop(id);
        assertEq(_balance(OWNER), 7.2 ether, "two rounds, and all fees");
        assertEq(market.state(id).escrow, 0, "escrow");
    }

    function test_Stop_RefusesAfterTwoFailedRounds() external {
        Terms memory terms = _terms();
        terms.toleratedExpiries = 2;
        terms.aggregatorBond = 9 ether;
        uint256 id = _running(terms, 2);
        _failRound(id);
        _failRound(id);
        _refuse(OWNER, abi.encodeWithSelector(Errors.Market_NotStoppable.selector, id, 0, 2));
        market.stop(id);
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

    function test_Stop_DuringTrainingEndsWithTheRound() external {
        uint256 id = _stoppable();
        _open(id);
        vm.expectEmit(address(market));
        emit IMarket.ProjectStopping(id, 2);
        vm.prank(OWNER);
        market.stop(id);
        _assertStatus(id, Status.Running);
        assertTrue(market.state(id).stopping, "stopping");
        assertEq(_balance(OWNER), 0, "nothing yet");
        _submitAll(id, 2);
        Settlement memory settlement = _settlement(id);
        _settle(id, settlement);
        _assertStatus(id, Status.Completed);
        uint256 paid = _balance(_trainer(0)) + _balance(_trainer(1));
        assertLe(9 ether - paid, 1, "three rewards but for dust");
        assertEq(_balance(AGGREGATOR), 0.3 ether, "one fee");
        assertEq(_balance(OWNER), 13.2 ether - 0.3 ether - paid, "the rest");
        assertEq(market.state(id).openBy, 0, "openBy");
    }

    function test_Stop_DuringSettlingEndsWithTheRound() external {
        uint256 id = _stoppable();
        _open(id);
        _submitAll(id, 1);
        _endTraining(id);
        vm.prank(OWNER);
        market.stop(id);
        _expireOpen(id);
        _assertStatus(id, Status.Completed);
        assertEq(_balance(_trainer(0)), 3 ether, "compensation");
        assertEq(_balance(OWNER), 7.2 ether, "two rounds, and all fees");
        assertEq(market.state(id).escrow, 6 ether, "rollover");
    }

    function test_Stop_OfAFailedRoundEndsWithIt() external {
        uint256 id = _stoppable();
        _open(id);
        _endTraining(id);
        vm.prank(OWNER);
        market.stop(id);
        market.expire(id);
        _assertStatus(id, Status.Completed);
        assertEq(_balance(BURNED), 3 ether, "burned");
    }

    function test_Stop_BeyondToleranceAborts() external {
        Terms memory terms = _terms();
        terms.toleratedExpiries = 0;
        uint256 id = _running(terms, 2);
        _playEmptyRound(id, 2);
        _playEmptyRound(id, 2);
        _open(id);
        vm.prank(OWNER);
        market.stop(id);
        _expireOpen(id);
        _assertStatus(id, Status.Aborted);
    }

    function test_Stop_RefusesTwice() external {
        uint256 id = _stoppable();
        _open(id);
        vm.prank(OWNER);
        market.stop(id);
        _refuse(OWNER, abi.encodeWithSelector(Errors.Market_AlreadyStopping.selector, id));
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
        vm.expectEmit(address(market));
        emit IMarket.Credited(id, _trainer(1), address(0), 1 ether, IMarket.Reason.StakeReturn);
        vm.expectEmit(address(market));
        emit IMarket.Credited(id, _trainer(1), address(0), 3 ether, IMarket.Reason.Compensation);
        market.returnStake(id, _trainer(1));
        assertEq(_balance(_trainer(1)), 4 ether, "stake, and two unopened rounds' compensation");
    }

    function test_ReturnStake_WhatForfeitsLeft() external {
        Terms memory terms = _terms();
        terms.toleratedAbsences = 0;
        uint256 id = _running(terms, 3);
        _playRound(id, 2);
        _failRound(id);
        _failRound(id);
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

    // ---------------------------------------------------------------------------------------------------- Rollover

    function test_ReturnStake_SplitsTheRolloverByEarnings() external {
        uint256 id = _running(_oneExpiry(3), 2);
        _open(id);
        _submitAll(id, 2);
        Settlement memory settlement = _settlement(id);
        // Trainer 1 goes three times as far along the reference.
        int256[3][] memory vectors = new int256[3][](3);
        vectors[0] = [int256(1000), 0, 0];
        vectors[1] = [int256(250), 0, 0];
        vectors[2] = [int256(750), 0, 0];
        settlement.gram = Grams.pack(vectors, 0);
        _settle(id, settlement);
        assertEq(_balance(_trainer(0)), 1 ether, "a quarter");
        assertEq(_balance(_trainer(1)), 3 ether, "three quarters");
        _playEmptyRound(id, 2);
        _playEmptyRound(id, 2);
        _assertStatus(id, Status.Completed);
        assertEq(market.state(id).escrow, 8 ether, "two rounds' rewards");
        assertEq(_balance(OWNER), 0.8 ether, "two fees");

        vm.expectEmit(address(market));
        emit IMarket.Credited(id, _trainer(1), address(0), 1 ether, IMarket.Reason.StakeReturn);
        // What it had earned, and its part.
        vm.expectEmit(address(market));
        emit IMarket.Credited(id, _trainer(1), address(0), 3 ether + 6 ether, IMarket.Reason.Reward);
        market.returnStake(id, _trainer(1));
        assertEq(market.state(id).escrow, 2 ether, "left");
        market.returnStake(id, _trainer(0));
        assertEq(_balance(_trainer(0)), 1 ether + 1 ether + 2 ether, "reward, stake, part");
        assertEq(market.state(id).escrow, 0, "nothing left");
        assertEq(_balance(OWNER), 0.8 ether, "no dust");
    }

    function test_ReturnStake_SplitsTheRolloverByValidUpdates() external {
        uint256 id = _running(_oneExpiry(3), 2);
        _playEmptyRound(id, 2);
        _playEmptyRound(id, 2);
        _playEmptyRound(id, 1);
        _assertStatus(id, Status.Completed);
        uint256 least = uint256(12 ether * 2) / 5;
        uint256 most = uint256(12 ether * 3) / 5;
        _returnStakes(id, 2);
        assertEq(_balance(_trainer(0)), 1 ether + most, "three of five");
        assertEq(_balance(_trainer(1)), 1 ether + least, "two of five");
        assertEq(market.state(id).escrow, 0, "nothing left");
    }

    function test_ReturnStake_LastOneLeavesTheDustToTheOwner() external {
        Terms memory terms = _oneExpiry(1);
        terms.bounty = 11;
        uint256 id = _running(terms, 3);
        _playEmptyRound(id, 3);
        assertEq(_balance(OWNER), 1.2 ether, "fee");
        _returnStakes(id, 2);
        assertEq(market.state(id).escrow, 5, "before the last");
        vm.expectEmit(address(market));
        emit IMarket.Credited(id, OWNER, address(0), 2, IMarket.Reason.OwnerRefund);
        market.returnStake(id, _trainer(2));
        for (uint256 i = 0; i < 3; ++i) assertEq(_balance(_trainer(i)), 1 ether + 3, "part");
        assertEq(_balance(OWNER), 1.2 ether + 2, "dust");
        assertEq(market.state(id).escrow, 0, "nothing left");
    }

    function test_ReturnStake_RolloverSurvivesAbort() external {
        uint256 id = _running(2);
        _playEmptyRound(id, 2);
        _expireIdle(id);
        _expireIdle(id);
        _assertStatus(id, Status.Aborted);
        assertEq(_balance(OWNER), 10.2 ether, "what no round was played for");
        _returnStakes(id, 2);
        assertEq(_balance(_trainer(0)), 1 ether + 1.5 ether + 3 ether, "stake, part, compensation");
    }

    function _oneExpiry(uint16 rounds) private view returns (Terms memory terms) {
        terms = _terms();
        terms.rounds = rounds;
        terms.toleratedExpiries = 0;
        terms.aggregatorBond = 12 ether;
    }

    // --------------------------------------------------------------------------------------------------- returnBond

    function test_ReturnBond_AfterTheContestTime() external {
        uint256 id = _completed();
        uint256 before = _balance(AGGREGATOR);
        _warp(market.state(id).endedAt + 4 days + 1);
        vm.prank(STRANGER);
        market.returnBond(id);
        assertEq(_balance(AGGREGATOR) - before, 24 ether, "bond");
        assertEq(market.state(id).bond, 0, "left");
    }

    function test_ReturnBond_RefusesAtTheEndOfTheContestTime() external {
        uint256 id = _completed();
        _warp(market.state(id).endedAt + 4 days);
        _refuse(AGGREGATOR, abi.encodeWithSelector(Errors.Market_DeadlineNotPassed.selector, id, clock, clock));
        market.returnBond(id);
    }

    function test_ReturnBond_WithoutContestTime() external {
        Terms memory terms = _terms();
        terms.contestDuration = 0;
        terms.toleratedExpiries = 0;
        uint256 id = _running(terms, 2);
        _expireIdle(id);
        _refuse(AGGREGATOR, abi.encodeWithSelector(Errors.Market_DeadlineNotPassed.selector, id, clock, clock));
        market.returnBond(id);
        _warp(clock + 1);
        market.returnBond(id);
        assertEq(_balance(AGGREGATOR), 5 ether, "what compensation left");
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
        _warp(free + 1);
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

    function test_Withdraw_PaysTheReceiver() external {
        uint256 id = _cancelled();
        market.returnStake(id, _trainer(0));
        vm.expectEmit(address(market));
        emit IMarket.Withdrawn(OWNER, address(0), STRANGER, 13 ether);
        vm.prank(OWNER);
        market.withdraw(address(0), STRANGER, 13 ether);
        assertEq(STRANGER.balance, 13 ether, "received");
        assertEq(OWNER.balance, 0, "not the caller");
        assertEq(_balance(OWNER), 0.2 ether, "left");
        assertEq(_balance(_trainer(0)), 1 ether, "others keep theirs");
    }

    function test_Withdraw_ToTheLastUnit() external {
        _cancelled();
        vm.prank(OWNER);
        market.withdraw(address(0), OWNER, 13.2 ether);
        assertEq(OWNER.balance, 13.2 ether, "received");
        _refuseWithdrawal(OWNER, 1, 0);
    }

    function test_Withdraw_RefusesMoreThanThereIs() external {
        _cancelled();
        _refuseWithdrawal(OWNER, 13.2 ether + 1, 13.2 ether);
        _refuseWithdrawal(OWNER, type(uint256).max, 13.2 ether);
    }

    function test_Withdraw_RefusesNothing() external {
        _cancelled();
        _refuseWithdrawal(OWNER, 0, 13.2 ether);
        _refuseWithdrawal(STRANGER, 0, 0);
    }

    function test_Withdraw_RefusesLosingMoney() external {
        _cancelled();
        _refuse(OWNER, abi.encodeWithSelector(Errors.Market_InvalidReceiver.selector, address(0)));
        market.withdraw(address(0), address(0), 1);
        _refuse(OWNER, abi.encodeWithSelector(Errors.Market_InvalidReceiver.selector, address(market)));
        market.withdraw(address(0), address(market), 1);
    }

    function test_Withdraw_AddsUpProjects() external {
        _cancelled();
        _cancelled();
        vm.prank(OWNER);
        market.withdraw(address(0), OWNER, 26.4 ether);
        assertEq(OWNER.balance, 26.4 ether, "both refunds");
    }

    function test_Withdraw_TokensApart() external {
        _cancelled();
        Terms memory terms = _terms();
        terms.token = address(token);
        uint256 id = _create(terms);
        vm.prank(OWNER);
        market.cancel(id);
        vm.prank(OWNER);
        market.withdraw(address(token), STRANGER, 13.2 ether);
        assertEq(token.balanceOf(STRANGER), 13.2 ether, "tokens");
        assertEq(_balance(OWNER), 13.2 ether, "native currency stays");
    }

    function _refuseWithdrawal(address account, uint256 amount, uint256 balance) private {
        bytes4 selector = Errors.Market_WrongWithdrawal.selector;
        _refuse(account, abi.encodeWithSelector(selector, account, address(0), amount, balance));
        market.withdraw(address(0), account, amount);
    }
}
