// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMarket} from "../../../contracts/interfaces/IMarket.sol";
import {Terms} from "../../../contracts/types/MarketTypes.sol";
import {MarketErrors as Errors} from "../../../contracts/errors/MarketErrors.sol";
import {AllowlistTree} from "../utils/AllowlistTree.sol";
import {MarketFixture} from "../utils/MarketFixture.sol";

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {CallbackToken} from "../../../contracts/mocks/CallbackToken.sol";
import {FaultyToken} from "../../../contracts/mocks/FaultyToken.sol";
import {FeeOnTransferToken} from "../../../contracts/mocks/FeeOnTransferToken.sol";
import {Party} from "../../../contracts/mocks/Party.sol";

/// @dev Tokens and receivers that misbehave.
contract PaymentsTest is MarketFixture {
    FaultyToken private faulty;
    CallbackToken private callback;

    function setUp() public override {
        super.setUp();
        faulty = new FaultyToken();
        callback = new CallbackToken();
        faulty.mint(OWNER, 100 ether);
    }

    // ------------------------------------------------------------------------------------------------------- Tokens

    function test_Payments_RefuseFeeOnTransfer() external {
        FeeOnTransferToken fee = new FeeOnTransferToken();
        Terms memory terms = _termsIn(address(fee));
        _fund(OWNER, address(fee), 13.2 ether);
        bytes4 selector = Errors.Market_WrongAmountReceived.selector;
        _refuse(OWNER, abi.encodeWithSelector(selector, address(fee), 13.068 ether, 13.2 ether));
        market.create(terms, _noWeights());
        assertEq(market.projectCount(), 0, "nothing created");
    }

    function test_Payments_RefuseLyingTokens() external {
        faulty.setFault(FaultyToken.Fault.Lies);
        bytes4 selector = Errors.Market_WrongAmountReceived.selector;
        _refuseCreate(abi.encodeWithSelector(selector, address(faulty), 0, 13.2 ether));
    }

    function test_Payments_RefuseFalse() external {
        faulty.setFault(FaultyToken.Fault.ReturnsFalse);
        _refuseCreate(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(faulty)));
    }

    function test_Payments_PassOnReverts() external {
        faulty.setFault(FaultyToken.Fault.Reverts);
        _refuseCreate(abi.encodeWithSelector(FaultyToken.FaultyToken_Refused.selector));
    }

    function test_Payments_AcceptTokensThatReturnNothing() external {
        faulty.setFault(FaultyToken.Fault.ReturnsNothing);
        uint256 id = _createIn(address(faulty));
        vm.prank(OWNER);
        market.cancel(id);
        _withdrawAll(OWNER, address(faulty));
        assertEq(faulty.balanceOf(OWNER), 100 ether, "all back");
    }

    function test_Payments_RefuseAddressesWithoutCode() external {
        Terms memory terms = _termsIn(STRANGER);
        // The compiler's own check that a called contract exists reverts without data.
        _refuse(OWNER, "");
        market.create(terms, _noWeights());
    }

    function test_Payments_FailedWithdrawalKeepsTheBalance() external {
        uint256 id = _createIn(address(faulty));
        vm.prank(OWNER);
        market.cancel(id);
        faulty.setFault(FaultyToken.Fault.ReturnsFalse);
        _refuse(OWNER, abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(faulty)));
        market.withdraw(address(faulty), OWNER, 13.2 ether);
        assertEq(market.balanceOf(OWNER, address(faulty)), 13.2 ether, "still credited");
        faulty.setFault(FaultyToken.Fault.None);
        _withdrawAll(OWNER, address(faulty));
        assertEq(faulty.balanceOf(OWNER), 100 ether, "all back");
    }

    function test_Payments_DonationsBelongToNobody() external {
        uint256 id = _createIn(address(faulty));
        faulty.mint(address(market), 5 ether);
        faulty.mint(AGGREGATOR, 8 ether);
        vm.prank(AGGREGATOR);
        market.postBond(id, KEY_X, KEY_Y);
        assertEq(market.state(id).bond, 8 ether, "bond");
        assertEq(market.state(id).escrow, 13.2 ether, "escrow");
    }

    // --------------------------------------------------------------------------------------------------- Reentrancy

    function test_Payments_TokenCannotReenterDeposits() external {
        Terms memory terms = _termsIn(address(callback));
        _fund(OWNER, address(callback), 13.2 ether);
        callback.arm(address(market), abi.encodeCall(IMarket.create, (terms, _noWeights())));
        _refuse(OWNER, abi.encodeWithSelector(Errors.Market_Reentered.selector));
        market.create(terms, _noWeights());
    }

    function test_Payments_TokenCannotWithdrawDuringDeposits() external {
        Terms memory terms = _termsIn(address(callback));
        _fund(OWNER, address(callback), 13.2 ether);
        callback.arm(address(market), abi.encodeCall(IMarket.withdraw, (address(callback), STRANGER, 1)));
        _refuse(OWNER, abi.encodeWithSelector(Errors.Market_Reentered.selector));
        market.create(terms, _noWeights());
    }

    function test_Payments_TokenCannotTakeOutWhatComesIn() external {
        // The hook takes a token out of the market's account while 13.2 ether are coming in.
        Terms memory terms = _termsIn(address(callback));
        callback.mint(address(market), 1 ether);
        _fund(OWNER, address(callback), 13.2 ether);
        vm.prank(address(market));
        callback.approve(address(callback), 1 ether);
        callback.arm(address(callback), abi.encodeCall(IERC20.transferFrom, (address(market), STRANGER, 1 ether)));
        bytes4 selector = Errors.Market_WrongAmountReceived.selector;
        _refuse(OWNER, abi.encodeWithSelector(selector, address(callback), 13.2 ether, 14.2 ether));
        market.create(terms, _noWeights());
    }

    function test_Payments_RefuseMoreThanIsDue() external {
        // The hook adds a token to the market's account while 13.2 ether are coming in.
        Terms memory terms = _termsIn(address(callback));
        _fund(OWNER, address(callback), 13.2 ether);
        callback.arm(address(callback), abi.encodeCall(callback.mint, (address(market), 1 ether)));
        bytes4 selector = Errors.Market_WrongAmountReceived.selector;
        _refuse(OWNER, abi.encodeWithSelector(selector, address(callback), 14.2 ether, 13.2 ether));
        market.create(terms, _noWeights());
    }

    function test_Payments_TokenCannotJoinDuringDeposits() external {
        _refuseDuringCreation(abi.encodeCall(IMarket.join, (1, _noProof())));
    }

    function test_Payments_TokenCannotPostBondsDuringDeposits() external {
        _refuseDuringCreation(abi.encodeCall(IMarket.postBond, (1, KEY_X, KEY_Y)));
    }

    function test_Payments_TokenCannotReenterJoining() external {
        uint256 id = _createInCallback();
        _fund(_trainer(0), address(callback), 1 ether);
        callback.arm(address(market), abi.encodeCall(IMarket.withdraw, (address(callback), STRANGER, 1)));
        _refuse(_trainer(0), abi.encodeWithSelector(Errors.Market_Reentered.selector));
        market.join(id, _proof(_trainer(0)));
    }

    function test_Payments_TokenCannotReenterPostingBonds() external {
        uint256 id = _createInCallback();
        _fund(AGGREGATOR, address(callback), 8 ether);
        callback.arm(address(market), abi.encodeCall(IMarket.withdraw, (address(callback), STRANGER, 1)));
        _refuse(AGGREGATOR, abi.encodeWithSelector(Errors.Market_Reentered.selector));
        market.postBond(id, KEY_X, KEY_Y);
    }

    function test_Payments_QuittingWhileJoiningKeepsTheBooks() external {
        // The trainer's hook leaves before its stake has arrived; it can take out nothing until then.
        Party party = new Party();
        Terms memory terms = _termsIn(address(callback));
        // A tree of one leaf.
        terms.allowlistRoot = AllowlistTree.leaf(address(party));
        _fund(OWNER, address(callback), 13.2 ether);
        vm.prank(OWNER);
        uint256 id = market.create(terms, _noWeights());
        callback.mint(address(party), 1 ether);
        party.act(address(callback), abi.encodeCall(IERC20.approve, (address(market), 1 ether)));
        callback.arm(address(party), abi.encodeCall(Party.act, (address(market), abi.encodeCall(IMarket.quit, (id)))));
        party.act(address(market), abi.encodeCall(IMarket.join, (id, _noProof())));
        assertEq(market.state(id).trainers, 0, "trainers");
        assertEq(market.balanceOf(address(party), address(callback)), 1 ether, "credited");
        assertEq(callback.balanceOf(address(market)), 13.2 ether + 1 ether, "held");
    }

    function test_Payments_ReceiverCannotWithdrawTwice() external {
        Party party = _creditedParty();
        bytes memory call = abi.encodeCall(IMarket.withdraw, (address(0), address(party), 6.6 ether));
        party.arm(address(market), call);
        party.act(address(market), call);
        (bool failed, bytes memory failure) = party.outcome();
        assertTrue(failed, "second withdrawal");
        assertEq(bytes32(failure), bytes32(Errors.Market_Reentered.selector), "reason");
        assertEq(address(party).balance, 6.6 ether, "paid once");
    }

    function test_Payments_ReceiverSeesWhatIsLeft() external {
        Party party = _creditedParty();
        party.arm(address(market), abi.encodeCall(IMarket.balanceOf, (address(party), address(0))));
        party.act(address(market), abi.encodeCall(IMarket.withdraw, (address(0), address(party), 13 ether)));
        (bool failed, bytes memory answer) = party.outcome();
        assertTrue(!failed, "asked");
        assertEq(abi.decode(answer, (uint256)), 0.2 ether, "balance while the payment is under way");
    }

    function test_Payments_RefusingReceiverKeepsItsBalance() external {
        Party party = _creditedParty();
        party.refuse(true);
        bytes memory call = abi.encodeCall(IMarket.withdraw, (address(0), address(party), 13.2 ether));
        vm.expectRevert(abi.encodeWithSelector(Errors.Market_TransferFailed.selector, address(party), 13.2 ether));
        party.act(address(market), call);
        assertEq(_balance(address(party)), 13.2 ether, "still credited");
        party.refuse(false);
        party.act(address(market), call);
        assertEq(address(party).balance, 13.2 ether, "paid later");
    }

    /// @dev A contract that owned a project and cancelled it.
    function _creditedParty() private returns (Party party) {
        party = new Party();
        vm.deal(address(this), 13.2 ether);
        party.act{value: 13.2 ether}(address(market), abi.encodeCall(IMarket.create, (_terms(), _noWeights())));
        party.act(address(market), abi.encodeCall(IMarket.cancel, (1)));
    }

    /// @dev The token's hook makes a call in the middle of a project's creation, and is refused for that alone.
    function _refuseDuringCreation(bytes memory call) private {
        Terms memory terms = _termsIn(address(callback));
        _fund(OWNER, address(callback), 13.2 ether);
        callback.arm(address(market), call);
        _refuse(OWNER, abi.encodeWithSelector(Errors.Market_Reentered.selector));
        market.create(terms, _noWeights());
    }

    function _createInCallback() private returns (uint256) {
        _fund(OWNER, address(callback), 13.2 ether);
        return _createIn(address(callback));
    }

    function _termsIn(address currency) private view returns (Terms memory terms) {
        terms = _terms();
        terms.token = currency;
    }

    function _createIn(address currency) private returns (uint256) {
        Terms memory terms = _termsIn(currency);
        vm.prank(OWNER);
        return market.create(terms, _noWeights());
    }

    function _refuseCreate(bytes memory failure) private {
        Terms memory terms = _termsIn(address(faulty));
        _refuse(OWNER, failure);
        market.create(terms, _noWeights());
    }
}
