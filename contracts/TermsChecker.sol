// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IGramVerifier} from "./interfaces/IGramVerifier.sol";
import {ITermsChecker} from "./interfaces/ITermsChecker.sol";
import {TermsChecks} from "./libraries/TermsChecks.sol";
import {Terms} from "./types/MarketTypes.sol";

/// @title What terms may promise, as a contract.
/// @notice Stateless; the rules themselves are in TermsChecks.
contract TermsChecker is ITermsChecker {
    bytes32 private immutable _srsId;
    uint256 private immutable _maxDimension;

    /// @notice Takes the reference string and the longest vector from the verifier.
    /// @param verifier Verifies the proofs of every project.
    constructor(IGramVerifier verifier) {
        _srsId = verifier.srsId();
        _maxDimension = verifier.maxDimension();
    }

    /// @inheritdoc ITermsChecker
    function check(Terms calldata terms, uint16[] calldata rewardWeights) external view returns (uint32 totalWeight) {
        return TermsChecks.check(terms, rewardWeights, _srsId, _maxDimension);
    }
}
