// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMarket} from "../../../contracts/interfaces/IMarket.sol";
import {Phase} from "../../../contracts/types/MarketTypes.sol";
import {MarketErrors as Errors} from "../../../contracts/errors/MarketErrors.sol";
import {MarketFixture} from "../utils/MarketFixture.sol";

/// @dev refuse (Running, Training)
///      ├── by a seated trainer until trainingEnds: bit set, until it submits
///      ├── the last of the cohort to answer: training ends
///      ├── more than half of the seats: the round fails at once
///      └── after submitting, twice, late, for another round, by others, in another phase: reverts
contract RefuseTest is MarketFixture {
    uint256 private id;

    function setUp() public override {
        super.setUp();
        id = _running(4);
        _open(id);
    }

    function test_Refuse_SetsTheSeatsBit() external {
        vm.expectEmit(address(market));
        emit IMarket.RoundRefused(id, 0, _trainer(2), 2);
        _refuseRound(id, _trainer(2));
        assertEq(market.state(id).refusedSeats, 4, "refused");
        assertEq(market.state(id).submittedSeats, 0, "submitted");
        _assertPhase(id, Phase.Training);
    }

    function test_Refuse_CanSubmitAfterwards() external {
        _refuseRound(id, _trainer(2));
        _submit(id, _trainer(2));
        assertEq(market.state(id).refusedSeats, 0, "refused");
        assertEq(market.state(id).submittedSeats, 4, "submitted");
        assertEq(market.submissionHash(id, 2), _hash(_trainer(2), 0), "hash");
    }

    function test_Refuse_SubmittingClearsNoOthersBit() external {
        _refuseRound(id, _trainer(0));
        _refuseRound(id, _trainer(1));
        _submit(id, _trainer(0));
        assertEq(market.state(id).refusedSeats, 2, "refused");
        assertEq(market.state(id).submittedSeats, 1, "submitted");
    }

    function test_Refuse_HalfOfTheSeatsDoNotFailARound() external {
        _refuseRound(id, _trainer(0));
        _refuseRound(id, _trainer(1));
        _assertPhase(id, Phase.Training);
        _submit(id, _trainer(2));
        _warp(clock + 60);
        vm.expectEmit(address(market));
        emit IMarket.TrainingEnded(id, 0, clock + 3 hours);
        _submit(id, _trainer(3));
        IMarket.ProjectState memory state = market.state(id);
        assertEq(uint256(state.phase), uint256(Phase.Settling), "phase");
        assertEq(state.trainingEnds, clock, "trainingEnds");
        assertEq(state.settleBy, clock + 3 hours, "settleBy");
        _settle(id, _settlement(id));
        for (uint256 i = 0; i < 4; ++i) assertEq(market.member(id, _trainer(i)).absences, 0, "absences");
    }

    function test_Refuse_LastAnswerEndsTraining() external {
        _submitAll(id, 3);
        _warp(clock + 60);
        vm.expectEmit(address(market));
        emit IMarket.TrainingEnded(id, 0, clock + 3 hours);
        _refuseRound(id, _trainer(3));
        _assertPhase(id, Phase.Settling);
        assertEq(market.state(id).settleBy, clock + 3 hours, "settleBy");
    }

    function test_Refuse_LastAnswerThatFailsTheRoundAnnouncesNoSettling() external {
        uint256 settleBy = market.state(id).settleBy;
        _submit(id, _trainer(0));
        for (uint256 i = 1; i < 4; ++i) {
            if (market.state(id).phase == Phase.Training) _refuseRound(id, _trainer(i));
        }
        _assertPhase(id, Phase.Failed);
        assertEq(market.state(id).settleBy, settleBy, "settleBy");
    }

    function test_Refuse_MoreThanHalfFailTheRoundAtOnce() external {
        _submit(id, _trainer(3));
        _refuseRound(id, _trainer(0));
        _refuseRound(id, _trainer(1));
        _assertPhase(id, Phase.Training);
        _refuseRound(id, _trainer(2));
        _assertPhase(id, Phase.Failed);
        market.expire(id);
        assertEq(market.state(id).round, 1, "expired");
    }

    function test_Refuse_FewRefusalsFailNoRoundThatMostSubmitTo() external {
        _refuseRound(id, _trainer(0));
        _submit(id, _trainer(1));
        _submit(id, _trainer(2));
        _endTraining(id);
        _assertPhase(id, Phase.Settling);
    }

    function test_Refuse_RefusesWhoHasSubmitted() external {
        _submit(id, _trainer(0));
        _refuseAgain(_trainer(0));
    }

    function test_Refuse_RefusesTwice() external {
        _refuseRound(id, _trainer(0));
        _refuseAgain(_trainer(0));
    }

    function test_Refuse_RefusesWhoHasSubmittedAfterRefusing() external {
        _refuseRound(id, _trainer(0));
        _submit(id, _trainer(0));
        _refuseAgain(_trainer(0));
    }

    function test_Refuse_AtTheDeadline() external {
        _warp(market.state(id).trainingEnds);
        _refuseRound(id, _trainer(0));
        assertEq(market.state(id).refusedSeats, 1, "refused");
    }

    function test_Refuse_RefusesAfterTheDeadline() external {
        _submitAll(id, 2);
        _endTraining(id);
        _refuseRefusal(_trainer(3), 0, _wrongPhase(Phase.Settling));
    }

    function test_Refuse_RefusesInAFailedRound() external {
        for (uint256 i = 0; i < 3; ++i) _refuseRound(id, _trainer(i));
        _refuseRefusal(_trainer(3), 0, _wrongPhase(Phase.Failed));
    }

    function test_Refuse_RefusesWhenIdle() external {
        id = _running(2);
        _refuseRefusal(_trainer(0), 0, _wrongPhase(Phase.Idle));
    }

    function test_Refuse_RefusesAnotherRound() external {
        _refuseRefusal(_trainer(0), 1, abi.encodeWithSelector(Errors.Market_WrongRound.selector, id, 1, 0));
    }

    function test_Refuse_RefusesStrangers() external {
        _refuseRefusal(STRANGER, 0, abi.encodeWithSelector(Errors.Market_NotTrainer.selector, id, STRANGER));
    }

    function _refuseAgain(address trainer) private {
        _refuseRefusal(trainer, 0, abi.encodeWithSelector(Errors.Market_CannotRefuse.selector, id, 0, trainer));
    }

    function _refuseRefusal(address caller, uint16 round, bytes memory failure) private {
        _refuse(caller, failure);
        market.refuse(id, round);
    }

    function _wrongPhase(Phase actual) private view returns (bytes memory) {
        return abi.encodeWithSelector(Errors.Market_WrongPhase.selector, id, actual, Phase.Training);
    }
}
