// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IArbitrable} from "../../contracts/interfaces/IArbitrable.sol";
import {IArbitrator} from "../../contracts/interfaces/IArbitrator.sol";
import {IClaims} from "../../contracts/interfaces/IClaims.sol";
import {IPanel} from "../../contracts/interfaces/IPanel.sol";
import {Terms} from "../../contracts/types/MarketTypes.sol";
import {ClaimsErrors} from "../../contracts/errors/ClaimsErrors.sol";
import {PanelErrors as Errors} from "../../contracts/errors/PanelErrors.sol";
import {Panel} from "../../contracts/Panel.sol";
import {ArbitrableStandIn} from "../../contracts/mocks/ArbitrableStandIn.sol";
import {Party} from "../../contracts/mocks/Party.sol";
import {MarketFixture} from "./utils/MarketFixture.sol";
import {Test} from "./utils/Test.sol";

/// @dev A panel of five of whom three must agree, and who asks it.
abstract contract PanelFixture is Test {
    uint256 internal constant GENESIS = 1_800_000_000;
    uint256 internal constant FEE = 1 ether;
    uint256 internal constant BOND = 5 ether;
    uint256 internal constant VOTING = 7 days;
    uint256 internal constant AUDITORS = 5;
    uint256 internal constant QUORUM = 3;
    /// A third of the fee, and what that leaves.
    uint256 internal constant PART = 333_333_333_333_333_333;
    uint256 internal constant DUST = 1;
    /// The generator of P-256, and the field's prime.
    uint256 internal constant KEY_X = 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296;
    uint256 internal constant KEY_Y = 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5;
    uint256 internal constant P256_PRIME = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffff;
    address internal constant STRANGER = address(0x57A6);
    address internal constant BURNED = address(0);

    Panel internal panel;
    ArbitrableStandIn internal asker;

    function setUp() public virtual {
        _warp(GENESIS);
        panel = new Panel(_auditors(AUDITORS), QUORUM, FEE, BOND, VOTING);
        asker = new ArbitrableStandIn();
    }

    function _auditor(uint256 seat) internal pure returns (address) {
        return address(uint160(0xA0D0 + seat));
    }

    function _auditors(uint256 count) internal pure returns (address[] memory list) {
        list = new address[](count);
        for (uint256 seat = 0; seat < count; ++seat) list[seat] = _auditor(seat);
    }

    function _postBond(uint256 seat) internal {
        vm.deal(_auditor(seat), _auditor(seat).balance + BOND);
        vm.prank(_auditor(seat));
        panel.postBond{value: BOND}();
    }

    /// @dev The first `count` auditors post their bonds.
    function _postBonds(uint256 count) internal {
        for (uint256 seat = 0; seat < count; ++seat) _postBond(seat);
    }

    function _returnBond(uint256 seat) internal {
        vm.prank(_auditor(seat));
        panel.returnBond();
    }

    function _ask() internal returns (uint256) {
        vm.deal(address(this), FEE);
        return asker.ask{value: FEE}(panel, 2);
    }

    function _vote(uint256 seat, uint256 id, uint256 ruling) internal {
        vm.prank(_auditor(seat));
        panel.vote(id, ruling);
    }

    /// @dev The first `count` auditors vote alike.
    function _votes(uint256 count, uint256 id, uint256 ruling) internal {
        for (uint256 seat = 0; seat < count; ++seat) _vote(seat, id, ruling);
    }

    function _endVote(uint256 id) internal {
        _warp(uint256(panel.get(id).deadline) + 1);
    }

    function _conclude(uint256 id) internal {
        _endVote(id);
        vm.prank(STRANGER);
        panel.conclude(id);
    }

    function _bonded(uint256 seat) internal view returns (bool) {
        return panel.auditor(_auditor(seat)).bonded;
    }

    function _balance(uint256 seat) internal view returns (uint256) {
        return panel.balanceOf(_auditor(seat));
    }

    function _assertStage(uint256 id, IPanel.Stage expected) internal view {
        assertEq(uint256(panel.get(id).stage), uint256(expected), "stage");
    }

    function _assertDecided(uint256 id, uint256 ruling) internal view {
        _assertStage(id, IPanel.Stage.Decided);
        assertEq(panel.currentRuling(id), ruling, "ruling");
    }

    /// @dev The panel holds what can be withdrawn, what is burned, bonds, and the fees of open disputes.
    function _assertSolvent() internal view {
        assertEq(address(panel).balance, _owed(), "held, against owed");
    }

    function _owed() internal view returns (uint256 owed) {
        owed = panel.balanceOf(BURNED) + panel.openDisputes() * panel.fee();
        IPanel.Seat[] memory list = panel.auditors();
        for (uint256 seat = 0; seat < list.length; ++seat) {
            owed += panel.balanceOf(list[seat].account);
            if (list[seat].bonded) owed += panel.bond();
        }
    }

    function _refuse(address sender, bytes memory failure) internal {
        vm.expectRevert(failure);
        vm.prank(sender);
    }

    function _wrongStage(uint256 id, IPanel.Stage actual, IPanel.Stage expected) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(Errors.Panel_WrongStage.selector, id, actual, expected);
    }

    function _votesDue(uint256 seat, uint256 disputes) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(Errors.Panel_VotesDue.selector, _auditor(seat), disputes);
    }
}

