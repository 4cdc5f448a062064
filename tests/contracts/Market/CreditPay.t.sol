// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMarket} from "../../../contracts/interfaces/IMarket.sol";
import {Settlement, Terms} from "../../../contracts/types/MarketTypes.sol";
import {MarketErrors as Errors} from "../../../contracts/errors/MarketErrors.sol";
import {MarketFixture} from "../utils/MarketFixture.sol";

/// @dev creditPay (any status), by anyone: what the trainer has earned and was not credited
///      ├── again before it has earned more: reverts
///      └── returnStake credits the rest
contract CreditPayTest is MarketFixture {
    uint256 private id;

    function setUp() public override {
        super.setUp();
        id = _running(3);
        _playRound(id, 3);
    }

    function test_CreditPay_MovesWhatWasEarned() external {
        uint256 earned = _earned(id, _trainer(0));
        assertTrue(earned > 0, "earned");
        assertEq(market.balanceOf(_trainer(0), address(0)), 0, "nothing credited yet");
        uint256 escrow = market.state(id).escrow;
        vm.expectEmit(address(market));
        emit IMarket.Credited(id, _trainer(0), address(0), earned, IMarket.Reason.Reward);
        vm.prank(STRANGER);
        market.creditPay(id, _trainer(0));
        assertEq(market.balanceOf(_trainer(0), address(0)), earned, "credited");
        assertEq(market.balanceOf(STRANGER, address(0)), 0, "not to who calls");
        assertEq(_earned(id, _trainer(0)), earned, "still earned");
        assertEq(market.member(id, _trainer(0)).credited, earned, "noted");
        assertEq(market.state(id).escrow, escrow, "the escrow has paid before");
        assertEq(market.balanceOf(_trainer(1), address(0)), 0, "a neighbour");
    }

    function test_CreditPay_OnlyWhatIsNewLater() external {
        market.creditPay(id, _trainer(1));
        uint256 first = market.balanceOf(_trainer(1), address(0));
        _playRound(id, 3);
        market.creditPay(id, _trainer(1));
        assertEq(market.balanceOf(_trainer(1), address(0)), _earned(id, _trainer(1)), "all of it");
        assertTrue(_earned(id, _trainer(1)) > first, "more than before");
    }

    function test_CreditPay_InTokens() external {
        Terms memory terms = _terms();
        terms.token = address(token);
        uint256 other = _running(terms, 2);
        _playRound(other, 2);
        market.creditPay(other, _trainer(0));
        assertEq(market.balanceOf(_trainer(0), address(token)), _earned(other, _trainer(0)), "tokens");
        assertEq(market.balanceOf(_trainer(0), address(0)), 0, "not the other project's");
    }

    function test_CreditPay_AfterTheEndLeavesTheStake() external {
        for (uint256 round = 1; round < 4; ++round) _playRound(id, 3);
        market.creditPay(id, _trainer(2));
        uint256 earned = _earned(id, _trainer(2));
        assertEq(market.balanceOf(_trainer(2), address(0)), earned, "pay");
        market.returnStake(id, _trainer(2));
        assertEq(market.balanceOf(_trainer(2), address(0)), earned + 1 ether, "and the stake");
    }

    function test_CreditPay_ReturnStakeBringsTheRest() external {
        market.creditPay(id, _trainer(2));
        for (uint256 round = 1; round < 4; ++round) _playRound(id, 3);
        uint256 earned = _earned(id, _trainer(2));
        uint256 credited = market.member(id, _trainer(2)).credited;
        vm.expectEmit(address(market));
        emit IMarket.Credited(id, _trainer(2), address(0), earned - credited, IMarket.Reason.Reward);
        market.returnStake(id, _trainer(2));
        assertEq(market.balanceOf(_trainer(2), address(0)), earned + 1 ether, "pay and stake");
        _refuse(STRANGER, abi.encodeWithSelector(Errors.Market_NothingToCredit.selector, id, _trainer(2)));
        market.creditPay(id, _trainer(2));
    }

    function test_CreditPay_RefusesTwice() external {
        market.creditPay(id, _trainer(0));
        _refuse(_trainer(0), abi.encodeWithSelector(Errors.Market_NothingToCredit.selector, id, _trainer(0)));
        market.creditPay(id, _trainer(0));
    }

    function test_CreditPay_RefusesWhoHasNotJoined() external {
        _refuse(STRANGER, abi.encodeWithSelector(Errors.Market_NotTrainer.selector, id, STRANGER));
        market.creditPay(id, STRANGER);
        _refuse(STRANGER, abi.encodeWithSelector(Errors.Market_NotTrainer.selector, id + 1, _trainer(0)));
        market.creditPay(id + 1, _trainer(0));
    }

    /// @dev What a claim is open about keeps the stake, but not what other rounds have paid.
    function test_CreditPay_DoesNotWaitForClaims() external {
        uint256 disputed = _running(_courtTerms(), 3);
        _playRound(disputed, 3);
        _open(disputed);
        _submitAll(disputed, 3);
        _settle(disputed, _settlement(disputed, 1));
        assertEq(market.member(disputed, _trainer(0)).openClaims, 1, "openClaims");
        market.creditPay(disputed, _trainer(0));
        assertEq(market.balanceOf(_trainer(0), address(0)), _earned(disputed, _trainer(0)), "credited");
    }

    /// @dev Two members share a slot; nothing of one's runs over into the other's, whatever the order and the amounts.
    function testFuzz_CreditPay_NeighboursAreApart(uint128 bounty, uint8 absent) external {
        Terms memory terms = _terms();
        terms.rounds = 1;
        terms.bounty = bounty / 2;
        terms.aggregatorBond = bounty;
        terms.maxTrainers = 5;
        uint256 large = _ready(terms, 5);
        _start(large);
        _open(large);
        for (uint256 i = 0; i < 5; ++i) if (i != absent % 5) _submit(large, _trainer(i));
        _endTraining(large);
        Settlement memory settlement = _settlement(large);
        _settle(large, settlement);
        uint256 sum;
        for (uint256 i = 0; i < 5; ++i) {
            uint256 earned = market.earnedBy(large, i);
            if (i == absent % 5) assertEq(earned, 0, "absent");
            sum += earned;
            if (earned == 0) continue;
            market.creditPay(large, _trainer(i));
            assertEq(market.balanceOf(_trainer(i), address(0)), earned, "credited");
        }
        assertEq(sum, market.state(large).earned, "all together");
        assertLe(sum, terms.bounty, "at most the bounty");
    }
}
