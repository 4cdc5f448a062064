// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Cid, G1Point} from "../types/MarketTypes.sol";

/// @title What is stored of a submission.
/// @notice One hash; who settles brings the submission back.
library Submissions {
    /// @dev Binds the submission to its round and trainer.
    function hash(
        uint256 round,
        address trainer,
        G1Point calldata commitment,
        Cid calldata payload
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(round, trainer, commitment.x, commitment.y, payload.digest, payload.codec));
    }
}
