// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IGramVerifier} from "./interfaces/IGramVerifier.sol";
import {G1Point, WeightedSum} from "./types/MarketTypes.sol";
import {BN254} from "./libraries/BN254.sol";
import {GramVerifierErrors as Errors} from "./errors/GramVerifierErrors.sol";
import {GramMatrix} from "./libraries/GramMatrix.sol";
import {Semidefinite} from "./libraries/Semidefinite.sol";

/// @title Verifier of Gram matrices of committed vectors.
/// @notice Commitment to a vector v with blinder ρ: C = Σ_k v_k·[τ^k]_1 + ρ·H. The proof shows of rows committed to as
///         C_0, ..., C_{N−1} that G_ij is their inner product over the scalar field, for every pair. That real vectors
///         have these inner products too is decided by Semidefinite. The same equation shows that C_U = Σ b_i·C_i.
///
///         Proof, 13 words: C_m.x, C_m.y, t, ρ*, C_g.x, C_g.y, 1/x, c(x), c(1/x), g(x), g(1/x), W.x, W.y.
///         C_m commits to a random mask m on coordinates that no row uses; t = <m, m>.
///
///         seed = keccak256(context ‖ d ‖ N ‖ P ‖ C_0 ‖ ... ‖ C_{N−1} ‖ keccak256(gram) ‖ C_m ‖ t)
///         z_i  = high 128 bits of keccak256(seed ‖ i)
///         C*   = C_m + Σ z_i·C_i − ρ*·H, which commits to c = m + Σ z_i·(row i) without a blinder
///         s    = t + Σ_{i,j} z_i·z_j·G_ij, which is <c, c>, the constant term of c(X)·c(1/X)
///         x    = keccak256(seed ‖ C_g ‖ ρ*) mod R
///         γ    = keccak256(x ‖ c(x) ‖ c(1/x) ‖ g(x) ‖ g(1/x)) mod R
///         Identity: c(x)·c(1/x) = s + x·g(x) + g(1/x)/x
///         Opening of f = c + γ·g at x and 1/x, with I the line through the two values:
///         e(C* + γ·C_g − [I(τ)]_1 − W + η·D, [1]_2) · e((x + 1/x)·W, [τ]_2) · e(−W, [τ²]_2) = 1
///         Aggregate: D = Σ b_i·C_i − C_U, which must be zero, and
///         η    = high 128 bits of keccak256(γ ‖ W ‖ C_U ‖ keccak256(b_1 ‖ ... ‖ b_n)), after all else is fixed
///
/// @dev Words are big-endian. Non-negative integers in hashes are 32 bytes each. G2 points are in the precompile's order:
///      (x_im, x_re, y_im, y_re). Rows that are infinity are accepted: that commits to the zero vector.
contract GramVerifier is IGramVerifier {
    using BN254 for uint256[5];
    using GramMatrix for bytes;

    /// @dev A point of G2 in the precompile's order of words.
    struct G2Point {
        /// Imaginary part of x.
        uint256 xImaginary;
        /// Real part of x.
        uint256 xReal;
        /// Imaginary part of y.
        uint256 yImaginary;
        /// Real part of y.
        uint256 yReal;
    }

    /// @dev The proof's words, in their order.
    struct Proof {
        /// C_m.x
        uint256 maskX;
        /// C_m.y
        uint256 maskY;
        /// t
        uint256 maskNorm;
        /// ρ*
        uint256 blinder;
        /// C_g.x
        uint256 gX;
        /// C_g.y
        uint256 gY;
        /// 1/x
        uint256 inverseHint;
        /// c(x)
        uint256 cAtX;
        /// c(1/x)
        uint256 cAtInverse;
        /// g(x)
        uint256 gAtX;
        /// g(1/x)
        uint256 gAtInverse;
        /// W.x
        uint256 wX;
        /// W.y
        uint256 wY;
    }

    uint256 private constant PROOF_LENGTH = 13 * 32;

    /// @dev Coordinates that masks use, after the d that rows use.
    uint256 private constant MASK_LENGTH = 32;

    /// @dev The most powers of a reference string. Up to it the proof is shown to be sound and the scoring rule's magnitudes
    ///      to fit.
    uint256 private constant MOST_POWERS = 1 << 27;

    uint256 private constant MOST_UPDATES = 32;
    uint256 private constant MOST_PUBLIC_ROWS = 2;

    /// @dev Squares of the largest entry of an update, 32767, and of an aggregate: 32 updates with weight 2^16.
    uint256 private constant UPDATE_ENTRY_SQUARED = 32767 ** 2;
    uint256 private constant PUBLIC_ENTRY_SQUARED = (32 * 65536 * 32767) ** 2;

    /// @dev H, of which nobody knows a logarithm: X = keccak256("Marketplace.H.v1" ‖ k) mod P for the first k = 0, 1, ...
    ///      (it is 0) for which X³ + 3 is a square, with the even root.
    uint256 private constant H_X = 0x0686630cd188b97afe1c16716e47c48af44f06db6cdc284aa66b754b15337fa7;
    uint256 private constant H_Y = 0x1b893daaabe5690dd545bffe2d66e3c36e904fd7e48b5bee21eb3ddf1be2c22a;

    /// @dev [1]_1, EIP-196's generator.
    uint256 private constant G1_X = 1;
    uint256 private constant G1_Y = 2;

    /// @dev [1]_2, EIP-197's generator.
    uint256 private constant G2_X_IMAGINARY = 0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2;
    uint256 private constant G2_X_REAL = 0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed;
    uint256 private constant G2_Y_IMAGINARY = 0x090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b;
    uint256 private constant G2_Y_REAL = 0x12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa;

    /// @dev [τ]_1 of the development reference string, whose τ = keccak256("Marketplace.DevelopmentSrs.v1") mod R anybody can
    ///      forge with, and the chains that it is for: those of development nodes.
    uint256 private constant DEVELOPMENT_TAU_X = 0x251585cd120dc236cc70cc7396f747510fb092f85108d9560120416bb987eb2b;
    uint256 private constant DEVELOPMENT_CHAIN = 31337;
    uint256 private constant OTHER_DEVELOPMENT_CHAIN = 1337;

    /// @inheritdoc IGramVerifier
    bytes32 public immutable srsId;
    /// @inheritdoc IGramVerifier
    uint32 public immutable maxDimension;

    uint256 private immutable _tauX;
    uint256 private immutable _tauY;
    uint256 private immutable _tau2XImaginary;
    uint256 private immutable _tau2XReal;
    uint256 private immutable _tau2YImaginary;
    uint256 private immutable _tau2YReal;
    uint256 private immutable _tauSquaredXImaginary;
    uint256 private immutable _tauSquaredXReal;
    uint256 private immutable _tauSquaredYImaginary;
    uint256 private immutable _tauSquaredYReal;

    /// @notice Pins a reference string, after checking that its points hold powers of one τ.
    /// @param tau1 [τ]_1.
    /// @param tau2 [τ]_2.
    /// @param tauSquared [τ²]_2.
    /// @param powers How many powers [τ^k]_1, from k = 0, the reference string has. Rows can be 32 shorter.
    constructor(G1Point memory tau1, G2Point memory tau2, G2Point memory tauSquared, uint256 powers) {
        if (powers <= MASK_LENGTH || powers > MOST_POWERS) {
            revert Errors.GramVerifier_PowersOutOfRange(powers, MASK_LENGTH + 1, MOST_POWERS);
        }
        if (BN254.isInfinity(tau1) || (tau1.x == G1_X && tau1.y == G1_Y)) {
            revert Errors.GramVerifier_TrivialReferenceString(tau1.x, tau1.y);
        }
        if (
            tau1.x == DEVELOPMENT_TAU_X &&
            block.chainid != DEVELOPMENT_CHAIN &&
            block.chainid != OTHER_DEVELOPMENT_CHAIN
        ) {
            revert Errors.GramVerifier_DevelopmentReferenceString(block.chainid);
        }
        // e([τ]_1, [1]_2) = e([1]_1, [τ]_2) and e([τ]_1, [τ]_2) = e([1]_1, [τ²]_2). The precompile checks that all points
        // are in their groups.
        G2Point memory one = G2Point(G2_X_IMAGINARY, G2_X_REAL, G2_Y_IMAGINARY, G2_Y_REAL);
        if (!_samePairing(tau1, one, tau2) || !_samePairing(tau1, tau2, tauSquared)) {
            revert Errors.GramVerifier_InconsistentReferenceString();
        }

        maxDimension = uint32(powers - MASK_LENGTH);
        srsId = keccak256(abi.encode(tau1, tau2, tauSquared, powers));
        (_tauX, _tauY) = (tau1.x, tau1.y);
        (_tau2XImaginary, _tau2XReal) = (tau2.xImaginary, tau2.xReal);
        (_tau2YImaginary, _tau2YReal) = (tau2.yImaginary, tau2.yReal);
        (_tauSquaredXImaginary, _tauSquaredXReal) = (tauSquared.xImaginary, tauSquared.xReal);
        (_tauSquaredYImaginary, _tauSquaredYReal) = (tauSquared.yImaginary, tauSquared.yReal);
    }

    /// @inheritdoc IGramVerifier
    function verify(
        bytes32 context,
        uint256 dimension,
        G1Point[] calldata commitments,
        uint256 publicRows,
        bytes calldata gram,
        bytes calldata proof,
        WeightedSum calldata aggregate
    ) external view {
        _checkShape(dimension, commitments.length, publicRows, gram, aggregate.weights.length);
        Proof memory p = _read(proof);

        bytes32 seed = _seed(context, dimension, commitments, publicRows, gram, p);
        uint256[] memory z = _rowChallenges(seed, commitments.length);
        uint256 s = addmod(p.maskNorm, _weightedSum(gram, z, dimension, publicRows), BN254.R);
        _checkSemidefinite(gram, commitments.length, publicRows);
        uint256 x = uint256(keccak256(abi.encode(seed, p.gX, p.gY, p.blinder))) % BN254.R;
        uint256 gamma = uint256(keccak256(abi.encode(x, p.cAtX, p.cAtInverse, p.gAtX, p.gAtInverse))) % BN254.R;

        _checkIdentity(p, s, x);
        uint256 eta = _foldAggregate(z, p, gamma, aggregate);
        _checkOpening(p, commitments, z, x, gamma, aggregate.commitment, eta);
    }

    /// @dev Bounds on everything that has a length.
    function _checkShape(
        uint256 dimension,
        uint256 rows,
        uint256 publicRows,
        bytes calldata gram,
        uint256 weights
    ) private view {
        if (dimension == 0 || dimension > maxDimension) {
            revert Errors.GramVerifier_DimensionOutOfRange(dimension, maxDimension);
        }
        if (publicRows > MOST_PUBLIC_ROWS || rows < publicRows + 2 || rows > publicRows + 1 + MOST_UPDATES) {
            revert Errors.GramVerifier_WrongNumberOfRows(rows, publicRows);
        }
        uint256 updates = rows - 1 - publicRows;
        gram.checkLength(updates, publicRows);
        if (weights != updates) revert Errors.GramVerifier_WrongNumberOfWeights(weights, updates);
    }

    /// @dev Reads the proof. Every group and field element must be written in the one canonical way: the precompile
    ///      would reduce scalars silently. That points are on the curve the precompiles check when they use them. C_g and
    ///      W at infinity would be sound, (0, 0) stands for the group's zero throughout; but a masked vector leads there
    ///      with negligible probability only, so that such a proof is a forger's.
    function _read(bytes calldata proof) private pure returns (Proof memory p) {
        if (proof.length != PROOF_LENGTH) revert Errors.GramVerifier_WrongProofLength(PROOF_LENGTH, proof.length);
        uint256[13] memory words;
        assembly ("memory-safe") {
            calldatacopy(words, proof.offset, PROOF_LENGTH)
            p := words
        }
        bool coordinatesReduced = p.maskX < BN254.P && p.maskY < BN254.P && p.gX < BN254.P && p.gY < BN254.P;
        coordinatesReduced = coordinatesReduced && p.wX < BN254.P && p.wY < BN254.P;
        bool scalarsReduced = p.maskNorm < BN254.R && p.blinder < BN254.R && p.inverseHint < BN254.R;
        scalarsReduced = scalarsReduced && p.cAtX < BN254.R && p.cAtInverse < BN254.R;
        scalarsReduced = scalarsReduced && p.gAtX < BN254.R && p.gAtInverse < BN254.R;
        if (!coordinatesReduced || !scalarsReduced) _reportReduction(words);
        if (p.gX | p.gY == 0) revert Errors.GramVerifier_PointAtInfinity(4);
        if (p.wX | p.wY == 0) revert Errors.GramVerifier_PointAtInfinity(11);
    }

    /// @dev Reverts with the first word that is not reduced.
    function _reportReduction(uint256[13] memory words) private pure {
        // Words 0, 1, 4, 5, 11 and 12 are coordinates.
        uint256 coordinates = 0x1833;
        for (uint256 i = 0; i < 13; ++i) {
            if ((coordinates >> i) & 1 == 1) {
                if (words[i] >= BN254.P) revert Errors.GramVerifier_CoordinateNotReduced(i, words[i]);
            } else if (words[i] >= BN254.R) {
                revert Errors.GramVerifier_ScalarNotReduced(i, words[i]);
            }
        }
    }

    /// @dev keccak256(context ‖ d ‖ N ‖ P ‖ C_0 ‖ ... ‖ C_{N−1} ‖ keccak256(gram) ‖ C_m ‖ t)
    function _seed(
        bytes32 context,
        uint256 dimension,
        G1Point[] calldata commitments,
        uint256 publicRows,
        bytes calldata gram,
        Proof memory p
    ) private pure returns (bytes32 seed) {
        bytes32 gramHash = keccak256(gram);
        // Memory-safe: hashed past the free memory pointer, and not needed afterwards.
        assembly ("memory-safe") {
            let start := mload(0x40)
            mstore(start, context)
            mstore(add(start, 0x20), dimension)
            mstore(add(start, 0x40), commitments.length)
            mstore(add(start, 0x60), publicRows)
            let next := add(start, 0x80)
            let size := shl(6, commitments.length)
            calldatacopy(next, commitments.offset, size)
            next := add(next, size)
            mstore(next, gramHash)
            // C_m.x, C_m.y and t are the proof's first words.
            mcopy(add(next, 0x20), p, 0x60)
            seed := keccak256(start, sub(add(next, 0x80), start))
        }
    }

    /// @dev z_i: the high 128 bits of keccak256(seed ‖ i). Independent of each other, for powers of one challenge would
    ///      let entries with equal i + j stand in for each other.
    function _rowChallenges(bytes32 seed, uint256 rows) private pure returns (uint256[] memory z) {
        z = new uint256[](rows);
        assembly ("memory-safe") {
            mstore(0x00, seed)
            for {
                let i := 0
            } lt(i, rows) {
                i := add(i, 1)
            } {
                mstore(0x20, i)
                mstore(add(add(z, 0x20), shl(5, i)), shr(128, keccak256(0x00, 0x40)))
            }
        }
    }

    /// @dev Σ_{i,j} z_i·z_j·G_ij mod R, after checking that G_ii is in [0, d·(largest entry)²] and G_ij² <= G_ii·G_jj.
    function _weightedSum(
        bytes calldata gram,
        uint256[] memory z,
        uint256 dimension,
        uint256 publicRows
    ) private pure returns (uint256 sum) {
        uint256 updates = z.length - 1 - publicRows;
        uint256[] memory norms = new uint256[](z.length);
        uint256 source;
        assembly ("memory-safe") {
            source := gram.offset
        }
        uint256 updateBound = dimension * UPDATE_ENTRY_SQUARED;
        uint256 publicBound = dimension * PUBLIC_ENTRY_SQUARED;
        (uint256 first, bool firstInBounds) = _weightedRows(source, 8, 0, updates + 1, updateBound, z, norms);
        source += GramMatrix.publicRowOffset(updates, 1);
        (uint256 second, bool secondInBounds) = _weightedRows(source, 16, updates + 1, z.length, publicBound, z, norms);
        if (!firstInBounds || !secondInBounds) _reportBounds(gram, updates, publicRows, updateBound, publicBound);
        return addmod(first, second, BN254.R);
    }

    /// @dev Part of the sum above for rows `row` to `end` - 1 of the triangle, which start at `source` in calldata with
    ///      `size` bytes an entry. Fills the rows' `norms`. Magnitudes, given that everything is in bounds (otherwise the
    ///      result is not used): d < 2^27, |G_ij| < 2^99, z_j < 2^128, at most 35 rows, so |2·Σ_j z_j·G_ij + z_i·G_ii|
    ///      is below 2^234, hence below R. Squares and products of int128 fit 256 bits in any case.
    function _weightedRows(
        uint256 source,
        uint256 size,
        uint256 row,
        uint256 end,
        uint256 bound,
        uint256[] memory z,
        uint256[] memory norms
    ) private pure returns (uint256 sum, bool inBounds) {
        // Memory-safe: reads the elements of `z`, reads and writes those of `norms`.
        assembly ("memory-safe") {
            let modulus := 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001
            let excess := 0
            let shift := sub(256, shl(3, size))
            let first := add(z, 0x20)
            // Where an element of `norms` lies, seen from the same element of `z`.
            let toNorms := sub(norms, z)
            let last := add(first, shl(5, end))
            for {
                let rowPointer := add(first, shl(5, row))
            } lt(rowPointer, last) {
                rowPointer := add(rowPointer, 0x20)
            } {
                // The diagonal entry comes after the `row` others.
                let norm := sar(shift, calldataload(add(source, mul(size, shr(5, sub(rowPointer, first))))))
                mstore(add(rowPointer, toNorms), norm)
                // Negative ones are large as unsigned.
                excess := or(excess, gt(norm, bound))
                // Σ_{j<i} z_j·G_ij
                let rowSum := 0
                for {
                    let column := first
                } lt(column, rowPointer) {
                    column := add(column, 0x20)
                } {
                    let product := sar(shift, calldataload(source))
                    rowSum := add(rowSum, mul(mload(column), product))
                    excess := or(excess, gt(mul(product, product), mul(norm, mload(add(column, toNorms)))))
                    source := add(source, size)
                }
                source := add(source, size)
                let challenge := mload(rowPointer)
                rowSum := add(shl(1, rowSum), mul(challenge, norm))
                if slt(rowSum, 0) {
                    rowSum := add(rowSum, modulus)
                }
                sum := addmod(sum, mulmod(challenge, rowSum, modulus), modulus)
            }
            inBounds := iszero(excess)
        }
    }

    /// @dev Reverts with the first entry that is out of bounds. There is one.
    function _reportBounds(
        bytes calldata gram,
        uint256 updates,
        uint256 publicRows,
        uint256 updateBound,
        uint256 publicBound
    ) private pure {
        int256[] memory norms = new int256[](1 + updates + publicRows);
        for (uint256 i = 0; i < norms.length; ++i) {
            uint256 offset = i > updates ? GramMatrix.publicRowOffset(updates, i - updates) : 0;
            norms[i] = i > updates ? gram.publicInner(offset, i) : gram.inner(i, i);
            uint256 bound = i > updates ? publicBound : updateBound;
            if (norms[i] < 0 || uint256(norms[i]) > bound)
                revert Errors.GramVerifier_NormOutOfBounds(i, norms[i], bound);
            for (uint256 j = 0; j < i; ++j) {
                int256 value = i > updates ? gram.publicInner(offset, j) : gram.inner(i, j);
                if (value * value > norms[i] * norms[j])
                    revert Errors.GramVerifier_InnerProductOutOfBounds(i, j, value);
            }
        }
        assert(false);
    }

    /// @dev Real vectors with these inner products must exist.
    function _checkSemidefinite(bytes calldata gram, uint256 rows, uint256 publicRows) private pure {
        uint256 impossible = Semidefinite.firstImpossibleRow(gram, rows - 1 - publicRows, publicRows);
        if (impossible != rows) revert Errors.GramVerifier_NotSemidefinite(impossible);
    }

    /// @dev Draws η and adds η·b_i to the challenges of the updates' rows: what they multiply is multiplied once for both.
    ///      Scalars stay below R: z_i < 2^128, η < 2^128, and b_i is checked to be below 2^64.
    function _foldAggregate(
        uint256[] memory z,
        Proof memory p,
        uint256 gamma,
        WeightedSum calldata aggregate
    ) private pure returns (uint256 eta) {
        uint256[] calldata weights = aggregate.weights;
        G1Point calldata commitment = aggregate.commitment;
        bytes32 weightsHash = keccak256(abi.encodePacked(weights));
        eta = uint256(keccak256(abi.encode(gamma, p.wX, p.wY, commitment.x, commitment.y, weightsHash))) >> 128;
        for (uint256 i = 0; i < weights.length; ++i) {
            if (weights[i] >> 64 != 0) revert Errors.GramVerifier_WeightTooLarge(i, weights[i]);
            z[1 + i] += eta * weights[i];
        }
    }

    /// @dev c(x)·c(1/x) = s + x·g(x) + g(1/x)/x, after checking 1/x, and that x is none of 0, 1 and -1.
    function _checkIdentity(Proof memory p, uint256 s, uint256 x) internal pure {
        // No x is an inverse of 0.
        if (mulmod(x, p.inverseHint, BN254.R) != 1) revert Errors.GramVerifier_WrongInverse(x, p.inverseHint);
        if (x == p.inverseHint) revert Errors.GramVerifier_DegenerateChallenge(x);

        uint256 left = mulmod(p.cAtX, p.cAtInverse, BN254.R);
        uint256 right = addmod(
            s,
            addmod(mulmod(x, p.gAtX, BN254.R), mulmod(p.inverseHint, p.gAtInverse, BN254.R), BN254.R),
            BN254.R
        );
        if (left != right) revert Errors.GramVerifier_WrongIdentity(left, right);
    }

    /// @dev e(C* + γ·C_g − [I(τ)]_1 − W + η·D, [1]_2) · e((x + 1/x)·W, [τ]_2) · e(−W, [τ²]_2) = 1. The `scalars` of the
    ///      rows are z_i, and z_i + η·b_i for updates.
    function _checkOpening(
        Proof memory p,
        G1Point[] calldata commitments,
        uint256[] memory scalars,
        uint256 x,
        uint256 gamma,
        G1Point calldata aggregate,
        uint256 eta
    ) private view {
        // C* + η·D = C_m + Σ scalars_i·C_i − η·C_U − ρ*·H
        uint256[5] memory sum = [p.maskX, p.maskY, 0, 0, 0];
        sum.accumulate(commitments, scalars);
        sum.accumulate(aggregate.x, aggregate.y, _negate(eta));
        sum.accumulate(H_X, H_Y, _negate(p.blinder));
        // + γ·C_g
        sum.accumulate(p.gX, p.gY, gamma);
        // − [I(τ)]_1 with I(X) = constant + slope·X
        (uint256 constantTerm, uint256 slope) = _line(p, x, gamma);
        sum.accumulate(G1_X, G1_Y, _negate(constantTerm));
        sum.accumulate(_tauX, _tauY, _negate(slope));
        // − W. P − W.y is not reduced when W.y = 0, but then W is not on the curve, and the precompile refuses it.
        uint256 minusWY = BN254.P - p.wY;
        sum.addTo(p.wX, minusWY);
        // (x + 1/x)·W
        uint256[5] memory scaled;
        scaled.accumulate(p.wX, p.wY, addmod(x, p.inverseHint, BN254.R));

        uint256[] memory pairs = new uint256[](18);
        (pairs[0], pairs[1]) = (sum[0], sum[1]);
        (pairs[2], pairs[3], pairs[4], pairs[5]) = (G2_X_IMAGINARY, G2_X_REAL, G2_Y_IMAGINARY, G2_Y_REAL);
        (pairs[6], pairs[7]) = (scaled[0], scaled[1]);
        (pairs[8], pairs[9], pairs[10], pairs[11]) = (_tau2XImaginary, _tau2XReal, _tau2YImaginary, _tau2YReal);
        (pairs[12], pairs[13]) = (p.wX, minusWY);
        (pairs[14], pairs[15]) = (_tauSquaredXImaginary, _tauSquaredXReal);
        (pairs[16], pairs[17]) = (_tauSquaredYImaginary, _tauSquaredYReal);
        if (!BN254.isPairingOne(pairs)) revert Errors.GramVerifier_WrongOpening();
    }

    /// @dev The line through (x, f(x)) and (1/x, f(1/x)), f = c + γ·g.
    function _line(
        Proof memory p,
        uint256 x,
        uint256 gamma
    ) private view returns (uint256 constantTerm, uint256 slope) {
        uint256 atX = addmod(p.cAtX, mulmod(gamma, p.gAtX, BN254.R), BN254.R);
        uint256 atInverse = addmod(p.cAtInverse, mulmod(gamma, p.gAtInverse, BN254.R), BN254.R);
        uint256 run = addmod(x, _negate(p.inverseHint), BN254.R);
        // slope = (f(x) − f(1/x)) / (x − 1/x), constant = f(x) − slope·x
        slope = mulmod(addmod(atX, _negate(atInverse), BN254.R), BN254.inverse(run), BN254.R);
        constantTerm = addmod(atX, _negate(mulmod(slope, x, BN254.R)), BN254.R);
    }

    /// @dev −scalar mod R, for a scalar below R.
    function _negate(uint256 scalar) private pure returns (uint256) {
        return scalar == 0 ? 0 : BN254.R - scalar;
    }

    /// @dev e(a, b) = e([1]_1, c), as e(a, b)·e(−[1]_1, c) = 1.
    function _samePairing(G1Point memory a, G2Point memory b, G2Point memory c) private view returns (bool) {
        uint256[] memory pairs = new uint256[](12);
        (pairs[0], pairs[1]) = (a.x, a.y);
        (pairs[2], pairs[3], pairs[4], pairs[5]) = (b.xImaginary, b.xReal, b.yImaginary, b.yReal);
        (pairs[6], pairs[7]) = (G1_X, BN254.P - G1_Y);
        (pairs[8], pairs[9], pairs[10], pairs[11]) = (c.xImaginary, c.xReal, c.yImaginary, c.yReal);
        return BN254.isPairingOne(pairs);
    }
}
