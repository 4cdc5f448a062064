// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMarket} from "../../../contracts/interfaces/IMarket.sol";
import {G1Point, Phase, Status, Terms} from "../../../contracts/types/MarketTypes.sol";
import {MarketErrors as Errors} from "../../../contracts/errors/MarketErrors.sol";
import {MarketFixture} from "../utils/MarketFixture.sol";

/// @dev More trainers than seats: each round draws 32 of them.
contract LargeCohortsTest is MarketFixture {
    uint256 private constant TRAINERS = 40;
    uint256 private id;

    function setUp() public override {
        super.setUp();
        Terms memory terms = _terms();
        terms.maxTrainers = uint16(TRAINERS);
        terms.toleratedAbsences = 0;
        id = _running(terms, TRAINERS);
    }

    function test_LargeCohorts_DrawIsBoundToProjectAndRound() external {
        _open(id);
        uint256 expected = uint256(keccak256(abi.encode(keccak256("randomness"), id, uint256(0))));
        assertEq(market.state(id).cohortSeed, expected, "seed");
    }

    function test_LargeCohorts_EverySeatIsTakenOnce() external {
        _open(id);
        uint256 taken;
        uint256 seated;
        for (uint256 i = 0; i < TRAINERS; ++i) {
            (bool isSeated, uint256 seat) = market.seatOf(id, _trainer(i));
            if (!isSeated) continue;
            ++seated;
            taken |= 1 << seat;
        }
        assertEq(seated, 32, "seated");
        assertEq(taken, type(uint32).max, "seats");
    }

    function test_LargeCohorts_NobodyIsSeatedWhenIdle() external {
        (bool seated, ) = market.seatOf(id, _trainer(0));
        assertTrue(!seated, "before the round");
        _playWith(32);
        for (uint256 i = 0; i < TRAINERS; ++i) {
            (seated, ) = market.seatOf(id, _trainer(i));
            assertTrue(!seated, "after the round");
        }
    }

    function test_LargeCohorts_RefuseTheUnseated() external {
        _open(id);
        address left = _unseated();
        _refuse(left, abi.encodeWithSelector(Errors.Market_NotSeated.selector, id, 0, left));
        market.submit(id, 0, G1Point(1, 2), _model());
    }

    function test_LargeCohorts_AllSeatsEndTraining() external {
        _open(id);
        _submitSeats(32);
        assertEq(uint256(market.state(id).phase), uint256(Phase.Settling), "phase");
        _settle(id, _settlement(id));
        assertEq(market.state(id).round, 1, "settled");
        for (uint256 i = 0; i < TRAINERS; ++i) assertEq(market.member(id, _trainer(i)).absences, 0, "absences");
    }

    function test_LargeCohorts_OnlySeatedCanBeAbsent() external {
        _open(id);
        address left = _unseated();
        address[] memory cohort = _cohort();
        _submitSeats(30);
        _endTraining(id);
        _settle(id, _settlement(id));
        for (uint256 seat = 0; seat < 32; ++seat) {
            assertEq(market.member(id, cohort[seat]).absences, seat < 30 ? 0 : 1, "absences by seat");
        }
        assertEq(market.member(id, cohort[31]).stake, 0.7 ether, "forfeited");
        assertEq(market.member(id, left).absences, 0, "not drawn");
        assertEq(market.member(id, left).stake, 1 ether, "not drawn");
    }

    function test_LargeCohorts_ExpiryFindsTheSubmitters() external {
        _open(id);
        address[] memory cohort = _cohort();
        _submitSeats(16);
        _expireOpen(id);
        for (uint256 seat = 0; seat < 32; ++seat) {
            assertEq(_balance(cohort[seat]), seat < 16 ? 0.1875 ether : 0, "compensation by seat");
        }
    }

    function test_LargeCohorts_AnotherRoundDrawsAgain() external {
        _open(id);
        uint256 first = market.state(id).cohortSeed;
        _submitSeats(32);
        _settle(id, _settlement(id));
        _open(id);
        assertTrue(market.state(id).cohortSeed != first, "same block's randomness, another round");
    }

    function test_LargeCohorts_RefusalsAreBySeat() external {
        _open(id);
        address[] memory cohort = _cohort();
        _submitSeats(31);
        vm.expectEmit(address(market));
        emit IMarket.RoundRefused(id, 0, cohort[31], 31);
        _refuseRound(id, cohort[31]);
        assertEq(market.state(id).refusedSeats, 1 << 31, "bitmap");
        _settle(id, _settlement(id));
        assertEq(market.member(id, cohort[31]).absences, 0, "no absence");
        assertEq(market.member(id, cohort[31]).stake, 1 ether, "stake");
    }

    function test_LargeCohorts_TheUnseatedCannotRefuse() external {
        _open(id);
        address left = _unseated();
        _refuse(left, abi.encodeWithSelector(Errors.Market_NotSeated.selector, id, 0, left));
        market.refuse(id, 0);
    }

    function test_LargeCohorts_TheLastCohortRefusesTheLastModel() external {
        while (market.state(id).status == Status.Running) {
            _open(id);
            _submitSeats(32);
            if (market.state(id).round + 1 < market.terms(id).rounds) _settle(id, _settlement(id));
            else break;
        }
        address[] memory cohort = _cohort();
        address left = _unseated();
        _settle(id, _settlement(id));
        _assertStatus(id, Status.Completed);
        uint16 next = market.state(id).round;
        (bool seated, uint256 seat) = market.seatOf(id, cohort[31]);
        assertTrue(seated && seat == 31, "seated to the end");
        (seated, ) = market.seatOf(id, left);
        assertTrue(!seated, "not seated");
        _refuse(left, abi.encodeWithSelector(Errors.Market_NotSeated.selector, id, next, left));
        market.refuse(id, next);
        uint256 bond = market.state(id).bond;
        for (uint256 i = 0; i < 16; ++i) _refuseRound(id, cohort[2 * i]);
        assertEq(market.state(id).bond, bond, "half of the seats");
        _refuseRound(id, cohort[31]);
        assertEq(market.state(id).bond, bond - market.roundReward(id, next - 1), "more than half");
    }

    function test_LargeCohorts_FailWithFewerThanHalfOfTheSeats() external {
        _open(id);
        _submitSeats(15);
        _endTraining(id);
        _assertPhase(id, Phase.Failed);
    }

    function test_LargeCohorts_SettleWithHalfOfTheSeats() external {
        _open(id);
        _submitSeats(16);
        _endTraining(id);
        _assertPhase(id, Phase.Settling);
    }

    function test_LargeCohorts_UnopenedRoundsAreOwedToAll() external {
        _expireIdle(id);
        assertEq(market.state(id).idleCompensation, uint256(3 ether) / TRAINERS, "also to those never drawn");
    }

    // ---------------------------------------------------------------------------------------------- 32 and 33 trainers

    function test_LargeCohorts_32TrainersSitByIndexWithoutADraw() external {
        id = _runningWith(32);
        _open(id);
        assertEq(market.state(id).cohortSeed, 0, "seed");
        for (uint256 i = 0; i < 32; ++i) {
            (bool seated, uint256 seat) = market.seatOf(id, _trainer(i));
            assertTrue(seated, "seated");
            assertEq(seat, i, "seat");
        }
        _submitAll(id, 32);
        assertEq(market.state(id).submittedSeats, type(uint32).max, "bitmap");
        _assertPhase(id, Phase.Settling);
    }

    function test_LargeCohorts_33TrainersLeaveOneOut() external {
        id = _runningWith(33);
        _open(id);
        assertEq(market.state(id).cohortSeed, uint256(keccak256(abi.encode(keccak256("randomness"), id, 0))), "seed");
        uint256 seated;
        for (uint256 i = 0; i < 33; ++i) {
            (bool isSeated, ) = market.seatOf(id, _trainer(i));
            if (isSeated) ++seated;
        }
        assertEq(seated, 32, "seated");
        address left = _unseated();
        _refuse(left, abi.encodeWithSelector(Errors.Market_NotSeated.selector, id, 0, left));
        market.submit(id, 0, G1Point(1, 2), _model());
        for (uint256 i = 0; i < 33; ++i) if (_trainer(i) != left) _submit(id, _trainer(i));
        _assertPhase(id, Phase.Settling);
        _settle(id, _settlement(id));
        assertEq(market.state(id).round, 1, "settled");
    }

    function _runningWith(uint256 trainers) private returns (uint256) {
        Terms memory terms = _terms();
        terms.maxTrainers = uint16(trainers);
        return _running(terms, trainers);
    }

    function _playWith(uint256 seats) private {
        _open(id);
        _submitSeats(seats);
        _endTraining(id);
        _settle(id, _settlement(id));
    }

    function _cohort() private view returns (address[] memory cohort) {
        cohort = new address[](32);
        for (uint256 i = 0; i < TRAINERS; ++i) {
            (bool seated, uint256 seat) = market.seatOf(id, _trainer(i));
            if (seated) cohort[seat] = _trainer(i);
        }
    }

    function _submitSeats(uint256 seats) private {
        address[] memory cohort = _cohort();
        for (uint256 seat = 0; seat < seats; ++seat) _submit(id, cohort[seat]);
    }

    function _unseated() private view returns (address trainer) {
        bool seated = true;
        for (uint256 i = 0; seated; ++i) {
            trainer = _trainer(i);
            (seated, ) = market.seatOf(id, trainer);
        }
    }
}
