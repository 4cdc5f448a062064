// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaims} from "../../../contracts/interfaces/IClaims.sol";
import {IMarket} from "../../../contracts/interfaces/IMarket.sol";
import {Status, Terms} from "../../../contracts/types/MarketTypes.sol";
import {MarketFixture} from "../utils/MarketFixture.sol";

/// @dev Claims of all kinds over random schedules: whatever is claimed, denied and ruled while rounds are played, expire
///      or are over, no money is made or lost.
contract ClaimsFuzzTest is MarketFixture {
    uint256 private constant TRAINERS = 4;
    uint256 private constant ROUNDS = 4;
    /// In one schedule. Of 128 of them that makes 1,024.
    uint256 private constant LEAST_CLAIMS = 8;

    /// What the court was paid.
    uint256 private costs;

    function testFuzz_Claims_NoMoneyIsMadeOrLost(uint256 seed) external {
        uint256 id = _playSchedule(seed);
        assertLe(LEAST_CLAIMS, claims.claimCount(), "claims");
        _leave(id);
        _assertBooks(id);
    }

    /// @dev Plays a project's rounds, with updates of all of them declared invalid, and its claims, in any order.
    function _playSchedule(uint256 seed) private returns (uint256 id) {
        Terms memory terms = _courtTerms();
        terms.token = seed % 2 == 0 ? address(0) : address(token);
        terms.rounds = uint16(ROUNDS);
        terms.openDuration = 365 days;
        terms.bounty = uint128(_bound(seed >> 8, 0, 100 ether));
        // From what is only just enough to more than all claims can take.
        terms.aggregatorBond = uint128(3 * (terms.bounty / ROUNDS) + ((seed >> 64) % (uint256(terms.bounty) + 1)));
        id = _running(terms, TRAINERS);
        for (uint256 step = 0; ; ++step) {
            uint256 salt = uint256(keccak256(abi.encode(seed, step)));
            IMarket.ProjectState memory state = market.state(id);
            bool isRunning = state.status == Status.Running;
            if (isRunning && salt % 4 == 0) _play(id, state, salt >> 8);
            else if (state.openClaims != 0) _moveOn(_openClaim(salt >> 8), salt >> 64);
            else if (!isRunning) return id;
        }
    }

    /// @dev Two to four of four updates are invalid. Once there are claims enough a round may also expire.
    function _play(uint256 id, IMarket.ProjectState memory state, uint256 salt) private {
        bool isLate = clock > state.openBy;
        if (isLate || (claims.claimCount() >= LEAST_CLAIMS && salt % 4 == 0)) {
            if (!isLate) _warp(uint256(state.openBy) + 1);
            market.expire(id);
            return;
        }
        uint32 invalid = uint32((salt >> 8) % 16);
        if (_count(invalid) < 2) invalid ^= 15;
        _playExcluding(id, TRAINERS, invalid);
    }

    /// @dev What may come next in a claim: the next word, or silence.
    function _moveOn(uint256 claimId, uint256 salt) private {
        IClaims.ClaimState memory about = claims.get(claimId);
        // The project is not to end by the court's silence before there are claims enough.
        bool canWait = about.stage != IClaims.Stage.Disputed || claims.claimCount() >= LEAST_CLAIMS;
        if (clock > about.until || (canWait && salt % 4 == 0)) {
            _concludeLate(claimId);
            return;
        }
        // Time passes, at most to the last second.
        _warp(clock + ((salt >> 8) % (_min(about.until - clock, 1 days) + 1)));
        if (about.stage == IClaims.Stage.Disputed) {
            _rule(claimId, (salt >> 64) % 4);
            return;
        }
        uint256 cost = (salt >> 64) % 1 ether;
        court.setCost(cost);
        if (about.stage == IClaims.Stage.Excluded) {
            _claim(claimId);
            return;
        }
        address[4] memory defenders = [OWNER, AGGREGATOR, STRANGER, about.trainer];
        _deny(claimId, defenders[(salt >> 128) % 4]);
        costs += cost;
    }

    /// @dev A claim that is not concluded, by chance.
    function _openClaim(uint256 salt) private view returns (uint256) {
        uint256 count = claims.claimCount();
        for (uint256 k = salt % count; ; ++k) {
            uint256 claimId = 1 + (k % count);
            if (claims.get(claimId).stage != IClaims.Stage.Concluded) return claimId;
        }
        return 0;
    }

    function _leave(uint256 id) private {
        _warp(clock + 4 days + 1);
        _returnStakes(id, TRAINERS);
        market.returnBond(id);
    }

    function _assertBooks(uint256 id) private view {
        IMarket.ProjectState memory state = market.state(id);
        assertEq(state.openClaims, 0, "openClaims");
        assertEq(state.contested, 0, "contested");
        assertEq(state.escrow, 0, "escrow");
        assertEq(state.bond, 0, "bond");
        Terms memory terms = market.terms(id);
        uint256 paidIn = uint256(terms.bounty) + terms.aggregatorFee + terms.aggregatorBond;
        paidIn += TRAINERS * terms.trainerStake;
        uint256 credited = market.balanceOf(BURNED, terms.token);
        assertLe(credited, TRAINERS * terms.trainerStake, "stakes alone are burned");
        uint256 deposits;
        address[3] memory others = [OWNER, AGGREGATOR, STRANGER];
        for (uint256 i = 0; i < TRAINERS + 3; ++i) {
            address account = i < TRAINERS ? _trainer(i) : others[i - TRAINERS];
            credited += market.balanceOf(account, terms.token);
            deposits += claims.balanceOf(account);
        }
        assertEq(credited, paidIn, "credited, against paid in");
        assertEq(address(claims).balance, deposits, "deposits held, against credited");
        assertEq(address(court).balance, costs, "the court's");
    }

    function _min(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }
}
