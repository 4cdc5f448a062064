// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IClaims} from "../../../contracts/interfaces/IClaims.sol";
import {IMarket} from "../../../contracts/interfaces/IMarket.sol";
import {Phase, Status} from "../../../contracts/types/MarketTypes.sol";
import {Market} from "../../../contracts/Market.sol";
import {TestToken} from "../../../contracts/mocks/TestToken.sol";
import {Test} from "../utils/Test.sol";
import {MarketHandler} from "./MarketHandler.sol";

/// @dev What holds after every sequence of calls, by anybody, at any time.
///
///      1. Solvency: the market holds exactly what can be withdrawn, what is burned, and what is locked (escrow, bonds,
///         pay that was not credited, stakes, compensation that goes with the stakes).
///      2. Conservation: what was paid in is what is held plus what was withdrawn.
///      3. A final state is final: no project leaves Completed, Cancelled or Aborted, and it keeps no escrow but rollover
///         and what is contested.
///      4. Once only: no stake and no bond is returned twice, and no withdrawal pays other than what it takes.
///      5. The owner's balance does not grow while its project runs.
///      6. While a project runs, its escrow covers the rollover, what is contested, and the rewards and fees of all rounds
///         that are not over.
///      7. While a project can still have rounds expire, its bond covers their rewards.
///      8. No call panics.
///      9. No party's silence locks another's money: a stranger can end every project by waiting, and everybody can
///         withdraw everything that is not burned, to the last unit.
///     10. The books agree: trainers by index and by account, what each has earned and the sum, submissions and refusals,
///         claims by project and by trainer, and their parts.
///     11. The contract of claims holds exactly what can be withdrawn of it and the deposits of open claims; and what was
///         paid into it is what it holds, what was withdrawn, and what the court was paid.
contract MarketInvariants is Test {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    uint256 private constant STEPS = 128;

    MarketHandler private handler;
    Market private market;
    IClaims private claims;

    function setUp() public {
        handler = new MarketHandler();
        market = handler.instance();
        claims = handler.instanceOfClaims();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory selectors) {
        selectors = new FuzzSelector[](1);
        selectors[0].addr = address(handler);
        selectors[0].selectors = new bytes4[](2);
        selectors[0].selectors[0] = MarketHandler.act.selector;
        selectors[0].selectors[1] = MarketHandler.advance.selector;
    }

    function invariant_1_Solvency() external view {
        _checkSolvency();
    }

    function invariant_2_Conservation() external view {
        address[2] memory currencies = handler.currencies();
        for (uint256 c = 0; c < 2; ++c) {
            uint256 accounted = _held(currencies[c]) + handler.withdrawn(currencies[c]);
            assertEq(accounted, handler.deposited(currencies[c]), "held and withdrawn, against paid in");
        }
    }

    function invariant_3_FinalStatesAreFinal() external view {
        assertEq(handler.revivals(), 0, "transitions out of final states");
        for (uint256 id = 1; id <= market.projectCount(); ++id) {
            IMarket.ProjectState memory state = market.state(id);
            if (handler.ended(id) == Status.None) continue;
            assertEq(uint256(state.status), uint256(handler.ended(id)), "status after the end");
            assertLe(state.escrow, uint256(state.rollover) + state.contested, "escrow after the end");
        }
    }

    function invariant_4_OnceOnly() external view {
        assertEq(handler.overpaidWithdrawals(), 0, "withdrawals of another amount than credited");
        address[] memory accounts = handler.accounts();
        for (uint256 id = 1; id <= market.projectCount(); ++id) {
            assertLe(handler.bondReturns(id), 1, "returns of the bond");
            for (uint256 i = 0; i < accounts.length; ++i) {
                assertLe(handler.stakeReturns(id, accounts[i]), 1, "returns of a stake");
            }
        }
    }

    function invariant_5_OwnerTakesNothingFromARunningProject() external view {
        assertEq(handler.ownerGains(), 0, "credits to owners of running projects");
    }

    function invariant_6_EscrowCoversWhatIsNotOver() external view {
        for (uint256 id = 1; id <= market.projectCount(); ++id) {
            IMarket.ProjectState memory state = market.state(id);
            if (state.status != Status.Running) continue;
            uint256 rounds = market.terms(id).rounds;
            uint256 due =
                uint256(state.rollover) +
                    state.contested +
                    (rounds - state.round) * (market.terms(id).aggregatorFee / rounds);
            for (uint256 round = state.round; round < rounds; ++round) due += market.roundReward(id, round);
            assertLe(due, state.escrow, "rollover, rewards and fees to come, against the escrow");
        }
    }

    function invariant_7_BondCoversExpiries() external view {
        for (uint256 id = 1; id <= market.projectCount(); ++id) {
            IMarket.ProjectState memory state = market.state(id);
            if (state.status != Status.Running) continue;
            uint256 largest;
            for (uint256 round = 0; round < market.terms(id).rounds; ++round) {
                uint256 reward = market.roundReward(id, round);
                if (reward > largest) largest = reward;
            }
            uint256 left = uint256(market.terms(id).toleratedExpiries) + 1 - state.expiries;
            assertLe(left * largest, state.bond, "rewards that may fall due, against the bond");
        }
    }

    function invariant_8_NoPanics() external view {
        assertEq(handler.panics(), 0, "panics");
    }

    function invariant_10_BooksAgree() external view {
        address[] memory accounts = handler.accounts();
        for (uint256 id = 1; id <= market.projectCount(); ++id) {
            IMarket.ProjectState memory state = market.state(id);
            assertEq(state.submittedSeats & state.refusedSeats, 0, "submitted and refused");
            uint256 joined;
            uint256 earned;
            uint256 validUpdates;
            uint256 openClaims;
            for (uint256 i = 0; i < accounts.length; ++i) {
                IMarket.Member memory member = market.member(id, accounts[i]);
                validUpdates += member.validUpdates;
                openClaims += member.openClaims;
                if (!member.joined) continue;
                ++joined;
                earned += market.earnedBy(id, member.index);
                assertLe(member.credited, market.earnedBy(id, member.index), "credited, against earned");
                assertEq(market.memberAt(id, member.index), accounts[i], "trainer by index");
            }
            assertEq(joined, state.trainers, "trainers");
            assertEq(market.memberAt(id, joined), address(0), "nobody past the last");
            assertEq(earned, state.earned, "sum of what was earned");
            assertEq(validUpdates, state.validUpdates, "sum of valid updates");
            assertEq(openClaims, state.openClaims, "sum of open claims");
            (uint256 open, uint256 contested) = _openClaimsOf(id);
            assertEq(open, state.openClaims, "open claims");
            assertEq(contested, state.contested, "sum of what is contested");
        }
    }

    function invariant_11_Claims() external view {
        _checkClaims();
    }

    /// @dev Invariant 9, after walks of 128 steps.
    function testFuzz_9_SilenceLocksNothing(uint256 seed) external {
        _walk(seed);
        _checkSolvency();
        _checkClaims();
        handler.drain();
        _checkClaims();
        assertEq(address(claims).balance, 0, "left in the contract of claims");
        address[2] memory currencies = handler.currencies();
        for (uint256 c = 0; c < 2; ++c) {
            uint256 burned = market.balanceOf(address(0), currencies[c]);
            assertEq(_held(currencies[c]), burned, "left in the market, against burned");
            uint256 accounted = handler.withdrawn(currencies[c]) + burned;
            assertEq(accounted, handler.deposited(currencies[c]), "withdrawn and burned, against paid in");
        }
        address[] memory accounts = handler.accounts();
        for (uint256 id = 1; id <= market.projectCount(); ++id) {
            IMarket.ProjectState memory state = market.state(id);
            assertTrue(state.status >= Status.Completed, "ended");
            assertEq(state.escrow, 0, "escrow");
            assertEq(state.bond, 0, "bond");
            assertEq(state.openClaims, 0, "open claims");
            for (uint256 i = 0; i < accounts.length; ++i) assertEq(market.member(id, accounts[i]).stake, 0, "stake");
        }
        assertEq(handler.panics(), 0, "panics");
    }

    /// @dev The walks get somewhere: two of them take every way that a round and a project can take. They are few, since a
    ///      test that fails is run once more with every instruction remembered, which takes some 9 MB for each step.
    function test_Walks_ReachEveryEndOfARound() external {
        bool[10] memory reached;
        string[10] memory ways = [
            "a round was not opened",
            "a round was not settled",
            "a round failed",
            "a project was stopped with a round open",
            "a round was refused",
            "a trainer left",
            "a round was settled",
            "a project ended",
            "pay was credited",
            "somebody withdrew"
        ];
        uint256[2] memory walks = [uint256(20), 34];
        for (uint256 walk = 0; walk < walks.length; ++walk) {
            setUp();
            _walk(walks[walk]);
            bool[10] memory now_ = [
                handler.expiries(Phase.Idle) != 0,
                handler.expiries(Phase.Settling) != 0,
                handler.expiries(Phase.Failed) != 0,
                handler.stops() != 0,
                handler.successesOf(IMarket.refuse.selector) != 0,
                handler.successesOf(IMarket.quit.selector) != 0,
                handler.successesOf(IMarket.settle.selector) != 0,
                handler.successesOf(IMarket.returnStake.selector) != 0,
                handler.successesOf(IMarket.creditPay.selector) != 0,
                handler.successesOf(IMarket.withdraw.selector) != 0
            ];
            for (uint256 k = 0; k < ways.length; ++k) reached[k] = reached[k] || now_[k];
        }
        for (uint256 k = 0; k < ways.length; ++k) assertTrue(reached[k], ways[k]);
    }

    /// @dev The same of claims: every ruling, and silence in every stage.
    function test_Walks_ReachEveryEndOfAClaim() external {
        bool[8] memory reached;
        string[8] memory ways = [
            "nobody claimed",
            "nobody denied a claim",
            "a court was silent",
            "a court refused to rule",
            "a court ruled valid",
            "a court ruled invalid",
            "a court ruled what there is not",
            "somebody withdrew a deposit"
        ];
        uint256[3] memory walks = [uint256(9), 35, 45];
        for (uint256 walk = 0; walk < walks.length; ++walk) {
            setUp();
            _walk(walks[walk]);
            for (uint256 k = 0; k < 3; ++k)
                reached[k] = reached[k] || handler.silences(IClaims.Stage(uint256(IClaims.Stage.Excluded) + k)) != 0;
            for (uint256 ruling = 0; ruling < handler.RULINGS(); ++ruling)
                reached[3 + ruling] = reached[3 + ruling] || handler.rulings(ruling) != 0;
            reached[7] = reached[7] || handler.successesOf(IClaims.withdraw.selector) != 0;
        }
        for (uint256 k = 0; k < ways.length; ++k) assertTrue(reached[k], ways[k]);
    }

    function _walk(uint256 seed) private {
        for (uint256 i = 0; i < STEPS; ++i) {
            uint256 step = uint256(keccak256(abi.encode(seed, i)));
            if (step % 3 == 0) handler.act(step >> 8);
            else handler.advance(step >> 8);
        }
    }

    /// @dev How many of a project's claims are not concluded, and the sum of their parts.
    function _openClaimsOf(uint256 id) private view returns (uint256 open, uint256 contested) {
        for (uint256 claimId = 1; claimId <= claims.claimCount(); ++claimId) {
            IClaims.ClaimState memory about = claims.get(claimId);
            if (about.projectId != id || about.stage == IClaims.Stage.Concluded) continue;
            ++open;
            contested += about.part;
        }
    }

    function _checkClaims() private view {
        uint256 owed;
        for (uint256 claimId = 1; claimId <= claims.claimCount(); ++claimId) owed += claims.get(claimId).deposit;
        address[] memory accounts = handler.accounts();
        for (uint256 i = 0; i < accounts.length; ++i) owed += claims.balanceOf(accounts[i]);
        assertEq(address(claims).balance, owed, "held by the contract of claims, against owed");
        (uint256 paidIn, uint256 takenOut) = handler.claimsFlow();
        uint256 accounted = owed + takenOut + handler.paidToCourt();
        assertEq(accounted, paidIn, "held, withdrawn and paid to the court, against paid in");
    }

    function _checkSolvency() private view {
        address[2] memory currencies = handler.currencies();
        address[] memory accounts = handler.accounts();
        for (uint256 c = 0; c < 2; ++c) {
            uint256 owed = market.balanceOf(address(0), currencies[c]);
            for (uint256 i = 0; i < accounts.length; ++i) owed += market.balanceOf(accounts[i], currencies[c]);
            for (uint256 id = 1; id <= market.projectCount(); ++id) {
                if (market.terms(id).token != currencies[c]) continue;
                IMarket.ProjectState memory state = market.state(id);
                owed += state.escrow + state.bond;
                for (uint256 i = 0; i < accounts.length; ++i) {
                    IMarket.Member memory member = market.member(id, accounts[i]);
                    owed += member.stake;
                    if (!member.joined) continue;
                    owed += market.earnedBy(id, member.index) - member.credited;
                    if (!member.stakeReturned) owed += state.idleCompensation;
                }
            }
            assertEq(_held(currencies[c]), owed, "held, against owed");
        }
    }

    function _held(address currency) private view returns (uint256) {
        return currency == address(0) ? address(market).balance : TestToken(currency).balanceOf(address(market));
    }
}
