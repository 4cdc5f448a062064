// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IArbitrable} from "./interfaces/IArbitrable.sol";
import {IArbitrator} from "./interfaces/IArbitrator.sol";
import {IClaims} from "./interfaces/IClaims.sol";
import {IMarket} from "./interfaces/IMarket.sol";
import {ClaimsErrors as Errors} from "./errors/ClaimsErrors.sol";
import {Terms} from "./types/MarketTypes.sol";

/// @title Claims of trainers whose updates were declared invalid.
/// @notice See IClaims. Belongs to one market, which deploys it.
contract Claims is IClaims {
    /// @dev A court that has said nothing for so long has refused to rule.
    uint256 private constant RULING_DURATION = 365 days;
    /// @dev Verdict.Valid and Verdict.Invalid, as the court numbers them.
    uint256 private constant CHOICES = 2;
    /// @dev There is one kind of dispute.
    uint256 private constant META_EVIDENCE = 0;

    /// @notice Where parts, stakes and bonds are.
    IMarket public immutable market;

    /// @inheritdoc IClaims
    uint256 public claimCount;
    mapping(uint256 claimId => ClaimState) private _claims;
    mapping(address arbitrator => mapping(uint256 disputeId => uint256)) private _claimOf;
    /// @inheritdoc IClaims
    mapping(address account => uint256) public balanceOf;

    bool private transient _entered;

    /// @dev Keeps courts and receivers from calling back.
    modifier nonReentrant() {
        if (_entered) revert Errors.Claims_Reentered();
        _entered = true;
        _;
        _entered = false;
    }

    /// @notice Deployed by its market.
    constructor() {
        market = IMarket(msg.sender);
        emit MetaEvidence(
            META_EVIDENCE,
            "data:application/json,{%22title%22:%22An update that was declared invalid%22,"
            "%22question%22:%22Was the update, as submitted, served, sealed to the aggregator and bound to its commitment?%22,"
            "%22rulingOptions%22:{%22titles%22:[%22Valid%22,%22Invalid%22]}}"
        );
    }

    // ------------------------------------------------------------------------------------------------ Life of a claim

    /// @inheritdoc IClaims
    function open(uint256 projectId, uint16 round, address[] calldata trainers, uint128 part) external {
        // Check
        if (msg.sender != address(market)) revert Errors.Claims_NotMarket(msg.sender);

        // Effect
        uint40 until = _inSeconds(market.terms(projectId).contestDuration);
        uint256 claimId = claimCount;
        for (uint256 k = 0; k < trainers.length; ++k) {
            ClaimState storage excluded = _claims[++claimId];
            excluded.trainer = trainers[k];
            excluded.round = round;
            excluded.stage = Stage.Excluded;
            excluded.until = until;
            excluded.projectId = projectId;
            excluded.part = part;
            emit UpdateExcluded(claimId, projectId, trainers[k], round, part, until);
        }
        claimCount = claimId;
    }

    /// @inheritdoc IClaims
    function claim(uint256 claimId, string calldata evidence) external payable nonReentrant {
        // Check
        ClaimState storage claimed = _inStage(claimId, Stage.Excluded);
        if (msg.sender != claimed.trainer) revert Errors.Claims_NotTrainer(claimId, msg.sender, claimed.trainer);
        _checkNotAfter(claimId, claimed.until);
        Terms memory terms = market.terms(claimed.projectId);
        uint256 cost = _takeCost(terms.arbitrator);

        // Effect
        claimed.stage = Stage.Claimed;
        claimed.deposit = uint128(cost);
        claimed.until = _inSeconds(terms.contestDuration);
        emit ClaimMade(claimId, claimed.until);
        emit Evidence(IArbitrator(terms.arbitrator), claimId, msg.sender, evidence);
    }

    /// @inheritdoc IClaims
    function deny(uint256 claimId, string calldata evidence) external payable nonReentrant {
        // Check
        ClaimState storage denied = _inStage(claimId, Stage.Claimed);
        _checkNotAfter(claimId, denied.until);
        IArbitrator arbitrator = IArbitrator(market.terms(denied.projectId).arbitrator);
        uint256 cost = _takeCost(address(arbitrator));

        // Effect
        denied.stage = Stage.Disputed;
        denied.defender = msg.sender;
        denied.until = _inSeconds(RULING_DURATION);
        emit ClaimDenied(claimId, msg.sender, denied.until);
        emit Evidence(arbitrator, claimId, msg.sender, evidence);

        // Interaction. Nothing can be ruled before the number is known, since the court cannot call back.
        uint256 disputeId = arbitrator.createDispute{value: cost}(CHOICES, "");
        if (_claimOf[address(arbitrator)][disputeId] != 0) {
            revert Errors.Claims_DisputeExists(address(arbitrator), disputeId);
        }
        _claimOf[address(arbitrator)][disputeId] = claimId;
        denied.disputeId = disputeId;
        emit Dispute(arbitrator, disputeId, META_EVIDENCE, claimId);
    }

    /// @inheritdoc IClaims
    function submitEvidence(uint256 claimId, string calldata evidence) external {
        ClaimState storage about = _claims[claimId];
        if (about.stage == Stage.None || about.stage == Stage.Concluded) {
            revert Errors.Claims_WrongStage(claimId, about.stage, Stage.Disputed);
        }
        emit Evidence(IArbitrator(market.terms(about.projectId).arbitrator), claimId, msg.sender, evidence);
    }

    /// @inheritdoc IArbitrable
    function rule(uint256 disputeId, uint256 ruling) external nonReentrant {
        // Check
        uint256 claimId = _claimOf[msg.sender][disputeId];
        ClaimState storage disputed = _claims[claimId];
        if (disputed.stage != Stage.Disputed) revert Errors.Claims_NotDisputed(msg.sender, disputeId);

        // Effect
        emit Ruling(IArbitrator(msg.sender), disputeId, ruling);
        _conclude(claimId, disputed, ruling <= CHOICES ? Verdict(ruling) : Verdict.Refused);
    }

    /// @inheritdoc IClaims
    function conclude(uint256 claimId) external nonReentrant {
        // Check
        ClaimState storage silent = _claims[claimId];
        Stage stage = silent.stage;
        if (stage == Stage.None || stage == Stage.Concluded) {
            revert Errors.Claims_WrongStage(claimId, stage, Stage.Excluded);
        }
        if (block.timestamp <= silent.until) {
            revert Errors.Claims_DeadlineNotPassed(claimId, silent.until, block.timestamp);
        }

        // Effect
        if (stage == Stage.Excluded) _conclude(claimId, silent, Verdict.Invalid);
        else _conclude(claimId, silent, stage == Stage.Claimed ? Verdict.Valid : Verdict.Refused);
    }

    // ------------------------------------------------------------------------------------------------------ Deposits

    /// @inheritdoc IClaims
    function withdraw(address payable receiver) external nonReentrant {
        // Check
        uint256 amount = balanceOf[msg.sender];
        if (amount == 0) revert Errors.Claims_NothingToWithdraw(msg.sender);

        // Effect
        balanceOf[msg.sender] = 0;
        emit DepositWithdrawn(msg.sender, amount);

        // Interaction
        (bool success, ) = receiver.call{value: amount}("");
        if (!success) revert Errors.Claims_TransferFailed(receiver, amount);
    }

    /// @inheritdoc IClaims
    function get(uint256 claimId) external view returns (ClaimState memory) {
        return _claims[claimId];
    }

    // ---------------------------------------------------------------------------------------------------------- Parts

    /// @dev Ends a claim: the deposit goes to whoever is right, and the market does what the verdict says.
    function _conclude(uint256 claimId, ClaimState storage concluded, Verdict verdict) private {
        address trainer = concluded.trainer;
        uint256 deposit = concluded.deposit;
        concluded.stage = Stage.Concluded;
        concluded.deposit = 0;
        if (verdict == Verdict.Valid) {
            balanceOf[trainer] += deposit;
        } else if (verdict == Verdict.Invalid) {
            // Nothing is deposited where nothing was claimed.
            if (deposit != 0) balanceOf[concluded.defender] += deposit;
        } else {
            balanceOf[concluded.defender] += deposit / 2;
            balanceOf[trainer] += deposit - deposit / 2;
        }
        emit ClaimConcluded(claimId, concluded.projectId, verdict);
        market.closeClaim(concluded.projectId, concluded.round, trainer, concluded.part, verdict);
    }

    /// @dev What the court costs, which the caller must have sent; the rest is the caller's to withdraw.
    function _takeCost(address arbitrator) private returns (uint256 cost) {
        cost = IArbitrator(arbitrator).arbitrationCost("");
        if (msg.value < cost || cost > type(uint128).max) revert Errors.Claims_CostNotCovered(msg.value, cost);
        balanceOf[msg.sender] += msg.value - cost;
    }

    /// @dev The claim, which must be in one stage.
    function _inStage(uint256 claimId, Stage expected) private view returns (ClaimState storage found) {
        found = _claims[claimId];
        if (found.stage != expected) revert Errors.Claims_WrongStage(claimId, found.stage, expected);
    }

    /// @dev It must not be later than the deadline's second.
    function _checkNotAfter(uint256 claimId, uint256 deadline) private view {
        if (block.timestamp > deadline) revert Errors.Claims_DeadlinePassed(claimId, deadline, block.timestamp);
    }

    /// @dev `duration` seconds from now; durations are at most 365 days.
    function _inSeconds(uint256 duration) private view returns (uint40) {
        return uint40(block.timestamp + duration);
    }
}
