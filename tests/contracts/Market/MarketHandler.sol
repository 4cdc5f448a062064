// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IArbitrable} from "../../../contracts/interfaces/IArbitrable.sol";
import {IClaims} from "../../../contracts/interfaces/IClaims.sol";
import {IMarket} from "../../../contracts/interfaces/IMarket.sol";
import {G1Point, Phase, Settlement, Status, Terms} from "../../../contracts/types/MarketTypes.sol";
import {Market} from "../../../contracts/Market.sol";
import {TestToken} from "../../../contracts/mocks/TestToken.sol";
import {Grams} from "../utils/Grams.sol";
import {MarketFixture} from "../utils/MarketFixture.sol";

/// @dev Random walks over a market with up to PROJECTS projects, half of them in native currency, half before a court.
///      Every action picks its project, caller and time from the fuzzer's numbers, may be illegal, and books what was paid
///      in and out.
contract MarketHandler is MarketFixture {
    struct Flow {
        uint256 paidIn;
        uint256 takenOut;
    }

    uint256 public constant PROJECTS = 6;
    uint256 public constant TRAINERS = 5;
    uint256 private constant ACTIONS = 19;
    uint256 private constant MOST_WARP = 2 hours;
    /// One more than the rulings that a court knows stands for all others.
    uint256 public constant RULINGS = 4;

    /// Paid into and out of the market, by token.
    mapping(address currency => uint256) public deposited;
    mapping(address currency => uint256) public withdrawn;
    /// Paid into and out of the contract of claims.
    Flow private _claimsFlow;
    /// How often a court ruled so, and how often everybody was silent, by stage.
    mapping(uint256 ruling => uint256) public rulings;
    mapping(IClaims.Stage stage => uint256) public silences;
    /// The final status in which a project was first seen.
    mapping(uint256 id => Status) public ended;
    /// How often an account's stake and a project's bond were returned.
    mapping(uint256 id => mapping(address trainer => uint256)) public stakeReturns;
    mapping(uint256 id => uint256) public bondReturns;
    /// Faults that no state shows afterwards.
    uint256 public panics;
    uint256 public ownerGains;
    uint256 public revivals;
    uint256 public overpaidWithdrawals;
    /// How many actions succeeded, by function, to show that the walks go somewhere.
    mapping(bytes4 selector => uint256) public successesOf;
    /// How often a round expired in each phase, and a project was to end with its open round.
    mapping(Phase phase => uint256) public expiries;
    uint256 public stops;

    constructor() {
        MarketFixture.setUp();
    }

    function currencies() public view returns (address[2] memory) {
        return [address(0), address(token)];
    }

    function instance() external view returns (Market) {
        return market;
    }

    function instanceOfClaims() external view returns (IClaims) {
        return claims;
    }

    /// @dev What the contract of claims was paid, and has paid.
    function claimsFlow() external view returns (uint256 paidIn, uint256 takenOut) {
        return (_claimsFlow.paidIn, _claimsFlow.takenOut);
    }

    /// @dev What denials have cost.
    function paidToCourt() external view returns (uint256) {
        return address(court).balance;
    }

    /// @dev Everybody whom the market may owe something.
    function accounts() public pure returns (address[] memory list) {
        list = new address[](TRAINERS + 2);
        for (uint256 i = 0; i < TRAINERS; ++i) list[i] = _trainer(i);
        list[TRAINERS] = OWNER;
        list[TRAINERS + 1] = AGGREGATOR;
    }

    // ------------------------------------------------------------------------------------------------------ Actions

    /// @dev One step of the walk. `seed` chooses the action, the project and everything else.
    function act(uint256 seed) public {
        vm.warp(clock);
        uint256 action = seed % ACTIONS;
        uint256 salt = uint256(keccak256(abi.encode(seed)));
        uint256 count = market.projectCount();
        if (action == 0 || count == 0) {
            if (count < PROJECTS) _createOne(salt);
            return;
        }
        if (action == 1) {
            _warp(clock + (salt % MOST_WARP));
            return;
        }
        uint256 id = 1 + (salt % count);
        address currency = market.terms(id).token;
        uint256 ownerBefore = market.balanceOf(OWNER, currency);
        Status before = market.state(id).status;
        bool wasStopping = market.state(id).stopping;
        _dispatch(action, id, salt >> 8);
        if (!wasStopping && market.state(id).stopping) ++stops;
        Status status = market.state(id).status;
        if (status == Status.Running && market.balanceOf(OWNER, currency) > ownerBefore) ++ownerGains;
        if (before >= Status.Completed && status != before) ++revivals;
        if (status >= Status.Completed && ended[id] == Status.None) ended[id] = status;
    }

    /// @dev A walk in which every project is brought one legal step further most of the time, now and then an unkind one.
    function advance(uint256 seed) external {
        vm.warp(clock);
        uint256 salt = uint256(keccak256(abi.encode("advance", seed)));
        uint256 count = market.projectCount();
        if (count == 0) {
            act(0);
            return;
        }
        uint256 id = 1 + (salt % count);
        IMarket.ProjectState memory state = market.state(id);
        if (state.openClaims != 0 && (salt >> 240) % 256 < (state.status == Status.Running ? 96 : 192)) {
            _moveOn(_openClaimOf(id), salt >> 8);
        } else if (state.status == Status.Open) {
            if (salt >> 248 < 16) _call(_trainer((salt >> 8) % TRAINERS), 0, abi.encodeCall(IMarket.quit, (id)));
            else if (!state.bonded) _postBondOnce(id);
            else if (state.trainers < TRAINERS) _joinOne(id, _absentFrom(id));
            else _call(OWNER, 0, abi.encodeCall(IMarket.start, (id)));
        } else if (state.status == Status.Running) {
            if (salt >> 248 < (state.emptyRounds > 1 ? 96 : 24)) _hinder(id, state, salt >> 8);
            else if (state.phase == Phase.Idle) _openOne(id);
            else if (state.phase == Phase.Training) _submitOne(id, salt >> 8);
            else if (state.phase == Phase.Settling) _settleOne(id, salt >> 8);
            else _expireOne(id, STRANGER);
        } else {
            _call(STRANGER, 0, abi.encodeCall(IMarket.returnStake, (id, _trainer((salt >> 8) % TRAINERS))));
        }
        if (market.state(id).status >= Status.Completed && ended[id] == Status.None) {
            ended[id] = market.state(id).status;
        }
    }

    /// @dev One legal step of those that bring a running project no further: a stop, a refusal, silence until a deadline.
    function _hinder(uint256 id, IMarket.ProjectState memory state, uint256 salt) private {
        if (state.emptyRounds > 1 && !state.stopping) {
            if (_call(OWNER, 0, abi.encodeCall(IMarket.stop, (id))) && market.state(id).stopping) ++stops;
        } else if (state.phase == Phase.Training) {
            _call(_trainer(salt % TRAINERS), 0, abi.encodeCall(IMarket.refuse, (id, state.round)));
        } else {
            uint256 deadline = state.phase == Phase.Idle ? state.openBy : state.settleBy;
            if (clock <= deadline) _warp(deadline + 1);
            _expireOne(id, STRANGER);
        }
    }

    function _dispatch(uint256 action, uint256 id, uint256 salt) private {
        address anyone = accounts()[salt % (TRAINERS + 2)];
        address trainer = _trainer(salt % TRAINERS);
        if (action == 2) _postBondOnce(id);
        else if (action == 3) _joinOne(id, salt % TRAINERS);
        else if (action == 4)
            _call(anyone, 0, abi.encodeCall(IMarket.start, (id)));
            // Cancelling is always legal for the owner, so it is tried less often than chosen.
        else if (action == 5 && salt % 16 == 0) _call(anyone, 0, abi.encodeCall(IMarket.cancel, (id)));
        else if (action == 6) _openOne(id);
        else if (action == 7) _submitOne(id, salt);
        else if (action == 8) _settleOne(id, salt);
        else if (action == 9) _expireOne(id, anyone);
        else if (action == 10) _call(OWNER, 0, abi.encodeCall(IMarket.stop, (id)));
        else if (action == 11) {
            if (_call(anyone, 0, abi.encodeCall(IMarket.returnStake, (id, trainer)))) ++stakeReturns[id][trainer];
        } else if (action == 12) {
            if (_call(anyone, 0, abi.encodeCall(IMarket.returnBond, (id)))) ++bondReturns[id];
        } else if (action == 13) {
            _withdrawOne(anyone, salt);
        } else if (action == 18) {
            _call(anyone, 0, abi.encodeCall(IMarket.creditPay, (id, trainer)));
        } else if (action >= 16) {
            _anyAboutClaims(salt >> 8);
        } else if (action == 14) {
            _call(trainer, 0, abi.encodeCall(IMarket.refuse, (id, market.state(id).round)));
            // Quitting is legal for most who are in an open project, so it is tried less often than chosen.
        } else if (action == 15 && salt % 4 == 0) {
            _call(trainer, 0, abi.encodeCall(IMarket.quit, (id)));
        }
    }

    /// @dev Pays a part of a balance, all of it, or more than there is, to anybody, nobody or the market.
    function _withdrawOne(address account, uint256 salt) private {
        address currency = currencies()[salt % 2];
        uint256 amount = market.balanceOf(account, currency);
        uint256 kind = (salt >> 8) % 8;
        if (kind < 3) amount = amount == 0 ? 0 : (salt >> 32) % amount;
        else if (kind == 3) ++amount;
        address receiver = accounts()[(salt >> 16) % (TRAINERS + 2)];
        if (kind == 4) receiver = STRANGER;
        else if (kind == 5) receiver = (salt >> 16) % 2 == 0 ? address(0) : address(market);
        withdrawAs(account, currency, receiver, amount);
    }

    function withdrawAs(address account, address currency, address receiver, uint256 amount) public {
        uint256 due = market.balanceOf(account, currency);
        uint256 before = _purse(receiver, currency);
        if (!_call(account, 0, abi.encodeCall(IMarket.withdraw, (currency, receiver, amount)))) return;
        uint256 received = _purse(receiver, currency) - before;
        if (received != amount || market.balanceOf(account, currency) + amount != due) ++overpaidWithdrawals;
        withdrawn[currency] += received;
    }

    // ----------------------------------------------------------------------------------------------- Draining it all

    /// @dev Lets a stranger drive every project to its end, by nothing but the passing of time, and everybody withdraw.
    function drain() external {
        for (uint256 id = 1; id <= market.projectCount(); ++id) {
            Terms memory terms = market.terms(id);
            if (market.state(id).status == Status.Open) {
                if (clock <= terms.joinDeadline) _warp(uint256(terms.joinDeadline) + 1);
                IMarket.ProjectState memory open = market.state(id);
                bool canStart = open.bonded && open.trainers >= terms.minTrainers;
                vm.prank(STRANGER);
                if (canStart) market.start(id);
                else market.cancel(id);
            }
            while (market.state(id).status == Status.Running) {
                IMarket.ProjectState memory state = market.state(id);
                uint256 deadline = state.settleBy != 0 ? state.settleBy : state.openBy;
                if (clock <= deadline) _warp(deadline + 1);
                vm.prank(STRANGER);
                market.expire(id);
            }
        }
        // Nobody says anything about any claim, the court included.
        for (uint256 claimId = 1; claimId <= claims.claimCount(); ++claimId) {
            if (claims.get(claimId).stage != IClaims.Stage.Concluded) _concludeLate(claimId);
        }
        for (uint256 id = 1; id <= market.projectCount(); ++id) {
            _warp(clock + market.terms(id).contestDuration + 1);
            address[] memory list = accounts();
            vm.prank(STRANGER);
            try market.returnBond(id) {} catch {}
            for (uint256 i = 0; i < list.length; ++i) {
                vm.prank(STRANGER);
                try market.returnStake(id, list[i]) {} catch {}
            }
        }
        address[] memory creditors = accounts();
        for (uint256 i = 0; i < creditors.length; ++i) {
            withdrawAs(creditors[i], address(0), creditors[i], market.balanceOf(creditors[i], address(0)));
            withdrawAs(creditors[i], address(token), creditors[i], market.balanceOf(creditors[i], address(token)));
            _withdrawDeposit(creditors[i]);
        }
    }

    // ------------------------------------------------------------------------------------------------------- Claims

    /// @dev Any call about any claim, by anybody, whether there is such a claim or not.
    function _anyAboutClaims(uint256 salt) private {
        uint256 kind = salt % 8;
        uint256 claimId = (salt >> 8) % (claims.claimCount() + 2);
        address anyone = accounts()[(salt >> 40) % (TRAINERS + 2)];
        if (kind < 2) _payForClaim(anyone, abi.encodeCall(IClaims.claim, (claimId, "opening")), salt >> 72);
        else if (kind < 4) _payForClaim(anyone, abi.encodeCall(IClaims.deny, (claimId, "transcript")), salt >> 72);
        else if (kind == 4) _concludeOne(claimId);
        else if (kind == 5) _ruleOne(claimId, (salt >> 72) % RULINGS);
        else if (kind == 6) court.setCost((salt >> 72) % 1 ether);
        else _withdrawDeposit(_depositor((salt >> 40) % (TRAINERS + 2)));
    }

    /// @dev The first account from `start` on that has something to withdraw; `start` when nobody has.
    function _depositor(uint256 start) private view returns (address) {
        address[] memory list = accounts();
        for (uint256 k = 0; k < list.length; ++k) {
            address account = list[(start + k) % list.length];
            if (claims.balanceOf(account) != 0) return account;
        }
        return list[start];
    }

    /// @dev The next word in a claim, or silence.
    function _moveOn(uint256 claimId, uint256 salt) private {
        IClaims.ClaimState memory about = claims.get(claimId);
        bool isDisputed = about.stage == IClaims.Stage.Disputed;
        // A year that passes ends whatever else runs, so the court is seldom silent.
        bool isSilent = (salt >> 8) % (isDisputed ? 8 : 4) == 0;
        if (isSilent && clock <= about.until) _warp(uint256(about.until) + 1);
        if (clock > about.until) {
            _concludeOne(claimId);
        } else if (isDisputed) {
            _ruleOne(claimId, (salt >> 16) % RULINGS);
        } else if (about.stage == IClaims.Stage.Claimed) {
            address anyone = accounts()[(salt >> 24) % (TRAINERS + 2)];
            _payForClaim(anyone, abi.encodeCall(IClaims.deny, (claimId, "transcript")), salt >> 32);
        } else {
            _payForClaim(about.trainer, abi.encodeCall(IClaims.claim, (claimId, "opening")), salt >> 32);
        }
    }

    /// @dev The first of a project's claims that is not concluded.
    function _openClaimOf(uint256 id) private view returns (uint256 claimId) {
        claimId = 1;
        while (claims.get(claimId).projectId != id || claims.get(claimId).stage == IClaims.Stage.Concluded) ++claimId;
    }

    /// @dev Sends what the court costs, now and then less or more.
    function _payForClaim(address caller, bytes memory data, uint256 salt) private {
        uint256 cost = court.arbitrationCost("");
        if (salt % 8 == 0) cost /= 2;
        else if (salt % 8 == 1) cost += (salt >> 8) % 1 ether;
        uint256 value = _fund(caller, address(0), cost);
        if (_callTo(address(claims), caller, value, data)) _claimsFlow.paidIn += value;
    }

    function _ruleOne(uint256 claimId, uint256 ruling) private {
        uint256 disputeId = claims.get(claimId).disputeId;
        bytes memory data = abi.encodeCall(IArbitrable.rule, (disputeId, ruling));
        if (_callTo(address(claims), address(court), 0, data)) ++rulings[ruling];
    }

    function _concludeOne(uint256 claimId) private {
        IClaims.Stage stage = claims.get(claimId).stage;
        if (_callTo(address(claims), STRANGER, 0, abi.encodeCall(IClaims.conclude, (claimId)))) ++silences[stage];
    }

    function _withdrawDeposit(address account) private {
        uint256 due = claims.balanceOf(account);
        uint256 before = account.balance;
        if (!_callTo(address(claims), account, 0, abi.encodeCall(IClaims.withdraw, (payable(account))))) return;
        if (account.balance - before != due || claims.balanceOf(account) != 0) ++overpaidWithdrawals;
        _claimsFlow.takenOut += account.balance - before;
    }

    // -------------------------------------------------------------------------------------------------- Single steps

    function _createOne(uint256 salt) private {
        Terms memory terms = _terms();
        if (salt % 2 == 1) terms.token = address(token);
        terms.rounds = uint16(1 + ((salt >> 8) % 8));
        terms.minTrainers = uint16(1 + ((salt >> 16) % 3));
        terms.maxTrainers = uint16(TRAINERS);
        terms.joinDeadline = uint40(clock + 1 days);
        terms.toleratedExpiries = uint8((salt >> 24) % 3);
        terms.toleratedAbsences = uint8((salt >> 32) % 2);
        terms.absencePenaltyBps = uint16((salt >> 40) % 10_001);
        terms.bounty = uint128((salt >> 72) % 100 ether);
        terms.aggregatorFee = uint128((salt >> 80) % 1 ether);
        terms.aggregatorBond = (uint128(terms.toleratedExpiries) + 1) * terms.bounty;
        if ((salt >> 96) % 2 == 1) {
            terms.arbitrator = address(court);
            terms.aggregatorBond += terms.bounty;
        }
        uint16[] memory weights = new uint16[](salt % 3 == 0 ? terms.rounds : 0);
        for (uint256 i = 0; i < weights.length; ++i)
            weights[i] = uint16(1 + (uint256(keccak256(abi.encode(salt, i))) % 999));
        uint256 due = uint256(terms.bounty) + terms.aggregatorFee;
        uint256 value = _fund(OWNER, terms.token, due);
        if (_call(OWNER, value, abi.encodeCall(IMarket.create, (terms, weights)))) deposited[terms.token] += due;
    }

    function _postBondOnce(uint256 id) private {
        Terms memory terms = market.terms(id);
        uint256 value = _fund(AGGREGATOR, terms.token, terms.aggregatorBond);
        if (_call(AGGREGATOR, value, abi.encodeCall(IMarket.postBond, (id, KEY_X, KEY_Y)))) {
            deposited[terms.token] += terms.aggregatorBond;
        }
    }

    function _joinOne(uint256 id, uint256 index) private {
        Terms memory terms = market.terms(id);
        uint256 value = _fund(_trainer(index), terms.token, terms.trainerStake);
        if (_call(_trainer(index), value, abi.encodeCall(IMarket.join, (id, _proof(_trainer(index)))))) {
            deposited[terms.token] += terms.trainerStake;
        }
    }

    /// @dev Who has not joined, or has left.
    function _absentFrom(uint256 id) private view returns (uint256 index) {
        while (market.member(id, _trainer(index)).joined) ++index;
    }

    function _openOne(uint256 id) private {
        G1Point memory point = _reference(market.state(id).round);
        _call(AGGREGATOR, 0, abi.encodeCall(IMarket.openRound, (id, _model(), point, _hyperParameters())));
    }

    function _submitOne(uint256 id, uint256 salt) private {
        address trainer = _trainer(salt % TRAINERS);
        uint16 round = market.state(id).round;
        G1Point memory point = _commitment(trainer, round);
        _call(trainer, 0, abi.encodeCall(IMarket.submit, (id, round, point, _payload(trainer, round))));
    }

    function _expireOne(uint256 id, address caller) private {
        Phase phase = market.state(id).phase;
        if (_call(caller, 0, abi.encodeCall(IMarket.expire, (id)))) ++expiries[phase];
    }

    /// @dev Settles with some, all or none of the submissions invalid, and with nobody or random updates kept.
    function _settleOne(uint256 id, uint256 salt) private {
        IMarket.ProjectState memory state = market.state(id);
        if (state.phase == Phase.Training) _warp(uint256(state.trainingEnds) + 1);
        uint256 count = _count(state.submittedSeats);
        // Before a court more often, so that there is something to claim.
        bool excludes = salt % 4 == 0 || (salt % 4 == 3 && market.terms(id).arbitrator != address(0));
        uint32 invalid = uint32((excludes ? salt >> 8 : 0) & ((1 << count) - 1));
        // Two empty rounds in a row, after which the owner can stop, are rare without some help.
        bool empty = salt % 4 == 1 || (state.emptyRounds == 1 && salt % 4 != 0);
        Settlement memory settlement = empty ? _emptySettlement(id) : _settlement(id, invalid);
        uint256 valid = count - _count(settlement.invalid);
        if (salt % 4 == 2 && valid != 0) {
            // Updates off the reference by chance; the first one along it, so that somebody is kept.
            uint256 publicRows = _publicRows(id);
            int256[3][] memory vectors = _vectors(valid, publicRows, 1);
            for (uint256 i = 2; i <= valid; ++i) {
                vectors[i][0] = int256((salt >> (8 * i)) % 2000) - 600;
                vectors[i][1] = int256((salt >> (9 * i)) % 2000) - 1000;
            }
            settlement.gram = Grams.pack(vectors, publicRows);
        }
        _call(AGGREGATOR, 0, abi.encodeCall(IMarket.settle, (id, state.round, _submissions(id), settlement)));
    }

    function _call(address caller, uint256 value, bytes memory data) private returns (bool success) {
        return _callTo(address(market), caller, value, data);
    }

    function _callTo(address target, address caller, uint256 value, bytes memory data) private returns (bool success) {
        bytes memory answer;
        vm.prank(caller);
        (success, answer) = target.call{value: value}(data);
        if (success) {
            ++successesOf[bytes4(data)];
        } else if (bytes4(answer) == bytes4(keccak256("Panic(uint256)"))) ++panics;
    }

    function _purse(address account, address currency) private view returns (uint256) {
        return currency == address(0) ? account.balance : TestToken(currency).balanceOf(account);
    }
}
