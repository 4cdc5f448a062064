// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Phase, Settlement, Status, Terms} from "../../../contracts/types/MarketTypes.sol";
import {IMarket} from "../../../contracts/interfaces/IMarket.sol";
import {Grams} from "../utils/Grams.sol";
import {MarketFixture} from "../utils/MarketFixture.sol";

/// @dev Parties that act together against the others, at random: what the others can lose is what the threat model says.
///      Honest trainers submit or refuse in every round; whoever is in the coalition does anything that the contract lets
///      it do. The verifier is a stand-in, so a coalition with the aggregator makes any matrix that real vectors have.
contract CollusionTest is MarketFixture {
    uint256 private constant TRAINERS = 4;

    /// @dev Owner, aggregator and any number of trainers: they take nothing that they have not paid in, and the others
    ///      keep their stakes.
    function testFuzz_OwnerAggregatorAndTrainers_TakeNothing(uint256 seed) external {
        uint256 accomplices = seed % TRAINERS;
        uint256 id = _running(TRAINERS);
        _play(id, accomplices, seed, true);
        _leave(id, seed);
        uint256 taken = _balance(OWNER) + _balance(AGGREGATOR);
        for (uint256 i = 0; i < accomplices; ++i) taken += _balance(_trainer(i));
        assertLe(taken, 13.2 ether + 8 ether + accomplices * 1 ether, "taken, against paid in");
        _assertStakesKept(accomplices);
    }

    /// @dev Aggregator and trainers, while the owner only stops when it can: the bounty and the fee are what it can lose,
    ///      and the others keep their stakes.
    function testFuzz_AggregatorAndTrainers_TakeAtMostTheBounty(uint256 seed) external {
        uint256 accomplices = 1 + (seed % (TRAINERS - 1));
        uint256 id = _running(TRAINERS);
        _play(id, accomplices, seed, false);
        _leave(id, seed);
        uint256 taken = _balance(AGGREGATOR);
        for (uint256 i = 0; i < accomplices; ++i) taken += _balance(_trainer(i));
        assertLe(taken, 13.2 ether + 8 ether + accomplices * 1 ether, "taken, against paid in and the bounty and fee");
        _assertStakesKept(accomplices);
    }

    /// @dev Exclusion alone: however the others' updates look, k of n who are left take at most k of n parts.
    function testFuzz_Exclusion_PaysAtMostTheAccomplicesParts(uint256 seed) external {
        Terms memory terms = _terms();
        terms.maxTrainers = 12;
        uint256 trainers = 2 + (seed % 11);
        uint256 accomplices = 1 + ((seed >> 8) % (trainers - 1));
        uint256 id = _running(terms, trainers);
        // A round that nobody has earned first, so that there is more to take.
        _playEmptyRound(id, trainers);
        _open(id);
        _submitAll(id, trainers);
        uint32 invalid = uint32(((1 << trainers) - 1) ^ ((1 << accomplices) - 1));
        _settle(id, _anySettlement(id, invalid, seed));
        uint256 taken;
        for (uint256 i = 0; i < accomplices; ++i) taken += _balance(_trainer(i));
        uint256 part = 6 ether / trainers;
        assertEq(_balance(BURNED), part * (trainers - accomplices), "burned");
        assertLe(taken, 6 ether - part * (trainers - accomplices), "taken");
    }

    /// @dev Until the project has ended, or its last round is over.
    function _play(uint256 id, uint256 accomplices, uint256 seed, bool isOwnerIn) private {
        for (uint256 step = 0; market.state(id).status == Status.Running; ++step) {
            uint256 salt = uint256(keccak256(abi.encode(seed, step)));
            if (market.state(id).emptyRounds >= 2 && (!isOwnerIn || salt % 2 == 0)) {
                vm.prank(OWNER);
                market.stop(id);
                return;
            }
            if (salt % 8 == 0) {
                _expireIdle(id);
                continue;
            }
            _open(id);
            for (uint256 i = 0; i < TRAINERS; ++i) _answer(id, i, i >= accomplices, salt >> (8 + 4 * i));
            if (market.state(id).phase == Phase.Training) _endTraining(id);
            if (market.state(id).phase == Phase.Failed) market.expire(id);
            else if ((salt >> 40) % 8 == 0) _expireOpen(id);
            else _settle(id, _anySettlement(id, uint32(salt >> 48), salt));
        }
    }

    /// @dev An honest trainer submits or refuses; an accomplice may also be silent.
    function _answer(uint256 id, uint256 index, bool isHonest, uint256 salt) private {
        IMarket.ProjectState memory state = market.state(id);
        if (state.phase != Phase.Training || (!isHonest && salt % 4 == 0)) return;
        if (salt % 4 == 1) _refuseRound(id, _trainer(index));
        else _submit(id, _trainer(index));
    }

    /// @dev Some submissions are invalid, and the others' vectors anything.
    function _anySettlement(
        uint256 id,
        uint32 invalid,
        uint256 salt
    ) private view returns (Settlement memory settlement) {
        uint256 count = _count(market.state(id).submittedSeats);
        invalid &= uint32((1 << count) - 1);
        settlement = _settlement(id, invalid);
        uint256 valid = count - _count(invalid);
        if (valid == 0) return settlement;
        uint256 publicRows = _publicRows(id);
        int256[3][] memory vectors = _vectors(valid, publicRows, 1);
        // Somebody is kept: the first of them lies along the reference, and is short.
        vectors[1] = [int256(1), 0, 0];
        for (uint256 i = 2; i <= valid; ++i) {
            uint256 entries = uint256(keccak256(abi.encode(salt, i)));
            for (uint256 k = 0; k < 3; ++k) vectors[i][k] = int256((entries >> (32 * k)) % 4000) - 2000;
        }
        settlement.gram = Grams.pack(vectors, publicRows);
    }

    /// @dev Some may refuse the last model; then everybody takes what is due.
    function _leave(uint256 id, uint256 seed) private {
        for (uint256 i = 0; i < TRAINERS; ++i) {
            bool refuses = uint256(keccak256(abi.encode(seed, "end", i))) % 2 == 0;
            if (refuses && market.state(id).status == Status.Completed) _refuseRound(id, _trainer(i));
        }
        _returnStakes(id, TRAINERS);
        _warp(clock + 4 days + 1);
        market.returnBond(id);
        assertEq(market.state(id).escrow, 0, "escrow");
    }

    function _assertStakesKept(uint256 accomplices) private view {
        for (uint256 i = accomplices; i < TRAINERS; ++i) assertLe(1 ether, _balance(_trainer(i)), "an honest stake");
    }
}