/// @dev What every call does, and when it is refused.
///
///                    None  Voting  overdue  Decided  Executed
///      vote           x     ok      x        x        x
///      conclude       x     x       ok       x        x
///      execute        x     x       x        ok       x
contract PanelTest is PanelFixture {
    // ------------------------------------------------------------------------------------------------- Deployment

    function test_Deploy_FixesEverything() external view {
        assertEq(panel.quorum(), QUORUM, "quorum");
        assertEq(panel.fee(), FEE, "fee");
        assertEq(panel.bond(), BOND, "bond");
        assertEq(panel.votingDuration(), VOTING, "votingDuration");
        assertEq(panel.arbitrationCost(""), FEE, "cost");
        assertEq(panel.arbitrationCost("anything"), FEE, "cost, whatever is asked");
        IPanel.Seat[] memory list = panel.auditors();
        assertEq(list.length, AUDITORS, "auditors");
        for (uint256 seat = 0; seat < AUDITORS; ++seat) {
            assertEq(list[seat].account, _auditor(seat), "by seat");
            assertEq(panel.auditor(_auditor(seat)).account, _auditor(seat), "by account");
            assertTrue(!list[seat].bonded, "no bond yet");
        }
        assertEq(panel.auditor(STRANGER).account, address(0), "a stranger");
    }

    function test_Deploy_TakesTheExtremes() external {
        Panel largest = new Panel(_auditors(32), 17, type(uint128).max, type(uint128).max, 364 days);
        assertEq(largest.auditors().length, 32, "auditors");
        new Panel(_auditors(32), 32, 1, 1, 1);
        new Panel(_auditors(1), 1, 1, 1, 1);
        new Panel(_auditors(2), 2, 1, 1, 1);
        new Panel(_auditors(3), 2, 1, 1, 1);
    }

    function test_Deploy_RefusesWhatIsOutOfRange() external {
        _refuseParameter("auditors", 0, 1, 32);
        new Panel(_auditors(0), 1, FEE, BOND, VOTING);
        _refuseParameter("auditors", 33, 1, 32);
        new Panel(_auditors(33), 17, FEE, BOND, VOTING);
        _refuseParameter("quorum", 0, 1, 1);
        new Panel(_auditors(1), 0, FEE, BOND, VOTING);
        // Half is not more than half: both halves would have a quorum.
        _refuseParameter("quorum", 2, 3, 4);
        new Panel(_auditors(4), 2, FEE, BOND, VOTING);
        _refuseParameter("quorum", 2, 3, 5);
        new Panel(_auditors(5), 2, FEE, BOND, VOTING);
        _refuseParameter("quorum", 6, 3, 5);
        new Panel(_auditors(5), 6, FEE, BOND, VOTING);
        _refuseParameter("fee", 0, 1, type(uint128).max);
        new Panel(_auditors(5), 3, 0, BOND, VOTING);
        _refuseParameter("fee", 1 << 128, 1, type(uint128).max);
        new Panel(_auditors(5), 3, 1 << 128, BOND, VOTING);
        _refuseParameter("bond", 0, 1, type(uint128).max);
        new Panel(_auditors(5), 3, FEE, 0, VOTING);
        _refuseParameter("bond", 1 << 128, 1, type(uint128).max);
        new Panel(_auditors(5), 3, FEE, 1 << 128, VOTING);
        _refuseParameter("votingDuration", 0, 1, 364 days);
        new Panel(_auditors(5), 3, FEE, BOND, 0);
        _refuseParameter("votingDuration", 364 days + 1, 1, 364 days);
        new Panel(_auditors(5), 3, FEE, BOND, 364 days + 1);
    }

    function test_Deploy_RefusesTheZeroAddress() external {
        address[] memory list = _auditors(3);
        list[1] = address(0);
        vm.expectRevert(abi.encodeWithSelector(Errors.Panel_InvalidAuditor.selector, 1, address(0)));
        new Panel(list, 2, FEE, BOND, VOTING);
    }

    function test_Deploy_RefusesAnAuditorNamedTwice() external {
        address[] memory list = _auditors(3);
        list[2] = list[0];
        vm.expectRevert(abi.encodeWithSelector(Errors.Panel_InvalidAuditor.selector, 2, list[0]));
        new Panel(list, 2, FEE, BOND, VOTING);
    }

    // ------------------------------------------------------------------------------------------------- publishKey

    function test_PublishKey_IsShownAtItsSeat() external {
        vm.expectEmit(address(panel));
        emit IPanel.KeyPublished(_auditor(1), KEY_X, KEY_Y);
        vm.prank(_auditor(1));
        panel.publishKey(KEY_X, KEY_Y);
        IPanel.PublishedKey[] memory keys = panel.sealingKeys();
        assertEq(keys.length, AUDITORS, "seats");
        for (uint256 seat = 0; seat < AUDITORS; ++seat) {
            assertEq(keys[seat].x, seat == 1 ? KEY_X : 0, "x");
            assertEq(keys[seat].y, seat == 1 ? KEY_Y : 0, "y");
        }
    }

    function test_PublishKey_NeedsNoBondAndLocksNothing() external {
        vm.prank(_auditor(0));
        panel.publishKey(KEY_X, KEY_Y);
        assertTrue(!_bonded(0), "bonded");
        _postBond(0);
        vm.prank(_auditor(1));
        panel.publishKey(KEY_X, P256_PRIME - KEY_Y);
        _assertSolvent();
    }

    function test_PublishKey_RefusesStrangers() external {
        _refuse(STRANGER, abi.encodeWithSelector(Errors.Panel_NotAuditor.selector, STRANGER));
        panel.publishKey(KEY_X, KEY_Y);
    }

    function test_PublishKey_RefusesASecond() external {
        vm.prank(_auditor(0));
        panel.publishKey(KEY_X, KEY_Y);
        _refuse(_auditor(0), abi.encodeWithSelector(Errors.Panel_KeyPublished.selector, _auditor(0)));
        panel.publishKey(KEY_X, P256_PRIME - KEY_Y);
        _refuse(_auditor(0), abi.encodeWithSelector(Errors.Panel_KeyPublished.selector, _auditor(0)));
        panel.publishKey(0, 0);
        assertEq(panel.sealingKeys()[0].y, KEY_Y, "y");
    }

    function test_PublishKey_RefusesWhatIsNoPoint() external {
        _refuseKey(0, 0);
        _refuseKey(KEY_X, KEY_Y + 1);
        _refuseKey(KEY_Y, KEY_X);
        _refuseKey(5, P256_PRIME);
        _refuseKey(P256_PRIME, 0);
        _refuseKey(type(uint256).max, type(uint256).max);
    }

    function _refuseKey(uint256 x, uint256 y) private {
        _refuse(_auditor(0), abi.encodeWithSelector(Errors.Panel_InvalidSealingKey.selector, x, y));
        panel.publishKey(x, y);
    }

    // --------------------------------------------------------------------------------------------------- postBond

    function test_PostBond_LocksTheBond() external {
        vm.deal(_auditor(1), BOND);
        vm.expectEmit(address(panel));
        emit IPanel.BondPosted(_auditor(1), 1);
        vm.prank(_auditor(1));
        panel.postBond{value: BOND}();
        assertTrue(_bonded(1), "bonded");
        assertTrue(!_bonded(0), "nobody else");
        assertEq(address(panel).balance, BOND, "held");
        assertEq(_balance(1), 0, "credited");
    }

    function test_PostBond_IsForLaterDisputes() external {
        _ask();
        _ask();
        vm.deal(_auditor(1), BOND);
        vm.expectEmit(address(panel));
        emit IPanel.BondPosted(_auditor(1), 3);
        vm.prank(_auditor(1));
        panel.postBond{value: BOND}();
        assertEq(panel.auditor(_auditor(1)).since, 2, "since");
    }

    function test_PostBond_RefusesStrangers() external {
        vm.deal(STRANGER, BOND);
        _refuse(STRANGER, abi.encodeWithSelector(Errors.Panel_NotAuditor.selector, STRANGER));
        panel.postBond{value: BOND}();
    }

    function test_PostBond_RefusesASecond() external {
        _postBond(0);
        vm.deal(_auditor(0), BOND);
        _refuse(_auditor(0), abi.encodeWithSelector(Errors.Panel_AlreadyBonded.selector, _auditor(0)));
        panel.postBond{value: BOND}();
    }

    function test_PostBond_RefusesWrongValue() external {
        vm.deal(_auditor(0), 2 * BOND);
        _refuse(_auditor(0), abi.encodeWithSelector(Errors.Panel_WrongValue.selector, BOND - 1, BOND));
        panel.postBond{value: BOND - 1}();
        _refuse(_auditor(0), abi.encodeWithSelector(Errors.Panel_WrongValue.selector, BOND + 1, BOND));
        panel.postBond{value: BOND + 1}();
    }

    // ------------------------------------------------------------------------------------------------- returnBond

    function test_ReturnBond_CreditsTheBond() external {
        _postBond(0);
        vm.expectEmit(address(panel));
        emit IPanel.BondReturned(_auditor(0), BOND);
        _returnBond(0);
        assertTrue(!_bonded(0), "bonded");
        assertEq(_balance(0), BOND, "credited");
        _assertSolvent();
    }

    function test_ReturnBond_CanComeBack() external {
        _postBond(0);
        _returnBond(0);
        _postBond(0);
        assertTrue(_bonded(0), "bonded");
        _returnBond(0);
        assertEq(_balance(0), 2 * BOND, "credited");
    }

    function test_ReturnBond_RefusesStrangers() external {
        _refuse(STRANGER, abi.encodeWithSelector(Errors.Panel_NotAuditor.selector, STRANGER));
        panel.returnBond();
    }

    function test_ReturnBond_RefusesWithoutABond() external {
        bytes memory failure = abi.encodeWithSelector(Errors.Panel_NotBonded.selector, _auditor(0));
        _refuse(_auditor(0), failure);
        panel.returnBond();
        _postBond(0);
        _returnBond(0);
        _refuse(_auditor(0), failure);
        panel.returnBond();
    }

    function test_ReturnBond_RefusesWhileVotesAreDue() external {
        _postBonds(5);
        _ask();
        _ask();
        _refuse(_auditor(0), _votesDue(0, 2));
        panel.returnBond();
        _vote(0, 2, 1);
        _refuse(_auditor(0), _votesDue(0, 1));
        panel.returnBond();
        _vote(0, 1, 1);
        _returnBond(0);
        assertEq(_balance(0), BOND, "credited");
    }

    function test_ReturnBond_WhenTheOthersHaveDecided() external {
        _postBonds(5);
        uint256 id = _ask();
        _votes(3, id, 1);
        _returnBond(4);
        _returnBond(0);
        assertEq(_balance(4), BOND, "who did not vote");
        assertEq(_balance(0), BOND + PART, "who did");
        _assertSolvent();
    }

    function test_ReturnBond_VotesStayAndArePaid() external {
        _postBonds(5);
        uint256 id = _ask();
        _vote(0, id, 1);
        _returnBond(0);
        _vote(1, id, 1);
        _vote(2, id, 1);
        _assertDecided(id, 1);
        assertEq(_balance(0), BOND + PART, "credited");
        assertEq(panel.auditor(_auditor(0)).answered, 0, "answered");
    }

    // ---------------------------------------------------------------------------------------------- createDispute

    function test_CreateDispute_OpensTheVote() external {
        vm.deal(address(this), 2 * FEE);
        vm.expectEmit(address(panel));
        emit IPanel.DisputeCreation(1, asker);
        assertEq(asker.ask{value: FEE}(panel, 2), 1, "number");
        IPanel.Dispute memory dispute = panel.get(1);
        assertEq(address(dispute.arbitrable), address(asker), "arbitrable");
        assertEq(dispute.deadline, clock + VOTING, "deadline");
        assertEq(dispute.choices, 2, "choices");
        assertEq(dispute.ruling, 0, "ruling");
        assertEq(dispute.voted, 0, "voted");
        _assertStage(1, IPanel.Stage.Voting);
        assertEq(asker.ask{value: FEE}(panel, 255), 2, "next number");
        assertEq(panel.get(2).choices, 255, "most choices");
        assertEq(panel.disputeCount(), 2, "disputes");
        assertEq(panel.openDisputes(), 2, "open");
        assertEq(address(panel).balance, 2 * FEE, "held");
    }

    function test_CreateDispute_HasTheStatusesOfErc792() external {
        assertEq(uint256(panel.disputeStatus(1)), uint256(IPanel.DisputeStatus.Waiting), "none");
        _postBonds(3);
        uint256 id = _ask();
        assertEq(uint256(panel.disputeStatus(id)), uint256(IPanel.DisputeStatus.Waiting), "voting");
        assertEq(panel.currentRuling(id), 0, "ruling so far");
        _votes(3, id, 2);
        assertEq(uint256(panel.disputeStatus(id)), uint256(IPanel.DisputeStatus.Solved), "decided");
        assertEq(panel.currentRuling(id), 2, "ruling");
        panel.execute(id);
        assertEq(uint256(panel.disputeStatus(id)), uint256(IPanel.DisputeStatus.Solved), "executed");
        assertEq(panel.currentRuling(id), 2, "ruling after all");
    }

    function test_CreateDispute_RefusesWrongChoices() external {
        vm.deal(STRANGER, FEE);
        _refuse(STRANGER, abi.encodeWithSelector(Errors.Panel_ChoicesOutOfRange.selector, 0, 255));
        panel.createDispute{value: FEE}(0, "");
        _refuse(STRANGER, abi.encodeWithSelector(Errors.Panel_ChoicesOutOfRange.selector, 256, 255));
        panel.createDispute{value: FEE}(256, "");
    }

    function test_CreateDispute_RefusesWrongValue() external {
        vm.deal(STRANGER, 2 * FEE);
        _refuse(STRANGER, abi.encodeWithSelector(Errors.Panel_WrongValue.selector, FEE - 1, FEE));
        panel.createDispute{value: FEE - 1}(2, "");
        _refuse(STRANGER, abi.encodeWithSelector(Errors.Panel_WrongValue.selector, FEE + 1, FEE));
        panel.createDispute{value: FEE + 1}(2, "");
        _refuse(STRANGER, abi.encodeWithSelector(Errors.Panel_WrongValue.selector, 0, FEE));
        panel.createDispute(2, "");
    }

    // ------------------------------------------------------------------------------------------------------- vote

    function test_Vote_IsRecorded() external {
        _postBonds(5);
        uint256 id = _ask();
        vm.expectEmit(address(panel));
        emit IPanel.Voted(id, _auditor(3), 2);
        _vote(3, id, 2);
        assertEq(panel.get(id).voted, 8, "voted");
        assertEq(panel.votersFor(id, 2), 8, "for it");
        assertEq(panel.votersFor(id, 1), 0, "for another");
        assertEq(panel.auditor(_auditor(3)).answered, 1, "answered");
        _assertStage(id, IPanel.Stage.Voting);
        assertEq(_balance(3), 0, "not paid yet");
    }

    function test_Vote_QuorumDecides() external {
        _postBonds(5);
        uint256 id = _ask();
        _vote(0, id, 1);
        _vote(1, id, 2);
        _vote(2, id, 1);
        _assertStage(id, IPanel.Stage.Voting);
        vm.expectEmit(address(panel));
        emit IPanel.Voted(id, _auditor(4), 1);
        vm.expectEmit(address(panel));
        emit IPanel.DisputeDecided(id, 1, true);
        vm.expectEmit(address(panel));
        emit IPanel.FeeCredited(id, _auditor(0), PART);
        vm.expectEmit(address(panel));
        emit IPanel.FeeCredited(id, _auditor(2), PART);
        vm.expectEmit(address(panel));
        emit IPanel.FeeCredited(id, _auditor(4), PART);
        vm.expectEmit(address(panel));
        emit IPanel.FeeCredited(id, BURNED, DUST);
        _vote(4, id, 1);
        _assertDecided(id, 1);
        assertEq(panel.openDisputes(), 0, "open");
        assertEq(_balance(0), PART, "with the ruling");
        assertEq(_balance(1), 0, "against it");
        assertEq(_balance(3), 0, "silent");
        assertEq(panel.balanceOf(BURNED), DUST, "dust");
        for (uint256 seat = 0; seat < AUDITORS; ++seat) {
            assertTrue(_bonded(seat), "bonds stay");
            assertEq(panel.auditor(_auditor(seat)).answered, 0, "answered");
        }
        _assertSolvent();
    }

    function test_Vote_QuorumCanRefuseToRule() external {
        _postBonds(3);
        uint256 id = _ask();
        _votes(2, id, 0);
        vm.expectEmit(address(panel));
        emit IPanel.Voted(id, _auditor(2), 0);
        vm.expectEmit(address(panel));
        emit IPanel.DisputeDecided(id, 0, true);
        _vote(2, id, 0);
        _assertDecided(id, 0);
        assertEq(_balance(0), PART, "paid");
    }

    function test_Vote_CallsNobody() external {
        _postBonds(3);
        uint256 id = _ask();
        asker.setFault(ArbitrableStandIn.Fault.Spends);
        _votes(3, id, 1);
        _assertDecided(id, 1);
        assertEq(asker.rulings(), 0, "not told yet");
    }

    function test_Vote_AtTheDeadline() external {
        _postBonds(3);
        uint256 id = _ask();
        _warp(panel.get(id).deadline);
        _votes(3, id, 1);
        _assertDecided(id, 1);
    }

    function test_Vote_RefusesAfterTheDeadline() external {
        _postBonds(3);
        uint256 id = _ask();
        uint256 deadline = panel.get(id).deadline;
        _warp(deadline + 1);
        _refuseVote(_auditor(0), id, 1, abi.encodeWithSelector(_late(), id, deadline, clock));
    }

    function test_Vote_RefusesStrangers() external {
        uint256 id = _ask();
        _refuseVote(STRANGER, id, 1, abi.encodeWithSelector(Errors.Panel_NotAuditor.selector, STRANGER));
    }

    function test_Vote_RefusesWithoutABond() external {
        uint256 id = _ask();
        bytes memory failure = abi.encodeWithSelector(Errors.Panel_NotBonded.selector, _auditor(0));
        _refuseVote(_auditor(0), id, 1, failure);
    }

    function test_Vote_RefusesASecond() external {
        _postBonds(5);
        uint256 id = _ask();
        _vote(0, id, 1);
        bytes memory failure = abi.encodeWithSelector(Errors.Panel_AlreadyVoted.selector, id, _auditor(0));
        _refuseVote(_auditor(0), id, 1, failure);
        _refuseVote(_auditor(0), id, 2, failure);
    }

    function test_Vote_RefusesOtherRulings() external {
        _postBonds(5);
        uint256 id = _ask();
        bytes4 selector = Errors.Panel_RulingOutOfRange.selector;
        _refuseVote(_auditor(0), id, 3, abi.encodeWithSelector(selector, id, 3, 2));
        _refuseVote(_auditor(0), id, 257, abi.encodeWithSelector(selector, id, 257, 2));
        uint256 most = type(uint256).max;
        _refuseVote(_auditor(0), id, most, abi.encodeWithSelector(selector, id, most, 2));
    }

    function test_Vote_TakesTheGreatestRuling() external {
        _postBonds(3);
        vm.deal(address(this), FEE);
        uint256 id = asker.ask{value: FEE}(panel, 255);
        _votes(3, id, 255);
        _assertDecided(id, 255);
    }

    function test_Vote_RefusesInOtherStages() external {
        _postBonds(5);
        _refuseVote(_auditor(0), 1, 1, _wrongStage(1, IPanel.Stage.None, IPanel.Stage.Voting));
        uint256 id = _ask();
        _votes(3, id, 1);
        _refuseVote(_auditor(4), id, 2, _wrongStage(id, IPanel.Stage.Decided, IPanel.Stage.Voting));
        panel.execute(id);
        _refuseVote(_auditor(4), id, 2, _wrongStage(id, IPanel.Stage.Executed, IPanel.Stage.Voting));
    }

    // --------------------------------------------------------------------------------------------------- conclude

    function test_Conclude_PaysWhoVotedAndBurnsTheBondsOfTheSilent() external {
        _postBonds(5);
        uint256 id = _ask();
        _vote(0, id, 1);
        _vote(3, id, 2);
        _vote(4, id, 0);
        _endVote(id);
        vm.expectEmit(address(panel));
        emit IPanel.DisputeDecided(id, 0, false);
        vm.expectEmit(address(panel));
        emit IPanel.FeeCredited(id, _auditor(0), PART);
        vm.expectEmit(address(panel));
        emit IPanel.BondForfeited(id, _auditor(1), BOND);
        vm.expectEmit(address(panel));
        emit IPanel.BondForfeited(id, _auditor(2), BOND);
        vm.expectEmit(address(panel));
        emit IPanel.FeeCredited(id, _auditor(3), PART);
        vm.expectEmit(address(panel));
        emit IPanel.FeeCredited(id, _auditor(4), PART);
        vm.expectEmit(address(panel));
        emit IPanel.FeeCredited(id, BURNED, DUST);
        vm.prank(STRANGER);
        panel.conclude(id);
        _assertDecided(id, 0);
        assertEq(panel.openDisputes(), 0, "open");
        assertEq(panel.balanceOf(BURNED), 2 * BOND + DUST, "burned");
        assertTrue(_bonded(0) && !_bonded(1) && !_bonded(2) && _bonded(3) && _bonded(4), "bonds");
        assertEq(_balance(1), 0, "silent");
        _assertSolvent();
    }

    function test_Conclude_SplitsTheFeeOverMoreThanAQuorum() external {
        _postBonds(5);
        uint256 id = _ask();
        for (uint256 seat = 0; seat < 5; ++seat) _vote(seat, id, seat % 3);
        _conclude(id);
        for (uint256 seat = 0; seat < 5; ++seat) {
            assertEq(_balance(seat), FEE / 5, "paid");
            assertTrue(_bonded(seat), "bonded");
        }
        assertEq(panel.balanceOf(BURNED), 0, "burned");
    }

    function test_Conclude_BurnsTheFeeThatNobodyEarned() external {
        _postBonds(2);
        uint256 id = _ask();
        _conclude(id);
        assertEq(panel.balanceOf(BURNED), FEE + 2 * BOND, "burned");
        assertEq(panel.balanceOf(address(asker)), 0, "who asked");
        assertEq(panel.balanceOf(STRANGER), 0, "who concluded");
        _assertSolvent();
    }

    function test_Conclude_WithoutAnyBond() external {
        uint256 id = _ask();
        _conclude(id);
        assertEq(panel.balanceOf(BURNED), FEE, "burned");
        panel.execute(id);
        assertEq(asker.lastRuling(), 0, "refused");
        assertEq(asker.rulings(), 1, "told");
    }

    function test_Conclude_WhoForfeitedCanComeBack() external {
        _postBonds(3);
        uint256 id = _ask();
        _conclude(id);
        id = _ask();
        bytes memory failure = abi.encodeWithSelector(Errors.Panel_NotBonded.selector, _auditor(0));
        _refuseVote(_auditor(0), id, 1, failure);
        _postBonds(3);
        id = _ask();
        _votes(3, id, 1);
        _assertDecided(id, 1);
    }

    function test_Conclude_RefusesUntilTheDeadline() external {
        uint256 id = _ask();
        uint256 deadline = panel.get(id).deadline;
        bytes4 selector = Errors.Panel_DeadlineNotPassed.selector;
        _refuse(STRANGER, abi.encodeWithSelector(selector, id, deadline, clock));
        panel.conclude(id);
        _warp(deadline);
        _refuse(STRANGER, abi.encodeWithSelector(selector, id, deadline, clock));
        panel.conclude(id);
        _warp(deadline + 1);
        panel.conclude(id);
        _assertDecided(id, 0);
    }

    function test_Conclude_RefusesInOtherStages() external {
        _postBonds(3);
        _refuse(STRANGER, _wrongStage(1, IPanel.Stage.None, IPanel.Stage.Voting));
        panel.conclude(1);
        uint256 id = _ask();
        _votes(3, id, 1);
        _endVote(id);
        _refuse(STRANGER, _wrongStage(id, IPanel.Stage.Decided, IPanel.Stage.Voting));
        panel.conclude(id);
        panel.execute(id);
        _refuse(STRANGER, _wrongStage(id, IPanel.Stage.Executed, IPanel.Stage.Voting));
        panel.conclude(id);
        id = _ask();
        _conclude(id);
        _refuse(STRANGER, _wrongStage(id, IPanel.Stage.Decided, IPanel.Stage.Voting));
        panel.conclude(id);
    }

    // ---------------------------------------------------------------------------------------------------- execute

    function test_Execute_TellsWhoAsked() external {
        _postBonds(3);
        _ask();
        uint256 id = _ask();
        _votes(3, id, 2);
        vm.expectEmit(address(panel));
        emit IPanel.RulingExecuted(id, asker, 2);
        vm.prank(STRANGER);
        panel.execute(id);
        _assertStage(id, IPanel.Stage.Executed);
        assertEq(asker.rulings(), 1, "rulings");
        assertEq(asker.lastDispute(), id, "dispute");
        assertEq(asker.lastRuling(), 2, "ruling");
    }

    function test_Execute_RefusesInOtherStages() external {
        _postBonds(3);
        _refuse(STRANGER, _wrongStage(1, IPanel.Stage.None, IPanel.Stage.Decided));
        panel.execute(1);
        uint256 id = _ask();
        _refuse(STRANGER, _wrongStage(id, IPanel.Stage.Voting, IPanel.Stage.Decided));
        panel.execute(id);
        _votes(3, id, 1);
        panel.execute(id);
        _refuse(STRANGER, _wrongStage(id, IPanel.Stage.Executed, IPanel.Stage.Decided));
        panel.execute(id);
        assertEq(asker.rulings(), 1, "told once");
    }

    function test_Execute_CanBeRepeatedWhenItFails() external {
        _postBonds(3);
        uint256 id = _ask();
        _votes(3, id, 1);
        asker.setFault(ArbitrableStandIn.Fault.Reverts);
        _refuse(STRANGER, abi.encodeWithSelector(ArbitrableStandIn.ArbitrableStandIn_Refused.selector));
        panel.execute(id);
        _assertDecided(id, 1);
        asker.setFault(ArbitrableStandIn.Fault.None);
        _warp(clock + 1000 days);
        panel.execute(id);
        assertEq(asker.lastRuling(), 1, "ruling");
    }

    function test_Execute_FailsWhereNobodyCanBeTold() external {
        _postBonds(3);
        vm.deal(STRANGER, FEE);
        vm.prank(STRANGER);
        uint256 id = panel.createDispute{value: FEE}(2, "");
        _votes(3, id, 1);
        // The compiler's own check that a called contract exists reverts without data.
        _refuse(STRANGER, "");
        panel.execute(id);
        assertEq(_balance(0), PART, "paid all the same");
        _returnBond(0);
    }

    function test_Execute_LetsNobodyCallBack() external {
        _postBonds(5);
        uint256 id = _ask();
        _votes(3, id, 1);
        uint256 open = _ask();
        _refuseCallback(id, abi.encodeCall(IPanel.postBond, ()));
        _refuseCallback(id, abi.encodeCall(IPanel.returnBond, ()));
        _refuseCallback(id, abi.encodeCall(IPanel.vote, (open, 1)));
        _refuseCallback(id, abi.encodeCall(IArbitrator.createDispute, (2, "")));
        _refuseCallback(id, abi.encodeCall(IPanel.conclude, (open)));
        _refuseCallback(id, abi.encodeCall(IPanel.execute, (id)));
        _refuseCallback(id, abi.encodeCall(IPanel.withdraw, (payable(address(asker)))));
        asker.arm(abi.encodeCall(IPanel.currentRuling, (id)));
        panel.execute(id);
        assertEq(asker.lastRuling(), 1, "told, and it may look");
    }

    // --------------------------------------------------------------------------------------------------- withdraw

    function test_Withdraw_PaysAll() external {
        _postBonds(3);
        uint256 id = _ask();
        _votes(3, id, 1);
        _returnBond(0);
        vm.expectEmit(address(panel));
        emit IPanel.Withdrawn(_auditor(0), STRANGER, BOND + PART);
        vm.prank(_auditor(0));
        panel.withdraw(payable(STRANGER));
        assertEq(STRANGER.balance, BOND + PART, "paid");
        assertEq(_balance(0), 0, "credited");
        _assertSolvent();
    }

    function test_Withdraw_RefusesNothing() external {
        _refuse(STRANGER, abi.encodeWithSelector(Errors.Panel_NothingToWithdraw.selector, STRANGER));
        panel.withdraw(payable(STRANGER));
    }

    function test_Withdraw_RefusesReceiversThatLoseIt() external {
        _postBond(0);
        _returnBond(0);
        bytes4 selector = Errors.Panel_InvalidReceiver.selector;
        _refuse(_auditor(0), abi.encodeWithSelector(selector, address(0)));
        panel.withdraw(payable(address(0)));
        _refuse(_auditor(0), abi.encodeWithSelector(selector, address(panel)));
        panel.withdraw(payable(address(panel)));
    }

    function test_Withdraw_FailedKeepsTheBalance() external {
        Party party = new Party();
        party.refuse(true);
        _postBond(0);
        _returnBond(0);
        _refuse(_auditor(0), abi.encodeWithSelector(Errors.Panel_TransferFailed.selector, address(party), BOND));
        panel.withdraw(payable(address(party)));
        assertEq(_balance(0), BOND, "still credited");
        vm.prank(_auditor(0));
        panel.withdraw(payable(STRANGER));
        assertEq(STRANGER.balance, BOND, "elsewhere");
    }

    function test_Withdraw_LetsNobodyCallBack() external {
        Party party = new Party();
        address[] memory list = new address[](1);
        list[0] = address(party);
        panel = new Panel(list, 1, FEE, BOND, VOTING);
        vm.deal(address(this), BOND);
        party.act{value: BOND}(address(panel), abi.encodeCall(IPanel.postBond, ()));
        party.act(address(panel), abi.encodeCall(IPanel.returnBond, ()));
        bytes memory call = abi.encodeCall(IPanel.withdraw, (payable(address(party))));
        party.arm(address(panel), call);
        party.act(address(panel), call);
        (bool failed, bytes memory failure) = party.outcome();
        assertTrue(failed, "called back");
        assertEq(keccak256(failure), keccak256(abi.encodeWithSelector(Errors.Panel_Reentered.selector)), "failure");
        assertEq(address(party).balance, BOND, "paid once");
    }

    // ----------------------------------------------------------------------------------------------------- Helpers

    function _refuseParameter(bytes32 parameter, uint256 value, uint256 least, uint256 most) private {
        bytes4 selector = Errors.Panel_ParameterOutOfRange.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, parameter, value, least, most));
    }

    function _refuseVote(address caller, uint256 id, uint256 ruling, bytes memory failure) private {
        _refuse(caller, failure);
        panel.vote(id, ruling);
    }

    function _refuseCallback(uint256 id, bytes memory call) private {
        asker.arm(call);
        _refuse(STRANGER, abi.encodeWithSelector(Errors.Panel_Reentered.selector));
        panel.execute(id);
    }

    function _late() private pure returns (bytes4) {
        return Errors.Panel_DeadlinePassed.selector;
    }
}

