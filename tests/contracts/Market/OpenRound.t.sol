// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMarket} from "../../../contracts/interfaces/IMarket.sol";
import {Cid, G1Point, HyperParameters, Phase, Terms} from "../../../contracts/types/MarketTypes.sol";
import {MarketErrors as Errors} from "../../../contracts/errors/MarketErrors.sol";
import {MarketFixture} from "../utils/MarketFixture.sol";

/// @dev openRound (Running, Idle)
///      ├── by the aggregator until openBy: training until now + trainingDuration, settling until settlingDuration later
///      ├── with more trainers than seats: draws a cohort
///      └── by others, late, during a round, with values out of bounds, a bad commitment or CID: reverts
contract OpenRoundTest is MarketFixture {
    function test_OpenRound_StartsTraining() external {
        uint256 id = _running(2);
        vm.expectEmit(address(market));
        emit IMarket.RoundOpened(
            id,
            0,
            _model(),
            _reference(0),
            _hyperParameters(),
            0,
            clock + 2 hours,
            clock + 5 hours
        );
        _open(id);
        IMarket.ProjectState memory state = market.state(id);
        assertEq(uint256(state.phase), uint256(Phase.Training), "phase");
        assertEq(state.trainingEnds, clock + 2 hours, "trainingEnds");
        assertEq(state.settleBy, clock + 5 hours, "settleBy");
        assertEq(state.cohortSeed, 0, "no draw");
        assertEq(state.referenceCommitment.x, _reference(0).x, "reference x");
        assertEq(state.referenceCommitment.y, _reference(0).y, "reference y");
    }

    function test_OpenRound_AtTheDeadline() external {
        uint256 id = _running(2);
        _warp(market.state(id).openBy);
        _open(id);
    }

    function test_OpenRound_RefusesAfterTheDeadline() external {
        uint256 id = _running(2);
        uint256 deadline = market.state(id).openBy;
        _warp(deadline + 1);
        _refuseOpen(id, AGGREGATOR, abi.encodeWithSelector(Errors.Market_DeadlinePassed.selector, id, deadline, clock));
    }

    function test_OpenRound_RefusesOthers() external {
        uint256 id = _running(2);
        bytes memory failure = abi.encodeWithSelector(Errors.Market_NotAggregator.selector, id, OWNER, AGGREGATOR);
        _refuseOpen(id, OWNER, failure);
    }

    function test_OpenRound_RefusesDuringTraining() external {
        uint256 id = _running(2);
        _open(id);
        _refuseOpen(id, AGGREGATOR, _wrongPhase(id, Phase.Training));
    }

    function test_OpenRound_RefusesDuringSettling() external {
        uint256 id = _running(2);
        _open(id);
        _submitAll(id, 1);
        _endTraining(id);
        _refuseOpen(id, AGGREGATOR, _wrongPhase(id, Phase.Settling));
    }

    function test_OpenRound_RefusesWhileTheLastHasFailed() external {
        uint256 id = _running(2);
        _open(id);
        _endTraining(id);
        _refuseOpen(id, AGGREGATOR, _wrongPhase(id, Phase.Failed));
    }

    function test_OpenRound_RefusesInfinity() external {
        _refuseCommitment(G1Point(0, 0));
    }

    function test_OpenRound_RefusesPointsOffTheCurve() external {
        _refuseCommitment(G1Point(1, 3));
    }

    function test_OpenRound_RefusesUnknownCodec() external {
        uint256 id = _running(2);
        _refuse(AGGREGATOR, abi.encodeWithSelector(Errors.Market_InvalidCid.selector, bytes32(0), 0));
        market.openRound(id, Cid(0, 0), G1Point(1, 2), _hyperParameters());
    }

    // --------------------------------------------------------------------------------------------- Hyper-parameters

    function test_OpenRound_BoundsAreInclusive() external {
        Terms memory terms = _terms();
        (terms.hyperBounds.minLearningRate, terms.hyperBounds.maxLearningRate) = (5, 6);
        (terms.hyperBounds.minLocalEpochs, terms.hyperBounds.maxLocalEpochs) = (2, 3);
        (terms.hyperBounds.minBatchSize, terms.hyperBounds.maxBatchSize) = (8, 9);
        uint256 low = _running(terms, 2);
        vm.prank(AGGREGATOR);
        market.openRound(low, _model(), G1Point(1, 2), HyperParameters(5, 2, 8));
        uint256 high = _running(terms, 2);
        vm.prank(AGGREGATOR);
        market.openRound(high, _model(), G1Point(1, 2), HyperParameters(6, 3, 9));
    }

    function test_OpenRound_RefusesSmallLearningRate() external {
        _refuseHyper(HyperParameters(0, 1, 32), "learningRate", 0, 1, 1_000_000);
    }

    function test_OpenRound_RefusesLargeLearningRate() external {
        _refuseHyper(HyperParameters(1_000_001, 1, 32), "learningRate", 1_000_001, 1, 1_000_000);
    }

    function test_OpenRound_RefusesFewEpochs() external {
        _refuseHyper(HyperParameters(1, 0, 32), "localEpochs", 0, 1, 10);
    }

    function test_OpenRound_RefusesManyEpochs() external {
        _refuseHyper(HyperParameters(1, 11, 32), "localEpochs", 11, 1, 10);
    }

    function test_OpenRound_RefusesSmallBatch() external {
        _refuseHyper(HyperParameters(1, 1, 0), "batchSize", 0, 1, 1024);
    }

    function test_OpenRound_RefusesLargeBatch() external {
        _refuseHyper(HyperParameters(1, 1, 1025), "batchSize", 1025, 1, 1024);
    }

    function _refuseHyper(
        HyperParameters memory given,
        bytes32 name,
        uint256 value,
        uint256 least,
        uint256 most
    ) private {
        uint256 id = _running(2);
        bytes4 selector = Errors.Market_HyperParameterOutOfBounds.selector;
        _refuse(AGGREGATOR, abi.encodeWithSelector(selector, name, value, least, most));
        market.openRound(id, _model(), G1Point(1, 2), given);
    }

    function _refuseCommitment(G1Point memory point) private {
        uint256 id = _running(2);
        _refuse(AGGREGATOR, abi.encodeWithSelector(Errors.Market_InvalidCommitment.selector, point));
        market.openRound(id, _model(), point, _hyperParameters());
    }

    function _refuseOpen(uint256 id, address caller, bytes memory failure) private {
        _refuse(caller, failure);
        market.openRound(id, _model(), G1Point(1, 2), _hyperParameters());
    }

    function _wrongPhase(uint256 id, Phase actual) private pure returns (bytes memory) {
        return abi.encodeWithSelector(Errors.Market_WrongPhase.selector, id, actual, Phase.Idle);
    }
}
