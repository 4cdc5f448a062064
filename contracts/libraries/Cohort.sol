// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The draw of a round's cohort.
/// @notice At most `SEATS` trainers take part in one round. With no more trainers than seats, a trainer's seat is its
///         index in the order of joining. With more, a permutation of the trainers keyed by the round's seed draws
///         them: trainer i has seat π(i) and takes part when π(i) < SEATS.
/// @dev π is a Feistel network of four rounds over 2k bits, with the smallest k for which 2^(2k) >= trainers, walked
///      along its cycle until the value is below `trainers` (Black and Rogaway, "Ciphers with arbitrary finite
///      domains", 2002). The domain is less than four times the trainers (or 64), so a walk takes four steps at most
///      on average. The inverse finds the member on a seat without storing the draw.
library Cohort {
    /// @dev The most trainers that one round settles.
    uint256 internal constant SEATS = 32;

    /// @dev How many seats are taken when `trainers` have joined: min(SEATS, trainers).
    function size(uint256 trainers) internal pure returns (uint256) {
        return trainers < SEATS ? trainers : SEATS;
    }

    /// @dev The seat of the trainer who joined as number `index`; at least SEATS when it was not drawn.
    ///      Assumes index < trainers <= 2^32: only then does a walk reach a value below `trainers`.
    function seatOf(uint256 seed, uint256 trainers, uint256 index) internal pure returns (uint256 seat) {
        if (trainers <= SEATS) return index;
        uint256 halfBits = _halfBits(trainers);
        seat = index;
        do {
            seat = _encrypt(seed, halfBits, seat);
        } while (seat >= trainers);
    }

    /// @dev The index, in the order of joining, of the trainer on `seat`; the inverse of `seatOf`.
    ///      Assumes seat < trainers <= 2^32.
    function memberOn(uint256 seed, uint256 trainers, uint256 seat) internal pure returns (uint256 index) {
        if (trainers <= SEATS) return seat;
        uint256 halfBits = _halfBits(trainers);
        index = seat;
        do {
            index = _decrypt(seed, halfBits, index);
        } while (index >= trainers);
    }

    /// @dev The smallest k with 2^(2k) >= trainers.
    function _halfBits(uint256 trainers) private pure returns (uint256 k) {
        // Unchecked: k stays below 17 for trainers <= 2^32.
        unchecked {
            while (1 << (2 * k) < trainers) ++k;
        }
    }

    /// @dev Four times (L, R) -> (R, L xor F(r, R)), L being the high half.
    function _encrypt(uint256 seed, uint256 k, uint256 value) private pure returns (uint256) {
        uint256 mask = (1 << k) - 1;
        uint256 left = value >> k;
        uint256 right = value & mask;
        // Unchecked: r counts to 4.
        unchecked {
            for (uint256 r; r < 4; ++r) {
                (left, right) = (right, left ^ (_roundFunction(seed, r, right) & mask));
            }
        }
        return (left << k) | right;
    }

    /// @dev Undoes `_encrypt`: for r = 3..0, (L, R) -> (R xor F(r, L), L).
    function _decrypt(uint256 seed, uint256 k, uint256 value) private pure returns (uint256) {
        uint256 mask = (1 << k) - 1;
        uint256 left = value >> k;
        uint256 right = value & mask;
        // Unchecked: r - 1 is taken for r >= 1 only.
        unchecked {
            for (uint256 r = 4; r > 0; --r) {
                (left, right) = (right ^ (_roundFunction(seed, r - 1, left) & mask), left);
            }
        }
        return (left << k) | right;
    }

    /// @dev F(r, x) = keccak256(abi.encodePacked(seed, uint8(r), uint32(x))), hashed in scratch space.
    function _roundFunction(uint256 seed, uint256 r, uint256 x) private pure returns (uint256 output) {
        assembly ("memory-safe") {
            mstore(0x00, seed)
            mstore(0x20, or(shl(248, r), shl(216, x)))
            output := keccak256(0x00, 37)
        }
    }
}
