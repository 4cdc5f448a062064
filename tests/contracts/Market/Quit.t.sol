// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMarket} from "../../../contracts/interfaces/IMarket.sol";
import {Status, Terms} from "../../../contracts/types/MarketTypes.sol";
import {MarketErrors as Errors} from "../../../contracts/errors/MarketErrors.sol";
import {MarketFixture} from "../utils/MarketFixture.sol";

/// @dev quit (Open)
///      ├── by a trainer, until the join deadline: stake credited, the last to have joined takes the place
///      └── late, by others: reverts
contract QuitTest is MarketFixture {
    function test_Quit_ReturnsTheStake() external {
        uint256 id = _ready(_terms(), 3);
        vm.expectEmit(address(market));
        emit IMarket.TrainerLeft(id, _trainer(0), 0);
        vm.expectEmit(address(market));
        emit IMarket.Credited(id, _trainer(0), address(0), 1 ether, IMarket.Reason.StakeReturn);
        _quit(id, _trainer(0));
        assertEq(_balance(_trainer(0)), 1 ether, "stake");
        IMarket.Member memory nobody;
        assertEq(keccak256(abi.encode(market.member(id, _trainer(0)))), keccak256(abi.encode(nobody)), "no trace");
        assertEq(market.state(id).trainers, 2, "trainers");
    }

    function test_Quit_LastToHaveJoinedTakesThePlace() external {
        uint256 id = _ready(_terms(), 4);
        _quit(id, _trainer(1));
        assertEq(market.memberAt(id, 0), _trainer(0), "first");
        assertEq(market.memberAt(id, 1), _trainer(3), "moved");
        assertEq(market.memberAt(id, 2), _trainer(2), "third");
        assertEq(market.memberAt(id, 3), address(0), "nobody");
        assertEq(market.member(id, _trainer(3)).index, 1, "index");
    }

    function test_Quit_OfTheLastToHaveJoined() external {
        uint256 id = _ready(_terms(), 2);
        _quit(id, _trainer(1));
        assertEq(market.memberAt(id, 1), address(0), "nobody");
        assertTrue(!market.member(id, _trainer(1)).joined, "left");
        assertEq(market.member(id, _trainer(0)).index, 0, "the other's index");
    }

    function test_Quit_MayJoinAgain() external {
        uint256 id = _ready(_terms(), 4);
        _quit(id, _trainer(0));
        _join(id, _trainer(0));
        assertEq(market.member(id, _trainer(0)).index, 3, "index");
        assertEq(market.memberAt(id, 3), _trainer(0), "last");
        assertEq(market.state(id).trainers, 4, "trainers");
    }

    function test_Quit_MakesRoom() external {
        uint256 id = _ready(_terms(), 4);
        _quit(id, _trainer(2));
        _join(id, _trainer(4));
        assertEq(market.memberAt(id, 3), _trainer(4), "last");
    }

    function test_Quit_MovedTrainerTakesPart() external {
        uint256 id = _ready(_terms(), 3);
        _quit(id, _trainer(0));
        _start(id);
        _open(id);
        (, uint256 seat) = market.seatOf(id, _trainer(2));
        assertEq(seat, 0, "seat");
        _submit(id, _trainer(2));
        _submit(id, _trainer(1));
        _settle(id, _settlement(id));
        assertTrue(_balance(_trainer(2)) > 1 ether, "paid");
    }

    function test_Quit_LeavesTooFewToStart() external {
        uint256 id = _ready(_terms(), 2);
        _quit(id, _trainer(0));
        _refuse(OWNER, abi.encodeWithSelector(Errors.Market_TooFewTrainers.selector, id, 1, 2));
        market.start(id);
    }

    function test_Quit_AllMayLeave() external {
        uint256 id = _ready(_terms(), 2);
        _quit(id, _trainer(0));
        _quit(id, _trainer(1));
        _warp(_terms().joinDeadline + 1);
        market.cancel(id);
        _assertStatus(id, Status.Cancelled);
        _refuse(STRANGER, abi.encodeWithSelector(Errors.Market_NotTrainer.selector, id, _trainer(0)));
        market.returnStake(id, _trainer(0));
    }

    function test_Quit_InTokens() external {
        Terms memory terms = _terms();
        terms.token = address(token);
        uint256 id = _ready(terms, 2);
        _quit(id, _trainer(0));
        assertEq(market.balanceOf(_trainer(0), address(token)), 1 ether, "stake");
    }

    function test_Quit_AtTheDeadline() external {
        uint256 id = _ready(_terms(), 2);
        _warp(_terms().joinDeadline);
        _quit(id, _trainer(0));
    }

    function test_Quit_RefusesAfterTheDeadline() external {
        uint256 id = _ready(_terms(), 2);
        uint256 deadline = _terms().joinDeadline;
        _warp(deadline + 1);
        _refuse(_trainer(0), abi.encodeWithSelector(Errors.Market_DeadlinePassed.selector, id, deadline, clock));
        market.quit(id);
    }

    function test_Quit_RefusesTwice() external {
        uint256 id = _ready(_terms(), 2);
        _quit(id, _trainer(0));
        _refuse(_trainer(0), abi.encodeWithSelector(Errors.Market_NotTrainer.selector, id, _trainer(0)));
        market.quit(id);
    }

    function test_Quit_RefusesStrangers() external {
        uint256 id = _ready(_terms(), 2);
        _refuse(STRANGER, abi.encodeWithSelector(Errors.Market_NotTrainer.selector, id, STRANGER));
        market.quit(id);
    }

    function _quit(uint256 id, address trainer) private {
        vm.prank(trainer);
        market.quit(id);
    }
}
