// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMarket} from "../../../contracts/interfaces/IMarket.sol";
import {Phase, Status, Terms} from "../../../contracts/types/MarketTypes.sol";
import {MarketErrors as Errors} from "../../../contracts/errors/MarketErrors.sol";
import {MarketFixture} from "../utils/MarketFixture.sol";

/// @dev expire (Running), by anyone
///      ├── Idle, after openBy: all who had joined are owed a part of one reward out of the bond, with their stakes
///      ├── Settling, after settleBy: those who had submitted share one reward out of the bond
///      ├── Failed, at once: one reward of the bond is burned
///      ├── beyond the tolerance: Aborted; the last round within tolerance: Completed
///      └── at or before the deadline: reverts
contract ExpireTest is MarketFixture {
    function test_Expire_NotOpened() external {
        uint256 id = _running(2);
        _warp(uint256(market.state(id).openBy) + 1);
        vm.expectEmit(address(market));
        emit IMarket.RoundExpired(id, 0, Phase.Idle, new address[](0), 1.5 ether);
        vm.prank(STRANGER);
        market.expire(id);
        IMarket.ProjectState memory state = market.state(id);
        assertEq(state.round, 1, "round");
        assertEq(state.expiries, 1, "expiries");
        assertEq(state.openBy, clock + 1 hours, "openBy");
        assertEq(state.bond, 5 ether, "bond");
        assertEq(state.idleCompensation, 1.5 ether, "owed to each");
        assertEq(state.escrow, 13.2 ether, "escrow");
        assertEq(_balance(_trainer(0)), 0, "not yet paid");
        _assertStatus(id, Status.Running);
    }

    function test_Expire_RefusesWhileItCanBeOpened() external {
        uint256 id = _running(2);
        _refuseAt(id, market.state(id).openBy);
    }

    function test_Expire_NotSettled() external {
        uint256 id = _running(3);
        _open(id);
        _submit(id, _trainer(0));
        _submit(id, _trainer(2));
        _warp(uint256(market.state(id).settleBy) + 1);
        address[] memory submitters = new address[](2);
        (submitters[0], submitters[1]) = (_trainer(0), _trainer(2));
        vm.expectEmit(address(market));
        emit IMarket.RoundExpired(id, 0, Phase.Settling, submitters, 1.5 ether);
        vm.prank(STRANGER);
        market.expire(id);
        assertEq(_balance(_trainer(0)), 1.5 ether, "compensation");
        assertEq(_balance(_trainer(1)), 0, "had not submitted");
        assertEq(_balance(_trainer(2)), 1.5 ether, "compensation");
        IMarket.ProjectState memory state = market.state(id);
        assertEq(state.bond, 5 ether, "bond");
        assertEq(state.escrow, 13.2 ether, "escrow stays whole");
        assertEq(uint256(state.phase), uint256(Phase.Idle), "phase");
        assertEq(market.member(id, _trainer(1)).absences, 0, "no absence");
    }

    function test_Expire_RefusesWhileItCanBeSettled() external {
        uint256 id = _running(2);
        _open(id);
        _submit(id, _trainer(0));
        _refuseAt(id, market.state(id).settleBy);
    }

    function test_Expire_RefusesDuringTraining() external {
        uint256 id = _running(2);
        _open(id);
        uint256 settleBy = market.state(id).settleBy;
        _warp(market.state(id).trainingEnds);
        _refuse(STRANGER, abi.encodeWithSelector(Errors.Market_DeadlineNotPassed.selector, id, settleBy, clock));
        market.expire(id);
    }

    function test_Expire_RefusesWhileItCanBeSettledAfterAllIn() external {
        uint256 id = _running(2);
        _open(id);
        _submitAll(id, 2);
        _refuseAt(id, market.state(id).settleBy);
    }

    function test_Expire_CompensationRoundsDown() external {
        Terms memory terms = _terms();
        terms.bounty = 12 ether - 1;
        uint256 id = _running(terms, 4);
        _open(id);
        _submitAll(id, 3);
        _expireOpen(id);
        // A round pays floor((12e18 - 1) / 4); a third of it, rounded down.
        uint256 part = uint256(3 ether - 1) / 3;
        assertEq(_balance(_trainer(0)), part, "compensation");
        assertEq(market.state(id).bond, 8 ether - 3 * part, "bond");
    }

    function test_Expire_UsesTheRoundsWeight() external {
        Terms memory terms = _terms();
        terms.rounds = 2;
        terms.aggregatorBond = 18 ether;
        uint16[] memory weights = new uint16[](2);
        (weights[0], weights[1]) = (1, 3);
        uint256 id = _create(terms, weights);
        _postBond(id);
        _join(id, _trainer(0));
        _join(id, _trainer(1));
        _start(id);
        _playInvalidRound(id, 2);
        _open(id);
        _submitAll(id, 1);
        _expireOpen(id);
        assertEq(_balance(_trainer(0)), 9 ether, "the large round");
    }

    function test_Expire_BeyondToleranceAborts() external {
        uint256 id = _running(2);
        _expireIdle(id);
        _open(id);
        _submitAll(id, 2);
        _warp(uint256(market.state(id).settleBy) + 1);
        vm.expectEmit(address(market));
        emit IMarket.ProjectAborted(id);
        market.expire(id);
        _assertStatus(id, Status.Aborted);
        assertEq(_balance(OWNER), 13.2 ether, "unspent bounty and fee");
        assertEq(market.state(id).escrow, 0, "escrow");
        assertEq(market.state(id).openBy, 0, "openBy");
        assertEq(_balance(_trainer(0)), 1.5 ether, "compensation all the same");
    }

    function test_Expire_BondCoversEveryExpiry() external {
        Terms memory terms = _terms();
        terms.aggregatorBond = 6 ether;
        uint256 id = _running(terms, 2);
        for (uint256 i = 0; i < 2; ++i) {
            _open(id);
            _submitAll(id, 2);
            _expireOpen(id);
        }
        _assertStatus(id, Status.Aborted);
        assertEq(market.state(id).bond, 0, "bond");
        assertEq(_balance(_trainer(1)), 3 ether, "two rounds' compensation");
    }

    function test_Expire_LastRoundWithinToleranceCompletes() external {
        Terms memory terms = _terms();
        terms.rounds = 1;
        terms.aggregatorBond = 24 ether;
        uint256 id = _running(terms, 2);
        _expireIdle(id);
        _assertStatus(id, Status.Completed);
        assertEq(_balance(OWNER), 13.2 ether, "the reward goes back to the owner");
        assertEq(market.state(id).idleCompensation, 6 ether, "the bond pays it to the trainers");
    }

    function test_Expire_UnopenedRoundsAddUp() external {
        uint256 id = _running(4);
        _expireIdle(id);
        _expireIdle(id);
        assertEq(market.state(id).idleCompensation, 1.5 ether, "two rounds' parts");
        assertEq(market.state(id).bond, 2 ether, "bond");
        market.returnStake(id, _trainer(3));
        assertEq(_balance(_trainer(3)), 2.5 ether, "with the stake");
    }

    function test_Expire_UnopenedRoundsRoundDown() external {
        Terms memory terms = _terms();
        terms.bounty = 12 ether - 1;
        uint256 id = _running(terms, 4);
        _expireIdle(id);
        uint256 part = uint256(3 ether - 1) / 4;
        assertEq(market.state(id).idleCompensation, part, "owed to each");
        assertEq(market.state(id).bond, 8 ether - 4 * part, "bond");
    }

    // ------------------------------------------------------------------------------------------------- Failed rounds

    function test_Expire_FailedAtTheEndOfTraining() external {
        uint256 id = _running(3);
        _open(id);
        _submitAll(id, 1);
        _endTraining(id);
        _expectBurned(id, 3 ether);
        vm.prank(STRANGER);
        market.expire(id);
        IMarket.ProjectState memory state = market.state(id);
        assertEq(_balance(_trainer(0)), 0, "who had submitted");
        assertEq(_balance(BURNED), 3 ether, "burned");
        assertEq(state.bond, 5 ether, "bond");
        assertEq(state.escrow, 13.2 ether, "escrow stays whole");
        assertEq(state.expiries, 1, "expiries");
        assertEq(state.round, 1, "round");
        assertEq(uint256(state.phase), uint256(Phase.Idle), "phase");
        assertEq(state.submittedSeats, 0, "bitmap");
        assertEq(market.member(id, _trainer(1)).absences, 0, "no absence");
    }

    function test_Expire_FailedByRefusals() external {
        uint256 id = _running(3);
        _open(id);
        _refuseRound(id, _trainer(0));
        _refuseRound(id, _trainer(1));
        _expectBurned(id, 3 ether);
        vm.prank(STRANGER);
        market.expire(id);
        assertEq(market.state(id).refusedSeats, 0, "bitmap");
        assertEq(market.state(id).openBy, clock + 1 hours, "openBy");
    }

    function test_Expire_FailedStaysExpirableAfterSettleBy() external {
        uint256 id = _running(2);
        _open(id);
        _warp(uint256(market.state(id).settleBy) + 1);
        _assertPhase(id, Phase.Failed);
        _expectBurned(id, 3 ether);
        market.expire(id);
    }

    function test_Expire_BondCoversFailedRounds() external {
        Terms memory terms = _terms();
        terms.aggregatorBond = 6 ether;
        uint256 id = _running(terms, 2);
        _failRound(id);
        _failRound(id);
        _assertStatus(id, Status.Aborted);
        assertEq(market.state(id).bond, 0, "bond");
        assertEq(_balance(BURNED), 6 ether, "burned");
        assertEq(_balance(OWNER), 13.2 ether, "unspent bounty and fee");
    }

    function test_Expire_NobodyCanWithdrawWhatIsBurned() external {
        uint256 id = _running(2);
        _failRound(id);
        uint256 before = address(market).balance;
        _refuse(STRANGER, abi.encodeWithSelector(Errors.Market_WrongWithdrawal.selector, STRANGER, address(0), 1, 0));
        market.withdraw(address(0), STRANGER, 1);
        assertEq(address(market).balance, before, "held");
    }

    function test_Expire_254Tolerated() external {
        Terms memory terms = _terms();
        terms.rounds = 1024;
        terms.toleratedExpiries = 254;
        uint256 id = _running(terms, 2);
        for (uint256 i = 0; i < 254; ++i) _expireIdle(id);
        _assertStatus(id, Status.Running);
        _expireIdle(id);
        _assertStatus(id, Status.Aborted);
        assertEq(market.state(id).expiries, 255, "expiries");
    }

    function test_Expire_EmptyRowGoesOn() external {
        uint256 id = _running(2);
        _playEmptyRound(id, 2);
        _expireIdle(id);
        assertEq(market.state(id).emptyRounds, 1, "an expired round was not settled");
    }

    function _expectBurned(uint256 id, uint256 amount) private {
        uint16 round = market.state(id).round;
        vm.expectEmit(address(market));
        emit IMarket.Credited(id, BURNED, address(0), amount, IMarket.Reason.ForfeitedBond);
        vm.expectEmit(address(market));
        emit IMarket.RoundExpired(id, round, Phase.Failed, new address[](0), 0);
    }

    function _refuseAt(uint256 id, uint256 deadline) private {
        _warp(deadline);
        _refuse(STRANGER, abi.encodeWithSelector(Errors.Market_DeadlineNotPassed.selector, id, deadline, clock));
        market.expire(id);
    }
}
