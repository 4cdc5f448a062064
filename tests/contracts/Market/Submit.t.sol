// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMarket} from "../../../contracts/interfaces/IMarket.sol";
import {Cid, G1Point, Phase} from "../../../contracts/types/MarketTypes.sol";
import {MarketErrors as Errors} from "../../../contracts/errors/MarketErrors.sol";
import {MarketFixture} from "../utils/MarketFixture.sol";

import {BN254} from "../../../contracts/libraries/BN254.sol";

/// @dev submit (Running, Training)
///      ├── by a seated trainer until trainingEnds: hash on its seat, bit set
///      ├── again: replaces
///      ├── the last of the cohort: training ends, settling begins
///      └── late, for another round, by others, in another phase, a bad commitment, a bad CID: reverts
contract SubmitTest is MarketFixture {
    uint256 private id;

    function setUp() public override {
        super.setUp();
        id = _running(3);
        _open(id);
    }

    function test_Submit_StoresTheHashOnTheSeat() external {
        address trainer = _trainer(1);
        vm.expectEmit(address(market));
        emit IMarket.UpdateSubmitted(id, 0, trainer, 1, _commitment(trainer, 0), _payload(trainer, 0));
        _submit(id, trainer);
        assertEq(market.state(id).submittedSeats, 2, "bitmap");
        assertEq(market.submissionHash(id, 1), _hash(trainer, 0), "hash");
        assertEq(market.submissionHash(id, 0), 0, "other seat");
        assertEq(market.submissionHash(id, 300), 0, "no seat");
    }

    function test_Submit_SeatsAreIndices() external view {
        for (uint256 i = 0; i < 3; ++i) {
            (bool seated, uint256 seat) = market.seatOf(id, _trainer(i));
            assertTrue(seated, "seated");
            assertEq(seat, i, "seat");
        }
        (bool strangerSeated, ) = market.seatOf(id, STRANGER);
        assertTrue(!strangerSeated, "stranger");
    }

    function test_Submit_ReplacesTheEarlier() external {
        _submit(id, _trainer(0));
        G1Point memory other = _point(99);
        vm.prank(_trainer(0));
        market.submit(id, 0, other, Cid(bytes32(uint256(4)), 0x70));
        bytes32 expected = keccak256(
            abi.encode(uint256(0), _trainer(0), other.x, other.y, bytes32(uint256(4)), uint256(0x70))
        );
        assertEq(market.submissionHash(id, 0), expected, "hash");
        assertEq(market.state(id).submittedSeats, 1, "bitmap");
        assertEq(uint256(market.state(id).phase), uint256(Phase.Training), "phase");
    }

    function test_Submit_MayRepeatItself() external {
        _submit(id, _trainer(0));
        _submit(id, _trainer(0));
        assertEq(market.submissionHash(id, 0), _hash(_trainer(0), 0), "hash");
    }

    function test_Submit_LastOneEndsTraining() external {
        _submitAll(id, 2);
        _warp(clock + 60);
        vm.expectEmit(address(market));
        emit IMarket.TrainingEnded(id, 0, clock + 3 hours);
        _submit(id, _trainer(2));
        IMarket.ProjectState memory state = market.state(id);
        assertEq(uint256(state.phase), uint256(Phase.Settling), "phase");
        assertEq(state.trainingEnds, clock, "trainingEnds");
        assertEq(state.settleBy, clock + 3 hours, "settleBy");
    }

    function test_Submit_RefusesReplacingAfterTheLast() external {
        _submitAll(id, 3);
        _refuseSubmit(_trainer(0), _wrongPhase(Phase.Settling));
    }

    function test_Submit_AtTheDeadline() external {
        _warp(market.state(id).trainingEnds);
        _submit(id, _trainer(0));
    }

    function test_Submit_RefusesAfterTheDeadline() external {
        _submitAll(id, 2);
        _warp(uint256(market.state(id).trainingEnds) + 1);
        _refuseSubmit(_trainer(2), _wrongPhase(Phase.Settling));
    }

    function test_Submit_RefusesInAFailedRound() external {
        _warp(uint256(market.state(id).trainingEnds) + 1);
        _refuseSubmit(_trainer(0), _wrongPhase(Phase.Failed));
    }

    function test_Submit_RefusesWhenIdle() external {
        id = _running(2);
        _refuseSubmit(_trainer(0), _wrongPhase(Phase.Idle));
    }

    function test_Submit_RefusesAnotherRound() external {
        _refuse(_trainer(0), abi.encodeWithSelector(Errors.Market_WrongRound.selector, id, 1, 0));
        market.submit(id, 1, G1Point(1, 2), _model());
    }

    function test_Submit_RefusesStrangers() external {
        _refuseSubmit(STRANGER, abi.encodeWithSelector(Errors.Market_NotTrainer.selector, id, STRANGER));
    }

    function test_Submit_AcceptsAnothersCommitment() external {
        _submit(id, _trainer(0));
        G1Point memory copied = _commitment(_trainer(0), 0);
        vm.prank(_trainer(1));
        market.submit(id, 0, copied, _model());
        assertEq(market.state(id).submittedSeats, 3, "bitmap");
        assertEq(market.submissionHash(id, 0), _hash(_trainer(0), 0), "the first one's");
    }

    function test_Submit_RefusesUnknownCodec() external {
        _refuse(_trainer(0), abi.encodeWithSelector(Errors.Market_InvalidCid.selector, bytes32(uint256(1)), 0x54));
        market.submit(id, 0, G1Point(1, 2), Cid(bytes32(uint256(1)), 0x54));
    }

    function test_Submit_RefusesInfinity() external {
        _refuseCommitment(G1Point(0, 0));
    }

    function test_Submit_RefusesPointsOffTheCurve() external {
        _refuseCommitment(G1Point(1, 1));
    }

    function test_Submit_RefusesUnreducedX() external {
        _refuseCommitment(G1Point(1 + BN254.P, 2));
    }

    function test_Submit_RefusesUnreducedY() external {
        _refuseCommitment(G1Point(1, 2 + BN254.P));
    }

    function _refuseCommitment(G1Point memory point) private {
        _refuse(_trainer(0), abi.encodeWithSelector(Errors.Market_InvalidCommitment.selector, point));
        market.submit(id, 0, point, _model());
    }

    function _refuseSubmit(address caller, bytes memory failure) private {
        _refuse(caller, failure);
        market.submit(id, 0, G1Point(1, 2), _model());
    }

    function _wrongPhase(Phase actual) private view returns (bytes memory) {
        return abi.encodeWithSelector(Errors.Market_WrongPhase.selector, id, actual, Phase.Training);
    }
}
