// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TestToken} from "./TestToken.sol";

/// @title A token that can block accounts, as the large stablecoins can.
contract BlockingToken is TestToken {
    error BlockingToken_Blocked(address account);

    mapping(address account => bool) private _blocked;

    /// @notice Keeps an account from receiving from now on.
    function block_(address account) external {
        _blocked[account] = true;
    }

    function _update(address from, address to, uint256 value) internal override {
        if (_blocked[to]) revert BlockingToken_Blocked(to);
        super._update(from, to, value);
    }
}