/// @dev What auditors might try, alone or in league with a claimant or an aggregator, and what it comes to.
contract PanelAttacksTest is PanelFixture {
    // ------------------------------------------------------------------------------------------------------- Alone

    /// @dev Keeps its vote back, so that the dispute fails.
    function test_Silence_CostsTheBondAndEarnsNothing() external {
        _postBonds(3);
        uint256 id = _ask();
        _votes(2, id, 1);
        _conclude(id);
        assertTrue(!_bonded(2), "bond");
        assertEq(_balance(2), 0, "earned");
    }

    /// @dev Runs off with the bond before, at or after the deadline.
    function test_Silence_CannotLeave() external {
        _postBonds(3);
        uint256 id = _ask();
        _votes(2, id, 1);
        uint256 deadline = panel.get(id).deadline;
        for (uint256 when = deadline - 1; when <= deadline + 1; ++when) {
            _warp(when);
            _refuse(_auditor(2), _votesDue(2, 1));
            panel.returnBond();
        }
        vm.prank(_auditor(2));
        panel.conclude(id);
        _refuse(_auditor(2), abi.encodeWithSelector(Errors.Panel_NotBonded.selector, _auditor(2)));
        panel.returnBond();
    }

    /// @dev Hopes that colleagues are absent, or makes them: the fewer vote, the more is burned.
    function test_AbsentColleagues_EnrichNobody() external {
        _postBonds(5);
        uint256 id = _ask();
        _vote(0, id, 1);
        _conclude(id);
        assertEq(_balance(0), PART, "alone, no more than for a decision");
        assertEq(panel.balanceOf(BURNED), 4 * BOND + FEE - PART, "burned");
        // Nor where they have no bonds to lose.
        _postBond(1);
        id = _ask();
        _votes(2, id, 1);
        _conclude(id);
        assertEq(_balance(0), 2 * PART, "of two, no more either");
        assertEq(panel.balanceOf(BURNED), 4 * BOND + 2 * FEE - 3 * PART, "burned");
    }

    /// @dev Risks no bond until there is a vote that it likes, or that it is paid for.
    function test_BondForOneVote_ComesTooLate() external {
        _postBonds(2);
        uint256 id = _ask();
        _postBond(2);
        bytes memory failure = abi.encodeWithSelector(Errors.Panel_BondedTooLate.selector, id, _auditor(2), id + 1);
        _refuse(_auditor(2), failure);
        panel.vote(id, 1);
        // It has nothing to answer for, either.
        _conclude(id);
        assertTrue(_bonded(2) && !_bonded(0) && !_bonded(1), "bonds");
        _returnBond(2);
        assertEq(_balance(2), BOND, "its own alone");
    }

    function test_LeavingAndComingBack_GivesNoSecondVote() external {
        _postBonds(5);
        uint256 id = _ask();
        _vote(0, id, 1);
        _returnBond(0);
        _postBond(0);
        bytes memory failure = abi.encodeWithSelector(Errors.Panel_BondedTooLate.selector, id, _auditor(0), id + 1);
        _refuse(_auditor(0), failure);
        panel.vote(id, 1);
        assertEq(panel.votersFor(id, 1), 1, "one vote");
        // It has voted on all that is open.
        _returnBond(0);
    }

    /// @dev One silence costs one bond: the next is not for disputes that were opened before it was posted.
    function test_ANewBond_IsNotTakenForOldDisputes() external {
        _postBonds(3);
        uint256 first = _ask();
        uint256 second = _ask();
        _conclude(first);
        _postBonds(3);
        panel.conclude(second);
        for (uint256 seat = 0; seat < 3; ++seat) {
            assertTrue(_bonded(seat), "bonded");
            _returnBond(seat);
        }
        assertEq(panel.balanceOf(BURNED), 3 * BOND + 2 * FEE, "burned");
        _assertSolvent();
    }

    /// @dev Those that it can answer are answered; those that it cannot are over in time.
    function test_ABondPostedLate_CanLeaveInTime() external {
        uint256 id = _ask();
        _postBond(0);
        _refuse(_auditor(0), _votesDue(0, 1));
        panel.returnBond();
        _endVote(id);
        vm.prank(_auditor(0));
        panel.conclude(id);
        _returnBond(0);
        assertEq(_balance(0), BOND, "credited");
    }

    function test_VotingAgainstTheOthers_CostsNothing() external {
        _postBonds(5);
        uint256 id = _ask();
        _vote(4, id, 2);
        _votes(3, id, 1);
        _returnBond(4);
        assertEq(_balance(4), BOND, "bond");
    }

    function test_SilenceWhereOthersDecide_CostsNothing() external {
        _postBonds(5);
        uint256 id = _ask();
        _votes(3, id, 1);
        _endVote(id);
        assertTrue(_bonded(3) && _bonded(4), "bonds");
    }

    // ---------------------------------------------------------------------------------------------- With a claimant

    /// @dev Fewer than a quorum in league decide nothing, not in the last second either.
    function test_TooFewInLeague_DecideNothing() external {
        _postBonds(5);
        uint256 id = _ask();
        _warp(panel.get(id).deadline);
        _vote(3, id, 1);
        _vote(4, id, 1);
        _assertStage(id, IPanel.Stage.Voting);
        _votes(3, id, 2);
        _assertDecided(id, 2);
        assertEq(_balance(3) + _balance(4), 0, "in league");
    }

    /// @dev Nor does anybody else's dispute count for another's.
    function test_VotesOnAnotherDispute_DoNotCount() external {
        _postBonds(5);
        uint256 first = _ask();
        uint256 second = _ask();
        _vote(0, first, 1);
        _vote(1, first, 1);
        _vote(2, second, 1);
        _assertStage(first, IPanel.Stage.Voting);
        _assertStage(second, IPanel.Stage.Voting);
    }

    /// @dev A claimant opens ever more disputes to keep bonds in, or to have them burned.
    function test_EverMoreDisputes_KeepNobodyIn() external {
        _postBonds(5);
        for (uint256 i = 1; i <= 20; ++i) {
            _ask();
            _vote(0, i, 0);
        }
        _returnBond(0);
        assertEq(_balance(0), BOND, "bond");
        _refuse(_auditor(1), _votesDue(1, 20));
        panel.returnBond();
        for (uint256 i = 1; i <= 20; ++i) _conclude(i);
        assertEq(_balance(0), BOND + 20 * PART, "each has paid");
    }

    function test_OnceDecided_NobodyDecidesOtherwise() external {
        _postBonds(5);
        uint256 id = _ask();
        _votes(3, id, 1);
        for (uint256 seat = 3; seat < 5; ++seat) {
            _refuse(_auditor(seat), _wrongStage(id, IPanel.Stage.Decided, IPanel.Stage.Voting));
            panel.vote(id, 2);
        }
        panel.execute(id);
        assertEq(asker.lastRuling(), 1, "ruling");
    }

    /// @dev Who asks and does not take the answer harms nobody but itself.
    function test_AStubbornAsker_KeepsNothingFromHappening() external {
        _postBonds(3);
        uint256 stubborn = _ask();
        asker.setFault(ArbitrableStandIn.Fault.Spends);
        _votes(3, stubborn, 1);
        vm.prank(STRANGER);
        (bool success, ) = address(panel).call{gas: 1_000_000}(abi.encodeCall(IPanel.execute, (stubborn)));
        assertTrue(!success, "executed");
        _assertDecided(stubborn, 1);
        asker = new ArbitrableStandIn();
        uint256 id = _ask();
        _votes(3, id, 2);
        panel.execute(id);
        assertEq(asker.lastRuling(), 2, "another's ruling");
        for (uint256 seat = 0; seat < 3; ++seat) {
            _returnBond(seat);
            assertEq(_balance(seat), BOND + 2 * PART, "bond and fees");
        }
    }

    // -------------------------------------------------------------------------------------------- With an aggregator

    /// @dev Denies what it likes, and has its accomplices be silent: it is refused, but at their bonds and the fee.
    function test_SilentAccomplices_DoNotReturnTheFee() external {
        _postBonds(5);
        uint256 id = _ask();
        _votes(2, id, 1);
        _conclude(id);
        assertEq(panel.balanceOf(BURNED), 3 * BOND + FEE - 2 * PART, "burned");
        assertEq(_balance(2) + _balance(3) + _balance(4), 0, "accomplices");
        assertEq(panel.balanceOf(address(asker)), 0, "who asked");
    }

    /// @dev What no rule keeps from happening: as many as the others lack for a quorum can have a dispute refused.
    function test_DifferentVotes_AreRefusedAndNoMore() external {
        _postBonds(5);
        uint256 id = _ask();
        _votes(2, id, 1);
        _vote(2, id, 2);
        _vote(3, id, 2);
        _vote(4, id, 0);
        _conclude(id);
        _assertDecided(id, 0);
        for (uint256 seat = 0; seat < 5; ++seat) assertEq(_balance(seat), FEE / 5, "less than for a decision");
    }

    /// @dev Disputes are taken up without bonds, so that accomplices who leave cannot let a false claim stand undenied.
    function test_AnEmptyPanel_TakesDisputesUp() external {
        uint256 id = _ask();
        _postBonds(5);
        _conclude(id);
        _assertDecided(id, 0);
        for (uint256 seat = 0; seat < 5; ++seat) assertTrue(_bonded(seat), "bonded");
    }

    // -------------------------------------------------------------------------------------------- In the last block

    /// @dev The last vote and the conclusion compete for no second.
    function test_LastSecond_IsForVotesAlone() external {
        _postBonds(3);
        uint256 id = _ask();
        uint256 deadline = panel.get(id).deadline;
        _warp(deadline);
        bytes4 selector = Errors.Panel_DeadlineNotPassed.selector;
        _refuse(_auditor(0), abi.encodeWithSelector(selector, id, deadline, deadline));
        panel.conclude(id);
        _votes(3, id, 1);
        _warp(deadline + 1);
        _refuse(_auditor(0), _wrongStage(id, IPanel.Stage.Decided, IPanel.Stage.Voting));
        panel.conclude(id);
    }

    /// @dev A proposer of blocks that keeps the others' votes out until it is too late gains nothing by it.
    function test_KeepingOthersOut_PaysNoMore() external {
        _postBonds(5);
        uint256 id = _ask();
        _warp(panel.get(id).deadline);
        _vote(0, id, 1);
        _conclude(id);
        assertEq(_balance(0), PART, "as for a decision");
        assertEq(panel.balanceOf(BURNED), 4 * BOND + FEE - PART, "burned");
    }

    /// @dev Bonds posted in the block of the dispute: those before it answer for it, those after it do not.
    function test_SameBlock_OrderDecides() external {
        _postBond(0);
        uint256 id = _ask();
        _postBond(1);
        _vote(0, id, 1);
        _refuse(_auditor(1), abi.encodeWithSelector(Errors.Panel_BondedTooLate.selector, id, _auditor(1), id + 1));
        panel.vote(id, 1);
        _returnBond(0);
        assertEq(clock, GENESIS, "in one block");
    }
}

