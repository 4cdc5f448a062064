// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @dev A Merkle tree of the accounts that may join. Node k has the children 2k and 2k + 1; the root is node 1.
library AllowlistTree {
    function leaf(address account) internal pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(account))));
    }

    function grow(address[] memory accounts) internal pure returns (bytes32[] memory nodes) {
        uint256 count = accounts.length;
        nodes = new bytes32[](2 * count);
        for (uint256 i = 0; i < count; ++i) nodes[count + i] = leaf(accounts[i]);
        for (uint256 k = count - 1; k != 0; --k) nodes[k] = Hashes.commutativeKeccak256(nodes[2 * k], nodes[2 * k + 1]);
    }

    /// @dev The path from an account's leaf to the root.
    function proof(bytes32[] storage nodes, uint256 index) internal view returns (bytes32[] memory path) {
        uint256 node = nodes.length / 2 + index;
        path = new bytes32[](Math.log2(node));
        for (uint256 i = 0; node > 1; ++i) {
            path[i] = nodes[node ^ 1];
            node /= 2;
        }
    }
}
