// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {IMarket} from "../../../contracts/interfaces/IMarket.sol";
import {Terms} from "../../../contracts/types/MarketTypes.sol";
import {MarketErrors as Errors} from "../../../contracts/errors/MarketErrors.sol";
import {AllowlistTree} from "../utils/AllowlistTree.sol";
import {MarketFixture} from "../utils/MarketFixture.sol";

/// @dev join (Open)
///      ├── open to all: with the stake, until the join deadline, until full
///      ├── with an allowlist: with a proof for the caller
///      └── twice, late, when full, with another value, without or with another's proof: reverts
contract JoinTest is MarketFixture {
    function test_Join_LocksTheStake() external {
        uint256 id = _create(_terms());
        vm.expectEmit(address(market));
        emit IMarket.TrainerJoined(id, _trainer(0), 0);
        _join(id, _trainer(0));
        _join(id, _trainer(1));
        IMarket.Member memory member = market.member(id, _trainer(1));
        assertTrue(member.joined, "joined");
        assertEq(member.index, 1, "index");
        assertEq(member.stake, 1 ether, "stake");
        assertEq(member.absences, 0, "absences");
        assertTrue(!member.stakeReturned, "not returned");
        assertEq(market.memberAt(id, 0), _trainer(0), "first");
        assertEq(market.memberAt(id, 1), _trainer(1), "second");
        assertEq(market.memberAt(id, 2), address(0), "nobody");
        assertEq(market.state(id).trainers, 2, "trainers");
        assertEq(address(market).balance, 15.2 ether, "held");
    }

    function test_Join_AtTheDeadline() external {
        uint256 id = _create(_terms());
        _warp(_terms().joinDeadline);
        _join(id, _trainer(0));
    }

    function test_Join_RefusesAfterTheDeadline() external {
        uint256 id = _create(_terms());
        uint256 deadline = _terms().joinDeadline;
        _warp(deadline + 1);
        _refuse(STRANGER, abi.encodeWithSelector(Errors.Market_DeadlinePassed.selector, id, deadline, clock));
        market.join(id, _noProof());
    }

    function test_Join_RefusesTwice() external {
        uint256 id = _create(_terms());
        _join(id, _trainer(0));
        _refuse(_trainer(0), abi.encodeWithSelector(Errors.Market_AlreadyJoined.selector, id, _trainer(0)));
        market.join(id, _noProof());
    }

    function test_Join_RefusesWhenFull() external {
        uint256 id = _ready(_terms(), 4);
        _refuse(STRANGER, abi.encodeWithSelector(Errors.Market_ProjectFull.selector, id, 4));
        market.join(id, _noProof());
    }

    function test_Join_RefusesWrongValue() external {
        uint256 id = _create(_courtTerms());
        vm.deal(STRANGER, 2 ether);
        _refuse(STRANGER, abi.encodeWithSelector(Errors.Market_WrongValue.selector, 1 ether - 1, 1 ether));
        market.join{value: 1 ether - 1}(id, _noProof());
        _refuse(STRANGER, abi.encodeWithSelector(Errors.Market_WrongValue.selector, 1 ether + 1, 1 ether));
        market.join{value: 1 ether + 1}(id, _noProof());
    }

    function test_Join_WithoutAnAllowlistAnybodyMay() external {
        uint256 id = _create(_courtTerms());
        vm.deal(STRANGER, 1 ether);
        vm.prank(STRANGER);
        market.join{value: 1 ether}(id, _noProof());
        assertTrue(market.member(id, STRANGER).joined, "joined");
    }

    function test_Join_GreatestStake() external {
        Terms memory terms = _terms();
        terms.trainerStake = type(uint128).max;
        uint256 id = _create(terms);
        _join(id, _trainer(0));
        assertEq(market.member(id, _trainer(0)).stake, type(uint128).max, "stake");
    }

    // ---------------------------------------------------------------------------------------------------- Allowlist

    function test_Join_AdmitsTheListed() external {
        (uint256 id, bytes32[] memory proof) = _invited();
        vm.deal(_trainer(0), 1 ether);
        vm.prank(_trainer(0));
        market.join{value: 1 ether}(id, proof);
        assertTrue(market.member(id, _trainer(0)).joined, "joined");
    }

    function test_Join_RefusesAnothersProof() external {
        (uint256 id, bytes32[] memory proof) = _invited();
        bytes32 root = market.terms(id).allowlistRoot;
        vm.deal(STRANGER, 1 ether);
        _refuse(STRANGER, abi.encodeWithSelector(Errors.Market_NotAllowed.selector, id, STRANGER, root));
        market.join{value: 1 ether}(id, proof);
    }

    function test_Join_RefusesNoProof() external {
        (uint256 id, ) = _invited();
        bytes32 root = market.terms(id).allowlistRoot;
        vm.deal(_trainer(0), 1 ether);
        _refuse(_trainer(0), abi.encodeWithSelector(Errors.Market_NotAllowed.selector, id, _trainer(0), root));
        market.join{value: 1 ether}(id, _noProof());
    }

    /// @dev A list of two trainers, and the proof of the first.
    function _invited() private returns (uint256 id, bytes32[] memory proof) {
        proof = new bytes32[](1);
        proof[0] = AllowlistTree.leaf(_trainer(1));
        Terms memory terms = _terms();
        terms.allowlistRoot = MerkleProof.processProof(proof, AllowlistTree.leaf(_trainer(0)));
        id = _create(terms);
    }
}
