// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {G1Point, Phase, Settlement, Status, Submission, Terms} from "../../../contracts/types/MarketTypes.sol";
import {MarketErrors as Errors} from "../../../contracts/errors/MarketErrors.sol";
import {BlockingToken} from "../../../contracts/mocks/BlockingToken.sol";
import {RestlessAggregator} from "../../../contracts/mocks/RestlessAggregator.sol";
import {Grams} from "../utils/Grams.sol";
import {MarketFixture} from "../utils/MarketFixture.sol";

/// @dev What parties might try together against the others' money, and what it comes to.
contract AttacksTest is MarketFixture {
    // -------------------------------------------------------------------------------------------- A model of nobody's

    /// @dev Three honest trainers refuse what they cannot derive; the fourth is the aggregator's accomplice.
    function test_WrongModel_NeitherTakesStakesNorPaysTheAccomplice() external {
        uint256 id = _running(_harshTerms(), 4);
        for (uint256 round = 0; round < 2; ++round) {
            _open(id);
            _submit(id, _trainer(3));
            Submission[] memory submissions = _submissions(id);
            Settlement memory settlement = _settlement(id);
            for (uint256 i = 0; i < 3; ++i) _refuseRound(id, _trainer(i));
            bytes4 selector = Errors.Market_WrongPhase.selector;
            _refuse(AGGREGATOR, abi.encodeWithSelector(selector, id, Phase.Failed, Phase.Settling));
            market.settle(id, uint16(round), submissions, settlement);
            vm.prank(STRANGER);
            market.expire(id);
        }
        _assertNobodyGained(id);
    }

    /// @dev The same without a word from the honest.
    function test_WrongModel_SilenceOfMostCostsNoStakes() external {
        uint256 id = _running(_harshTerms(), 4);
        for (uint256 round = 0; round < 2; ++round) {
            _open(id);
            _submit(id, _trainer(3));
            _endTraining(id);
            market.expire(id);
        }
        _assertNobodyGained(id);
    }

    /// @dev Even where accomplices hold half of the seats, no stake is theirs, and who refuses keeps its own.
    function test_WrongModel_ForfeitsAreNotForAccomplices() external {
        Terms memory terms = _harshTerms();
        terms.bounty = 0;
        uint256 id = _running(terms, 4);
        for (uint256 round = 0; round < 4; ++round) {
            _open(id);
            _submit(id, _trainer(2));
            _submit(id, _trainer(3));
            _refuseRound(id, _trainer(0));
            _endTraining(id);
            _settle(id, _settlement(id));
        }
        _returnStakes(id, 4);
        assertEq(_balance(_trainer(0)), 1 ether, "who refused");
        assertEq(_balance(_trainer(1)), 0, "who was silent");
        assertEq(_balance(_trainer(2)), 1 ether, "accomplice");
        assertEq(_balance(_trainer(3)), 1 ether, "accomplice");
        assertEq(_balance(BURNED), 1 ether, "burned");
    }

    function test_WrongModelTwice_CostsTheOwnerItsBond() external {
        Terms memory terms = _terms();
        terms.aggregator = OWNER;
        terms.aggregatorBond = 6 ether;
        uint256 id = _ready(terms, 3);
        _start(id);
        for (uint16 round = 0; round < 2; ++round) {
            _openAsOwner(id);
            _endTraining(id);
            _refuse(OWNER, abi.encodeWithSelector(Errors.Market_NotStoppable.selector, id, 0, 2));
            market.stop(id);
            market.expire(id);
        }
        _assertStatus(id, Status.Aborted);
        _warp(clock + 4 days + 1);
        market.returnBond(id);
        assertEq(_balance(OWNER), 13.2 ether, "bounty and fee, but nothing of the bond");
        assertEq(_balance(BURNED), 6 ether, "burned");
    }

    function test_RefusingMajority_GainsNothing() external {
        uint256 id = _running(4);
        _open(id);
        _submit(id, _trainer(0));
        for (uint256 i = 1; i < 4; ++i) _refuseRound(id, _trainer(i));
        market.expire(id);
        _failRound(id);
        _assertStatus(id, Status.Aborted);
        _returnStakes(id, 4);
        for (uint256 i = 0; i < 4; ++i) assertEq(_balance(_trainer(i)), 1 ether, "stake alone");
        assertEq(_balance(BURNED), 6 ether, "burned");
        assertEq(_balance(OWNER), 13.2 ether, "bounty and fee");
    }

    /// @dev The aggregator settles the last round and serves nothing of it; before, nobody could do anything about that.
    function test_WithheldLastAggregate_CostsTheBondARound() external {
        uint256 id = _running(4);
        for (uint256 round = 0; round < 4; ++round) _playRound(id, 4);
        _assertStatus(id, Status.Completed);
        for (uint256 i = 0; i < 3; ++i) _refuseRound(id, _trainer(i));
        _warp(clock + 4 days + 1);
        market.returnBond(id);
        assertEq(_balance(AGGREGATOR), 8 ether + 1.2 ether - 3 ether, "bond and fee, less a round's reward");
        assertEq(_balance(BURNED), 3 ether, "burned");
    }

    /// @dev Most of the seats refuse a last model that is in order.
    function test_RefusedLastModel_GainsNobodyAnything() external {
        uint256 id = _running(4);
        for (uint256 round = 0; round < 4; ++round) _playRound(id, 4);
        uint256 owner = _balance(OWNER);
        uint256[4] memory earned;
        for (uint256 i = 0; i < 4; ++i) earned[i] = _balance(_trainer(i));
        for (uint256 i = 0; i < 4; ++i) _refuseRound(id, _trainer(i));
        _returnStakes(id, 4);
        assertEq(_balance(OWNER), owner, "owner");
        for (uint256 i = 0; i < 4; ++i) assertEq(_balance(_trainer(i)), earned[i] + 1 ether, "pay and stake");
    }

    // --------------------------------------------------------------------------------------------- Rounds for nothing

    /// @dev The aggregator never lets a block end without an open round, and keeps nobody.
    function test_RestlessAggregator_CannotKeepTheOwnerFromStopping() external {
        RestlessAggregator restless = new RestlessAggregator(market);
        Terms memory terms = _terms();
        terms.aggregator = address(restless);
        uint256 id = _create(terms);
        vm.deal(address(this), 8 ether);
        restless.postBond{value: 8 ether}(id, KEY_X, KEY_Y);
        for (uint256 i = 0; i < 4; ++i) _join(id, _trainer(i));
        _start(id);
        restless.open(id, _model(), _reference(0), _hyperParameters());
        for (uint16 round = 0; round < 3; ++round) {
            if (round == 2) {
                vm.prank(OWNER);
                market.stop(id);
            }
            _submitAll(id, 4);
            Settlement memory settlement = _emptySettlement(id);
            restless.settleAndOpen(
                id,
                round,
                _submissions(id),
                settlement,
                _model(),
                _reference(round + 1),
                _hyperParameters()
            );
        }
        _assertStatus(id, Status.Completed);
        assertEq(_balance(OWNER), 3 ether + 1.2 ether, "the last round and all fees");
        assertEq(_balance(address(restless)), 0, "aggregator");
    }

    function test_UselessReference_SavesTheOwnerNothing() external {
        Terms memory terms = _terms();
        terms.aggregator = OWNER;
        uint256 id = _ready(terms, 3);
        _start(id);
        for (uint16 round = 0; round < 4; ++round) {
            _openAsOwner(id);
            // Trainer 2 stays away from two rounds.
            _submitAll(id, round < 2 ? 3 : 2);
            _endTraining(id);
            _settleAs(OWNER, id, _emptySettlement(id));
        }
        _assertStatus(id, Status.Completed);
        assertEq(_balance(OWNER), 1.2 ether, "the fee alone");
        _returnStakes(id, 3);
        assertEq(_balance(_trainer(0)), 1 ether + 4.8 ether, "four of ten valid updates");
        assertEq(_balance(_trainer(1)), 1 ether + 4.8 ether, "four of ten valid updates");
        assertEq(_balance(_trainer(2)), 0.7 ether + 2.4 ether, "two of ten, and a forfeit");
        assertEq(_balance(OWNER), 1.2 ether, "still");
    }

    /// @dev The same after honest rounds: the heavy one is for those who had earned.
    function test_UselessReference_InTheHeavyRoundSavesNothing() external {
        (uint256 id, ) = _heavyLastRound(3);
        uint256 earned = _balance(_trainer(0)) + _balance(_trainer(1)) + _balance(_trainer(2));
        _openAsOwner(id);
        _submitAll(id, 3);
        _settleAs(OWNER, id, _emptySettlement(id));
        _returnStakes(id, 3);
        uint256 trainers = _balance(_trainer(0)) + _balance(_trainer(1)) + _balance(_trainer(2)) - 3 ether;
        assertTrue(trainers > earned, "paid");
        assertLe(12 ether - trainers, 20, "the whole bounty but for dust");
    }

    function test_UnopenedHeavyRound_IsPaidOutOfTheBond() external {
        (uint256 id, uint256 heavy) = _heavyLastRound(3);
        uint256[3] memory before;
        for (uint256 i = 0; i < 3; ++i) before[i] = _balance(_trainer(i));
        _expireIdle(id);
        _assertStatus(id, Status.Aborted);
        _returnStakes(id, 3);
        for (uint256 i = 0; i < 3; ++i) {
            assertEq(_balance(_trainer(i)) - before[i], 1 ether + heavy / 3, "stake and compensation");
        }
        _warp(clock + 4 days + 1);
        uint256 owner = _balance(OWNER);
        market.returnBond(id);
        assertEq(_balance(OWNER) - owner, 12 ether - 3 * (heavy / 3), "what compensation left of the bond");
    }

    /// @dev Failing early ends the project before the heavy round: it is paid for all the same, whichever way it fails.
    function test_LightRoundsThatFail_SaveNothingOfTheHeavyOne() external {
        (uint256 id, uint256 heavy) = _heavyLastRound(1);
        _expireIdle(id);
        _assertStatus(id, Status.Aborted);
        assertEq(market.state(id).idleCompensation, heavy / 3, "not opened");
        assertEq(market.state(id).bond, 12 ether - 3 * (heavy / 3), "bond");

        (id, ) = _heavyLastRound(1);
        _openAsOwner(id);
        _submitAll(id, 3);
        uint256 before = _balance(_trainer(0));
        _expireOpen(id);
        _assertStatus(id, Status.Aborted);
        assertEq(_balance(_trainer(0)) - before, heavy / 3, "not settled");

        (id, ) = _heavyLastRound(1);
        _openAsOwner(id);
        before = _balance(BURNED);
        _refuseRound(id, _trainer(0));
        _refuseRound(id, _trainer(1));
        market.expire(id);
        _assertStatus(id, Status.Aborted);
        assertEq(_balance(BURNED) - before, heavy, "failed");
    }

    /// @dev An accomplice's replay of the last aggregate alone is kept, round after round.
    function test_KeptReplays_EarnNoFeeAndPutOffNoStop() external {
        uint256 id = _running(3);
        _playRound(id, 3);
        uint256 fee = _balance(AGGREGATOR);
        for (uint256 k = 0; k < 2; ++k) {
            _open(id);
            _submitAll(id, 3);
            Settlement memory settlement = _settlement(id);
            uint256 publicRows = 1 + k;
            int256[3][] memory vectors = new int256[3][](4 + publicRows);
            vectors[0] = [int256(1000), 500, 0];
            vectors[1] = [int256(0), 900, 0];
            (vectors[2], vectors[3]) = ([int256(-1000), -500, 0], [int256(-1000), -500, 0]);
            for (uint256 a = 0; a < publicRows; ++a) vectors[4 + a] = [int256(0), 30_000, 0];
            settlement.gram = Grams.pack(vectors, publicRows);
            _settle(id, settlement);
            assertEq(market.state(id).emptyRounds, k + 1, "empty rounds");
        }
        assertEq(_balance(AGGREGATOR), fee, "fee");
        assertEq(market.state(id).rollover, 6 ether, "rollover");
        vm.prank(OWNER);
        market.stop(id);
        _assertStatus(id, Status.Completed);
    }

    function test_RoundsThatChangeNothing_EarnNoFee() external {
        uint256 id = _running(3);
        _playEmptyRound(id, 3);
        _playInvalidRound(id, 3);
        _failRound(id);
        assertEq(_balance(AGGREGATOR), 0, "fee");
        _playRound(id, 3);
        assertEq(_balance(AGGREGATOR), 0.3 ether, "for the one that did");
        _assertStatus(id, Status.Completed);
    }

    // -------------------------------------------------------------------------------------------- Exclusion as invalid

    /// @dev The aggregator declares everybody invalid but its accomplice, in every round.
    function test_Exclusion_LeavesTheAccompliceOnePart() external {
        uint256 id = _running(4);
        for (uint256 round = 0; round < 4; ++round) {
            _open(id);
            _submitAll(id, 4);
            _settle(id, _settlement(id, 7));
        }
        _returnStakes(id, 4);
        assertEq(_balance(_trainer(3)), 1 ether + 3 ether, "a quarter of the bounty");
        for (uint256 i = 0; i < 3; ++i) assertEq(_balance(_trainer(i)), 1 ether, "stake alone");
        assertEq(_balance(BURNED), 9 ether, "burned");
        assertEq(_balance(OWNER), 0, "owner");
    }

    /// @dev First it keeps nobody, to let the bounty roll over, then it excludes the honest from the last round.
    function test_Exclusion_AfterARolloverLeavesTheAccompliceOnePart() external {
        uint256 id = _running(4);
        for (uint256 round = 0; round < 3; ++round) _playEmptyRound(id, 4);
        _open(id);
        _submitAll(id, 4);
        _settle(id, _settlement(id, 7));
        _returnStakes(id, 4);
        assertEq(_balance(_trainer(3)), 1 ether + 3 ether, "a quarter of the bounty");
        assertEq(_balance(BURNED), 9 ether, "burned");
    }

    /// @dev Of equal updates, the others earn as much as they would have.
    function test_Exclusion_OfAnEqualRaisesNobodysPay() external {
        uint256 id = _running(4);
        _open(id);
        _submitAll(id, 4);
        Settlement memory settlement = _settlement(id, 1);
        int256[3][] memory vectors = new int256[3][](4);
        for (uint256 i = 0; i < 4; ++i) vectors[i] = [int256(1000), 0, 0];
        settlement.gram = Grams.pack(vectors, 0);
        _settle(id, settlement);
        for (uint256 i = 1; i < 4; ++i) assertEq(_balance(_trainer(i)), 0.75 ether, "a quarter");
        assertEq(_balance(BURNED), 0.75 ether, "burned");
    }

    /// @dev An owner that is its own aggregator declares everybody invalid, and stops as soon as it can.
    function test_ExclusionOfAll_SavesTheOwnerNothing() external {
        Terms memory terms = _terms();
        terms.aggregator = OWNER;
        uint256 id = _ready(terms, 3);
        _start(id);
        for (uint16 round = 0; round < 4; ++round) {
            _openAsOwner(id);
            _submitAll(id, 3);
            _settleAs(OWNER, id, _settlement(id, 7));
        }
        assertEq(_balance(OWNER), 1.2 ether, "the fee alone");
        assertEq(_balance(BURNED), 12 ether, "burned");
    }

    /// @dev Many names post what cannot be opened, and the honest aggregator declares all of it invalid.
    function test_Junk_EarnsNothing() external {
        uint256 id = _running(4);
        for (uint256 round = 0; round < 4; ++round) _playInvalidRound(id, 4);
        _returnStakes(id, 4);
        for (uint256 i = 0; i < 4; ++i) assertEq(_balance(_trainer(i)), 1 ether, "stake alone");
    }

    // --------------------------------------------------------------------------------------- Exclusion before a court

    /// @dev The same exclusion where there is a court: the honest claim, nobody denies it, and the bond pays them again.
    function test_ExclusionBeforeACourt_PaysTheHonestOutOfTheBond() external {
        uint256 id = _running(_courtTerms(), 4);
        for (uint256 round = 0; round < 4; ++round) _playExcluding(id, 4, 7);
        for (uint256 claimId = 1; claimId <= 12; ++claimId) _claim(claimId);
        for (uint256 claimId = 1; claimId <= 12; ++claimId) _concludeLate(claimId);
        _returnStakes(id, 4);
        for (uint256 i = 0; i < 3; ++i) {
            assertEq(_balance(_trainer(i)), 1 ether + 3 ether + 3 ether, "stake, parts and as much again");
        }
        assertEq(_balance(_trainer(3)), 1 ether + 3 ether, "the accomplice's quarter of the bounty");
        market.returnBond(id);
        assertEq(_balance(AGGREGATOR), 12 ether - 9 ether + 1.2 ether, "what is left of the bond, and the fee");
        assertEq(_balance(OWNER), 0, "owner");
        assertEq(_balance(BURNED), 0, "burned");
    }

    /// @dev An owner that is its own aggregator excludes everybody, and each of them claims: that costs it its bond.
    function test_ExclusionOfAllBeforeACourt_CostsTheOwnerItsBond() external {
        Terms memory terms = _courtTerms();
        terms.aggregator = OWNER;
        uint256 id = _ready(terms, 3);
        _start(id);
        for (uint16 round = 0; round < 4; ++round) {
            _openAsOwner(id);
            _submitAll(id, 3);
            _settleAs(OWNER, id, _settlement(id, 7));
        }
        for (uint256 claimId = 1; claimId <= 12; ++claimId) _claim(claimId);
        for (uint256 claimId = 1; claimId <= 12; ++claimId) _concludeLate(claimId);
        _returnStakes(id, 3);
        market.returnBond(id);
        assertEq(_balance(OWNER), 1.2 ether, "the fee alone");
        for (uint256 i = 0; i < 3; ++i) assertEq(_balance(_trainer(i)), 1 ether + 4 ether + 4 ether, "trainer");
    }

    /// @dev Many names post what cannot be opened, and have nothing to show a court.
    function test_JunkBeforeACourt_CostsItsStakes() external {
        uint256 id = _running(_courtTerms(), 4);
        for (uint256 round = 0; round < 4; ++round) _playExcluding(id, 4, 15);
        for (uint256 claimId = 1; claimId <= 16; ++claimId) _concludeLate(claimId);
        _returnStakes(id, 4);
        market.returnBond(id);
        for (uint256 i = 0; i < 4; ++i) assertEq(_balance(_trainer(i)), 0, "stake");
        assertEq(_balance(BURNED), 4 ether, "burned");
        assertEq(_balance(OWNER), 13.2 ether, "bounty and fee");
        assertEq(_balance(AGGREGATOR), 12 ether, "bond");
    }

    /// @dev The aggregator declares its accomplice's junk invalid, and is silent when that claims the opposite.
    function test_FalseClaim_IsDeniedByTheOwner() external {
        uint256 id = _running(_courtTerms(), 4);
        for (uint256 round = 0; round < 4; ++round) _playExcluding(id, 4, 8);
        for (uint256 claimId = 1; claimId <= 4; ++claimId) _claim(claimId);
        uint256 before = _balance(OWNER);
        for (uint256 claimId = 1; claimId <= 4; ++claimId) {
            _deny(claimId, OWNER);
            _rule(claimId, 2);
        }
        assertEq(_balance(OWNER) - before, 3 ether, "a quarter of the bounty");
        assertEq(claims.balanceOf(OWNER), 4 * COURT_COST, "what the court has cost");
        assertEq(claims.balanceOf(_trainer(3)), 0, "deposits");
        _returnStakes(id, 4);
        assertEq(_balance(_trainer(3)), 0, "accomplice");
        assertEq(_balance(BURNED), 1 ether, "its stake");
        _warp(clock + 4 days + 1);
        market.returnBond(id);
        assertEq(_balance(AGGREGATOR), 12 ether + 1.2 ether, "bond and fee");
    }

    // --------------------------------------------------------------------------------------------------- Copied work

    /// @dev In the last block before the deadline, a trainer posts what the others are about to post.
    function test_CopiedCommitments_KeepNobodyFromSubmitting() external {
        Terms memory terms = _terms();
        terms.toleratedAbsences = 0;
        uint256 id = _running(terms, 4);
        _open(id);
        _warp(market.state(id).trainingEnds);
        address attacker = _trainer(3);
        for (uint256 i = 0; i < 3; ++i) {
            G1Point memory copied = _commitment(_trainer(i), 0);
            vm.prank(attacker);
            market.submit(id, 0, copied, _payload(attacker, 0));
        }
        _submit(id, attacker);
        _submitAll(id, 3);
        _settle(id, _settlement(id));
        for (uint256 i = 0; i < 4; ++i) {
            assertTrue(_balance(_trainer(i)) > 0.5 ether, "paid");
            assertEq(market.member(id, _trainer(i)).stake, 1 ether, "stake");
        }
        assertEq(_balance(BURNED), 0, "burned");
    }

    function test_Replay_EarnsNothing() external {
        uint256 id = _running(3);
        _playRound(id, 3);
        uint256 before = _balance(_trainer(2));
        _open(id);
        _submitAll(id, 3);
        Settlement memory settlement = _settlement(id);
        // Trainer 2 posts the last aggregate again, scaled down. It points the reference's way, as successive updates do.
        int256[3][] memory vectors = new int256[3][](5);
        vectors[0] = [int256(1000), 500, 0];
        vectors[1] = [int256(900), 400, 50];
        vectors[2] = [int256(880), 420, 40];
        vectors[3] = [int256(0), 1000, 0];
        vectors[4] = [int256(0), 30_000, 0];
        settlement.gram = Grams.pack(vectors, 1);
        _settle(id, settlement);
        assertEq(_balance(_trainer(2)), before, "pay");
        assertTrue(_balance(_trainer(0)) > 2 ether, "the others'");
    }

    /// @dev Beside one honest trainer, nine names with one update of theirs: new blinders make other commitments of it.
    function test_OneUpdateUnderNineNames_EarnsOnePart() external {
        (uint256 honest, uint256 sybils) = _playNames(9, 0);
        // Rounding is not for the many.
        assertTrue(honest >= 1.5 ether && honest < 1.501 ether, "honest");
        assertTrue(sybils <= 1.5 ether && sybils > 1.499 ether, "nine names");
    }

    /// @dev The same with something of their own, up to a quarter of the update's length: they are no less copies for it.
    function test_NoisyCopiesUnderNineNames_EarnOnePart() external {
        (uint256 honest, uint256 sybils) = _playNames(9, 60);
        assertTrue(honest > 1.49 ether, "honest");
        assertTrue(sybils < 1.51 ether, "nine names");
    }

    /// @dev With more of it, up to two fifths of the length, some are copies in part.
    function test_NoisierCopiesUnderNineNames_EarnLittleMore() external {
        (uint256 honest, uint256 sybils) = _playNames(9, 100);
        assertTrue(honest > 1.3 ether, "honest");
        assertTrue(sybils > 1.5 ether && sybils < 1.7 ether, "nine names");
    }

    /// @dev Plays a round of 3 ether and returns what the honest trainer and all names were paid. Each name goes its own
    ///      way beside what it has in common with the others, by multiples of `noise`.
    function _playNames(uint256 names, int256 noise) private returns (uint256 honest, uint256 sybils) {
        Terms memory terms = _terms();
        terms.maxTrainers = 16;
        uint256 id = _running(terms, names + 1);
        _open(id);
        _submitAll(id, names + 1);
        Settlement memory settlement = _settlement(id);
        int256[3][] memory vectors = new int256[3][](names + 2);
        vectors[0] = [int256(1000), 0, 0];
        vectors[1] = [int256(900), 400, 0];
        for (uint256 i = 0; i < names; ++i) {
            vectors[2 + i] = [int256(900), -400, noise * (int256(i) - int256(names / 2))];
        }
        settlement.gram = Grams.pack(vectors, 0);
        _settle(id, settlement);
        honest = _balance(_trainer(0));
        for (uint256 i = 1; i <= names; ++i) sybils += _balance(_trainer(i));
    }

    // -------------------------------------------------------------------------------------------------- Locked money

    function test_BlockedReceiver_WithdrawsElsewhere() external {
        BlockingToken blocking = new BlockingToken();
        Terms memory terms = _terms();
        terms.token = address(blocking);
        uint256 id = _create(terms);
        vm.prank(OWNER);
        market.cancel(id);
        blocking.block_(OWNER);
        _refuse(OWNER, abi.encodeWithSelector(BlockingToken.BlockingToken_Blocked.selector, OWNER));
        market.withdraw(address(blocking), OWNER, 13.2 ether);
        vm.prank(OWNER);
        market.withdraw(address(blocking), STRANGER, 13.2 ether);
        assertEq(blocking.balanceOf(STRANGER), 13.2 ether, "received");
    }

    /// @dev A project that nobody means to run: its trainers leave when they like, and after the deadline anybody ends it.
    function test_StakesOfAnIdleProject_AreFreeWithinAYear() external {
        Terms memory terms = _terms();
        (terms.bounty, terms.aggregatorFee, terms.aggregatorBond) = (0, 0, 0);
        terms.joinDeadline = type(uint40).max;
        bytes4 selector = Errors.Market_TermOutOfRange.selector;
        uint256 most = clock + 365 days;
        _refuse(OWNER, abi.encodeWithSelector(selector, bytes32("joinDeadline"), terms.joinDeadline, clock, most));
        market.create(terms, _noWeights());
        terms.joinDeadline = uint40(most);
        uint256 id = _create(terms);
        _join(id, _trainer(0));
        _join(id, _trainer(1));
        vm.prank(_trainer(0));
        market.quit(id);
        assertEq(_balance(_trainer(0)), 1 ether, "left at once");
        _warp(most + 1);
        vm.prank(_trainer(1));
        market.cancel(id);
        market.returnStake(id, _trainer(1));
        assertEq(_balance(_trainer(1)), 1 ether, "free after the deadline");
    }

    // --------------------------------------------------------------------------------------------------------- Steps

    /// @dev Every absence that counts costs a whole stake.
    function _harshTerms() private view returns (Terms memory terms) {
        terms = _terms();
        terms.toleratedAbsences = 0;
        terms.absencePenaltyBps = 10_000;
    }

    /// @dev After two rounds that most trainers took no part in: stakes whole, nothing earned, the bond paid.
    function _assertNobodyGained(uint256 id) private {
        _assertStatus(id, Status.Aborted);
        _returnStakes(id, 4);
        for (uint256 i = 0; i < 4; ++i) assertEq(_balance(_trainer(i)), 1 ether, "stake alone");
        _warp(clock + 4 days + 1);
        market.returnBond(id);
        assertEq(_balance(AGGREGATOR), 2 ether, "what is left of the bond");
        assertEq(_balance(BURNED), 6 ether, "burned");
        assertEq(_balance(OWNER), 13.2 ether, "bounty and fee");
    }

    /// @dev A project of its owner's own aggregator in whose last round nearly all of the bounty lies, after the others.
    /// @dev A project of an owner that is its own aggregator, after `played` of its three light rounds.
    function _heavyLastRound(uint16 played) private returns (uint256 id, uint256 heavy) {
        Terms memory terms = _terms();
        terms.aggregator = OWNER;
        terms.toleratedExpiries = 0;
        terms.aggregatorBond = 12 ether;
        uint16[] memory weights = new uint16[](4);
        (weights[0], weights[1], weights[2], weights[3]) = (1, 1, 1, type(uint16).max);
        id = _create(terms, weights);
        _postBond(id);
        for (uint256 i = 0; i < 3; ++i) _join(id, _trainer(i));
        _start(id);
        for (uint16 round = 0; round < played; ++round) {
            _openAsOwner(id);
            _submitAll(id, 3);
            _settleAs(OWNER, id, _settlement(id));
        }
        heavy = market.roundReward(id, 3);
        assertTrue(heavy > 11.9 ether, "heavy");
    }

    function _openAsOwner(uint256 id) private {
        G1Point memory point = _reference(market.state(id).round);
        vm.prank(OWNER);
        market.openRound(id, _model(), point, _hyperParameters());
    }
}
