// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IGramVerifier} from "../interfaces/IGramVerifier.sol";
import {G1Point, WeightedSum} from "../types/MarketTypes.sol";

/// @title Stands in for the verifier where the market's state machine is tested. Verifies nothing.
/// @notice Never deploy it beside real money: it accepts every matrix.
contract VerifierStandIn is IGramVerifier {
    error VerifierStandIn_Rejected();
    error VerifierStandIn_UnexpectedStatement(bytes32 given, bytes32 expected);

    bool private _rejects;
    bytes32 private _expected;

    /// @notice Rejects every proof from now on, or accepts them again.
    function reject(bool rejects) external {
        _rejects = rejects;
    }

    /// @notice Accepts only this statement from now on; zero accepts all.
    /// @param expected keccak256(abi.encode(context, dimension, commitments, publicRows, gram, proof, aggregate)).
    function expect(bytes32 expected) external {
        _expected = expected;
    }

    /// @inheritdoc IGramVerifier
    function srsId() external pure returns (bytes32) {
        return keccak256("No reference string");
    }

    /// @inheritdoc IGramVerifier
    function maxDimension() external pure returns (uint32) {
        return 1 << 20;
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
        if (_rejects) revert VerifierStandIn_Rejected();
        bytes32 expected = _expected;
        if (expected == 0) return;
        bytes32 given = keccak256(abi.encode(context, dimension, commitments, publicRows, gram, proof, aggregate));
        if (given != expected) revert VerifierStandIn_UnexpectedStatement(given, expected);
    }
}
