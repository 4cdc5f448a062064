// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMarket} from "../../../contracts/interfaces/IMarket.sol";
import {
    Cid,
    G1Point,
    Phase,
    Settlement,
    Status,
    Submission,
    Terms,
    WeightedSum
} from "../../../contracts/types/MarketTypes.sol";
import {MarketErrors as Errors} from "../../../contracts/errors/MarketErrors.sol";
import {MarketFixture} from "../utils/MarketFixture.sol";

import {BN254} from "../../../contracts/libraries/BN254.sol";
import {ScoringHarness} from "../../../contracts/mocks/ScoringHarness.sol";
import {VerifierStandIn} from "../../../contracts/mocks/VerifierStandIn.sol";
import {Grams} from "../utils/Grams.sol";

/// @dev settle (Running, Settling)
///      ├── by the aggregator after training until settleBy: statement to the verifier, payouts, fee, next round
///      │   ├── nobody kept: no fee, the reward rolls over, aggregate empty, empty round
///      │   ├── kept, but nothing new in it: no fee, the reward rolls over
///      │   ├── some invalid: each takes an equal part along, which is burned
///      │   ├── all invalid: the reward is burned, no fee, gram and proof empty, empty round
///      │   └── last round: Completed, the rest to the owner
///      └── by others, early, late, failed, other submissions, a rejected proof, things published that must not be: reverts
contract SettleTest is MarketFixture {
    uint256 private id;

    function setUp() public override {
        super.setUp();
        id = _running(3);
        _open(id);
    }

    // --------------------------------------------------------------------------------------------------------- Kept

    function test_Settle_PaysRewardAndFee() external {
        _submitAll(id, 3);
        _settle(id, _settlement(id));
        uint256 paid = _balance(_trainer(0)) + _balance(_trainer(1)) + _balance(_trainer(2));
        assertLe(paid, 3 ether, "reward");
        assertLe(3 ether - paid, 3, "dust");
        // Trainer 2's update goes furthest along the reference.
        assertTrue(_balance(_trainer(2)) > _balance(_trainer(0)), "by contribution");
        assertEq(_balance(AGGREGATOR), 0.3 ether, "fee");
        assertEq(market.state(id).escrow, 13.2 ether - paid - 0.3 ether, "escrow");
    }

    function test_Settle_GoesOnToTheNextRound() external {
        _submitAll(id, 3);
        _settle(id, _settlement(id));
        IMarket.ProjectState memory state = market.state(id);
        assertEq(state.round, 1, "round");
        assertEq(uint256(state.phase), uint256(Phase.Idle), "phase");
        assertEq(state.openBy, clock + 1 hours, "openBy");
        assertEq(state.submittedSeats, 0, "bitmap");
        assertEq(state.trainingEnds, 0, "trainingEnds");
        assertEq(state.settleBy, 0, "settleBy");
        assertEq(state.emptyRounds, 0, "emptyRounds");
        assertEq(market.submissionHash(id, 0), 0, "stale submission");
    }

    function test_Settle_EmitsItsDecisions() external {
        _submitAll(id, 3);
        Settlement memory settlement = _settlement(id);
        // Equal updates are one: each has a third of its weight, rounded down, and of its pay.
        int256[3][] memory vectors = new int256[3][](4);
        vectors[0] = [int256(1000), 0, 0];
        for (uint256 i = 1; i < 4; ++i) vectors[i] = [int256(2000), 0, 0];
        settlement.gram = Grams.pack(vectors, 0);
        uint256[] memory payouts = new uint256[](3);
        (payouts[0], payouts[1], payouts[2]) = (1 ether, 1 ether, 1 ether);
        vm.expectEmit(address(market));
        emit IMarket.RoundSettled(id, 0, settlement, 7, 3 * 21_845, payouts);
        _settle(id, settlement);
        assertEq(market.state(id).publicRows[0].x, _aggregate(0).x, "public row");
    }

    function test_Settle_KeptBitsAreBySubmission() external {
        _submitAll(id, 3);
        Settlement memory settlement = _settlement(id, 1);
        // Of the two valid ones, submission 1 points away and submission 2 along the reference.
        int256[3][] memory vectors = new int256[3][](3);
        vectors[0] = [int256(1000), 0, 0];
        vectors[1] = [int256(-1000), 0, 0];
        vectors[2] = [int256(1000), 0, 0];
        settlement.gram = Grams.pack(vectors, 0);
        uint256[] memory payouts = new uint256[](3);
        payouts[2] = 2 ether;
        vm.expectEmit(address(market));
        emit IMarket.RoundSettled(id, 0, settlement, 4, 65_536, payouts);
        _settle(id, settlement);
        assertEq(_balance(_trainer(0)), 0, "invalid");
        assertEq(_balance(_trainer(1)), 0, "outlier");
        assertEq(_balance(_trainer(2)), 2 ether, "kept");
        assertEq(_balance(BURNED), 1 ether, "the invalid one's part");
    }

    function test_Settle_KeepsTheLastTwoAggregates() external {
        _submitAll(id, 3);
        _settle(id, _settlement(id));
        G1Point memory first = market.state(id).publicRows[0];
        assertTrue(!BN254.isInfinity(first), "first aggregate");
        assertEq(market.state(id).publicRows[1].x, 0, "no second yet");
        _playRound(id, 3);
        G1Point memory second = market.state(id).publicRows[0];
        assertEq(market.state(id).publicRows[1].x, first.x, "moved on");
        _playRound(id, 3);
        assertEq(market.state(id).publicRows[1].x, second.x, "moved on again");
    }

    function test_Settle_TellsTheVerifierTheWholeStatement() external {
        _submitAll(id, 3);
        _settle(id, _settlement(id));
        _open(id);
        _submitAll(id, 3);
        // The second of three is invalid, and there is one public row.
        Settlement memory settlement = _settlement(id, 2);
        G1Point[] memory rows = new G1Point[](4);
        rows[0] = _reference(1);
        rows[1] = _commitment(_trainer(0), 1);
        rows[2] = _commitment(_trainer(2), 1);
        rows[3] = market.state(id).publicRows[0];
        bytes32 submissionsHash = keccak256(
            abi.encodePacked(_hash(_trainer(0), 1), _hash(_trainer(1), 1), _hash(_trainer(2), 1))
        );
        bytes32 context = _context(1, submissionsHash, 2);
        verifier.expect(keccak256(_statement(context, rows, 1, settlement)));
        _settle(id, settlement);
        assertEq(market.state(id).round, 2, "settled");
    }

    function test_Settle_TellsTheVerifierBothPublicRowsMostRecentFirst() external {
        _submitAll(id, 3);
        _settle(id, _settlement(id));
        G1Point memory older = market.state(id).publicRows[0];
        _playRound(id, 3);
        _open(id);
        _submitAll(id, 3);
        G1Point[] memory rows = new G1Point[](6);
        rows[0] = _reference(2);
        for (uint256 i = 0; i < 3; ++i) rows[1 + i] = _commitment(_trainer(i), 2);
        rows[4] = market.state(id).publicRows[0];
        rows[5] = older;
        assertTrue(rows[4].x != older.x, "two aggregates");
        Settlement memory settlement = _settlement(id);
        bytes32 submissionsHash = keccak256(
            abi.encodePacked(_hash(_trainer(0), 2), _hash(_trainer(1), 2), _hash(_trainer(2), 2))
        );
        bytes32 context = _context(2, submissionsHash, 0);
        verifier.expect(keccak256(_statement(context, rows, 2, settlement)));
        _settle(id, settlement);
        assertEq(market.state(id).round, 3, "settled");
    }

    // -------------------------------------------------------------------------------------------------- Empty rounds

    function test_Settle_NobodyKeptPaysNobody() external {
        _submitAll(id, 3);
        _settle(id, _emptySettlement(id));
        for (uint256 i = 0; i < 3; ++i) {
            assertEq(_balance(_trainer(i)), 0, "pay");
            assertEq(market.member(id, _trainer(i)).validUpdates, 1, "validUpdates");
        }
        assertEq(_balance(AGGREGATOR), 0, "fee");
        IMarket.ProjectState memory state = market.state(id);
        assertEq(state.rollover, 3 ether, "rollover");
        assertEq(state.validUpdates, 3, "all validUpdates");
        assertEq(state.escrow, 13.2 ether, "escrow");
        assertEq(state.emptyRounds, 1, "emptyRounds");
        assertTrue(BN254.isInfinity(state.publicRows[0]), "no aggregate");
    }

    function test_Settle_OnlyValidUpdatesAreCounted() external {
        _submitAll(id, 3);
        Settlement memory settlement = _settlement(id, 2);
        settlement.gram = Grams.pack(_vectors(2, 0, -1), 0);
        settlement.aggregate = Cid(0, 0);
        _settle(id, settlement);
        for (uint256 i = 0; i < 3; ++i) {
            assertEq(market.member(id, _trainer(i)).validUpdates, i == 1 ? 0 : 1, "validUpdates");
        }
        assertEq(market.state(id).validUpdates, 2, "all validUpdates");
    }

    function test_Settle_RolloverJoinsTheNextReward() external {
        _submitAll(id, 3);
        _settle(id, _emptySettlement(id));
        _playRound(id, 3);
        uint256 paid;
        for (uint256 i = 0; i < 3; ++i) {
            uint256 balance = _balance(_trainer(i));
            assertEq(_earned(id, _trainer(i)), balance, "earned");
            paid += balance;
        }
        assertLe(paid, 6 ether, "two rewards");
        assertLe(6 ether - paid, 2, "dust");
        assertEq(market.state(id).rollover, 0, "rollover");
        assertEq(market.state(id).earned, paid, "all earned");
    }

    function test_Settle_CountsNoValidUpdatesOnceSomebodyHasEarned() external {
        _submitAll(id, 3);
        _settle(id, _settlement(id));
        _playEmptyRound(id, 3);
        assertEq(market.member(id, _trainer(0)).validUpdates, 0, "validUpdates");
        assertEq(market.state(id).validUpdates, 0, "all validUpdates");
        assertEq(market.state(id).rollover, 3 ether, "rollover");
    }

    function test_Settle_NothingNewPaysNobody() external {
        _submitAll(id, 3);
        _settle(id, _settlement(id));
        uint256 before = _balance(_trainer(0));
        _open(id);
        _submitAll(id, 3);
        Settlement memory settlement = _settlement(id);
        // All of the updates lie along the last aggregate.
        int256[3][] memory vectors = new int256[3][](5);
        for (uint256 i = 0; i < 4; ++i) vectors[i] = [int256(1000), 0, 0];
        vectors[4] = [int256(90_000), 0, 0];
        settlement.gram = Grams.pack(vectors, 1);
        _settle(id, settlement);
        assertEq(_balance(_trainer(0)), before, "pay");
        assertEq(_balance(AGGREGATOR), 0.3 ether, "fees");
        assertEq(market.state(id).rollover, 3 ether, "rollover");
        assertEq(market.state(id).emptyRounds, 1, "emptyRounds");
    }

    function test_Settle_AllInvalidBurnsTheReward() external {
        _submitAll(id, 3);
        vm.expectEmit(address(market));
        emit IMarket.Credited(id, BURNED, address(0), 3 ether, IMarket.Reason.ForfeitedReward);
        _settle(id, _settlement(id, 7));
        for (uint256 i = 0; i < 3; ++i) assertEq(_balance(_trainer(i)), 0, "pay");
        IMarket.ProjectState memory state = market.state(id);
        assertEq(state.escrow, 10.2 ether, "escrow");
        assertEq(state.emptyRounds, 1, "emptyRounds");
        assertEq(_balance(AGGREGATOR), 0, "fee");
        assertEq(state.earned, 0, "not earned");
        assertEq(state.validUpdates, 0, "nor valid");
        assertEq(_earned(id, _trainer(0)), 0, "not earned");
    }

    function test_Settle_AllInvalidLeavesTheRolloverAlone() external {
        _submitAll(id, 3);
        _settle(id, _emptySettlement(id));
        _playInvalidRound(id, 3);
        assertEq(_balance(BURNED), 3 ether, "one round's reward");
        assertEq(market.state(id).rollover, 3 ether, "rollover");
    }

    function test_Settle_InvalidTakesItsPartOfTheRolloverAlong() external {
        _submitAll(id, 3);
        _settle(id, _emptySettlement(id));
        _open(id);
        _submitAll(id, 3);
        _settle(id, _settlement(id, 1));
        assertEq(_balance(BURNED), 2 ether, "a third of two rewards");
        uint256 paid = _balance(_trainer(1)) + _balance(_trainer(2));
        assertLe(paid, 4 ether, "paid");
        assertLe(4 ether - paid, 2, "dust");
        assertEq(market.state(id).rollover, 0, "rollover");
        assertEq(market.state(id).escrow, 13.2 ether - 2 ether - paid - 0.3 ether, "escrow");
    }

    function test_Settle_WhatNobodyEarnedRollsOverWithoutTheInvalidOnesPart() external {
        _submitAll(id, 3);
        Settlement memory settlement = _settlement(id, 1);
        settlement.gram = Grams.pack(_vectors(2, 0, -1), 0);
        settlement.aggregateCommitment = G1Point(0, 0);
        settlement.aggregate = Cid(0, 0);
        _settle(id, settlement);
        assertEq(_balance(BURNED), 1 ether, "a third");
        assertEq(market.state(id).rollover, 2 ether, "rollover");
        assertEq(market.state(id).validUpdates, 2, "validUpdates");
        assertEq(market.member(id, _trainer(0)).validUpdates, 0, "of the invalid one");
    }

    function test_Settle_EmptyRoundsAreCountedTo255() external {
        Terms memory terms = _terms();
        terms.rounds = 1024;
        terms.minTrainers = 1;
        id = _running(terms, 1);
        for (uint256 i = 0; i < 255; ++i) _playInvalidRound(id, 1);
        assertEq(market.state(id).emptyRounds, 255, "emptyRounds");
        _playInvalidRound(id, 1);
        assertEq(market.state(id).emptyRounds, 255, "the greatest value stays");
        _playRound(id, 1);
        assertEq(market.state(id).emptyRounds, 0, "and goes as any");
    }

    function test_Settle_KeptRoundEndsTheRow() external {
        _submitAll(id, 3);
        _settle(id, _emptySettlement(id));
        _playRound(id, 3);
        assertEq(market.state(id).emptyRounds, 0, "emptyRounds");
    }

    function test_Settle_EmptyRoundKeepsThePublicRows() external {
        _submitAll(id, 3);
        _settle(id, _settlement(id));
        uint256 x = market.state(id).publicRows[0].x;
        _playEmptyRound(id, 3);
        assertEq(market.state(id).publicRows[0].x, x, "public row");
    }

    // -------------------------------------------------------------------------------------------------- The last one

    function test_Settle_LastRoundCompletes() external {
        _submitAll(id, 3);
        _settle(id, _settlement(id));
        _playRound(id, 3);
        _playRound(id, 3);
        _open(id);
        _submitAll(id, 3);
        Settlement memory settlement = _settlement(id);
        _settle(id, settlement);
        _assertStatus(id, Status.Completed);
        IMarket.ProjectState memory state = market.state(id);
        assertEq(state.escrow, 0, "escrow");
        assertEq(state.endedAt, clock, "endedAt");
        assertEq(state.openBy, 0, "openBy");
        assertEq(_balance(AGGREGATOR), 1.2 ether, "all fees");
        uint256 paid = _balance(_trainer(0)) + _balance(_trainer(1)) + _balance(_trainer(2));
        assertEq(_balance(OWNER), 12 ether - paid, "dust to the owner");
        assertLe(_balance(OWNER), 12, "only dust");
    }

    function test_Settle_UnevenRewards() external {
        Terms memory terms = _terms();
        terms.rounds = 2;
        terms.aggregatorBond = 18 ether;
        uint16[] memory weights = new uint16[](2);
        (weights[0], weights[1]) = (1, 3);
        id = _create(terms, weights);
        _postBond(id);
        _join(id, _trainer(0));
        _join(id, _trainer(1));
        _start(id);
        _playInvalidRound(id, 2);
        assertEq(_balance(BURNED), 3 ether, "a quarter");
        _playInvalidRound(id, 2);
        assertEq(_balance(BURNED), 12 ether, "and three quarters");
    }

    function test_Settle_GreatestBounty() external {
        Terms memory terms = _terms();
        terms.rounds = 1;
        terms.toleratedExpiries = 0;
        terms.bounty = type(uint128).max - 1.2 ether;
        terms.aggregatorBond = type(uint128).max;
        terms.trainerStake = type(uint128).max;
        terms.toleratedAbsences = 0;
        terms.absencePenaltyBps = 10_000;
        id = _running(terms, 4);
        _playRound(id, 2);
        // Two trainers share the bounty; the stakes of the two others are burned.
        uint256 most = type(uint128).max;
        uint256 paid = _balance(_trainer(0)) + _balance(_trainer(1));
        assertLe(paid, terms.bounty, "at most");
        assertLe(terms.bounty - paid, 1, "dust");
        assertEq(_balance(BURNED), 2 * most, "burned");
        assertEq(_balance(AGGREGATOR), 1.2 ether, "fee");
        assertEq(_balance(OWNER), terms.bounty - paid, "dust to the owner");
    }

    // ----------------------------------------------------------------------------------------------------- Absences

    function test_Settle_ToleratesAbsences() external {
        _submitAll(id, 2);
        _endTraining(id);
        _settle(id, _settlement(id));
        IMarket.Member memory member = market.member(id, _trainer(2));
        assertEq(member.absences, 1, "absences");
        assertEq(member.stake, 1 ether, "stake");
        assertEq(market.member(id, _trainer(0)).absences, 0, "present");
    }

    function test_Settle_BurnsForAbsencesBeyondTolerance() external {
        _submitAll(id, 2);
        _endTraining(id);
        _settle(id, _emptySettlement(id));
        _open(id);
        _submitAll(id, 2);
        _endTraining(id);
        Settlement memory settlement = _emptySettlement(id);
        vm.expectEmit(address(market));
        emit IMarket.StakeForfeited(id, 1, _trainer(2), 0.3 ether);
        vm.expectEmit(address(market));
        emit IMarket.Credited(id, BURNED, address(0), 0.3 ether, IMarket.Reason.ForfeitedStake);
        _settle(id, settlement);
        assertEq(market.member(id, _trainer(2)).stake, 0.7 ether, "stake");
        assertEq(_balance(BURNED), 0.3 ether, "burned");
        assertEq(_balance(_trainer(0)), 0, "nothing for the others");
        assertEq(market.state(id).rollover, 6 ether, "nor for later rounds");
    }

    function test_Settle_ForfeitsNoMoreThanTheStake() external {
        Terms memory terms = _terms();
        terms.toleratedAbsences = 0;
        terms.absencePenaltyBps = 6000;
        id = _running(terms, 3);
        _playEmptyRound(id, 2);
        assertEq(market.member(id, _trainer(2)).stake, 0.4 ether, "first");
        _playEmptyRound(id, 2);
        assertEq(market.member(id, _trainer(2)).stake, 0, "second");
        _playEmptyRound(id, 2);
        assertEq(market.member(id, _trainer(2)).absences, 3, "third");
        assertEq(_balance(BURNED), 1 ether, "the whole stake, once");
    }

    function test_Settle_RefusalIsNoAbsence() external {
        Terms memory terms = _terms();
        terms.toleratedAbsences = 0;
        id = _running(terms, 4);
        _open(id);
        _submitAll(id, 2);
        _refuseRound(id, _trainer(2));
        _endTraining(id);
        _settle(id, _settlement(id));
        assertEq(market.member(id, _trainer(2)).absences, 0, "refused");
        assertEq(market.member(id, _trainer(2)).stake, 1 ether, "stake");
        assertEq(market.member(id, _trainer(3)).absences, 1, "silent");
        assertEq(market.member(id, _trainer(3)).stake, 0.7 ether, "forfeited");
        assertEq(market.state(id).refusedSeats, 0, "cleared");
    }

    // ---------------------------------------------------------------------------------------------------- Deadlines

    function test_Settle_OneSecondAfterTraining() external {
        _submitAll(id, 2);
        _warp(uint256(market.state(id).trainingEnds) + 1);
        _settle(id, _settlement(id));
    }

    function test_Settle_RefusesDuringTraining() external {
        _submitAll(id, 2);
        _warp(market.state(id).trainingEnds);
        _refuseSettle(_settlement(id), _wrongPhase(Phase.Training));
    }

    function test_Settle_HalfOfTheSeatsSuffice() external {
        id = _running(4);
        _open(id);
        _submitAll(id, 2);
        _endTraining(id);
        _settle(id, _settlement(id));
        assertEq(market.state(id).round, 1, "settled");
    }

    function test_Settle_RefusesFewerThanHalfOfTheSeats() external {
        _submitAll(id, 1);
        _endTraining(id);
        _refuseSettle(_settlement(id), _wrongPhase(Phase.Failed));
    }

    function test_Settle_RefusesWithoutSubmissions() external {
        _endTraining(id);
        Settlement memory nothing;
        _refuseSettle(nothing, _wrongPhase(Phase.Failed));
    }

    function test_Settle_RefusesWhenIdle() external {
        id = _running(2);
        Settlement memory nothing;
        _refuseSettle(nothing, _wrongPhase(Phase.Idle));
    }

    function test_Settle_AtTheDeadline() external {
        _submitAll(id, 2);
        _warp(market.state(id).settleBy);
        _settle(id, _settlement(id));
    }

    function test_Settle_RefusesAfterTheDeadline() external {
        _submitAll(id, 2);
        uint256 deadline = market.state(id).settleBy;
        _warp(deadline + 1);
        bytes4 selector = Errors.Market_DeadlinePassed.selector;
        _refuseSettle(_settlement(id), abi.encodeWithSelector(selector, id, deadline, clock));
    }

    // ------------------------------------------------------------------------------------------------------ Refused

    function test_Settle_RefusesOthers() external {
        _submitAll(id, 3);
        Submission[] memory submissions = _submissions(id);
        Settlement memory settlement = _settlement(id);
        _refuse(OWNER, abi.encodeWithSelector(Errors.Market_NotAggregator.selector, id, OWNER, AGGREGATOR));
        market.settle(id, 0, submissions, settlement);
    }

    function test_Settle_RefusesAnotherRound() external {
        _submitAll(id, 3);
        Submission[] memory submissions = _submissions(id);
        Settlement memory settlement = _settlement(id);
        _refuse(AGGREGATOR, abi.encodeWithSelector(Errors.Market_WrongRound.selector, id, 1, 0));
        market.settle(id, 1, submissions, settlement);
    }

    function test_Settle_RefusesRejectedProofs() external {
        _submitAll(id, 3);
        Settlement memory settlement = _settlement(id);
        verifier.reject(true);
        _refuseSettle(settlement, abi.encodeWithSelector(VerifierStandIn.VerifierStandIn_Rejected.selector));
    }

    function test_Settle_RefusesMissingSubmissions() external {
        _submitAll(id, 3);
        Submission[] memory submissions = _submissions(id);
        assembly ("memory-safe") {
            mstore(submissions, 2)
        }
        _refuseSettle(
            submissions,
            _settlement(id),
            abi.encodeWithSelector(Errors.Market_WrongSubmissionCount.selector, 2, 3)
        );
    }

    function test_Settle_RefusesNoSubmissionsWhenThereAre() external {
        _submitAll(id, 3);
        _refuseSettle(
            new Submission[](0),
            _settlement(id),
            abi.encodeWithSelector(Errors.Market_WrongSubmissionCount.selector, 0, 3)
        );
    }

    function test_Settle_RefusesSwappedSubmissions() external {
        _submitAll(id, 3);
        Submission[] memory submissions = _submissions(id);
        (submissions[0], submissions[1]) = (submissions[1], submissions[0]);
        _refuseSubmission(submissions, 0, _hash(_trainer(1), 0));
    }

    function test_Settle_RefusesAnotherCommitment() external {
        _submitAll(id, 3);
        Submission[] memory submissions = _submissions(id);
        submissions[2].commitment = G1Point(1, 2);
        _refuseSubmission(submissions, 2, _hashOf(submissions, 2, 0));
    }

    function test_Settle_RefusesAnotherPayload() external {
        _submitAll(id, 3);
        Submission[] memory submissions = _submissions(id);
        submissions[1].payload.codec = 0x70;
        _refuseSubmission(submissions, 1, _hashOf(submissions, 1, 0));
    }

    function test_Settle_RefusesAnotherTrainer() external {
        _submitAll(id, 3);
        Submission[] memory submissions = _submissions(id);
        submissions[1].trainer = STRANGER;
        _refuseSubmission(submissions, 1, _hashOf(submissions, 1, 0));
    }

    function test_Settle_RefusesLastRoundsSubmissions() external {
        _submitAll(id, 3);
        Submission[] memory old = _submissions(id);
        _settle(id, _settlement(id));
        _open(id);
        _submitAll(id, 3);
        Settlement memory settlement = _settlement(id);
        bytes32 given = _hashOf(old, 0, 1);
        bytes4 selector = Errors.Market_WrongSubmission.selector;
        _refuse(AGGREGATOR, abi.encodeWithSelector(selector, 0, given, _hash(_trainer(0), 1)));
        market.settle(id, 1, old, settlement);
    }

    function test_Settle_RefusesInvalidBitsPastTheEnd() external {
        _submitAll(id, 3);
        Settlement memory settlement = _settlement(id);
        settlement.invalid = 8;
        _refuseSettle(settlement, abi.encodeWithSelector(Errors.Market_InvalidOutOfRange.selector, 8, 3));
    }

    function test_Settle_RefusesProofsOfNothing() external {
        _submitAll(id, 3);
        Settlement memory settlement = _settlement(id, 7);
        settlement.proof = "proof";
        _refuseSettle(settlement, abi.encodeWithSelector(Errors.Market_UnexpectedProof.selector, 0, 5));
        settlement.proof = "";
        settlement.gram = "gram";
        _refuseSettle(settlement, abi.encodeWithSelector(Errors.Market_UnexpectedProof.selector, 4, 0));
    }

    function test_Settle_RefusesCommitmentsToNothing() external {
        _submitAll(id, 3);
        Settlement memory settlement = _settlement(id, 7);
        settlement.aggregateCommitment = _aggregate(0);
        _refuseSettle(settlement, abi.encodeWithSelector(Errors.Market_InvalidCommitment.selector, _aggregate(0)));
    }

    function test_Settle_RefusesAggregatesOfNobody() external {
        _submitAll(id, 3);
        Settlement memory settlement = _emptySettlement(id);
        settlement.aggregate = _model();
        bytes4 selector = Errors.Market_UnexpectedAggregate.selector;
        _refuseSettle(settlement, abi.encodeWithSelector(selector, _model().digest, 0x55));
    }

    function test_Settle_RefusesStrayCodecsOfNobody() external {
        _submitAll(id, 3);
        Settlement memory settlement = _emptySettlement(id);
        settlement.aggregate = Cid(0, 0x70);
        _refuseSettle(settlement, abi.encodeWithSelector(Errors.Market_UnexpectedAggregate.selector, 0, 0x70));
    }

    function test_Settle_RefusesMissingAggregates() external {
        _submitAll(id, 3);
        Settlement memory settlement = _settlement(id);
        settlement.aggregate = Cid(0, 0);
        _refuseSettle(settlement, abi.encodeWithSelector(Errors.Market_InvalidCid.selector, 0, 0));
    }

    function test_Settle_RefusesInvalidWithoutEvidence() external {
        _submitAll(id, 3);
        Settlement memory settlement = _settlement(id, 1);
        settlement.report = Cid(0, 0);
        _refuseSettle(settlement, abi.encodeWithSelector(Errors.Market_InvalidCid.selector, 0, 0));
    }

    /// @dev What the proof of a round of this project is bound to.
    function _context(uint256 round, bytes32 submissionsHash, uint256 invalid) private view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    keccak256("Marketplace.GramProof.v1"),
                    block.chainid,
                    address(market),
                    id,
                    round,
                    verifier.srsId(),
                    uint256(1000),
                    submissionsHash,
                    invalid
                )
            );
    }

    function _statement(
        bytes32 context,
        G1Point[] memory rows,
        uint256 publicRows,
        Settlement memory settlement
    ) private returns (bytes memory) {
        ScoringHarness.Case[] memory cases = new ScoringHarness.Case[](1);
        cases[0] = ScoringHarness.Case(settlement.gram, rows.length - 1 - publicRows, publicRows, 0);
        uint256[] memory weights = new ScoringHarness().evaluate(cases)[0].outcome.weights;
        return
            abi.encode(
                context,
                uint256(1000),
                rows,
                publicRows,
                settlement.gram,
                settlement.proof,
                WeightedSum(weights, settlement.aggregateCommitment)
            );
    }

    function _refuseSubmission(Submission[] memory submissions, uint256 index, bytes32 given) private {
        bytes32 expected = market.submissionHash(id, index);
        _refuseSettle(
            submissions,
            _settlement(id),
            abi.encodeWithSelector(Errors.Market_WrongSubmission.selector, index, given, expected)
        );
    }

    function _refuseSettle(Settlement memory settlement, bytes memory failure) private {
        _refuseSettle(_submissions(id), settlement, failure);
    }

    function _refuseSettle(
        Submission[] memory submissions,
        Settlement memory settlement,
        bytes memory failure
    ) private {
        _refuse(AGGREGATOR, failure);
        market.settle(id, 0, submissions, settlement);
    }

    function _hashOf(Submission[] memory submissions, uint256 k, uint256 round) private pure returns (bytes32) {
        G1Point memory c = submissions[k].commitment;
        Cid memory payload = submissions[k].payload;
        return keccak256(abi.encode(round, submissions[k].trainer, c.x, c.y, payload.digest, payload.codec));
    }

    function _wrongPhase(Phase actual) private view returns (bytes memory) {
        return abi.encodeWithSelector(Errors.Market_WrongPhase.selector, id, actual, Phase.Settling);
    }
}