/// @dev Money and books under random schedules.
contract PanelFuzzTest is PanelFixture {
    uint256 private constant STEPS = 64;
    uint256 private constant MOST_DISPUTES = 5;

    uint256 private count;
    uint256 private deposited;
    uint256 private withdrawn;
    uint256 private burned;
    /// What was decided, plus 1.
    mapping(uint256 id => uint256) private decided;
    /// What the walk has come to.
    uint256 private quorate;
    uint256 private failed;
    uint256 private forfeits;
    uint256 private returns_;
    uint256 private withdrawals;
    uint256 private executions;

    /// @dev Conserved to the unit after every step; and in the end everything that is not burned is paid out.
    function testFuzz_MoneyIsConserved(uint256 seed, uint8 auditors, uint8 more, uint96 fee, uint96 bond) external {
        count = _bound(auditors, 1, 7);
        uint256 quorum = _bound(more, count / 2 + 1, count);
        _walk(quorum, uint256(fee) + 1, uint256(bond) + 1, seed);
        _windUp();
    }

    /// @dev That walks go everywhere.
    function test_Walks_GoEverywhere() external {
        count = AUDITORS;
        for (uint256 i = 0; i < 12; ++i) {
            _walk(QUORUM, FEE, BOND, i);
            _windUp();
        }
        assertTrue(quorate != 0, "decided");
        assertTrue(failed != 0, "failed");
        assertTrue(forfeits != 0, "forfeited");
        assertTrue(returns_ != 0, "left");
        assertTrue(withdrawals != 0, "withdrew");
        assertTrue(executions != 0, "executed");
    }

    function _walk(uint256 quorum, uint256 fee, uint256 bond, uint256 seed) private {
        panel = new Panel(_auditors(count), quorum, fee, bond, VOTING);
        (deposited, withdrawn, burned) = (0, 0, 0);
        for (uint256 id = 1; id <= MOST_DISPUTES; ++id) decided[id] = 0;
        // Most have their bonds posted at first.
        for (uint256 seat = 0; seat < count; ++seat) {
            if ((seed >> (2 * seat)) & 3 == 3) continue;
            _try(_auditor(seat), bond, abi.encodeCall(IPanel.postBond, ()));
        }
        for (uint256 i = 1; i <= STEPS; ++i) {
            _step(uint256(keccak256(abi.encode(seed, i))));
            _checkMoney();
            if (i % 8 == 0) _checkBooks();
        }
    }

    /// @dev One call that may be illegal.
    function _step(uint256 salt) private {
        uint256 action = salt % 16;
        address caller = _auditor((salt >> 8) % count);
        uint256 disputes = panel.disputeCount();
        uint256 id = 1 + ((salt >> 16) % (disputes + 1));
        if (action < 2) {
            _try(caller, panel.bond(), abi.encodeCall(IPanel.postBond, ()));
        } else if (action < 3) {
            if (_try(caller, 0, abi.encodeCall(IPanel.returnBond, ()))) ++returns_;
        } else if (action < 5) {
            if (disputes == MOST_DISPUTES) return;
            vm.deal(address(this), panel.fee());
            asker.ask{value: panel.fee()}(panel, 2);
            deposited += panel.fee();
        } else if (action < 11) {
            // Most often for what is right.
            uint256 ruling = (salt >> 32) % 8;
            _try(caller, 0, abi.encodeCall(IPanel.vote, (id, ruling < 5 ? 1 : ruling - 5)));
        } else if (action < 13) {
            _warp(clock + ((salt >> 32) % (VOTING / 2)));
        } else if (action < 14) {
            if (_try(STRANGER, 0, abi.encodeCall(IPanel.conclude, (id)))) ++failed;
        } else if (action < 15) {
            if (_try(STRANGER, 0, abi.encodeCall(IPanel.execute, (id)))) ++executions;
        } else {
            uint256 amount = panel.balanceOf(caller);
            if (_try(caller, 0, abi.encodeCall(IPanel.withdraw, (payable(caller))))) {
                withdrawn += amount;
                ++withdrawals;
            }
        }
    }

    function _try(address caller, uint256 value, bytes memory call) private returns (bool success) {
        vm.deal(caller, caller.balance + value);
        vm.prank(caller);
        bytes memory data;
        (success, data) = address(panel).call{value: value}(call);
        if (success)
            deposited += value;
            // Refused in the panel's own words.
        else assertTrue(bytes4(data) != bytes4(0x4e487b71) && data.length > 4, "no panic");
    }

    function _checkMoney() private {
        assertEq(address(panel).balance, _owed(), "held, against owed");
        assertEq(address(panel).balance, deposited - withdrawn, "held, against paid in and out");
        assertLe(burned, panel.balanceOf(BURNED), "burned before");
        if (panel.balanceOf(BURNED) - burned >= panel.bond()) ++forfeits;
        burned = panel.balanceOf(BURNED);
    }

    function _checkBooks() private {
        uint256 open;
        uint256[] memory answered = new uint256[](count);
        for (uint256 id = 1; id <= panel.disputeCount(); ++id) {
            IPanel.Dispute memory dispute = panel.get(id);
            uint256 voted;
            for (uint256 ruling = 0; ruling <= 2; ++ruling) {
                uint256 voters = panel.votersFor(id, ruling);
                assertEq(voters & voted, 0, "one vote each");
                voted |= voters;
            }
            assertEq(dispute.voted, voted, "voted");
            if (dispute.stage == IPanel.Stage.Voting) {
                ++open;
                for (uint256 seat = 0; seat < count; ++seat) answered[seat] += (voted >> seat) & 1;
            } else if (decided[id] == 0) {
                decided[id] = uint256(dispute.ruling) + 1;
                if (dispute.ruling != 0) ++quorate;
            } else {
                assertEq(dispute.ruling, decided[id] - 1, "decided once");
            }
        }
        assertEq(panel.openDisputes(), open, "open");
        for (uint256 seat = 0; seat < count; ++seat) {
            assertEq(panel.auditor(_auditor(seat)).answered, answered[seat], "answered");
        }
    }

    /// @dev Every lock has an exit, by strangers and by the auditors alone.
    function _windUp() private {
        _warp(clock + VOTING + 1);
        for (uint256 id = 1; id <= panel.disputeCount(); ++id) {
            if (panel.get(id).stage == IPanel.Stage.Voting) panel.conclude(id);
            if (panel.get(id).stage == IPanel.Stage.Decided) panel.execute(id);
        }
        for (uint256 seat = 0; seat < count; ++seat) {
            if (_bonded(seat)) _returnBond(seat);
            if (_balance(seat) == 0) continue;
            vm.prank(_auditor(seat));
            panel.withdraw(payable(_auditor(seat)));
        }
        assertEq(panel.openDisputes(), 0, "open");
        assertEq(address(panel).balance, panel.balanceOf(BURNED), "only what is burned is left");
    }
}

