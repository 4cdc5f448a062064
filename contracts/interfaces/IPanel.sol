// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {IArbitrable} from "./IArbitrable.sol";
import {IArbitrator} from "./IArbitrator.sol";

/// @title A court of named auditors, of whom a quorum must agree.
/// @notice Anybody may open a dispute for the fee. The first ruling that a quorum of the auditors votes for is the
///         panel's; when the time to vote passes without one, the panel has refused to rule. Votes are public and
///         final, and there is no appeal. Nothing about a panel ever changes: who no longer trusts its auditors names
///         another.
/// @dev What auditors are paid and risk, and why nobody gains by keeping back a vote:
///      - The fee is split equally over the auditors whose votes make the ruling, or without one over all that voted.
///        No part is larger than the fee divided by the quorum, so a colleague's absence enriches nobody. What is not
///        paid, such as dust or the fee of a dispute that nobody voted on, is burned: if it went back, whoever has
///        silent auditors for accomplices could deny claims for nothing, and who asks may be unable to take it.
///      - An auditor votes only on disputes that were opened while its bond was posted, so that it cannot post it for
///        the votes alone that it likes. It can leave once it has voted on every open dispute: nobody can keep it in
///        by opening ever more of them, each of which pays.
///      - Who has its bond posted and does not vote on a dispute that fails for want of a quorum loses the bond, which
///        is burned. To vote against the others, or for refusing to rule, costs nothing: facts can be out of reach.
///      - A quorum of auditors in league decides what it likes, and so many that the others are no quorum can have
///        every dispute refused, by votes that differ. Against that there is only whom a panel names.
interface IPanel is IArbitrator {
    /// @notice Where a dispute stands.
    enum Stage {
        /// There is none.
        None,
        /// Auditors vote until its deadline; after that anybody can conclude it.
        Voting,
        /// The panel has ruled, or refused to; anybody can execute that.
        Decided,
        /// Who asked has been told.
        Executed
    }

    /// @notice Where a dispute stands, as ERC-792 has it.
    enum DisputeStatus {
        /// It is not decided.
        Waiting,
        /// Never, for there is no appeal.
        Appealable,
        /// It is decided.
        Solved
    }

    /// @notice One dispute.
    struct Dispute {
        /// Who asks, and is told the ruling.
        IArbitrable arbitrable;
        /// Last second for votes.
        uint40 deadline;
        /// How many rulings there are beside 0.
        uint8 choices;
        /// What was decided; 0 until then, and when the panel has refused to rule.
        uint8 ruling;
        /// Where it stands.
        Stage stage;
        /// Bit s set: the auditor on seat s has voted.
        uint32 voted;
    }

    /// @notice An auditor's standing.
    struct Seat {
        /// Who.
        address account;
        /// Whether its bond is posted.
        bool bonded;
        /// The last dispute that was opened before its bond was posted.
        uint40 since;
        /// How many of the open disputes it has voted on.
        uint40 answered;
    }

    /// @notice A P-256 public key: what is sealed to it (RFC 9180), its auditor alone can open.
    struct PublishedKey {
        /// Its coordinate x; with y zero while none is published.
        uint256 x;
        /// Its coordinate y.
        uint256 y;
    }

    /// @notice A dispute was opened. Named as ERC-792 has it.
    /// @param _disputeID Number of the dispute, from 1.
    /// @param _arbitrable Who asks.
    event DisputeCreation(uint256 indexed _disputeID, IArbitrable indexed _arbitrable);

    /// @notice An auditor has published the key to which evidence is sealed.
    /// @param auditor Who.
    /// @param x The key's coordinate x.
    /// @param y The key's coordinate y.
    event KeyPublished(address indexed auditor, uint256 x, uint256 y);

    /// @notice An auditor has posted its bond.
    /// @param auditor Who.
    /// @param first The first dispute that it may vote on, and must.
    event BondPosted(address indexed auditor, uint256 first);

    /// @notice An auditor has left; its bond is credited.
    /// @param auditor Who.
    /// @param amount The bond.
    event BondReturned(address indexed auditor, uint256 amount);

    /// @notice An auditor's bond was burned.
    /// @param disputeId What it has not voted on.
    /// @param auditor Who.
    /// @param amount The bond.
    event BondForfeited(uint256 indexed disputeId, address indexed auditor, uint256 amount);

    /// @notice An auditor has voted.
    /// @param disputeId The dispute.
    /// @param auditor Who.
    /// @param ruling For what; 0 refuses to rule.
    event Voted(uint256 indexed disputeId, address indexed auditor, uint256 ruling);

    /// @notice A dispute is decided.
    /// @param disputeId The dispute.
    /// @param ruling What; 0 refuses to rule.
    /// @param quorate Whether a quorum has voted for that; otherwise time has passed without one.
    event DisputeDecided(uint256 indexed disputeId, uint256 ruling, bool quorate);

