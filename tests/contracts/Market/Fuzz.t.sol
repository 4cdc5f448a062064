// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Settlement, Status, Terms} from "../../../contracts/types/MarketTypes.sol";
import {MarketErrors as Errors} from "../../../contracts/errors/MarketErrors.sol";
import {Grams} from "../utils/Grams.sol";
import {MarketFixture} from "../utils/MarketFixture.sol";

/// @dev Money under random amounts, weights and updates.
contract FuzzTest is MarketFixture {
    /// @dev Rewards never exceed the bounty, and lose less than one unit a round.
    function testFuzz_RewardsSplitTheBounty(uint128 bounty, uint256 rounds, uint256 seed) external {
        rounds = _bound(rounds, 1, 40);
        Terms memory terms = _terms();
        terms.rounds = uint16(rounds);
        terms.bounty = bounty;
        terms.aggregatorFee = 0;
        terms.aggregatorBond = type(uint128).max;
        terms.toleratedExpiries = 0;
        terms.token = address(token);
        uint256 id = _create(terms, _weights(seed % 2 == 0 ? rounds : 0, seed));
        uint256 sum;
        for (uint256 round = 0; round < rounds; ++round) sum += market.roundReward(id, round);
        assertLe(sum, bounty, "rewards, against the bounty");
        assertLe(bounty - sum, rounds - 1, "dust");
    }

    /// @dev A bond is enough exactly when it covers the largest reward for every round that may expire.
    function testFuzz_BondCoversTheLargestRound(uint96 bounty, uint8 tolerated, uint256 seed) external {
        Terms memory terms = _terms();
        terms.bounty = bounty;
        terms.toleratedExpiries = uint8(_bound(tolerated, 0, 254));
        uint16[] memory weights = _weights(4, seed);
        uint256 total;
        uint256 largest;
        for (uint256 i = 0; i < 4; ++i) {
            total += weights[i];
            if (weights[i] > largest) largest = weights[i];
        }
        uint256 least = (uint256(terms.toleratedExpiries) + 1) * ((uint256(bounty) * largest) / total);
        terms.aggregatorBond = uint128(least);
        _create(terms, weights);
        vm.assume(least != 0);
        terms.aggregatorBond = uint128(least - 1);
        _refuse(OWNER, abi.encodeWithSelector(Errors.Market_BondTooSmall.selector, least - 1, least));
        market.create(terms, weights);
    }

    /// @dev Whatever the updates: a settled round burns an equal part for each invalid submission, pays the others the rest
    ///      of its reward but for dust, and what remains of the escrow goes to the owner in the end.
    function testFuzz_SettledRoundsPayTheirReward(uint256 seed, uint128 bounty) external {
        uint256 trainers = _bound(seed, 1, 6);
        Terms memory terms = _terms();
        terms.rounds = 1;
        terms.minTrainers = 1;
        terms.maxTrainers = 6;
        terms.toleratedExpiries = 0;
        bounty = uint128(_bound(bounty, 0, type(uint128).max - terms.aggregatorFee));
        terms.bounty = bounty;
        terms.aggregatorBond = bounty;
        uint256 id = _running(terms, trainers);
        _open(id);
        _submitAll(id, trainers);

        uint32 invalid = uint32((seed >> 8) & ((1 << trainers) - 1));
        Settlement memory settlement = _settlement(id, invalid);
        uint256 valid = trainers - _count(invalid);
        if (valid != 0) {
            // The first valid update lies along the reference and is short, so that somebody is kept.
            int256[3][] memory vectors = _vectors(valid, 0, 1);
            vectors[1] = [int256(1), 0, 0];
            for (uint256 i = 2; i <= valid; ++i) {
                uint256 salt = uint256(keccak256(abi.encode(seed, i)));
                vectors[i] = [int256(salt % 60_000) - 30_000, int256((salt >> 64) % 60_000) - 30_000, int256(i)];
            }
            settlement.gram = Grams.pack(vectors, 0);
        }
        _settle(id, settlement);

        _assertStatus(id, Status.Completed);
        _returnStakes(id, trainers);
        uint256 paid;
        for (uint256 i = 0; i < trainers; ++i) {
            uint256 payout = _balance(_trainer(i)) - 1 ether;
            paid += payout;
            if ((invalid >> i) & 1 == 1) assertEq(payout, 0, "pay of an invalid update");
        }
        uint256 burned = _balance(BURNED);
        assertEq(burned, (trainers - valid) * (bounty / trainers), "burned");
        assertLe(paid + burned, bounty, "paid and burned, against the reward");
        assertLe(bounty - paid - burned, trainers - 1, "dust");
        // Of a reward that is smaller than the dust, nobody earns anything.
        uint256 fee = market.state(id).earned == 0 ? 0 : 1.2 ether;
        assertTrue(valid == 0 || fee != 0 || bounty < trainers, "earned");
        assertEq(_balance(AGGREGATOR), fee, "fee");
        assertEq(_balance(OWNER), uint256(bounty) + 1.2 ether - fee - paid - burned, "the rest");
        assertEq(market.state(id).escrow, 0, "escrow");
    }

    function _weights(uint256 count, uint256 seed) private pure returns (uint16[] memory weights) {
        weights = new uint16[](count);
        for (uint256 i = 0; i < count; ++i) weights[i] = uint16(1 + (uint256(keccak256(abi.encode(seed, i))) % 65_535));
    }
}
