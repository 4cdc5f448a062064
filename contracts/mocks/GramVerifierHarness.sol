// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {GramVerifier} from "../GramVerifier.sol";
import {G1Point} from "../types/MarketTypes.sol";

/// @title Reaches the part of the verifier that challenges from hashes do not: degenerate ones.
contract GramVerifierHarness is GramVerifier {
    constructor(
        G1Point memory tau1,
        G2Point memory tau2,
        G2Point memory tauSquared,
        uint256 powers
    ) GramVerifier(tau1, tau2, tauSquared, powers) {}

    /// @notice The scalar checks at a challenge of the caller's choice, with all evaluations zero.
    function checkIdentity(uint256 challenge, uint256 inverseHint, uint256 s) external pure {
        Proof memory proof;
        proof.inverseHint = inverseHint;
        _checkIdentity(proof, s, challenge);
    }
}
