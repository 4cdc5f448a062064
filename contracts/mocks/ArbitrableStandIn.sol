// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IArbitrable} from "../interfaces/IArbitrable.sol";
import {IArbitrator} from "../interfaces/IArbitrator.sol";

/// @title Asks a court, and takes its ruling in the way that was chosen last.
contract ArbitrableStandIn is IArbitrable {
    enum Fault {
        /// Takes note of it.
        None,
        /// Reverts.
        Reverts,
        /// Spends all gas that it is given.
        Spends,
        /// Makes the armed call, and reverts if that does.
        CallsBack
    }

    error ArbitrableStandIn_Refused();

    Fault public fault;
    /// How often it was told something, and what last.
    uint256 public rulings;
    uint256 public lastDispute;
    uint256 public lastRuling;
    bytes private _call;

    receive() external payable {}

    function setFault(Fault next) external {
        fault = next;
    }

    /// @notice Calls the court with this in answer to a ruling.
    function arm(bytes calldata call) external {
        fault = Fault.CallsBack;
        _call = call;
    }

    function ask(IArbitrator court, uint256 choices) external payable returns (uint256) {
        return court.createDispute{value: msg.value}(choices, "");
    }

    /// @inheritdoc IArbitrable
    function rule(uint256 disputeId, uint256 ruling) external {
        if (fault == Fault.Reverts) revert ArbitrableStandIn_Refused();
        if (fault == Fault.Spends) {
            assembly ("memory-safe") {
                invalid()
            }
        }
        if (fault == Fault.CallsBack) {
            (bool success, bytes memory data) = msg.sender.call(_call);
            if (!success) {
                assembly ("memory-safe") {
                    revert(add(data, 32), mload(data))
                }
            }
        }
        ++rulings;
        lastDispute = disputeId;
        lastRuling = ruling;
    }
}