/// @dev The panel as the court of a project: an update declared invalid, a claim, its denial, and what comes of it.
contract PanelMarketTest is MarketFixture {
    uint256 private constant FEE = 0.3 ether;
    uint256 private constant PANEL_BOND = 2 ether;
    uint256 private constant VOTING = 30 days;
    /// What each of three submissions takes out of the round.
    uint256 private constant PART = 1 ether;

    Panel private panel;
    uint256 private id;

    /// @dev The first of three updates was declared invalid, its trainer has claimed, and the aggregator has denied.
    function setUp() public override {
        super.setUp();
        address[] memory auditors = new address[](3);
        for (uint256 seat = 0; seat < 3; ++seat) auditors[seat] = _auditor(seat);
        panel = new Panel(auditors, 2, FEE, PANEL_BOND, VOTING);
        for (uint256 seat = 0; seat < 3; ++seat) {
            vm.deal(_auditor(seat), PANEL_BOND);
            vm.prank(_auditor(seat));
            panel.postBond{value: PANEL_BOND}();
        }
        Terms memory terms = _terms();
        terms.arbitrator = address(panel);
        terms.aggregatorBond = 10 ether;
        id = _running(terms, 3);
        _open(id);
        _submitAll(id, 3);
        _settle(id, _settlement(id, 1));
        vm.deal(_trainer(0), FEE);
        vm.prank(_trainer(0));
        claims.claim{value: FEE}(1, "opening");
        vm.deal(AGGREGATOR, FEE);
        vm.prank(AGGREGATOR);
        claims.deny{value: FEE}(1, "objection");
    }

    function test_Market_DenialOpensADispute() external view {
        IPanel.Dispute memory dispute = panel.get(1);
        assertEq(address(dispute.arbitrable), address(claims), "arbitrable");
        assertEq(dispute.choices, 2, "choices");
        assertEq(dispute.deadline, clock + VOTING, "deadline");
        assertEq(claims.get(1).disputeId, 1, "number");
        assertTrue(dispute.deadline + 1 days < claims.get(1).until, "time to execute");
        assertEq(address(panel).balance, 3 * PANEL_BOND + FEE, "held");
    }

    function test_Market_Valid() external {
        _vote(0, 1);
        _vote(2, 1);
        vm.expectEmit(address(claims));
        emit IArbitrable.Ruling(panel, 1, 1);
        vm.expectEmit(address(claims));
        emit IClaims.ClaimConcluded(1, id, IClaims.Verdict.Valid);
        vm.prank(STRANGER);
        panel.execute(1);
        assertEq(_balance(_trainer(0)), 2 * PART, "part and compensation");
        assertEq(market.state(id).bond, 10 ether - PART, "bond");
        assertEq(claims.balanceOf(_trainer(0)), FEE, "deposit");
        assertEq(claims.balanceOf(AGGREGATOR), 0, "who was wrong");
        assertEq(market.state(id).contested, 0, "contested");
        _assertAuditorsPaid();
        _assertEverybodyCanWithdraw();
    }

    function test_Market_Invalid() external {
        _vote(1, 1);
        _vote(0, 2);
        _vote(2, 2);
        panel.execute(1);
        assertEq(_balance(_trainer(0)), 0, "part");
        assertEq(market.member(id, _trainer(0)).stake, 0, "stake");
        assertEq(_balance(BURNED), 1 ether, "burned");
        assertEq(claims.balanceOf(AGGREGATOR), FEE, "deposit");
        assertEq(claims.balanceOf(_trainer(0)), 0, "who was wrong");
        assertEq(market.state(id).bond, 10 ether, "bond");
        _assertAuditorsPaid();
        _assertEverybodyCanWithdraw();
    }

    /// @dev Nobody is punished but the auditors; what asking has cost is gone.
    function test_Market_SilentPanelRefuses() external {
        _warp(clock + VOTING + 1);
        panel.conclude(1);
        panel.execute(1);
        assertEq(uint256(claims.get(1).stage), uint256(IClaims.Stage.Concluded), "stage");
        _assertRefused();
        assertEq(panel.balanceOf(BURNED), FEE + 3 * PANEL_BOND, "burned");
        assertEq(panel.balanceOf(address(claims)), 0, "nothing that claims cannot withdraw");
    }

    function test_Market_LateRulingChangesNothing() external {
        _vote(0, 1);
        _vote(1, 1);
        _warp(uint256(claims.get(1).until) + 1);
        claims.conclude(1);
        _assertRefused();
        bytes4 selector = ClaimsErrors.Claims_NotDisputed.selector;
        _refuse(STRANGER, abi.encodeWithSelector(selector, address(panel), 1));
        panel.execute(1);
        _assertEverybodyCanWithdraw();
    }

    /// @dev The longest vote, decided in its last second, is still in time.
    function test_Market_TheLongestVoteIsInTime() external {
        address[] memory auditors = new address[](1);
        auditors[0] = _auditor(0);
        panel = new Panel(auditors, 1, FEE, PANEL_BOND, 364 days);
        vm.deal(_auditor(0), PANEL_BOND);
        vm.prank(_auditor(0));
        panel.postBond{value: PANEL_BOND}();
        Terms memory terms = _terms();
        terms.joinDeadline = uint40(clock + 1 days);
        terms.arbitrator = address(panel);
        terms.aggregatorBond = 10 ether;
        id = _running(terms, 3);
        _open(id);
        _submitAll(id, 3);
        _settle(id, _settlement(id, 1));
        vm.deal(_trainer(0), FEE);
        vm.prank(_trainer(0));
        claims.claim{value: FEE}(2, "");
        vm.deal(STRANGER, FEE);
        vm.prank(STRANGER);
        claims.deny{value: FEE}(2, "");
        _warp(panel.get(1).deadline);
        vm.prank(_auditor(0));
        panel.vote(1, 1);
        _warp(clock + 1 days);
        panel.execute(1);
        assertEq(_balance(_trainer(0)), 2 * PART, "part and compensation");
    }

    /// @dev The aggregator's accomplices leave so that it could not be denied, or the claimant's: it can be.
    function test_Market_DenialNeedsNoBonds() external {
        for (uint256 seat = 0; seat < 3; ++seat) {
            if (panel.get(1).stage == IPanel.Stage.Voting) _vote(seat, 1);
        }
        for (uint256 seat = 0; seat < 3; ++seat) {
            vm.prank(_auditor(seat));
            panel.returnBond();
        }
        _open(id);
        _submitAll(id, 3);
        _settle(id, _settlement(id, 2));
        vm.deal(_trainer(1), FEE);
        vm.prank(_trainer(1));
        claims.claim{value: FEE}(2, "");
        vm.deal(STRANGER, FEE);
        vm.prank(STRANGER);
        claims.deny{value: FEE}(2, "");
        assertEq(claims.get(2).disputeId, 2, "disputed");
    }

    function _auditor(uint256 seat) private pure returns (address) {
        return address(uint160(0xA0D0 + seat));
    }

    function _vote(uint256 seat, uint256 ruling) private {
        vm.prank(_auditor(seat));
        panel.vote(1, ruling);
    }

    function _assertRefused() private view {
        assertEq(_balance(_trainer(0)), 0, "part");
        assertEq(market.member(id, _trainer(0)).stake, 1 ether, "stake");
        assertEq(market.state(id).bond, 10 ether, "bond");
        assertEq(claims.balanceOf(_trainer(0)), FEE / 2, "half");
        assertEq(claims.balanceOf(AGGREGATOR), FEE / 2, "half");
    }

    function _assertAuditorsPaid() private view {
        assertEq(panel.balanceOf(_auditor(0)), FEE / 2, "with the ruling");
        assertEq(panel.balanceOf(_auditor(1)), 0, "not with it");
        assertEq(panel.balanceOf(_auditor(2)), FEE / 2, "with the ruling");
        assertEq(panel.balanceOf(BURNED), 0, "burned");
    }

    /// @dev Neither court nor claims keep anything.
    function _assertEverybodyCanWithdraw() private {
        for (uint256 seat = 0; seat < 3; ++seat) {
            vm.prank(_auditor(seat));
            panel.returnBond();
            vm.prank(_auditor(seat));
            panel.withdraw(payable(_auditor(seat)));
        }
        assertEq(address(panel).balance, 0, "left with the panel");
        for (uint256 i = 0; i < 2; ++i) {
            address party = i == 0 ? _trainer(0) : AGGREGATOR;
            if (claims.balanceOf(party) == 0) continue;
            vm.prank(party);
            claims.withdraw(payable(party));
        }
        assertEq(address(claims).balance, 0, "left with the claims");
    }
}
