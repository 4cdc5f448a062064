// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {IArbitrator} from "./IArbitrator.sol";

/// @title Who has disputes decided by a court.
/// @notice As ERC-792 has it, with evidence as ERC-1497 has it.
interface IArbitrable {
    /// @notice What a dispute is about, and what its rulings mean.
    /// @param metaEvidenceId Number of the description.
    /// @param evidence URI of it, a JSON document.
    event MetaEvidence(uint256 indexed metaEvidenceId, string evidence);

    /// @notice Something that a party shows the court.
    /// @param arbitrator The court.
    /// @param evidenceGroupId What it is about.
    /// @param party Who shows it.
    /// @param evidence URI of it.
    event Evidence(
        IArbitrator indexed arbitrator,
        uint256 indexed evidenceGroupId,
        address indexed party,
        string evidence
    );

    /// @notice A dispute was opened.
    /// @param arbitrator The court.
    /// @param disputeId The court's number for it.
    /// @param metaEvidenceId What it is about.
    /// @param evidenceGroupId Where its evidence is.
    event Dispute(
        IArbitrator indexed arbitrator,
        uint256 indexed disputeId,
        uint256 metaEvidenceId,
        uint256 evidenceGroupId
    );

    /// @notice The court has ruled.
    /// @param arbitrator The court.
    /// @param disputeId The court's number for it.
    /// @param ruling What it decided; 0 refuses to rule.
    event Ruling(IArbitrator indexed arbitrator, uint256 indexed disputeId, uint256 ruling);

    /// @notice Called by the court, once, with its decision.
    /// @param disputeId The court's number.
    /// @param ruling What it decided; 0 refuses to rule.
    function rule(uint256 disputeId, uint256 ruling) external;
}
