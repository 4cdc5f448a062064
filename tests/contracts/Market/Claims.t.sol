// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IArbitrable} from "../../../contracts/interfaces/IArbitrable.sol";
import {IArbitrator} from "../../../contracts/interfaces/IArbitrator.sol";
import {IClaims} from "../../../contracts/interfaces/IClaims.sol";
import {IMarket} from "../../../contracts/interfaces/IMarket.sol";
import {Status, Terms} from "../../../contracts/types/MarketTypes.sol";
import {ClaimsErrors as Errors} from "../../../contracts/errors/ClaimsErrors.sol";
import {MarketErrors} from "../../../contracts/errors/MarketErrors.sol";
import {Market} from "../../../contracts/Market.sol";
import {Party} from "../../../contracts/mocks/Party.sol";
import {TestCourt} from "../../../contracts/mocks/TestCourt.sol";
import {MarketFixture} from "../utils/MarketFixture.sol";
import {Vm} from "../utils/Vm.sol";

/// @dev A claim, from the settlement that declared an update invalid
///      None
///      └── open, by the market alone: Excluded
///          ├── claim, by the trainer until the deadline, with the court's cost: Claimed
///          │   ├── deny, by anybody until the deadline, with the court's cost: Disputed
///          │   │   ├── rule 1, by the court: Concluded, Valid
///          │   │   ├── rule 2, by the court: Concluded, Invalid
///          │   │   ├── rule 0, or anything else, by the court: Concluded, Refused
///          │   │   └── conclude, by anybody after 365 days: Concluded, Refused
///          │   └── conclude, by anybody after the deadline: Concluded, Valid
///          └── conclude, by anybody after the deadline: Concluded, Invalid
///      Everything else reverts.
///
///                      None  Excluded  Claimed  Disputed  Concluded
///      claim            x      ok        x         x          x
///      deny             x      x         ok        x          x
///      rule             x      x         x         ok         x
///      conclude         x      late      late      late       x
///      submitEvidence   x      ok        ok        ok         x
contract ClaimsTest is MarketFixture {
    uint256 private constant VALID = 1;
    uint256 private constant INVALID = 2;

    uint256 private id;
    /// When the update was declared invalid.
    uint256 private excludedAt;

    /// @dev Of three trainers, the first one's update of the first round was declared invalid. Its part is 1 ether.
    function setUp() public override {
        super.setUp();
        id = _running(_courtTerms(), 3);
        _playExcluding(id, 3, 1);
        excludedAt = clock;
    }

    // --------------------------------------------------------------------------------------------------------- open

    function test_Claims_OpenNotesWhatWasExcluded() external view {
        IClaims.ClaimState memory excluded = claims.get(1);
        assertEq(claims.claimCount(), 1, "count");
        assertEq(excluded.trainer, _trainer(0), "trainer");
        assertEq(excluded.round, 0, "round");
        _assertStage(1, IClaims.Stage.Excluded);
        assertEq(excluded.until, excludedAt + 4 days, "until");
        assertEq(excluded.projectId, id, "project");
        assertEq(excluded.part, 1 ether, "part");
        assertEq(excluded.deposit, 0, "deposit");
        assertEq(excluded.defender, address(0), "defender");
        assertEq(excluded.disputeId, 0, "dispute");
    }

    function test_Claims_OpenEmits() external {
        _open(id);
        _submitAll(id, 3);
        vm.expectEmit(address(claims));
        emit IClaims.UpdateExcluded(2, id, _trainer(0), 1, 1 ether, clock + 4 days);
        vm.expectEmit(address(claims));
        emit IClaims.UpdateExcluded(3, id, _trainer(2), 1, 1 ether, clock + 4 days);
        _settleExcluding(5);
        assertEq(claims.claimCount(), 3, "count");
        assertEq(claims.get(3).round, 1, "round");
    }

    function test_Claims_OpenOfNobodyElse() external {
        address[] memory trainers = new address[](1);
        trainers[0] = AGGREGATOR;
        _refuse(AGGREGATOR, abi.encodeWithSelector(Errors.Claims_NotMarket.selector, AGGREGATOR));
        claims.open(id, 0, trainers, 1 ether);
    }

    function test_Claims_OpenNothingWhereAllIsValid() external {
        _playRound(id, 3);
        assertEq(claims.claimCount(), 1, "count");
    }

    function test_Claims_OpenNothingWithoutACourt() external {
        id = _running(3);
        _playExcluding(id, 3, 1);
        assertEq(claims.claimCount(), 1, "count");
        assertEq(market.state(id).openClaims, 0, "openClaims");
        assertEq(market.state(id).contested, 0, "contested");
        assertEq(_balance(BURNED), 1 ether, "burned");
    }

    function test_Claims_NoneIsZero() external view {
        IClaims.ClaimState memory nothing;
        assertEq(keccak256(abi.encode(claims.get(0))), keccak256(abi.encode(nothing)), "before the first");
        assertEq(keccak256(abi.encode(claims.get(2))), keccak256(abi.encode(nothing)), "past the last");
    }

    function test_Claims_DescribeTheirDisputes() external {
        vm.recordLogs();
        IClaims fresh = new Market(verifier).claims();
        Vm.Log[] memory logs = vm.getRecordedLogs();
        uint256 found;
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] != IArbitrable.MetaEvidence.selector) continue;
            ++found;
            assertEq(logs[i].emitter, address(fresh), "emitter");
            assertEq(logs[i].topics[1], bytes32(0), "number");
            assertTrue(bytes(abi.decode(logs[i].data, (string))).length != 0, "description");
        }
        assertEq(found, 1, "descriptions");
    }

    // -------------------------------------------------------------------------------------------------------- claim

    function test_Claims_ClaimByTheTrainer() external {
        _warp(clock + 1 hours);
        _fund(_trainer(0), address(0), COURT_COST);
        vm.expectEmit(address(claims));
        emit IClaims.ClaimMade(1, clock + 4 days);
        vm.expectEmit(address(claims));
        emit IArbitrable.Evidence(court, 1, _trainer(0), "opening");
        vm.prank(_trainer(0));
        claims.claim{value: COURT_COST}(1, "opening");
        _assertStage(1, IClaims.Stage.Claimed);
        assertEq(claims.get(1).until, clock + 4 days, "until");
        assertEq(claims.get(1).deposit, COURT_COST, "deposit");
        assertEq(address(claims).balance, COURT_COST, "held");
        assertEq(claims.balanceOf(_trainer(0)), 0, "nothing above it");
        assertEq(court.disputeCount(), 0, "the court is not called yet");
    }

    function test_Claims_ClaimAtTheDeadline() external {
        _warp(excludedAt + 4 days);
        _claim(1);
        assertEq(claims.get(1).until, excludedAt + 8 days, "until");
    }

    function test_Claims_ClaimRefusedAfterTheDeadline() external {
        _warp(excludedAt + 4 days + 1);
        bytes4 selector = Errors.Claims_DeadlinePassed.selector;
        _refuseClaim(1, _trainer(0), abi.encodeWithSelector(selector, 1, excludedAt + 4 days, clock));
    }

    function test_Claims_ClaimRefusedOfOthers() external {
        address[3] memory others = [_trainer(1), AGGREGATOR, OWNER];
        for (uint256 i = 0; i < 3; ++i) {
            bytes4 selector = Errors.Claims_NotTrainer.selector;
            _refuseClaim(1, others[i], abi.encodeWithSelector(selector, 1, others[i], _trainer(0)));
        }
    }

    function test_Claims_ClaimRefusedWithoutTheCost() external {
        _fund(_trainer(0), address(0), COURT_COST - 1);
        bytes4 selector = Errors.Claims_CostNotCovered.selector;
        _refuse(_trainer(0), abi.encodeWithSelector(selector, COURT_COST - 1, COURT_COST));
        claims.claim{value: COURT_COST - 1}(1, "");
        _refuse(_trainer(0), abi.encodeWithSelector(selector, 0, COURT_COST));
        claims.claim(1, "");
    }

    function test_Claims_ClaimRefusedWhereTheCourtIsBeyondPrice() external {
        uint256 cost = uint256(type(uint128).max) + 1;
        court.setCost(cost);
        _fund(_trainer(0), address(0), cost);
        _refuse(_trainer(0), abi.encodeWithSelector(Errors.Claims_CostNotCovered.selector, cost, cost));
        claims.claim{value: cost}(1, "");
    }

    function test_Claims_ClaimKeepsWhatIsPaidAboveTheCost() external {
        _fund(_trainer(0), address(0), 1 ether);
        vm.prank(_trainer(0));
        claims.claim{value: 1 ether}(1, "");
        assertEq(claims.get(1).deposit, COURT_COST, "deposit");
        assertEq(claims.balanceOf(_trainer(0)), 1 ether - COURT_COST, "the rest");
        vm.prank(_trainer(0));
        claims.withdraw(payable(_trainer(0)));
        assertEq(_trainer(0).balance, 1 ether - COURT_COST, "withdrawn at once");
        assertEq(address(claims).balance, COURT_COST, "held");
    }

    function test_Claims_ClaimBeforeACourtThatCostsNothing() external {
        court.setCost(0);
        _dispute(1);
        assertEq(claims.get(1).deposit, 0, "deposit");
        _rule(1, INVALID);
        assertEq(claims.balanceOf(STRANGER), 0, "nothing to win");
        assertEq(claims.balanceOf(_trainer(0)), 0, "nor to lose");
    }

    function test_Claims_ClaimRefusedTwice() external {
        _claim(1);
        _refuseClaim(1, _trainer(0), _wrongStage(1, IClaims.Stage.Claimed, IClaims.Stage.Excluded));
        _deny(1, STRANGER);
        _refuseClaim(1, _trainer(0), _wrongStage(1, IClaims.Stage.Disputed, IClaims.Stage.Excluded));
        _rule(1, VALID);
        _refuseClaim(1, _trainer(0), _wrongStage(1, IClaims.Stage.Concluded, IClaims.Stage.Excluded));
    }

    function test_Claims_ClaimRefusedOfNothing() external {
        _refuseClaim(0, _trainer(0), _wrongStage(0, IClaims.Stage.None, IClaims.Stage.Excluded));
        _refuseClaim(2, _trainer(0), _wrongStage(2, IClaims.Stage.None, IClaims.Stage.Excluded));
    }

    // --------------------------------------------------------------------------------------------------------- deny

    function test_Claims_DenyByAnybodyCallsTheCourt() external {
        _claim(1);
        _warp(clock + 1 days);
        _fund(STRANGER, address(0), COURT_COST);
        vm.expectEmit(address(claims));
        emit IClaims.ClaimDenied(1, STRANGER, clock + RULING_DURATION);
        vm.expectEmit(address(claims));
        emit IArbitrable.Evidence(court, 1, STRANGER, "transcript");
        vm.expectEmit(address(claims));
        emit IArbitrable.Dispute(court, 0, 0, 1);
        vm.prank(STRANGER);
        claims.deny{value: COURT_COST}(1, "transcript");
        _assertStage(1, IClaims.Stage.Disputed);
        assertEq(claims.get(1).until, clock + RULING_DURATION, "until");
        assertEq(claims.get(1).defender, STRANGER, "defender");
        assertEq(claims.get(1).disputeId, 0, "the court's number");
        assertEq(address(claims).balance, COURT_COST, "the deposit is held");
        assertEq(address(court).balance, COURT_COST, "the court is paid");
        TestCourt.Question memory question = court.question(0);
        assertEq(address(question.from), address(claims), "who asks");
        assertEq(question.choices, 2, "choices");
        assertEq(question.paid, COURT_COST, "paid");
        assertEq(question.extraData.length, 0, "extra data");
    }

    function test_Claims_DenyAtTheDeadline() external {
        _claim(1);
        _warp(excludedAt + 4 days);
        _deny(1, AGGREGATOR);
        assertEq(claims.get(1).defender, AGGREGATOR, "defender");
    }

    function test_Claims_DenyRefusedAfterTheDeadline() external {
        _claim(1);
        _warp(excludedAt + 4 days + 1);
        bytes4 selector = Errors.Claims_DeadlinePassed.selector;
        _refuseDeny(1, abi.encodeWithSelector(selector, 1, excludedAt + 4 days, clock));
    }

    function test_Claims_DenyRefusedWithoutAClaim() external {
        _refuseDeny(0, _wrongStage(0, IClaims.Stage.None, IClaims.Stage.Claimed));
        _refuseDeny(1, _wrongStage(1, IClaims.Stage.Excluded, IClaims.Stage.Claimed));
        _refuseDeny(2, _wrongStage(2, IClaims.Stage.None, IClaims.Stage.Claimed));
    }

    function test_Claims_DenyRefusedTwice() external {
        _dispute(1);
        _refuseDeny(1, _wrongStage(1, IClaims.Stage.Disputed, IClaims.Stage.Claimed));
        _rule(1, VALID);
        _refuseDeny(1, _wrongStage(1, IClaims.Stage.Concluded, IClaims.Stage.Claimed));
    }

    function test_Claims_DenyRefusedWithoutTheCost() external {
        _claim(1);
        _fund(STRANGER, address(0), COURT_COST - 1);
        bytes4 selector = Errors.Claims_CostNotCovered.selector;
        _refuse(STRANGER, abi.encodeWithSelector(selector, COURT_COST - 1, COURT_COST));
        claims.deny{value: COURT_COST - 1}(1, "");
        _assertStage(1, IClaims.Stage.Claimed);
    }

    function test_Claims_DenyKeepsWhatIsPaidAboveTheCost() external {
        _claim(1);
        _fund(STRANGER, address(0), 1 ether);
        vm.prank(STRANGER);
        claims.deny{value: 1 ether}(1, "");
        assertEq(claims.balanceOf(STRANGER), 1 ether - COURT_COST, "the rest");
        assertEq(address(court).balance, COURT_COST, "its cost alone");
    }

    /// @dev Each side pays what the court costs when it acts.
    function test_Claims_DenyPaysWhatTheCourtCostsThen() external {
        _claim(1);
        court.setCost(3 ether);
        _deny(1, STRANGER);
        assertEq(address(court).balance, 3 ether, "the court");
        assertEq(claims.get(1).deposit, COURT_COST, "the deposit as it was");
        _rule(1, INVALID);
        assertEq(claims.balanceOf(STRANGER), COURT_COST, "won");
    }

    // --------------------------------------------------------------------------------------------------------- rule

    function test_Claims_RuleValid() external {
        _dispute(1);
        vm.expectEmit(address(claims));
        emit IArbitrable.Ruling(court, 0, VALID);
        vm.expectEmit(address(claims));
        emit IClaims.ClaimConcluded(1, id, IClaims.Verdict.Valid);
        court.giveRuling(0, VALID);
        _assertConcluded(1, COURT_COST, 0);
    }

    function test_Claims_RuleInvalid() external {
        _dispute(1);
        vm.expectEmit(address(claims));
        emit IArbitrable.Ruling(court, 0, INVALID);
        vm.expectEmit(address(claims));
        emit IClaims.ClaimConcluded(1, id, IClaims.Verdict.Invalid);
        court.giveRuling(0, INVALID);
        _assertConcluded(1, 0, COURT_COST);
    }

    function test_Claims_RuleRefused() external {
        _dispute(1);
        vm.expectEmit(address(claims));
        emit IArbitrable.Ruling(court, 0, 0);
        vm.expectEmit(address(claims));
        emit IClaims.ClaimConcluded(1, id, IClaims.Verdict.Refused);
        court.giveRuling(0, 0);
        _assertConcluded(1, COURT_COST - COURT_COST / 2, COURT_COST / 2);
    }

    function test_Claims_RuleThatIsNoneIsRefused() external {
        _dispute(1);
        vm.expectEmit(address(claims));
        emit IArbitrable.Ruling(court, 0, 3);
        vm.expectEmit(address(claims));
        emit IClaims.ClaimConcluded(1, id, IClaims.Verdict.Refused);
        court.giveRuling(0, 3);
        _playExcluding(id, 3, 1);
        _dispute(2);
        vm.expectEmit(address(claims));
        emit IClaims.ClaimConcluded(2, id, IClaims.Verdict.Refused);
        court.giveRuling(1, type(uint256).max);
    }

    function test_Claims_RuleRefusedOfStrangers() external {
        _dispute(1);
        address[4] memory strangers = [STRANGER, OWNER, AGGREGATOR, _trainer(0)];
        for (uint256 i = 0; i < 4; ++i) {
            _refuse(strangers[i], abi.encodeWithSelector(Errors.Claims_NotDisputed.selector, strangers[i], 0));
            claims.rule(0, VALID);
        }
    }

    function test_Claims_RuleRefusedTwice() external {
        _dispute(1);
        court.giveRuling(0, VALID);
        vm.expectRevert(abi.encodeWithSelector(Errors.Claims_NotDisputed.selector, address(court), 0));
        court.giveRuling(0, INVALID);
    }

    function test_Claims_RuleRefusedOfWhatWasNotAsked() external {
        _dispute(1);
        _refuse(address(court), abi.encodeWithSelector(Errors.Claims_NotDisputed.selector, address(court), 1));
        claims.rule(1, VALID);
    }

    /// @dev Every court has its own numbers.
    function test_Claims_RuleRefusedOfAnotherCourtsNumber() external {
        _dispute(1);
        TestCourt other = new TestCourt();
        other.setCost(COURT_COST);
        Terms memory terms = _courtTerms();
        terms.arbitrator = address(other);
        terms.joinDeadline = uint40(clock);
        uint256 second = _running(terms, 3);
        _playExcluding(second, 3, 6);
        _dispute(2);
        _dispute(3);
        // The first court was asked once.
        _refuse(address(court), abi.encodeWithSelector(Errors.Claims_NotDisputed.selector, address(court), 1));
        claims.rule(1, VALID);
        // Number 0 is each court's own.
        other.giveRuling(0, INVALID);
        _assertStage(1, IClaims.Stage.Disputed);
        _assertStage(2, IClaims.Stage.Concluded);
        _assertStage(3, IClaims.Stage.Disputed);
        assertEq(market.state(id).openClaims, 1, "the first project's");
        assertEq(market.state(second).openClaims, 1, "the second one's");
    }

    /// @dev Silence has an answer only once somebody asks for it.
    function test_Claims_RuleLateBeforeAnybodyConcludes() external {
        _dispute(1);
        _warp(uint256(claims.get(1).until) + 1);
        _rule(1, VALID);
        _assertConcluded(1, COURT_COST, 0);
    }

    function test_Claims_RuleRefusedAfterTheCourtWasTooLate() external {
        _dispute(1);
        _concludeLate(1);
        vm.expectRevert(abi.encodeWithSelector(Errors.Claims_NotDisputed.selector, address(court), 0));
        court.giveRuling(0, VALID);
    }

    // ----------------------------------------------------------------------------------------------------- conclude

    function test_Claims_ConcludeUnclaimedIsInvalid() external {
        _refuseConcludeUntil(1, excludedAt + 4 days);
        vm.expectEmit(address(claims));
        emit IClaims.ClaimConcluded(1, id, IClaims.Verdict.Invalid);
        _concludeLate(1);
        _assertConcluded(1, 0, 0);
    }

    function test_Claims_ConcludeUndeniedIsValid() external {
        _claim(1);
        _refuseConcludeUntil(1, excludedAt + 4 days);
        vm.expectEmit(address(claims));
        emit IClaims.ClaimConcluded(1, id, IClaims.Verdict.Valid);
        _concludeLate(1);
        _assertConcluded(1, COURT_COST, 0);
    }

    function test_Claims_ConcludeUnruledIsRefused() external {
        _dispute(1);
        _refuseConcludeUntil(1, excludedAt + RULING_DURATION);
        vm.expectEmit(address(claims));
        emit IClaims.ClaimConcluded(1, id, IClaims.Verdict.Refused);
        _concludeLate(1);
        _assertConcluded(1, COURT_COST - COURT_COST / 2, COURT_COST / 2);
    }

    function test_Claims_ConcludeRefusedOfNothing() external {
        vm.expectRevert(_wrongStage(2, IClaims.Stage.None, IClaims.Stage.Excluded));
        claims.conclude(2);
        _concludeLate(1);
        vm.expectRevert(_wrongStage(1, IClaims.Stage.Concluded, IClaims.Stage.Excluded));
        claims.conclude(1);
    }

    // ----------------------------------------------------------------------------------------------- submitEvidence

    function test_Claims_EvidenceFromAnybodyUntilTheEnd() external {
        _expectEvidence();
        _claim(1);
        _expectEvidence();
        _deny(1, OWNER);
        _expectEvidence();
        _rule(1, VALID);
        _refuse(STRANGER, _wrongStage(1, IClaims.Stage.Concluded, IClaims.Stage.Disputed));
        claims.submitEvidence(1, "more");
        _refuse(STRANGER, _wrongStage(2, IClaims.Stage.None, IClaims.Stage.Disputed));
        claims.submitEvidence(2, "more");
    }

    // ----------------------------------------------------------------------------------------------------- withdraw

    function test_Claims_WithdrawPays() external {
        _dispute(1);
        _rule(1, INVALID);
        vm.expectEmit(address(claims));
        emit IClaims.DepositWithdrawn(STRANGER, COURT_COST);
        vm.prank(STRANGER);
        claims.withdraw(payable(OWNER));
        assertEq(OWNER.balance, COURT_COST, "received");
        assertEq(claims.balanceOf(STRANGER), 0, "left");
        assertEq(address(claims).balance, 0, "held");
        _refuse(STRANGER, abi.encodeWithSelector(Errors.Claims_NothingToWithdraw.selector, STRANGER));
        claims.withdraw(payable(OWNER));
    }

    function test_Claims_WithdrawRefusedOfNothing() external {
        _dispute(1);
        _refuse(_trainer(0), abi.encodeWithSelector(Errors.Claims_NothingToWithdraw.selector, _trainer(0)));
        claims.withdraw(payable(_trainer(0)));
    }

    function test_Claims_WithdrawToARefusingReceiverLosesNothing() external {
        Party party = _creditedParty();
        party.refuse(true);
        bytes memory call = abi.encodeCall(IClaims.withdraw, (payable(address(party))));
        vm.expectRevert(abi.encodeWithSelector(Errors.Claims_TransferFailed.selector, address(party), 1 ether));
        party.act(address(claims), call);
        assertEq(claims.balanceOf(address(party)), 1 ether, "still there");
        party.act(address(claims), abi.encodeCall(IClaims.withdraw, (payable(STRANGER))));
        assertEq(STRANGER.balance, 1 ether, "paid elsewhere");
    }

    function test_Claims_WithdrawingReceiverCannotCallBack() external {
        Party party = _creditedParty();
        bytes memory call = abi.encodeCall(IClaims.withdraw, (payable(address(party))));
        bytes[4] memory calls = [
            call,
            abi.encodeCall(IClaims.claim, (1, "")),
            abi.encodeCall(IClaims.deny, (1, "")),
            abi.encodeCall(IClaims.conclude, (1))
        ];
        for (uint256 i = 0; i < 4; ++i) {
            if (i != 0) _creditMore(party);
            uint256 before = address(party).balance;
            party.arm(address(claims), calls[i]);
            party.act(address(claims), call);
            (bool failed, bytes memory failure) = party.outcome();
            assertTrue(failed, "called back");
            assertEq(bytes32(failure), bytes32(Errors.Claims_Reentered.selector), "reason");
            assertEq(address(party).balance - before, 1 ether, "paid once");
        }
    }

    // ---------------------------------------------------------------------------------------------- Hostile courts

    function test_Claims_CourtCannotRuleWhileItIsAsked() external {
        _refuseDenyCallingBack(abi.encodeCall(IArbitrable.rule, (0, VALID)));
    }

    function test_Claims_CourtCannotConcludeWhileItIsAsked() external {
        _refuseDenyCallingBack(abi.encodeCall(IClaims.conclude, (1)));
    }

    function test_Claims_CourtCannotWithdrawWhileItIsAsked() external {
        _refuseDenyCallingBack(abi.encodeCall(IClaims.withdraw, (payable(address(court)))));
    }

    function test_Claims_CourtCannotDenyWhileItIsAsked() external {
        _refuseDenyCallingBack(abi.encodeCall(IClaims.deny, (1, "")));
    }

    function test_Claims_CourtCannotRepeatItself() external {
        _playExcluding(id, 3, 1);
        _dispute(1);
        court.repeat(true);
        _claim(2);
        bytes4 selector = Errors.Claims_DisputeExists.selector;
        _refuseDeny(2, abi.encodeWithSelector(selector, address(court), 0));
        _assertStage(2, IClaims.Stage.Claimed);
        // Not even once it has ruled.
        court.giveRuling(0, VALID);
        _refuseDeny(2, abi.encodeWithSelector(selector, address(court), 0));
        court.repeat(false);
        _deny(2, STRANGER);
        court.giveRuling(1, INVALID);
        _assertStage(2, IClaims.Stage.Concluded);
    }

    // ------------------------------------------------------------------------------------ The market while it runs

    function test_Claims_PartWaitsInEscrow() external view {
        IMarket.ProjectState memory state = market.state(id);
        uint256 paid = _balance(_trainer(1)) + _balance(_trainer(2));
        assertEq(state.openClaims, 1, "openClaims");
        assertEq(state.contested, 1 ether, "contested");
        assertEq(state.escrow, 13.2 ether - paid - 0.3 ether, "escrow");
        assertEq(market.member(id, _trainer(0)).openClaims, 1, "its openClaims");
        assertEq(market.member(id, _trainer(1)).openClaims, 0, "another's");
        assertEq(_balance(BURNED), 0, "burned");
    }

    function test_Claims_ValidPaysPartAndCompensation() external {
        uint256 escrow = market.state(id).escrow;
        _dispute(1);
        vm.expectEmit(address(market));
        emit IMarket.Credited(id, _trainer(0), address(0), 1 ether, IMarket.Reason.ClaimedReward);
        vm.expectEmit(address(market));
        emit IMarket.Credited(id, _trainer(0), address(0), 1 ether, IMarket.Reason.ClaimCompensation);
        _rule(1, VALID);
        assertEq(_balance(_trainer(0)), 2 ether, "paid");
        assertEq(market.member(id, _trainer(0)).stake, 1 ether, "stake");
        _assertClosed(escrow - 1 ether, 11 ether);
    }

    function test_Claims_InvalidBurnsTheStakeAndLeavesThePartToTheOwner() external {
        uint256 escrow = market.state(id).escrow;
        _dispute(1);
        vm.expectEmit(address(market));
        emit IMarket.StakeForfeited(id, 0, _trainer(0), 1 ether);
        vm.expectEmit(address(market));
        emit IMarket.Credited(id, BURNED, address(0), 1 ether, IMarket.Reason.ForfeitedStake);
        _rule(1, INVALID);
        assertEq(_balance(_trainer(0)), 0, "trainer");
        assertEq(market.member(id, _trainer(0)).stake, 0, "stake");
        assertEq(_balance(BURNED), 1 ether, "burned");
        assertEq(_balance(OWNER), 0, "nothing for the owner before the end");
        _assertClosed(escrow, 12 ether);
        _assertOwnerGetsAtTheEnd(1 ether);
    }

    function test_Claims_RefusedPunishesNobodyAndLeavesThePartToTheOwner() external {
        uint256 escrow = market.state(id).escrow;
        _dispute(1);
        _rule(1, 0);
        assertEq(_balance(_trainer(0)), 0, "trainer");
        assertEq(market.member(id, _trainer(0)).stake, 1 ether, "stake");
        assertEq(_balance(BURNED), 0, "burned");
        assertEq(_balance(OWNER), 0, "nothing for the owner before the end");
        _assertClosed(escrow, 12 ether);
        _assertOwnerGetsAtTheEnd(1 ether);
    }

    /// @dev Absences and an invalid update burn a stake once between them.
    function test_Claims_InvalidBurnsWhatAbsencesHaveLeft() external {
        for (uint256 round = 0; round < 2; ++round) {
            _open(id);
            _submit(id, _trainer(1));
            _submit(id, _trainer(2));
            _endTraining(id);
            _settle(id, _settlement(id));
        }
        vm.expectEmit(address(market));
        emit IMarket.StakeForfeited(id, 0, _trainer(0), 0.7 ether);
        _concludeLate(1);
        assertEq(_balance(BURNED), 1 ether, "burned");
    }

    function test_Claims_SeveralOfOneTrainer() external {
        _playExcluding(id, 3, 1);
        _playExcluding(id, 3, 1);
        assertEq(market.member(id, _trainer(0)).openClaims, 3, "its openClaims");
        assertEq(market.state(id).openClaims, 3, "openClaims");
        assertEq(market.state(id).contested, 3 ether, "contested");
        for (uint256 claimId = 1; claimId <= 3; ++claimId) _dispute(claimId);
        _rule(2, INVALID);
        assertEq(_balance(BURNED), 1 ether, "the stake");
        _rule(3, VALID);
        assertEq(_balance(_trainer(0)), 2 ether, "part and compensation of the one that was valid");
        _rule(1, INVALID);
        assertEq(_balance(BURNED), 1 ether, "there was no more to burn");
        assertEq(market.member(id, _trainer(0)).openClaims, 0, "its openClaims");
        assertEq(market.state(id).contested, 0, "contested");
        _playRound(id, 3);
        uint256 before = _balance(_trainer(0));
        market.returnStake(id, _trainer(0));
        assertEq(_balance(_trainer(0)), before, "no stake");
        assertLe(2 ether, _balance(OWNER), "two parts");
    }

    function test_Claims_AllInvalid() external {
        id = _running(_courtTerms(), 3);
        _playEmptyRound(id, 3);
        _open(id);
        _submitAll(id, 3);
        _settleExcluding(7);
        IMarket.ProjectState memory state = market.state(id);
        assertEq(state.contested, 3 ether, "one round's reward");
        assertEq(state.rollover, 3 ether, "the rollover is left alone");
        assertEq(state.escrow, 13.2 ether, "escrow");
        assertEq(state.emptyRounds, 2, "emptyRounds");
        assertEq(state.openClaims, 3, "openClaims");
        assertEq(_balance(BURNED), 0, "burned");
        for (uint256 i = 0; i < 3; ++i) {
            assertEq(claims.get(2 + i).trainer, _trainer(i), "trainer");
            assertEq(claims.get(2 + i).part, 1 ether, "part");
        }
    }

    function test_Claims_RolloverJoinsThePart() external {
        id = _running(_courtTerms(), 3);
        _playEmptyRound(id, 3);
        _playExcluding(id, 3, 1);
        assertEq(claims.get(2).part, 2 ether, "a third of two rewards");
        assertEq(market.state(id).contested, 2 ether, "contested");
        assertEq(market.state(id).rollover, 0, "rollover");
        _claim(2);
        _concludeLate(2);
        assertEq(_balance(_trainer(0)), 4 ether, "part and compensation");
        assertEq(market.state(id).bond, 10 ether, "bond");
    }

    // ---------------------------------------------------------------------------------------------- What a bond spares

    /// @dev Of the 10.5 ether 6 cover the two rounds that may expire, so that 4.5 are for the six claims.
    function test_Claims_CompensationStopsWhereExpiriesAreCovered() external {
        Terms memory terms = _courtTerms();
        terms.aggregatorBond = 10.5 ether;
        id = _running(terms, 3);
        _playExcluding(id, 3, 7);
        _playExcluding(id, 3, 7);
        for (uint256 k = 0; k < 6; ++k) {
            uint256 before = _balance(_trainer(k % 3));
            _dispute(2 + k);
            _rule(2 + k, VALID);
            uint256 compensation =
                k < 4
                    ? 1 ether
                    : k == 4
                        ? 0.5 ether
                        : 0;
            assertEq(_balance(_trainer(k % 3)) - before, 1 ether + compensation, "part and compensation");
        }
        assertEq(market.state(id).bond, 6 ether, "bond");
        // Both that are left may expire, and all of it is paid.
        _expireIdle(id);
        _expireIdle(id);
        _assertStatus(id, Status.Aborted);
        assertEq(market.state(id).bond, 0, "all of the bond");
        assertEq(market.state(id).idleCompensation, 2 ether, "compensation");
    }

    function test_Claims_LeastBondSparesOneLargestReward() external {
        Terms memory terms = _courtTerms();
        terms.aggregatorBond = 9 ether;
        id = _running(terms, 3);
        _playExcluding(id, 3, 7);
        for (uint256 claimId = 2; claimId <= 4; ++claimId) _claim(claimId);
        for (uint256 claimId = 2; claimId <= 4; ++claimId) _concludeLate(claimId);
        for (uint256 i = 0; i < 3; ++i) {
            assertEq(_balance(_trainer(i)) - _earnedBefore(i), 2 ether, "part and compensation");
        }
        assertEq(market.state(id).bond, 6 ether, "bond");
    }

    /// @dev What has expired needs no cover any more.
    function test_Claims_ExpiriesNeedNoCoverTwice() external {
        Terms memory terms = _courtTerms();
        terms.aggregatorBond = 9 ether;
        id = _running(terms, 3);
        _playExcluding(id, 3, 1);
        _dispute(2);
        _expireIdle(id);
        assertEq(market.state(id).bond, 6 ether, "bond");
        _rule(2, VALID);
        assertEq(market.state(id).bond, 5 ether, "3 ether cover the last expiry");
    }

    /// @dev Rounds of 5, 1, 1 and 5 ether: until the last one has begun, that is what the bond covers twice.
    function test_Claims_LaterRewardsAreCovered() external {
        Terms memory terms = _courtTerms();
        terms.aggregatorBond = 15 ether;
        uint16[] memory weights = new uint16[](4);
        (weights[0], weights[1], weights[2], weights[3]) = (5, 1, 1, 5);
        id = _create(terms, weights);
        _postBond(id);
        for (uint256 i = 0; i < 2; ++i) _join(id, _trainer(i));
        _start(id);
        for (uint256 round = 0; round < 3; ++round) _playExcluding(id, 2, 3);
        for (uint256 claimId = 2; claimId <= 7; ++claimId) _dispute(claimId);
        _rule(2, VALID);
        _rule(3, VALID);
        assertEq(market.state(id).bond, 10 ether, "two parts of the first round");
        _rule(4, VALID);
        _rule(5, VALID);
        assertEq(market.state(id).bond, 10 ether, "nothing to spare");
        _playRound(id, 2);
        _assertStatus(id, Status.Completed);
        _rule(6, VALID);
        _rule(7, VALID);
        assertEq(market.state(id).bond, 9 ether, "all of it to spare after the end");
        assertEq(market.state(id).escrow, 0, "escrow");
    }

    // ------------------------------------------------------------------------------------------- The market at the end

    function test_Claims_ContestedPartsOutlastTheProject() external {
        for (uint256 round = 1; round < 4; ++round) _playRound(id, 3);
        _assertStatus(id, Status.Completed);
        assertEq(market.state(id).escrow, 1 ether, "escrow");
        assertEq(market.state(id).contested, 1 ether, "contested");
        uint256 paid = _balance(_trainer(0)) + _balance(_trainer(1)) + _balance(_trainer(2));
        assertEq(_balance(OWNER), 12 ether - paid - 1 ether, "the rest");
    }

    function test_Claims_ValidAfterTheEnd() external {
        for (uint256 round = 1; round < 4; ++round) _playRound(id, 3);
        uint256 before = _balance(_trainer(0));
        _dispute(1);
        _rule(1, VALID);
        assertEq(_balance(_trainer(0)) - before, 2 ether, "part and compensation");
        _assertClosed(0, 11 ether);
        _assertEverythingLeaves();
    }

    function test_Claims_InvalidAfterTheEndPaysTheOwnerAtOnce() external {
        for (uint256 round = 1; round < 4; ++round) _playRound(id, 3);
        _dispute(1);
        vm.expectEmit(address(market));
        emit IMarket.Credited(id, OWNER, address(0), 1 ether, IMarket.Reason.OwnerRefund);
        vm.expectEmit(address(market));
        emit IMarket.StakeForfeited(id, 0, _trainer(0), 1 ether);
        vm.expectEmit(address(market));
        emit IMarket.Credited(id, BURNED, address(0), 1 ether, IMarket.Reason.ForfeitedStake);
        _rule(1, INVALID);
        _assertClosed(0, 12 ether);
        _assertEverythingLeaves();
    }

    function test_Claims_RefusedAfterTheEndPaysTheOwnerAtOnce() external {
        for (uint256 round = 1; round < 4; ++round) _playRound(id, 3);
        _dispute(1);
        vm.expectEmit(address(market));
        emit IMarket.Credited(id, OWNER, address(0), 1 ether, IMarket.Reason.OwnerRefund);
        _concludeLate(1);
        assertEq(market.member(id, _trainer(0)).stake, 1 ether, "stake");
        assertEq(_balance(BURNED), 0, "burned");
        _assertClosed(0, 12 ether);
        _assertEverythingLeaves();
    }

    function test_Claims_AbortedProjectsPayToo() external {
        _expireIdle(id);
        _expireIdle(id);
        _assertStatus(id, Status.Aborted);
        assertEq(market.state(id).escrow, 1 ether, "escrow");
        uint256 owner = _balance(OWNER);
        _claim(1);
        _concludeLate(1);
        assertEq(_balance(_trainer(0)), 2 ether, "part and compensation");
        assertEq(_balance(OWNER), owner, "owner");
        assertEq(market.state(id).bond, 12 ether - 6 ether - 1 ether, "bond");
        _assertEverythingLeaves();
    }

    /// @dev The rollover that trainers leave with is not what is contested.
    function test_Claims_RolloverAndContestedAreKeptApart() external {
        id = _running(_courtTerms(), 3);
        _playInvalidRound(id, 3);
        for (uint256 round = 1; round < 4; ++round) _playEmptyRound(id, 3);
        assertEq(market.state(id).escrow, 9 ether + 3 ether, "rollover and contested");
        for (uint256 i = 0; i < 2; ++i) _dispute(2 + i);
        _rule(2, VALID);
        market.returnStake(id, _trainer(0));
        assertEq(_balance(_trainer(0)), 2 ether + 1 ether + 3 ether, "claim, stake and a third of the rollover");
        assertEq(market.state(id).escrow, 6 ether + 2 ether, "the others'");
        _rule(3, INVALID);
        market.returnStake(id, _trainer(1));
        _concludeLate(4);
        uint256 owner = _balance(OWNER);
        market.returnStake(id, _trainer(2));
        assertEq(_balance(OWNER), owner, "nothing to sweep up");
        assertEq(market.state(id).escrow, 0, "escrow");
    }

    function test_Claims_StakeWaitsForItsTrainersClaims() external {
        _playExcluding(id, 3, 1);
        for (uint256 round = 2; round < 4; ++round) _playRound(id, 3);
        market.returnStake(id, _trainer(1));
        _refuseReturnStake(2);
        _dispute(1);
        _refuseReturnStake(2);
        _rule(1, VALID);
        _refuseReturnStake(1);
        _dispute(2);
        _rule(2, 0);
        uint256 before = _balance(_trainer(0));
        market.returnStake(id, _trainer(0));
        assertEq(_balance(_trainer(0)) - before, 1 ether, "stake");
    }

    function test_Claims_BondWaitsForAllClaims() external {
        _playExcluding(id, 3, 2);
        for (uint256 round = 2; round < 4; ++round) _playRound(id, 3);
        _dispute(1);
        _dispute(2);
        _warp(clock + 4 days + 1);
        _refuseReturnBond(2);
        _rule(2, VALID);
        _refuseReturnBond(1);
        _rule(1, VALID);
        market.returnBond(id);
        assertEq(_balance(AGGREGATOR), 10 ether + 1.2 ether, "what claims have left, and the fee");
    }

    /// @dev Concluded claims do not shorten the time that the bond stays.
    function test_Claims_BondWaitsForItsTimeToo() external {
        _dispute(1);
        _rule(1, VALID);
        for (uint256 round = 1; round < 4; ++round) _playRound(id, 3);
        bytes4 selector = MarketErrors.Market_DeadlineNotPassed.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, id, clock + 4 days, clock));
        market.returnBond(id);
    }

    function test_Claims_CloseByNobodyElse() external {
        address[3] memory others = [_trainer(0), AGGREGATOR, address(court)];
        for (uint256 i = 0; i < 3; ++i) {
            _refuse(others[i], abi.encodeWithSelector(MarketErrors.Market_NotClaims.selector, others[i]));
            market.closeClaim(id, 0, _trainer(0), 1 ether, IClaims.Verdict.Valid);
        }
    }

    /// @dev Parts, compensation and stakes are in the project's token, deposits in the native currency.
    function test_Claims_InTokens() external {
        Terms memory terms = _courtTerms();
        terms.token = address(token);
        id = _running(terms, 3);
        _playExcluding(id, 3, 7);
        for (uint256 claimId = 2; claimId <= 4; ++claimId) _dispute(claimId);
        _rule(2, VALID);
        _rule(3, INVALID);
        _rule(4, 0);
        assertEq(market.balanceOf(_trainer(0), address(token)), 2 ether, "part and compensation");
        assertEq(market.balanceOf(BURNED, address(token)), 1 ether, "stake");
        assertEq(market.state(id).bond, 11 ether, "bond");
        assertEq(market.state(id).escrow, 12.2 ether, "escrow");
        assertEq(_balance(_trainer(0)), 0, "nothing in native currency");
        assertEq(claims.balanceOf(_trainer(0)), COURT_COST, "but its deposit");
        assertEq(claims.balanceOf(STRANGER), COURT_COST + COURT_COST / 2, "and what the others lost");
        _withdrawAll(_trainer(0), address(token));
        assertEq(token.balanceOf(_trainer(0)), 2 ether, "withdrawn");
    }

    // --------------------------------------------------------------------------------------------------------- Steps

    function _settleExcluding(uint32 invalid) private {
        _settle(id, _settlement(id, invalid));
    }

    /// @dev What the trainer has earned in the project that the test began with.
    function _earnedBefore(uint256 index) private view returns (uint256) {
        return _earned(1, _trainer(index));
    }

    /// @dev A contract that has paid 1 ether too much for its denial.
    function _creditedParty() private returns (Party party) {
        court.setCost(0);
        party = new Party();
        _claim(1);
        _payMore(party, 1);
    }

    function _creditMore(Party party) private {
        _playExcluding(id, 3, 1);
        uint256 claimId = claims.claimCount();
        _claim(claimId);
        _payMore(party, claimId);
    }

    function _payMore(Party party, uint256 claimId) private {
        vm.deal(address(this), 1 ether);
        party.act{value: 1 ether}(address(claims), abi.encodeCall(IClaims.deny, (claimId, "")));
    }

    function _expectEvidence() private {
        vm.expectEmit(address(claims));
        emit IArbitrable.Evidence(IArbitrator(court), 1, STRANGER, "more");
        vm.prank(STRANGER);
        claims.submitEvidence(1, "more");
    }

    function _refuseClaim(uint256 claimId, address trainer, bytes memory failure) private {
        _fund(trainer, address(0), COURT_COST);
        _refuse(trainer, failure);
        claims.claim{value: COURT_COST}(claimId, "");
    }

    function _refuseDeny(uint256 claimId, bytes memory failure) private {
        _fund(STRANGER, address(0), COURT_COST);
        _refuse(STRANGER, failure);
        claims.deny{value: COURT_COST}(claimId, "");
    }

    function _refuseDenyCallingBack(bytes memory call) private {
        _claim(1);
        court.arm(call);
        _refuseDeny(1, abi.encodeWithSelector(Errors.Claims_Reentered.selector));
        _assertStage(1, IClaims.Stage.Claimed);
        assertEq(court.disputeCount(), 0, "disputes");
        court.arm("");
        _deny(1, STRANGER);
        _assertStage(1, IClaims.Stage.Disputed);
    }

    /// @dev Up to the deadline's very second it is too early.
    function _refuseConcludeUntil(uint256 claimId, uint256 deadline) private {
        bytes4 selector = Errors.Claims_DeadlineNotPassed.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, claimId, deadline, clock));
        claims.conclude(claimId);
        _warp(deadline);
        vm.expectRevert(abi.encodeWithSelector(selector, claimId, deadline, deadline));
        claims.conclude(claimId);
        _warp(deadline + 1);
    }

    function _refuseReturnStake(uint256 open) private {
        vm.expectRevert(abi.encodeWithSelector(MarketErrors.Market_ClaimsOpen.selector, id, open));
        market.returnStake(id, _trainer(0));
    }

    function _refuseReturnBond(uint256 open) private {
        vm.expectRevert(abi.encodeWithSelector(MarketErrors.Market_ClaimsOpen.selector, id, open));
        market.returnBond(id);
    }

    // ----------------------------------------------------------------------------------------------------- Assertions

    function _wrongStage(
        uint256 claimId,
        IClaims.Stage actual,
        IClaims.Stage expected
    ) private pure returns (bytes memory) {
        return abi.encodeWithSelector(Errors.Claims_WrongStage.selector, claimId, actual, expected);
    }

    function _assertStage(uint256 claimId, IClaims.Stage expected) private view {
        assertEq(uint256(claims.get(claimId).stage), uint256(expected), "stage");
    }

    /// @dev The deposit went to the trainer and the stranger who had denied.
    function _assertConcluded(uint256 claimId, uint256 trainers, uint256 defenders) private view {
        _assertStage(claimId, IClaims.Stage.Concluded);
        assertEq(claims.get(claimId).deposit, 0, "deposit");
        assertEq(claims.balanceOf(_trainer(0)), trainers, "the trainer's");
        assertEq(claims.balanceOf(STRANGER), defenders, "the defender's");
        assertEq(claims.balanceOf(address(0)), 0, "nobody's");
        assertEq(address(claims).balance, trainers + defenders, "held");
    }

    /// @dev Nothing is contested any more.
    function _assertClosed(uint256 escrow, uint256 bond) private view {
        IMarket.ProjectState memory state = market.state(id);
        assertEq(state.openClaims, 0, "openClaims");
        assertEq(state.contested, 0, "contested");
        assertEq(market.member(id, _trainer(0)).openClaims, 0, "its openClaims");
        assertEq(state.escrow, escrow, "escrow");
        assertEq(state.bond, bond, "bond");
    }

    /// @dev The rest of the rounds earns all that it can.
    function _assertOwnerGetsAtTheEnd(uint256 part) private {
        for (uint256 round = 1; round < 4; ++round) _playRound(id, 3);
        uint256 paid = _balance(_trainer(0)) + _balance(_trainer(1)) + _balance(_trainer(2));
        assertEq(_balance(OWNER), 12 ether - paid, "owner");
        assertLe(part, _balance(OWNER), "the part is in it");
        assertLe(_balance(OWNER) - part, 12, "only dust beside it");
        assertEq(market.state(id).escrow, 0, "escrow");
    }

    /// @dev All stakes and the bond are free, and the market holds what it has credited.
    function _assertEverythingLeaves() private {
        if (clock <= uint256(market.state(id).endedAt) + 4 days) _warp(uint256(market.state(id).endedAt) + 4 days + 1);
        _returnStakes(id, 3);
        market.returnBond(id);
        uint256 owed = _balance(OWNER) + _balance(AGGREGATOR) + _balance(BURNED);
        for (uint256 i = 0; i < 3; ++i) owed += _balance(_trainer(i));
        assertEq(address(market).balance, owed, "held, against credited");
        assertEq(market.state(id).escrow, 0, "escrow");
    }
}