    /// @notice Part of a dispute's fee was credited.
    /// @param disputeId The dispute.
    /// @param account To whom; zero for what is burned.
    /// @param amount How much.
    event FeeCredited(uint256 indexed disputeId, address indexed account, uint256 amount);

    /// @notice Who asked has been told the ruling.
    /// @param disputeId The dispute.
    /// @param arbitrable Who asked.
    /// @param ruling What was decided.
    event RulingExecuted(uint256 indexed disputeId, IArbitrable indexed arbitrable, uint256 ruling);

    /// @notice An account has withdrawn fees or a returned bond.
    /// @param account Whose they were.
    /// @param receiver Who was paid.
    /// @param amount How much.
    event Withdrawn(address indexed account, address receiver, uint256 amount);

    /// @notice Publishes the key to which evidence for this auditor is sealed. It never changes: what was sealed to it
    ///         while a case was open must open until the case is decided.
    /// @param x The key's coordinate x; the key must be a point of P-256.
    /// @param y The key's coordinate y.
    function publishKey(uint256 x, uint256 y) external;

    /// @notice Posts the caller's bond, which must be sent exactly. Disputes opened from now on are its to vote on.
    function postBond() external payable;

    /// @notice Credits the caller's bond. It may post it again at any time.
    /// @dev Possible once the caller has voted on every open dispute. Those that were opened before its bond was
    ///      posted, which it cannot vote on, end within the voting duration: then anybody can conclude them.
    function returnBond() external;

    /// @notice Votes, once and for all; the vote that completes a quorum decides the dispute. Calls nobody, so that who
    ///         asked can keep no vote from counting.
    /// @param disputeId A dispute that is not decided, until its deadline.
    /// @param ruling For what, at most the number of choices; 0 refuses to rule.
    function vote(uint256 disputeId, uint256 ruling) external;

    /// @notice Ends a dispute of which time has passed without a quorum: the panel refuses to rule, and who should have
    ///         voted and has not loses its bond. Anybody may.
    /// @param disputeId A dispute that is not decided, after its deadline.
    function conclude(uint256 disputeId) external;

    /// @notice Tells who asked what was decided. Anybody may, and again if it fails.
    /// @param disputeId A dispute that is decided.
    function execute(uint256 disputeId) external;

    /// @notice Pays the caller all that it can withdraw.
    /// @param receiver Who is paid: not zero, and not the panel.
    function withdraw(address payable receiver) external;

    /// @notice How many votes for one ruling decide a dispute; more than half of the auditors.
    /// @return At least 1.
    function quorum() external view returns (uint256);

    /// @notice What each dispute costs.
    /// @return In the native currency.
    function fee() external view returns (uint256);

    /// @notice What each auditor locks before it may vote.
    /// @return In the native currency.
    function bond() external view returns (uint256);

    /// @notice For how long auditors may vote on a dispute.
    /// @return In seconds.
    function votingDuration() external view returns (uint256);

    /// @notice How many disputes were ever opened.
    /// @return The greatest dispute number.
    function disputeCount() external view returns (uint256);

    /// @notice How many of them are not decided.
    /// @return Also those whose deadline has passed.
    function openDisputes() external view returns (uint256);

    /// @notice All auditors by seat.
    /// @return At most 32.
    function auditors() external view returns (Seat[] memory);

    /// @notice The keys to which evidence is sealed, by the auditors' seats.
    /// @return As many as there are auditors; both coordinates are zero where none is published.
    function sealingKeys() external view returns (PublishedKey[] memory);

    /// @notice One auditor.
    /// @param account The account.
    /// @return All zero when it is not on the panel.
    function auditor(address account) external view returns (Seat memory);

    /// @notice One dispute.
    /// @param disputeId Its number, from 1.
    /// @return All zero when there is none.
    function get(uint256 disputeId) external view returns (Dispute memory);

    /// @notice Who has voted for one ruling.
    /// @param disputeId The dispute.
    /// @param ruling The ruling.
    /// @return Bit s set: the auditor on seat s.
    function votersFor(uint256 disputeId, uint256 ruling) external view returns (uint256);

    /// @notice Where a dispute stands, as ERC-792 has it.
    /// @param disputeId The dispute.
    /// @return Solved once it is decided.
    function disputeStatus(uint256 disputeId) external view returns (DisputeStatus);

    /// @notice What was decided, as ERC-792 has it.
    /// @param disputeId The dispute.
    /// @return 0 until then.
    function currentRuling(uint256 disputeId) external view returns (uint256);

    /// @notice What an account can withdraw.
    /// @param account The account; zero for what is burned.
    /// @return In the native currency.
    function balanceOf(address account) external view returns (uint256);
}
