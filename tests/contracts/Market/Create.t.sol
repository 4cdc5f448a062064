// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMarket} from "../../../contracts/interfaces/IMarket.sol";
import {Cid, HyperBounds, Status, Terms} from "../../../contracts/types/MarketTypes.sol";
import {MarketErrors as Errors} from "../../../contracts/errors/MarketErrors.sol";
import {MarketFixture} from "../utils/MarketFixture.sol";

/// @dev create
///      ├── when the terms are valid: Open, escrow held, terms readable
///      ├── when reward weights are given: split by weight, rounded down
///      ├── when there is neither court nor allowlist: reverts
///      └── when a term is out of range, weights do not fit, the bond is small, or the value is wrong: reverts
contract CreateTest is MarketFixture {
    function test_Create_OpensAndEscrows() external {
        Terms memory terms = _terms();
        uint256 id = _create(terms);
        IMarket.ProjectState memory state = market.state(id);
        assertEq(id, 1, "first id");
        assertEq(market.projectCount(), 1, "count");
        assertEq(state.owner, OWNER, "owner");
        _assertStatus(id, Status.Open);
        assertEq(state.escrow, 13.2 ether, "escrow");
        assertEq(address(market).balance, 13.2 ether, "held");
        assertEq(keccak256(abi.encode(market.terms(id))), keccak256(abi.encode(terms)), "terms");
    }

    function test_Create_HoldsTokens() external {
        Terms memory terms = _terms();
        terms.token = address(token);
        uint256 id = _create(terms);
        assertEq(token.balanceOf(address(market)), 13.2 ether, "held");
        assertEq(market.state(id).escrow, 13.2 ether, "escrow");
    }

    function test_Create_NumbersProjects() external {
        assertEq(_create(_terms()), 1, "first");
        assertEq(_create(_terms()), 2, "second");
    }

    function test_Create_EqualParts() external {
        Terms memory terms = _terms();
        terms.bounty = 13;
        uint256 id = _create(terms);
        for (uint256 round = 0; round < 4; ++round) assertEq(market.roundReward(id, round), 3, "reward");
        assertEq(market.roundReward(id, 4), 0, "past the last round");
    }

    function test_Create_PartsByWeight() external {
        Terms memory terms = _terms();
        terms.bounty = 100;
        uint16[] memory weights = new uint16[](4);
        (weights[0], weights[1], weights[2], weights[3]) = (1, 2, 65_535, 4);
        uint256 id = _create(terms, weights);
        assertEq(market.roundReward(id, 0), 0, "100 / 65542");
        assertEq(market.roundReward(id, 2), 99, "6553500 / 65542");
        assertEq(market.roundReward(id, 4), 0, "past the last round");
    }

    function test_Create_GreatestAmounts() external {
        Terms memory terms = _terms();
        terms.rounds = 1;
        terms.toleratedExpiries = 0;
        terms.bounty = type(uint128).max - 5;
        terms.aggregatorFee = 5;
        terms.aggregatorBond = type(uint128).max;
        terms.token = address(token);
        uint256 id = _create(terms);
        assertEq(market.state(id).escrow, type(uint128).max, "escrow");
        assertEq(market.roundReward(id, 0), type(uint128).max - 5, "reward");
    }

    function test_Create_RefusesMoreThanTheEscrowHolds() external {
        Terms memory terms = _terms();
        terms.bounty = type(uint128).max - 4;
        terms.aggregatorFee = 5;
        terms.aggregatorBond = type(uint128).max;
        _refuseTerm(terms, "aggregatorFee", 5, 0, 4);
    }

    function test_Create_1024Weights() external {
        Terms memory terms = _terms();
        terms.rounds = 1024;
        uint16[] memory weights = new uint16[](1024);
        for (uint256 i = 0; i < 1024; ++i) weights[i] = type(uint16).max;
        uint256 id = _create(terms, weights);
        assertEq(market.roundReward(id, 1023), uint256(12 ether) / 1024, "last reward");
    }

    function test_Create_DeadlineNow() external {
        Terms memory terms = _terms();
        terms.joinDeadline = uint40(clock);
        _create(terms);
    }

    function test_Create_LongestDurations() external {
        Terms memory terms = _terms();
        terms.joinDeadline = uint40(clock + 365 days);
        terms.openDuration = 365 days;
        terms.trainingDuration = 365 days;
        terms.settlingDuration = 365 days;
        terms.contestDuration = 365 days;
        _create(terms);
    }

    function test_Create_WithACourtTheLeastBondSparesAReward() external {
        Terms memory terms = _courtTerms();
        // Two rounds of 3 ether each can expire, and once more as much is for claims.
        terms.aggregatorBond = 9 ether;
        terms.contestDuration = 1;
        uint256 id = _create(terms);
        assertEq(market.terms(id).arbitrator, address(court), "arbitrator");
    }

    function test_RevertWhen_Create_TheCourtIsNoContract() external {
        Terms memory terms = _courtTerms();
        terms.arbitrator = STRANGER;
        _refuseCreate(terms, _noWeights(), abi.encodeWithSelector(Errors.Market_NoCourt.selector, STRANGER));
    }

    function test_RevertWhen_Create_IsOpenWithoutACourt() external {
        Terms memory terms = _terms();
        terms.allowlistRoot = 0;
        _refuseCreate(terms, _noWeights(), abi.encodeWithSelector(Errors.Market_OpenWithoutCourt.selector));
    }

    function test_Create_WithoutACourtAcceptsAnAllowlist() external {
        Terms memory terms = _terms();
        assertEq(terms.arbitrator, address(0), "arbitrator");
        uint256 id = _create(terms);
        assertTrue(market.terms(id).allowlistRoot != 0, "allowlist");
    }

    function test_Create_WithACourtAcceptsEverybody() external {
        uint256 id = _create(_courtTerms());
        assertEq(market.terms(id).arbitrator, address(court), "arbitrator");
        assertEq(market.terms(id).allowlistRoot, 0, "allowlist");
    }

    function test_Create_WithACourtAcceptsAnAllowlist() external {
        Terms memory terms = _courtTerms();
        terms.allowlistRoot = _terms().allowlistRoot;
        uint256 id = _create(terms);
        assertEq(market.terms(id).allowlistRoot, terms.allowlistRoot, "allowlist");
    }

    function test_Create_WithoutACourtNothingNeedBeContested() external {
        Terms memory terms = _terms();
        terms.aggregatorBond = 6 ether;
        terms.contestDuration = 0;
        _create(terms);
    }

    function test_Create_32TrainersNeedNoRandomness() external {
        vm.prevrandao(0);
        Terms memory terms = _terms();
        terms.maxTrainers = 32;
        _create(terms);
    }

    function test_Create_33TrainersNeedRandomness() external {
        Terms memory terms = _terms();
        terms.maxTrainers = 33;
        uint256 most = type(uint64).max;
        vm.prevrandao(bytes32(most));
        _refuseCreate(terms, _noWeights(), abi.encodeWithSelector(Errors.Market_NoRandomness.selector, most));
        vm.prevrandao(bytes32(most + 1));
        _create(terms);
    }

    // ------------------------------------------------------------------------------------------------------ Refused

    function test_Create_RefusesNoAggregator() external {
        Terms memory terms = _terms();
        terms.aggregator = address(0);
        _refuseTerm(terms, "aggregator", 0, 1, type(uint160).max);
    }

    function test_Create_RefusesNoRounds() external {
        Terms memory terms = _terms();
        terms.rounds = 0;
        _refuseTerm(terms, "rounds", 0, 1, 1024);
    }

    function test_Create_RefusesTooManyRounds() external {
        Terms memory terms = _terms();
        terms.rounds = 1025;
        _refuseTerm(terms, "rounds", 1025, 1, 1024);
    }

    function test_Create_RefusesNoTrainers() external {
        Terms memory terms = _terms();
        terms.minTrainers = 0;
        _refuseTerm(terms, "minTrainers", 0, 1, type(uint16).max);
    }

    function test_Create_RefusesFewerMostThanFewest() external {
        Terms memory terms = _terms();
        terms.maxTrainers = 1;
        _refuseTerm(terms, "maxTrainers", 1, 2, type(uint16).max);
    }

    function test_Create_RefusesPastDeadline() external {
        Terms memory terms = _terms();
        terms.joinDeadline = uint40(clock - 1);
        _refuseTerm(terms, "joinDeadline", clock - 1, clock, clock + 365 days);
    }

    function test_Create_RefusesNoOpenDuration() external {
        Terms memory terms = _terms();
        terms.openDuration = 0;
        _refuseTerm(terms, "openDuration", 0, 1, 365 days);
    }

    function test_Create_RefusesNoTrainingDuration() external {
        Terms memory terms = _terms();
        terms.trainingDuration = 0;
        _refuseTerm(terms, "trainingDuration", 0, 1, 365 days);
    }

    function test_Create_RefusesNoSettlingDuration() external {
        Terms memory terms = _terms();
        terms.settlingDuration = 0;
        _refuseTerm(terms, "settlingDuration", 0, 1, 365 days);
    }

    function test_Create_RefusesFarDeadline() external {
        Terms memory terms = _terms();
        terms.joinDeadline = uint40(clock + 365 days + 1);
        _refuseTerm(terms, "joinDeadline", clock + 365 days + 1, clock, clock + 365 days);
    }

    function test_Create_RefusesLongOpenDuration() external {
        Terms memory terms = _terms();
        terms.openDuration = 365 days + 1;
        _refuseTerm(terms, "openDuration", 365 days + 1, 1, 365 days);
    }

    function test_Create_RefusesLongTrainingDuration() external {
        Terms memory terms = _terms();
        terms.trainingDuration = 365 days + 1;
        _refuseTerm(terms, "trainingDuration", 365 days + 1, 1, 365 days);
    }

    function test_Create_RefusesLongSettlingDuration() external {
        Terms memory terms = _terms();
        terms.settlingDuration = 365 days + 1;
        _refuseTerm(terms, "settlingDuration", 365 days + 1, 1, 365 days);
    }

    function test_Create_RefusesLongContestDuration() external {
        Terms memory terms = _terms();
        terms.contestDuration = 365 days + 1;
        _refuseTerm(terms, "contestDuration", 365 days + 1, 0, 365 days);
    }

    function test_Create_RefusesCourtWithoutTimeToContest() external {
        Terms memory terms = _courtTerms();
        terms.contestDuration = 0;
        _refuseTerm(terms, "contestDuration", 0, 1, 365 days);
        terms.contestDuration = 365 days + 1;
        _refuseTerm(terms, "contestDuration", 365 days + 1, 1, 365 days);
    }

    function test_Create_RefusesUncountableExpiries() external {
        Terms memory terms = _terms();
        terms.toleratedExpiries = 255;
        _refuseTerm(terms, "toleratedExpiries", 255, 0, 254);
    }

    function test_Create_RefusesPenaltyAboveStake() external {
        Terms memory terms = _terms();
        terms.absencePenaltyBps = 10_001;
        _refuseTerm(terms, "absencePenaltyBps", 10_001, 0, 10_000);
    }

    function test_Create_RefusesTooManyFractionBits() external {
        Terms memory terms = _terms();
        terms.fractionBits = 31;
        _refuseTerm(terms, "fractionBits", 31, 0, 30);
    }

    function test_Create_RefusesNoDimension() external {
        Terms memory terms = _terms();
        terms.dimension = 0;
        _refuseTerm(terms, "dimension", 0, 1, 1 << 20);
    }

    function test_Create_RefusesLongVectors() external {
        Terms memory terms = _terms();
        terms.dimension = (1 << 20) + 1;
        _refuseTerm(terms, "dimension", (1 << 20) + 1, 1, 1 << 20);
    }

    function test_Create_RefusesEmptyLearningRates() external {
        Terms memory terms = _terms();
        terms.hyperBounds = HyperBounds(3, 2, 1, 10, 1, 1024);
        _refuseTerm(terms, "maxLearningRate", 2, 3, type(uint32).max);
    }

    function test_Create_RefusesNoEpochs() external {
        Terms memory terms = _terms();
        terms.hyperBounds = HyperBounds(1, 2, 0, 10, 1, 1024);
        _refuseTerm(terms, "minLocalEpochs", 0, 1, type(uint16).max);
    }

    function test_Create_RefusesEmptyEpochs() external {
        Terms memory terms = _terms();
        terms.hyperBounds = HyperBounds(1, 2, 5, 4, 1, 1024);
        _refuseTerm(terms, "maxLocalEpochs", 4, 5, type(uint16).max);
    }

    function test_Create_RefusesNoBatch() external {
        Terms memory terms = _terms();
        terms.hyperBounds = HyperBounds(1, 2, 1, 10, 0, 1024);
        _refuseTerm(terms, "minBatchSize", 0, 1, type(uint16).max);
    }

    function test_Create_RefusesEmptyBatches() external {
        Terms memory terms = _terms();
        terms.hyperBounds = HyperBounds(1, 2, 1, 10, 9, 8);
        _refuseTerm(terms, "maxBatchSize", 8, 9, type(uint16).max);
    }

    function test_Create_RefusesOtherSrs() external {
        Terms memory terms = _terms();
        bytes32 srs = terms.srsId;
        terms.srsId = bytes32(uint256(1));
        _refuseCreate(terms, _noWeights(), abi.encodeWithSelector(Errors.Market_WrongSrs.selector, terms.srsId, srs));
    }

    function test_Create_RefusesUnknownCodec() external {
        Terms memory terms = _terms();
        terms.document = Cid(bytes32(uint256(5)), 0x71);
        bytes memory failure = abi.encodeWithSelector(Errors.Market_InvalidCid.selector, bytes32(uint256(5)), 0x71);
        _refuseCreate(terms, _noWeights(), failure);
    }

    function test_Create_RefusesMissingWeights() external {
        bytes memory failure = abi.encodeWithSelector(Errors.Market_WrongWeightCount.selector, 3, 4);
        _refuseCreate(_terms(), new uint16[](3), failure);
    }

    function test_Create_RefusesZeroWeight() external {
        uint16[] memory weights = new uint16[](4);
        (weights[0], weights[1], weights[3]) = (1, 1, 1);
        _refuseCreate(_terms(), weights, abi.encodeWithSelector(Errors.Market_ZeroWeight.selector, 2));
    }

    function test_Create_RefusesSmallBond() external {
        Terms memory terms = _terms();
        terms.aggregatorBond = 6 ether - 1;
        bytes memory failure = abi.encodeWithSelector(Errors.Market_BondTooSmall.selector, 6 ether - 1, 6 ether);
        _refuseCreate(terms, _noWeights(), failure);
    }

    function test_Create_RefusesBondThatSparesNothingForClaims() external {
        Terms memory terms = _courtTerms();
        terms.aggregatorBond = 9 ether - 1;
        bytes memory failure = abi.encodeWithSelector(Errors.Market_BondTooSmall.selector, 9 ether - 1, 9 ether);
        _refuseCreate(terms, _noWeights(), failure);
        uint16[] memory weights = new uint16[](4);
        (weights[0], weights[1], weights[2], weights[3]) = (1, 1, 1, 3);
        // The last round pays 6 ether.
        terms.aggregatorBond = 18 ether - 1;
        failure = abi.encodeWithSelector(Errors.Market_BondTooSmall.selector, 18 ether - 1, 18 ether);
        _refuseCreate(terms, weights, failure);
    }

    function test_Create_RefusesBondSmallForLargestRound() external {
        uint16[] memory weights = new uint16[](4);
        (weights[0], weights[1], weights[2], weights[3]) = (1, 1, 1, 3);
        Terms memory terms = _terms();
        // The last round pays 6 ether, and two rounds can expire.
        bytes memory failure = abi.encodeWithSelector(Errors.Market_BondTooSmall.selector, 8 ether, 12 ether);
        _refuseCreate(terms, weights, failure);
    }

    function test_Create_RefusesWrongValue() external {
        Terms memory terms = _terms();
        vm.deal(OWNER, 100 ether);
        _refuse(OWNER, abi.encodeWithSelector(Errors.Market_WrongValue.selector, 13.2 ether - 1, 13.2 ether));
        market.create{value: 13.2 ether - 1}(terms, _noWeights());
        _refuse(OWNER, abi.encodeWithSelector(Errors.Market_WrongValue.selector, 13.2 ether + 1, 13.2 ether));
        market.create{value: 13.2 ether + 1}(terms, _noWeights());
    }

    function test_Create_RefusesValueBesideTokens() external {
        Terms memory terms = _terms();
        terms.token = address(token);
        vm.deal(OWNER, 1);
        _refuse(OWNER, abi.encodeWithSelector(Errors.Market_WrongValue.selector, 1, 0));
        market.create{value: 1}(terms, _noWeights());
    }

    function _refuseTerm(Terms memory terms, bytes32 term, uint256 value, uint256 least, uint256 most) private {
        bytes memory failure = abi.encodeWithSelector(Errors.Market_TermOutOfRange.selector, term, value, least, most);
        _refuseCreate(terms, _noWeights(), failure);
    }

    function _refuseCreate(Terms memory terms, uint16[] memory weights, bytes memory failure) private {
        uint256 value = uint256(terms.bounty) + terms.aggregatorFee;
        vm.deal(OWNER, value);
        _refuse(OWNER, failure);
        market.create{value: value}(terms, weights);
    }
}
