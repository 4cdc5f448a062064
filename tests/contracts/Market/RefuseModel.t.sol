// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaims} from "../../../contracts/interfaces/IClaims.sol";
import {IMarket} from "../../../contracts/interfaces/IMarket.sol";
import {Status, Terms} from "../../../contracts/types/MarketTypes.sol";
import {MarketErrors as Errors} from "../../../contracts/errors/MarketErrors.sol";
import {MarketFixture} from "../utils/MarketFixture.sol";

/// @dev refuse (Completed)
///      ├── by who has a seat, within contestDuration: bit set
///      ├── more than half of the seats: the last round's reward is burned out of the bond, once, as far as there is any
///      └── twice, late, for another round, by others, of a project that was aborted: reverts
contract RefuseModelTest is MarketFixture {
    /// @dev What a settled last round pays: a quarter of the bounty.
    uint256 private constant REWARD = 3 ether;

    uint256 private id;

    function setUp() public override {
        super.setUp();
        id = _over(_terms(), 4);
    }

    function test_RefuseModel_SetsTheSeatsBit() external {
        vm.expectEmit(address(market));
        emit IMarket.RoundRefused(id, 4, _trainer(2), 2);
        _refuseModel(_trainer(2));
        assertEq(market.state(id).refusedSeats, 4, "refused");
        assertEq(market.state(id).bond, 8 ether, "bond");
        _assertStatus(id, Status.Completed);
    }

    function test_RefuseModel_HalfOfTheSeatsCostNothing() external {
        _refuseModel(_trainer(0));
        _refuseModel(_trainer(1));
        assertEq(market.state(id).bond, 8 ether, "bond");
        assertEq(_balance(BURNED), 0, "burned");
    }

    function test_RefuseModel_MoreThanHalfBurnTheLastReward() external {
        for (uint256 i = 0; i < 2; ++i) _refuseModel(_trainer(i));
        vm.expectEmit(address(market));
        emit IMarket.Credited(id, BURNED, address(0), REWARD, IMarket.Reason.ForfeitedBond);
        _refuseModel(_trainer(2));
        assertEq(market.state(id).bond, 5 ether, "bond");
        assertEq(_balance(BURNED), REWARD, "burned");
    }

    function test_RefuseModel_BurnsOnce() external {
        for (uint256 i = 0; i < 4; ++i) _refuseModel(_trainer(i));
        assertEq(market.state(id).bond, 5 ether, "bond");
        assertEq(_balance(BURNED), REWARD, "burned");
        _warp(clock + 4 days + 1);
        market.returnBond(id);
        assertEq(_balance(AGGREGATOR), 5 ether + 1.2 ether, "what is left of the bond, and the fee");
    }

    function test_RefuseModel_OfAnOddNumberOfSeats() external {
        id = _over(_terms(), 3);
        _refuseModel(_trainer(0));
        assertEq(_balance(BURNED), 0, "one of three");
        _refuseModel(_trainer(1));
        assertEq(_balance(BURNED), REWARD, "two of three");
    }

    function test_RefuseModel_BurnsTheWeightedRewardOfTheLastRound() external {
        Terms memory terms = _terms();
        terms.aggregatorBond = 24 ether;
        uint16[] memory weights = new uint16[](4);
        (weights[0], weights[1], weights[2], weights[3]) = (1, 1, 4, 6);
        id = _create(terms, weights);
        _postBond(id);
        for (uint256 i = 0; i < 2; ++i) _join(id, _trainer(i));
        _start(id);
        for (uint256 round = 0; round < 4; ++round) _playRound(id, 2);
        for (uint256 i = 0; i < 2; ++i) _refuseModel(_trainer(i));
        assertEq(_balance(BURNED), 6 ether, "burned");
    }

    function test_RefuseModel_AfterAStop() external {
        id = _running(4);
        for (uint256 round = 0; round < 2; ++round) _playEmptyRound(id, 4);
        vm.prank(OWNER);
        market.stop(id);
        for (uint256 i = 0; i < 3; ++i) _refuseModel(_trainer(i));
        assertEq(_balance(BURNED), REWARD, "burned");
    }

    /// @dev Claims that were won have taken the rest.
    function test_RefuseModel_BurnsNoMoreThanThereIs() external {
        Terms memory terms = _courtTerms();
        terms.rounds = 2;
        terms.toleratedExpiries = 0;
        id = _running(terms, 4);
        for (uint256 round = 0; round < 2; ++round) _playExcluding(id, 4, 15);
        for (uint256 claimId = 1; claimId <= 6; ++claimId) {
            _dispute(claimId);
            _rule(claimId, uint256(IClaims.Verdict.Valid));
        }
        assertEq(market.state(id).bond, 3 ether, "half of a round's reward");
        for (uint256 i = 0; i < 3; ++i) _refuseModel(_trainer(i));
        assertEq(market.state(id).bond, 0, "bond");
        assertEq(_balance(BURNED), 3 ether, "burned");
    }

    function test_RefuseModel_AtTheDeadline() external {
        _warp(clock + 4 days);
        _refuseModel(_trainer(0));
        assertEq(market.state(id).refusedSeats, 1, "refused");
    }

    function test_RefuseModel_WhoseStakeIsReturned() external {
        _returnStakes(id, 4);
        for (uint256 i = 0; i < 3; ++i) _refuseModel(_trainer(i));
        assertEq(_balance(BURNED), REWARD, "burned");
    }

    function test_RefuseModel_RefusesAfterTheDeadline() external {
        uint256 deadline = clock + 4 days;
        _warp(deadline + 1);
        _refuseRefusal(
            _trainer(0),
            4,
            abi.encodeWithSelector(Errors.Market_DeadlinePassed.selector, id, deadline, clock)
        );
    }

    function test_RefuseModel_RefusesTwice() external {
        _refuseModel(_trainer(0));
        _refuseRefusal(_trainer(0), 4, abi.encodeWithSelector(Errors.Market_CannotRefuse.selector, id, 4, _trainer(0)));
    }

    function test_RefuseModel_RefusesTheLastRound() external {
        _refuseRefusal(_trainer(0), 3, abi.encodeWithSelector(Errors.Market_WrongRound.selector, id, 3, 4));
    }

    function test_RefuseModel_RefusesStrangers() external {
        _refuseRefusal(STRANGER, 4, abi.encodeWithSelector(Errors.Market_NotTrainer.selector, id, STRANGER));
    }

    function test_RefuseModel_RefusesWhenAborted() external {
        id = _aborted();
        uint16 round = market.state(id).round;
        _refuseRefusal(
            _trainer(0),
            round,
            abi.encodeWithSelector(Errors.Market_WrongStatus.selector, id, Status.Aborted, Status.Running)
        );
    }

    /// @dev A project all of whose rounds were settled.
    function _over(Terms memory terms, uint256 trainers) private returns (uint256 over) {
        over = _running(terms, trainers);
        for (uint256 round = 0; round < terms.rounds; ++round) _playRound(over, trainers);
        _assertStatus(over, Status.Completed);
    }

    function _refuseModel(address trainer) private {
        _refuseRound(id, trainer);
    }

    function _refuseRefusal(address caller, uint16 round, bytes memory failure) private {
        _refuse(caller, failure);
        market.refuse(id, round);
    }
}
