// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {G1Point} from "../types/MarketTypes.sol";

/// @title Group G1 of BN254 and the pairing, over the precompiles of EIP-196 and EIP-197.
/// @notice Curve y² = x³ + 3 over Fp, of prime order R, cofactor 1. Points are affine (x, y), each coordinate a
///         big-endian word below P. (0, 0), which is not on the curve, stands for the point at infinity.
/// @dev ECMUL silently reduces scalars: that they are reduced is for the callers to see to.
library BN254 {
    /// @dev The base field's modulus.
    uint256 internal constant P = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;

    /// @dev The group's order, which is the scalar field's modulus.
    uint256 internal constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;

    /// @notice A precompile refused its input: a point is not on the curve.
    error BN254_InvalidPoint(G1Point point);

    /// @notice The pairing precompile refused its input: a point is not in its group.
    error BN254_InvalidPairing();

    /// @dev Whether the point is affine, reduced and on the curve. False for infinity.
    function isOnCurve(G1Point memory point) internal pure returns (bool) {
        uint256 x = point.x;
        uint256 y = point.y;
        if (x >= P || y >= P) return false;
        return mulmod(y, y, P) == addmod(mulmod(mulmod(x, x, P), x, P), 3, P);
    }

    /// @dev Whether the point is infinity.
    function isInfinity(G1Point memory point) internal pure returns (bool) {
        return point.x == 0 && point.y == 0;
    }

    /// @dev Adds scalar · (x, y) to the point in the first two words of `work`; the other three are scratch.
    ///      For long sums: nothing is allocated. Assumes scalar < R.
    function accumulate(uint256[5] memory work, uint256 x, uint256 y, uint256 scalar) internal view {
        bool success;
        assembly ("memory-safe") {
            let point := add(work, 0x40)
            mstore(point, x)
            mstore(add(work, 0x60), y)
            mstore(add(work, 0x80), scalar)
            success := staticcall(gas(), 7, point, 0x60, point, 0x40)
            success := and(success, staticcall(gas(), 6, work, 0x80, work, 0x40))
        }
        if (!success) revert BN254_InvalidPoint(G1Point(x, y));
    }

    /// @dev Adds Σ scalars[i] · points[i] to the point in the first two words of `work`.
    ///      Assumes scalars below R, one for each point.
    function accumulate(uint256[5] memory work, G1Point[] calldata points, uint256[] memory scalars) internal view {
        uint256 count = points.length;
        uint256 failed = count;
        assembly ("memory-safe") {
            let point := add(work, 0x40)
            let source := points.offset
            let scalar := add(scalars, 0x20)
            for {
                let i := 0
            } lt(i, count) {
                i := add(i, 1)
            } {
                calldatacopy(point, source, 0x40)
                mstore(add(point, 0x40), mload(scalar))
                let success := staticcall(gas(), 7, point, 0x60, point, 0x40)
                if iszero(and(staticcall(gas(), 6, work, 0x80, work, 0x40), success)) {
                    failed := i
                    break
                }
                source := add(source, 0x40)
                scalar := add(scalar, 0x20)
            }
        }
        if (failed != count) revert BN254_InvalidPoint(points[failed]);
    }

    /// @dev Adds (x, y) to the point in the first two words of `work`.
    function addTo(uint256[5] memory work, uint256 x, uint256 y) internal view {
        bool success;
        assembly ("memory-safe") {
            mstore(add(work, 0x40), x)
            mstore(add(work, 0x60), y)
            success := staticcall(gas(), 6, work, 0x80, work, 0x40)
        }
        if (!success) revert BN254_InvalidPoint(G1Point(x, y));
    }

    /// @dev Whether the product of pairings is one. Each pair has six words: a point of G1 (x, y), then one of G2 in the
    ///      precompile's order: imaginary and real part of x, imaginary and real part of y. The precompile checks both,
    ///      G2's subgroup included.
    function isPairingOne(uint256[] memory pairs) internal view returns (bool isOne) {
        bool success;
        assembly ("memory-safe") {
            success := staticcall(gas(), 8, add(pairs, 0x20), shl(5, mload(pairs)), 0x00, 0x20)
            isOne := mload(0x00)
        }
        if (!success) revert BN254_InvalidPairing();
    }

    /// @dev 1 / value mod R, by Fermat's theorem and the precompile of EIP-198; 0 for 0.
    function inverse(uint256 value) internal view returns (uint256 result) {
        assembly ("memory-safe") {
            let input := mload(0x40)
            mstore(input, 0x20)
            mstore(add(input, 0x20), 0x20)
            mstore(add(input, 0x40), 0x20)
            mstore(add(input, 0x60), value)
            mstore(add(input, 0x80), sub(R, 2))
            mstore(add(input, 0xa0), R)
            // Only want of gas can fail it, and then the caller has none either.
            if iszero(staticcall(gas(), 5, input, 0xc0, 0x00, 0x20)) {
                revert(0, 0)
            }
            result := mload(0x00)
        }
    }
}
