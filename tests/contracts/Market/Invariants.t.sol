// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMarket} from "../../../contracts/interfaces/IMarket.sol";
import {Phase, Status} from "../../../contracts/types/MarketTypes.sol";
import {Market} from "../../../contracts/Market.sol";
import {TestToken} from "../../../contracts/mocks/TestToken.sol";
import {Test} from "../utils/Test.sol";
import {MarketHandler} from "./MarketHandler.sol";

/// @dev What holds after every sequence of calls, by anybody, at any time.
///
///      1. Solvency: the market holds exactly what can be withdrawn, what is burned, and what is locked (escrow, bonds,
///         stakes, compensation that goes with the stakes).
///      2. Conservation: what was paid in is what is held plus what was withdrawn.
///      3. A final state is final: no project leaves Completed, Cancelled or Aborted, and it keeps no escrow but rollover.
///      4. Once only: no stake and no bond is returned twice, and no withdrawal pays other than what it takes.
///      5. The owner's balance does not grow while its project runs.
///      6. While a project runs, its escrow covers the rollover, and the rewards and fees of all rounds that are not over.
///      7. While a project can still have rounds expire, its bond covers their rewards.
///      8. No call panics.
///      9. No party's silence locks another's money: a stranger can end every project by waiting, and everybody can
///         withdraw everything that is not burned, to the last unit.
///     10. The books agree: trainers by index and by account, what each has earned and the sum, submissions and refusals.
contract MarketInvariants is Test {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    /// What every way is taken within.
    uint256 private constant MOST_STEPS = 600;

    MarketHandler private handler;
    Market private market;

    function setUp() external {
        handler = new MarketHandler();
        market = handler.instance();
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
            assertLe(state.escrow, state.rollover, "escrow after the end");
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
            uint256 due = state.rollover + (rounds - state.round) * (market.terms(id).aggregatorFee / rounds);
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
            for (uint256 i = 0; i < accounts.length; ++i) {
                IMarket.Member memory member = market.member(id, accounts[i]);
                earned += member.earned;
                validUpdates += member.validUpdates;
                if (!member.joined) continue;
                ++joined;
                assertEq(market.memberAt(id, member.index), accounts[i], "trainer by index");
            }
            assertEq(joined, state.trainers, "trainers");
            assertEq(market.memberAt(id, joined), address(0), "nobody past the last");
            assertEq(earned, state.earned, "sum of what was earned");
            assertEq(validUpdates, state.validUpdates, "sum of valid updates");
        }
    }

    /// @dev Invariant 9, after walks of 128 steps.
    function testFuzz_9_SilenceLocksNothing(uint256 seed) external {
        for (uint256 i = 0; i < 128; ++i) {
            uint256 step = uint256(keccak256(abi.encode(seed, i)));
            if (step % 3 == 0) handler.act(step >> 8);
            else handler.advance(step >> 8);
        }
        _checkSolvency();
        handler.drain();
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
            for (uint256 i = 0; i < accounts.length; ++i) assertEq(market.member(id, accounts[i]).stake, 0, "stake");
        }
        assertEq(handler.panics(), 0, "panics");
    }

    /// @dev The walks get somewhere: a fixed one takes every way that a round and a project can take. It ends once it has,
    ///      for the test runner remembers every instruction of a test.
    function test_WalksReachTheEnd() external {
        uint256 steps;
        for (string memory missing = _missing(); bytes(missing).length != 0; missing = _missing()) {
            assertLe(++steps, MOST_STEPS, string.concat("steps until ", missing));
            uint256 step = uint256(keccak256(abi.encode("walk", steps)));
            if (step % 3 == 0) handler.act(step >> 8);
            else handler.advance(step >> 8);
        }
    }

    /// @dev What has not happened yet.
    function _missing() private view returns (string memory) {
        if (handler.expiries(Phase.Idle) == 0) return "a round was not opened";
        if (handler.expiries(Phase.Settling) == 0) return "a round was not settled";
        if (handler.expiries(Phase.Failed) == 0) return "a round failed";
        if (handler.stops() == 0) return "a project was stopped with a round open";
        if (handler.successesOf(IMarket.refuse.selector) == 0) return "a round was refused";
        if (handler.successesOf(IMarket.quit.selector) == 0) return "a trainer left";
        if (handler.successesOf(IMarket.settle.selector) == 0) return "a round was settled";
        if (handler.successesOf(IMarket.returnStake.selector) == 0) return "a project ended";
        if (handler.successesOf(IMarket.withdraw.selector) == 0) return "somebody withdrew";
        return "";
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
                    if (member.joined && !member.stakeReturned) owed += state.idleCompensation;
                }
            }
            assertEq(_held(currencies[c]), owed, "held, against owed");
        }
    }

    function _held(address currency) private view returns (uint256) {
        return currency == address(0) ? address(market).balance : TestToken(currency).balanceOf(address(market));
    }
}
