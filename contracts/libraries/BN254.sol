// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {G1Point} from "../interfaces/MarketTypes.sol";

/// @title Group G1 of BN254 over the precompiles of EIP-196.
/// @notice Curve y² = x³ + 3 over Fp, of prime order R, cofactor 1. Points are affine (x, y), each coordinate a
///         big-endian word below P. (0, 0), which is not on the curve, stands for the point at infinity.
/// @dev ECMUL silently reduces scalars, so `mul` checks them: one group element has one representation here.
library BN254 {
    /// @notice The base field's modulus.
    uint256 internal constant P = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;

    /// @notice The group's order, which is the scalar field's modulus.
    uint256 internal constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;

    /// @notice A scalar is not below the group's order.
    error BN254_ScalarTooLarge(uint256 scalar);

    /// @notice A precompile refused its input: a point is not on the curve.
    error BN254_InvalidPoint(G1Point point);

    /// @notice Whether the point is affine, reduced and on the curve. False for infinity.
    function isOnCurve(G1Point memory point) internal pure returns (bool) {
        uint256 x = point.x;
        uint256 y = point.y;
        if (x >= P || y >= P) return false;
        return mulmod(y, y, P) == addmod(mulmod(mulmod(x, x, P), x, P), 3, P);
    }

    /// @notice Whether the point is infinity.
    function isInfinity(G1Point memory point) internal pure returns (bool) {
        return point.x == 0 && point.y == 0;
    }

    /// @notice a + b.
    function add(G1Point memory a, G1Point memory b) internal view returns (G1Point memory sum) {
        bool success;
        assembly ("memory-safe") {
            // Written past the free memory pointer, which stays where it is: the input is not needed afterwards.
            let input := mload(0x40)
            mcopy(input, a, 0x40)
            mcopy(add(input, 0x40), b, 0x40)
            success := staticcall(gas(), 6, input, 0x80, sum, 0x40)
        }
        if (!success) revert BN254_InvalidPoint(isInfinity(a) || isOnCurve(a) ? b : a);
    }

    /// @notice scalar · point, for a scalar below R.
    function mul(G1Point memory point, uint256 scalar) internal view returns (G1Point memory product) {
        if (scalar >= R) revert BN254_ScalarTooLarge(scalar);
        bool success;
        assembly ("memory-safe") {
            let input := mload(0x40)
            mcopy(input, point, 0x40)
            mstore(add(input, 0x40), scalar)
            success := staticcall(gas(), 7, input, 0x60, product, 0x40)
        }
        if (!success) revert BN254_InvalidPoint(point);
    }
}
