// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Market} from "../../../contracts/Market.sol";
import {IClaims} from "../../../contracts/interfaces/IClaims.sol";
import {IMarket} from "../../../contracts/interfaces/IMarket.sol";
import {
    Cid,
    G1Point,
    HyperBounds,
    HyperParameters,
    Phase,
    Settlement,
    Status,
    Submission,
    Terms
} from "../../../contracts/types/MarketTypes.sol";
import {BN254} from "../../../contracts/libraries/BN254.sol";
import {Cohort} from "../../../contracts/libraries/Cohort.sol";
import {TestCourt} from "../../../contracts/mocks/TestCourt.sol";
import {TestToken} from "../../../contracts/mocks/TestToken.sol";
import {VerifierStandIn} from "../../../contracts/mocks/VerifierStandIn.sol";
import {AllowlistTree} from "./AllowlistTree.sol";
import {Grams} from "./Grams.sol";
import {Test} from "./Test.sol";

/// @dev A market with a stand-in verifier, the parties, and one step a function to bring a project to any state.
abstract contract MarketFixture is Test {
    uint256 internal constant GENESIS = 1_800_000_000;
    /// The generator of P-256, which is a valid public key.
    uint256 internal constant KEY_X = 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296;
    uint256 internal constant KEY_Y = 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5;

    address internal constant OWNER = address(0x0A11);
    address internal constant AGGREGATOR = address(0x0A66);
    address internal constant STRANGER = address(0x57A6);

    /// How many trainers may join where the terms say no other.
    uint256 private constant LISTED = 40;
    uint256 private constant FIRST_TRAINER = 0x7000;

    /// What the court costs; odd, so that its halves differ.
    uint256 internal constant COURT_COST = 0.1 ether + 1;
    /// After so long a court that has said nothing has refused to rule.
    uint256 internal constant RULING_DURATION = 365 days;

    Market internal market;
    IClaims internal claims;
    TestCourt internal court;
    VerifierStandIn internal verifier;
    TestToken internal token;
    bytes32[] private _allowlist;

    /// Where forfeits go.
    address internal constant BURNED = address(0);

    function setUp() public virtual {
        _warp(GENESIS);
        vm.prevrandao(keccak256("randomness"));
        verifier = new VerifierStandIn();
        market = new Market(verifier);
        claims = market.claims();
        court = new TestCourt();
        court.setCost(COURT_COST);
        token = new TestToken();
        address[] memory listed = new address[](LISTED);
        for (uint256 i = 0; i < LISTED; ++i) listed[i] = _trainer(i);
        _allowlist = AllowlistTree.grow(listed);
    }

    // ------------------------------------------------------------------------------------------------------ Parties

    function _trainer(uint256 index) internal pure returns (address) {
        return address(uint160(FIRST_TRAINER + index));
    }

    /// @dev That the trainer may join.
    function _proof(address trainer) internal view returns (bytes32[] memory) {
        return AllowlistTree.proof(_allowlist, uint160(trainer) - FIRST_TRAINER);
    }

    /// @dev Gives the account what it needs for one payment, and returns the value to send along.
    function _fund(address account, address currency, uint256 amount) internal returns (uint256 value) {
        if (currency == address(0)) {
            vm.deal(account, account.balance + amount);
            return amount;
        }
        TestToken(currency).mint(account, amount);
        vm.prank(account);
        TestToken(currency).approve(address(market), amount);
    }

    // -------------------------------------------------------------------------------------------------------- Terms

    /// @dev Without a court, so for known trainers only.
    function _terms() internal view returns (Terms memory terms) {
        terms.aggregator = AGGREGATOR;
        terms.bounty = 12 ether;
        terms.aggregatorFee = 1.2 ether;
        terms.aggregatorBond = 8 ether;
        terms.trainerStake = 1 ether;
        terms.rounds = 4;
        terms.minTrainers = 2;
        terms.maxTrainers = 4;
        terms.joinDeadline = uint40(GENESIS + 1 days);
        terms.openDuration = 1 hours;
        terms.trainingDuration = 2 hours;
        terms.settlingDuration = 3 hours;
        terms.contestDuration = 4 days;
        terms.toleratedExpiries = 1;
        terms.toleratedAbsences = 1;
        terms.absencePenaltyBps = 3000;
        terms.fractionBits = 14;
        terms.dimension = 1000;
        terms.hyperBounds = HyperBounds(1, 1_000_000, 1, 10, 1, 1024);
        terms.allowlistRoot = _allowlist[1];
        terms.srsId = verifier.srsId();
        terms.document = Cid(keccak256("document"), 0x70);
    }

    /// @dev The same with a court, and open to all. The bond has 6 ether to spare for claims.
    function _courtTerms() internal view returns (Terms memory terms) {
        terms = _terms();
        terms.arbitrator = address(court);
        terms.allowlistRoot = 0;
        terms.aggregatorBond = 12 ether;
    }

    function _noWeights() internal pure returns (uint16[] memory) {
        return new uint16[](0);
    }

    function _noProof() internal pure returns (bytes32[] memory) {
        return new bytes32[](0);
    }

    // -------------------------------------------------------------------------------------------------------- Steps

    function _create(Terms memory terms, uint16[] memory weights) internal returns (uint256) {
        uint256 value = _fund(OWNER, terms.token, uint256(terms.bounty) + terms.aggregatorFee);
        vm.prank(OWNER);
        return market.create{value: value}(terms, weights);
    }

    function _create(Terms memory terms) internal returns (uint256) {
        return _create(terms, _noWeights());
    }

    function _postBond(uint256 id) internal {
        Terms memory terms = market.terms(id);
        uint256 value = _fund(terms.aggregator, terms.token, terms.aggregatorBond);
        vm.prank(terms.aggregator);
        market.postBond{value: value}(id, KEY_X, KEY_Y);
    }

    function _join(uint256 id, address trainer) internal {
        Terms memory terms = market.terms(id);
        uint256 value = _fund(trainer, terms.token, terms.trainerStake);
        vm.prank(trainer);
        market.join{value: value}(id, _proof(trainer));
    }

    function _start(uint256 id) internal {
        vm.prank(OWNER);
        market.start(id);
    }

    /// @dev A project that can start.
    function _ready(Terms memory terms, uint256 trainers) internal returns (uint256 id) {
        id = _create(terms);
        _postBond(id);
        for (uint256 i = 0; i < trainers; ++i) _join(id, _trainer(i));
    }

    function _running(Terms memory terms, uint256 trainers) internal returns (uint256 id) {
        id = _ready(terms, trainers);
        _start(id);
    }

    function _running(uint256 trainers) internal returns (uint256) {
        return _running(_terms(), trainers);
    }

    function _model() internal pure returns (Cid memory) {
        return Cid(keccak256("model"), 0x55);
    }

    function _hyperParameters() internal pure returns (HyperParameters memory) {
        return HyperParameters(10_000, 1, 32);
    }

    function _open(uint256 id) internal {
        G1Point memory point = _reference(market.state(id).round);
        vm.prank(AGGREGATOR);
        market.openRound(id, _model(), point, _hyperParameters());
    }

    function _submit(uint256 id, address trainer) internal {
        uint16 round = market.state(id).round;
        G1Point memory point = _commitment(trainer, round);
        vm.prank(trainer);
        market.submit(id, round, point, _payload(trainer, round));
    }

    function _refuseRound(uint256 id, address trainer) internal {
        uint16 round = market.state(id).round;
        vm.prank(trainer);
        market.refuse(id, round);
    }

    /// @dev The first `count` trainers submit.
    function _submitAll(uint256 id, uint256 count) internal {
        for (uint256 i = 0; i < count; ++i) _submit(id, _trainer(i));
    }

    function _endTraining(uint256 id) internal {
        uint256 ends = market.state(id).trainingEnds;
        if (clock <= ends) _warp(ends + 1);
    }

    function _settle(uint256 id, Settlement memory settlement) internal {
        _settleAs(AGGREGATOR, id, settlement);
    }

    function _settleAs(address caller, uint256 id, Settlement memory settlement) internal {
        uint16 round = market.state(id).round;
        Submission[] memory submissions = _submissions(id);
        vm.prank(caller);
        market.settle(id, round, submissions, settlement);
    }

    /// @dev A whole round in which the first `count` trainers submit and all of them are kept.
    function _playRound(uint256 id, uint256 count) internal {
        _open(id);
        _submitAll(id, count);
        _endTraining(id);
        _settle(id, _settlement(id));
    }

    /// @dev A whole round in which updates are valid and nobody is kept.
    function _playEmptyRound(uint256 id, uint256 count) internal {
        _open(id);
        _submitAll(id, count);
        _endTraining(id);
        _settle(id, _emptySettlement(id));
    }

    /// @dev A whole round in which no update is valid.
    function _playInvalidRound(uint256 id, uint256 count) internal {
        _open(id);
        _submitAll(id, count);
        _endTraining(id);
        _settle(id, _settlement(id, uint32((1 << count) - 1)));
    }

    /// @dev A whole round in which nobody submits.
    function _failRound(uint256 id) internal {
        _open(id);
        _endTraining(id);
        market.expire(id);
    }

    function _expireOpen(uint256 id) internal {
        _warp(market.state(id).settleBy + 1);
        market.expire(id);
    }

    function _expireIdle(uint256 id) internal {
        _warp(market.state(id).openBy + 1);
        market.expire(id);
    }

    /// @dev A whole round in which the first `count` trainers submit and those whose bits are set are declared invalid.
    function _playExcluding(uint256 id, uint256 count, uint32 invalid) internal {
        _open(id);
        _submitAll(id, count);
        _endTraining(id);
        _settle(id, _settlement(id, invalid));
    }

    /// @dev The trainer claims that its update is valid.
    function _claim(uint256 claimId) internal {
        address trainer = claims.get(claimId).trainer;
        uint256 cost = _fund(trainer, address(0), court.arbitrationCost(""));
        vm.prank(trainer);
        claims.claim{value: cost}(claimId, "opening");
    }

    function _deny(uint256 claimId, address defender) internal {
        uint256 cost = _fund(defender, address(0), court.arbitrationCost(""));
        vm.prank(defender);
        claims.deny{value: cost}(claimId, "transcript");
    }

    /// @dev A trainer claims, a stranger denies, and the court is called.
    function _dispute(uint256 claimId) internal {
        _claim(claimId);
        _deny(claimId, STRANGER);
    }

    function _rule(uint256 claimId, uint256 ruling) internal {
        court.giveRuling(claims.get(claimId).disputeId, ruling);
    }

    /// @dev A stranger concludes a claim that everybody has been silent about.
    function _concludeLate(uint256 claimId) internal {
        uint256 until = claims.get(claimId).until;
        if (clock <= until) _warp(until + 1);
        vm.prank(STRANGER);
        claims.conclude(claimId);
    }

    /// @dev The first `count` trainers take their stakes back.
    function _returnStakes(uint256 id, uint256 count) internal {
        for (uint256 i = 0; i < count; ++i) market.returnStake(id, _trainer(i));
    }

    function _withdrawAll(address account, address currency) internal {
        for (uint256 id = 1; id <= market.projectCount(); ++id) {
            if (market.terms(id).token == currency && _uncredited(id, account) != 0) market.creditPay(id, account);
        }
        uint256 amount = market.balanceOf(account, currency);
        vm.prank(account);
        market.withdraw(currency, account, amount);
    }

    /// @dev A project that completed after one round, with everybody's stake untouched.
    function _completed() internal returns (uint256 id) {
        Terms memory terms = _terms();
        terms.rounds = 1;
        terms.aggregatorBond = 24 ether;
        id = _running(terms, 2);
        _playRound(id, 2);
    }

    function _cancelled() internal returns (uint256 id) {
        id = _ready(_terms(), 2);
        vm.prank(OWNER);
        market.cancel(id);
    }

    function _aborted() internal returns (uint256 id) {
        id = _running(2);
        _expireIdle(id);
        _expireIdle(id);
    }

    // --------------------------------------------------------------------------------------------------- Settlement

    /// @dev scalar · (1, 2), by the precompile.
    function _point(uint256 scalar) internal view returns (G1Point memory) {
        (bool success, bytes memory answer) = address(7).staticcall(abi.encode(1, 2, scalar));
        assertTrue(success, "ECMUL");
        return abi.decode(answer, (G1Point));
    }

    function _reference(uint256 round) internal view returns (G1Point memory) {
        return _point(7 + round);
    }

    function _commitment(address trainer, uint256 round) internal view returns (G1Point memory) {
        return _point(uint256(keccak256(abi.encode("update", trainer, round))) >> 128);
    }

    function _payload(address trainer, uint256 round) internal pure returns (Cid memory) {
        return Cid(keccak256(abi.encode("payload", trainer, round)), 0x55);
    }

    function _aggregate(uint256 round) internal view returns (G1Point memory) {
        return _point(1_000_000 + round);
    }

    function _submission(address trainer, uint256 round) internal view returns (Submission memory) {
        return Submission(trainer, _commitment(trainer, round), _payload(trainer, round));
    }

    function _hash(address trainer, uint256 round) internal view returns (bytes32) {
        Submission memory s = _submission(trainer, round);
        return keccak256(abi.encode(round, trainer, s.commitment.x, s.commitment.y, s.payload.digest, s.payload.codec));
    }

    /// @dev Every submission of the open round, in ascending order of seat.
    function _submissions(uint256 id) internal view returns (Submission[] memory list) {
        IMarket.ProjectState memory state = market.state(id);
        list = new Submission[](_count(state.submittedSeats));
        uint256 next;
        for (uint256 seat = 0; seat < 32; ++seat) {
            if ((state.submittedSeats >> seat) & 1 == 0) continue;
            uint256 index = Cohort.memberOn(state.cohortSeed, state.trainers, seat);
            list[next++] = _submission(market.memberAt(id, index), state.round);
        }
    }

    /// @dev A settlement in which every submission is valid and kept. Updates differ a little.
    function _settlement(uint256 id) internal view returns (Settlement memory settlement) {
        return _settlement(id, 0);
    }

    function _settlement(uint256 id, uint32 invalid) internal view returns (Settlement memory settlement) {
        settlement.invalid = invalid;
        settlement.report = Cid(keccak256("report"), 0x70);
        uint256 valid = _count(market.state(id).submittedSeats) - _count(invalid);
        if (valid == 0) return settlement;
        uint256 publicRows = _publicRows(id);
        settlement.gram = Grams.pack(_vectors(valid, publicRows, 1), publicRows);
        settlement.proof = "proof";
        settlement.aggregateCommitment = _aggregate(market.state(id).round);
        settlement.aggregate = Cid(keccak256("aggregate"), 0x70);
    }

    /// @dev A settlement in which every update points away from the reference, so that nobody is kept.
    function _emptySettlement(uint256 id) internal view returns (Settlement memory settlement) {
        settlement = _settlement(id);
        uint256 count = _count(market.state(id).submittedSeats);
        if (count == 0) return settlement;
        uint256 publicRows = _publicRows(id);
        settlement.gram = Grams.pack(_vectors(count, publicRows, -1), publicRows);
        settlement.aggregateCommitment = G1Point(0, 0);
        settlement.aggregate = Cid(0, 0);
    }

    /// @dev A reference, updates along it (or against it, when `sign` is -1) and public rows across it.
    function _vectors(
        uint256 updates,
        uint256 publicRows,
        int256 sign
    ) internal pure returns (int256[3][] memory vectors) {
        vectors = new int256[3][](1 + updates + publicRows);
        vectors[0] = [int256(1000), 0, 0];
        for (uint256 i = 0; i < updates; ++i) vectors[1 + i] = [sign * (900 + int256(i)), 100 - int256(i), 50];
        for (uint256 a = 0; a < publicRows; ++a) vectors[1 + updates + a] = [int256(10), 500 * int256(a), 400];
    }

    function _publicRows(uint256 id) internal view returns (uint256 count) {
        G1Point[2] memory rows = market.state(id).publicRows;
        while (count < 2 && !BN254.isInfinity(rows[count])) ++count;
    }

    function _count(uint256 bits) internal pure returns (uint256 count) {
        for (; bits != 0; bits &= bits - 1) ++count;
    }

    // --------------------------------------------------------------------------------------------------- Assertions

    /// @dev What is an account's in native currency: what it can withdraw, and what it has earned and was not credited yet.
    function _balance(address account) internal view returns (uint256 balance) {
        balance = market.balanceOf(account, address(0));
        for (uint256 id = 1; id <= market.projectCount(); ++id) {
            if (market.terms(id).token == address(0)) balance += _uncredited(id, account);
        }
    }

    /// @dev What an account has earned in a project.
    function _earned(uint256 id, address account) internal view returns (uint256) {
        IMarket.Member memory member = market.member(id, account);
        return member.joined ? market.earnedBy(id, member.index) : 0;
    }

    /// @dev What of it was not credited yet.
    function _uncredited(uint256 id, address account) internal view returns (uint256) {
        return _earned(id, account) - market.member(id, account).credited;
    }

    function _assertPhase(uint256 id, Phase expected) internal view {
        assertEq(uint256(market.state(id).phase), uint256(expected), "phase");
    }

    function _assertStatus(uint256 id, Status expected) internal view {
        assertEq(uint256(market.state(id).status), uint256(expected), "status");
    }

    /// @dev Calls as `sender` must revert with exactly this.
    function _refuse(address sender, bytes memory failure) internal {
        vm.expectRevert(failure);
        vm.prank(sender);
    }
}
