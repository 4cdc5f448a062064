// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";
import {IArbitrable} from "./interfaces/IArbitrable.sol";
import {IArbitrator} from "./interfaces/IArbitrator.sol";
import {IPanel} from "./interfaces/IPanel.sol";
import {PanelErrors as Errors} from "./errors/PanelErrors.sol";
import {Rounds} from "./libraries/Rounds.sol";

/// @title A court of named auditors, of whom a quorum must agree.
/// @notice See IPanel. Belongs to nobody.
contract Panel is IPanel {
    /// @dev Who has voted is kept in so many bits.
    uint256 private constant MOST_AUDITORS = 32;
    /// @dev Choices and rulings are kept in eight bits.
    uint256 private constant MOST_CHOICES = type(uint8).max;
    /// @dev Claims take a court that has said nothing for 365 days for one that refuses. A day is left to execute.
    uint256 private constant MAX_DURATION = 364 days;
    /// @dev What nobody has earned goes to this account, which nobody has the key of.
    address private constant BURNED = address(0);

    /// @inheritdoc IPanel
    uint256 public immutable quorum;
    /// @inheritdoc IPanel
    uint256 public immutable fee;
    /// @inheritdoc IPanel
    uint256 public immutable bond;
    /// @inheritdoc IPanel
    uint256 public immutable votingDuration;

    /// @inheritdoc IPanel
    uint256 public disputeCount;
    /// @inheritdoc IPanel
    uint256 public openDisputes;
    Seat[] private _auditors;
    /// @dev One more than the auditor's seat; zero for everybody else.
    mapping(address account => uint256) private _seatAfter;
    mapping(uint256 seat => PublishedKey) private _keys;
    mapping(uint256 disputeId => Dispute) private _disputes;
    /// @inheritdoc IPanel
    mapping(uint256 disputeId => mapping(uint256 ruling => uint256)) public votersFor;
    /// @inheritdoc IPanel
    mapping(address account => uint256) public balanceOf;

    bool private transient _entered;

    /// @dev Keeps who asks and receivers from calling back.
    modifier nonReentrant() {
        if (_entered) revert Errors.Panel_Reentered();
        _entered = true;
        _;
        _entered = false;
    }

    /// @notice Fixes everything.
    /// @param accounts The auditors, 1..32, by seat.
    /// @param quorum_ How many must agree; more than half, so that no two rulings can both have a quorum.
    /// @param fee_ What each dispute costs, at least 1: what is free to ask would be asked to burn bonds.
    /// @param bond_ What each auditor locks before it may vote, at least 1.
    /// @param votingDuration_ For how long auditors may vote, at most 364 days.
    constructor(address[] memory accounts, uint256 quorum_, uint256 fee_, uint256 bond_, uint256 votingDuration_) {
        uint256 count = accounts.length;
        _checkRange("auditors", count, 1, MOST_AUDITORS);
        _checkRange("quorum", quorum_, count / 2 + 1, count);
        // Claims count what a court costs in so many bits.
        _checkRange("fee", fee_, 1, type(uint128).max);
        _checkRange("bond", bond_, 1, type(uint128).max);
        _checkRange("votingDuration", votingDuration_, 1, MAX_DURATION);
        for (uint256 seat = 0; seat < count; ++seat) {
            address account = accounts[seat];
            if (account == address(0) || _seatAfter[account] != 0) revert Errors.Panel_InvalidAuditor(seat, account);
            _seatAfter[account] = seat + 1;
            _auditors.push().account = account;
        }
        quorum = quorum_;
        fee = fee_;
        bond = bond_;
        votingDuration = votingDuration_;
    }

    // ------------------------------------------------------------------------------------------------------ Auditors

    /// @inheritdoc IPanel
    function publishKey(uint256 x, uint256 y) external nonReentrant {
        // Check
        PublishedKey storage published = _keys[_seatOf(msg.sender)];
        // No point of P-256 has y = 0: it would have the order 2, and the group's is odd.
        if (published.y != 0) revert Errors.Panel_KeyPublished(msg.sender);
        if (!P256.isValidPublicKey(bytes32(x), bytes32(y))) revert Errors.Panel_InvalidSealingKey(x, y);

        // Effect
        published.x = x;
        published.y = y;
        emit KeyPublished(msg.sender, x, y);
    }

    /// @inheritdoc IPanel
    function postBond() external payable nonReentrant {
        // Check
        Seat storage posting = _auditors[_seatOf(msg.sender)];
        if (posting.bonded) revert Errors.Panel_AlreadyBonded(msg.sender);
        if (msg.value != bond) revert Errors.Panel_WrongValue(msg.value, bond);

        // Effect
        uint256 last = disputeCount;
        posting.bonded = true;
        posting.since = uint40(last);
        emit BondPosted(msg.sender, last + 1);
    }

    /// @inheritdoc IPanel
    function returnBond() external nonReentrant {
        // Check
        Seat storage leaver = _auditors[_seatOf(msg.sender)];
        if (!leaver.bonded) revert Errors.Panel_NotBonded(msg.sender);
        uint256 due = openDisputes - leaver.answered;
        if (due != 0) revert Errors.Panel_VotesDue(msg.sender, due);

        // Effect
        leaver.bonded = false;
        balanceOf[msg.sender] += bond;
        emit BondReturned(msg.sender, bond);
    }

    /// @inheritdoc IPanel
    function vote(uint256 disputeId, uint256 ruling) external nonReentrant {
        // Check
        uint256 seat = _seatOf(msg.sender);
        Seat storage voter = _auditors[seat];
        if (!voter.bonded) revert Errors.Panel_NotBonded(msg.sender);
        Dispute storage voted = _inStage(disputeId, Stage.Voting);
        if (block.timestamp > voted.deadline) {
            revert Errors.Panel_DeadlinePassed(disputeId, voted.deadline, block.timestamp);
        }
        if (disputeId <= voter.since) {
            revert Errors.Panel_BondedTooLate(disputeId, msg.sender, uint256(voter.since) + 1);
        }
        if (ruling > voted.choices) revert Errors.Panel_RulingOutOfRange(disputeId, ruling, voted.choices);
        uint256 bit = 1 << seat;
        if (voted.voted & bit != 0) revert Errors.Panel_AlreadyVoted(disputeId, msg.sender);

        // Effect
        ++voter.answered;
        // A seat is below 32.
        voted.voted |= uint32(bit);
        uint256 voters = votersFor[disputeId][ruling] | bit;
        votersFor[disputeId][ruling] = voters;
        emit Voted(disputeId, msg.sender, ruling);
        if (Rounds.countBits(voters) == quorum) _decide(disputeId, voted, ruling, voters, true);
    }

    // ------------------------------------------------------------------------------------------------------ Disputes

    /// @inheritdoc IArbitrator
    /// @dev The fee must be sent exactly: who asks might be unable to withdraw what is too much. A dispute is taken up
    ///      even when too few bonds are posted for a quorum; else no claim could be denied while auditors stay away.
    function createDispute(uint256 choices, bytes calldata) external payable nonReentrant returns (uint256 disputeId) {
        // Check
        if (choices == 0 || choices > MOST_CHOICES) revert Errors.Panel_ChoicesOutOfRange(choices, MOST_CHOICES);
        if (msg.value != fee) revert Errors.Panel_WrongValue(msg.value, fee);

        // Effect
        disputeId = ++disputeCount;
        ++openDisputes;
        _disputes[disputeId] = Dispute({
            arbitrable: IArbitrable(msg.sender),
            // Fits: durations are at most 364 days.
            deadline: uint40(block.timestamp + votingDuration),
            choices: uint8(choices),
            ruling: 0,
            stage: Stage.Voting,
            voted: 0
        });
        emit DisputeCreation(disputeId, IArbitrable(msg.sender));
    }

    /// @inheritdoc IPanel
    function conclude(uint256 disputeId) external nonReentrant {
        // Check
        Dispute storage failed = _inStage(disputeId, Stage.Voting);
        if (block.timestamp <= failed.deadline) {
            revert Errors.Panel_DeadlineNotPassed(disputeId, failed.deadline, block.timestamp);
        }

        // Effect
        _decide(disputeId, failed, 0, failed.voted, false);
    }

    /// @inheritdoc IPanel
    function execute(uint256 disputeId) external nonReentrant {
        // Check
        Dispute storage executed = _inStage(disputeId, Stage.Decided);

        // Effect
        IArbitrable arbitrable = executed.arbitrable;
        uint256 ruling = executed.ruling;
        executed.stage = Stage.Executed;
        emit RulingExecuted(disputeId, arbitrable, ruling);

        // Interaction. If it fails nothing has happened, and no money waits for it.
        arbitrable.rule(disputeId, ruling);
    }

    // --------------------------------------------------------------------------------------------------------- Money

    /// @inheritdoc IPanel
    function withdraw(address payable receiver) external nonReentrant {
        // Check
        uint256 amount = balanceOf[msg.sender];
        if (amount == 0) revert Errors.Panel_NothingToWithdraw(msg.sender);
        if (receiver == address(0) || receiver == address(this)) revert Errors.Panel_InvalidReceiver(receiver);

        // Effect
        balanceOf[msg.sender] = 0;
        emit Withdrawn(msg.sender, receiver, amount);

        // Interaction
        (bool success, ) = receiver.call{value: amount}("");
        if (!success) revert Errors.Panel_TransferFailed(receiver, amount);
    }

    // --------------------------------------------------------------------------------------------------------- Views

    /// @inheritdoc IArbitrator
    function arbitrationCost(bytes calldata) external view returns (uint256) {
        return fee;
    }

    /// @inheritdoc IPanel
    function auditors() external view returns (Seat[] memory) {
        return _auditors;
    }

    /// @inheritdoc IPanel
    function sealingKeys() external view returns (PublishedKey[] memory keys) {
        uint256 count = _auditors.length;
        keys = new PublishedKey[](count);
        for (uint256 seat = 0; seat < count; ++seat) keys[seat] = _keys[seat];
    }

    /// @inheritdoc IPanel
    function auditor(address account) external view returns (Seat memory found) {
        uint256 after_ = _seatAfter[account];
        if (after_ != 0) found = _auditors[after_ - 1];
    }

    /// @inheritdoc IPanel
    function get(uint256 disputeId) external view returns (Dispute memory) {
        return _disputes[disputeId];
    }

    /// @inheritdoc IPanel
    function disputeStatus(uint256 disputeId) external view returns (DisputeStatus) {
        return _disputes[disputeId].stage < Stage.Decided ? DisputeStatus.Waiting : DisputeStatus.Solved;
    }

    /// @inheritdoc IPanel
    function currentRuling(uint256 disputeId) external view returns (uint256) {
        return _disputes[disputeId].ruling;
    }

    // --------------------------------------------------------------------------------------------------------- Parts

    /// @dev Ends the vote: splits the fee over `paid`, and without a quorum takes the bonds of those who were silent.
    function _decide(uint256 disputeId, Dispute storage decided, uint256 ruling, uint256 paid, bool quorate) private {
        decided.stage = Stage.Decided;
        // At most the number of choices.
        decided.ruling = uint8(ruling);
        --openDisputes;
        emit DisputeDecided(disputeId, ruling, quorate);

        uint256 voted = decided.voted;
        uint256 payees = Rounds.countBits(paid);
        uint256 part = fee / (payees > quorum ? payees : quorum);
        uint256 count = _auditors.length;
        for (uint256 seat = 0; seat < count; ++seat) {
            Seat storage member = _auditors[seat];
            if ((voted >> seat) & 1 == 1) {
                --member.answered;
                if ((paid >> seat) & 1 == 1) _credit(disputeId, member.account, part);
            } else if (!quorate && member.bonded && member.since < disputeId) {
                member.bonded = false;
                balanceOf[BURNED] += bond;
                emit BondForfeited(disputeId, member.account, bond);
            }
        }
        _credit(disputeId, BURNED, fee - part * payees);
    }

    /// @dev Credits part of a fee.
    function _credit(uint256 disputeId, address account, uint256 amount) private {
        if (amount == 0) return;
        balanceOf[account] += amount;
        emit FeeCredited(disputeId, account, amount);
    }

    /// @dev The seat of an account that must be on the panel.
    function _seatOf(address account) private view returns (uint256) {
        uint256 after_ = _seatAfter[account];
        if (after_ == 0) revert Errors.Panel_NotAuditor(account);
        return after_ - 1;
    }

    /// @dev The dispute, which must be in one stage.
    function _inStage(uint256 disputeId, Stage expected) private view returns (Dispute storage found) {
        found = _disputes[disputeId];
        if (found.stage != expected) revert Errors.Panel_WrongStage(disputeId, found.stage, expected);
    }

    /// @dev A parameter must be in least..most.
    function _checkRange(bytes32 parameter, uint256 value, uint256 least, uint256 most) private pure {
        if (value < least || value > most) {
            revert Errors.Panel_ParameterOutOfRange(parameter, value, least, most);
        }
    }
}
