// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMarket} from "../../../contracts/interfaces/IMarket.sol";
import {Phase, Status} from "../../../contracts/types/MarketTypes.sol";
import {MarketErrors as Errors} from "../../../contracts/errors/MarketErrors.sol";
import {MarketFixture} from "../utils/MarketFixture.sol";

/// @dev start (Open, bonded, enough trainers)
///      ├── by the owner: at any time
///      ├── by anyone: once full, or once the join deadline has passed
///      └── without bond, with too few trainers, by others before that: reverts
contract StartTest is MarketFixture {
    function test_Start_ByTheOwner() external {
        uint256 id = _ready(_terms(), 2);
        vm.expectEmit(address(market));
        emit IMarket.ProjectStarted(id, 2, clock + 1 hours);
        _start(id);
        IMarket.ProjectState memory state = market.state(id);
        _assertStatus(id, Status.Running);
        assertEq(uint256(state.phase), uint256(Phase.Idle), "phase");
        assertEq(state.openBy, clock + 1 hours, "openBy");
        assertEq(state.round, 0, "round");
    }

    function test_Start_ByTheOwnerAfterTheDeadline() external {
        uint256 id = _ready(_terms(), 2);
        _warp(_terms().joinDeadline + 1000);
        _start(id);
        _assertStatus(id, Status.Running);
    }

    function test_Start_ByAnyoneOnceFull() external {
        uint256 id = _ready(_terms(), 4);
        vm.prank(STRANGER);
        market.start(id);
        _assertStatus(id, Status.Running);
    }

    function test_Start_ByAnyoneAfterTheDeadline() external {
        uint256 id = _ready(_terms(), 2);
        _warp(_terms().joinDeadline + 1);
        vm.prank(STRANGER);
        market.start(id);
        _assertStatus(id, Status.Running);
    }

    function test_Start_RefusesOthersAtTheDeadline() external {
        uint256 id = _ready(_terms(), 3);
        _warp(_terms().joinDeadline);
        _refuse(STRANGER, abi.encodeWithSelector(Errors.Market_DeadlineNotPassed.selector, id, clock, clock));
        market.start(id);
    }

    function test_Start_RefusesWithoutBond() external {
        uint256 id = _create(_terms());
        _join(id, _trainer(0));
        _join(id, _trainer(1));
        _refuse(OWNER, abi.encodeWithSelector(Errors.Market_NotBonded.selector, id));
        market.start(id);
    }

    function test_Start_RefusesTooFewTrainers() external {
        uint256 id = _ready(_terms(), 1);
        _refuse(OWNER, abi.encodeWithSelector(Errors.Market_TooFewTrainers.selector, id, 1, 2));
        market.start(id);
    }
}
