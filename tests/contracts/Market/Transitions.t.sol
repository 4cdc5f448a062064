// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {G1Point, Settlement, Status, Submission} from "../../../contracts/types/MarketTypes.sol";
import {MarketErrors as Errors} from "../../../contracts/errors/MarketErrors.sol";
import {MarketFixture} from "../utils/MarketFixture.sol";

/// @dev Every call that a status forbids. The legal ones are in the files of the calls.
///
///                    None  Open  Running  Completed  Cancelled  Aborted
///      postBond       x     ok      x         x          x         x
///      join           x     ok      x         x          x         x
///      quit           x     ok      x         x          x         x
///      start          x     ok      x         x          x         x
///      cancel         x     ok      x         x          x         x
///      openRound      x     x       ok        x          x         x
///      submit         x     x       ok        x          x         x
///      refuse         x     x       ok        ok         x         x
///      settle         x     x       ok        x          x         x
///      expire         x     x       ok        x          x         x
///      stop           x     x       ok        x          x         x
///      returnStake    x     x       x         ok         ok        ok
///      returnBond     x     x       x         ok         ok        ok
contract TransitionsTest is MarketFixture {
    enum Action {
        PostBond,
        Join,
        Quit,
        Start,
        Cancel,
        OpenRound,
        Submit,
        Refuse,
        Settle,
        Expire,
        Stop,
        ReturnStake,
        ReturnBond
    }

    function test_PostBond_RefusedWhenNone() external {
        _refused(Action.PostBond, Status.None);
    }

    function test_PostBond_RefusedWhenRunning() external {
        _refused(Action.PostBond, Status.Running);
    }

    function test_PostBond_RefusedWhenCompleted() external {
        _refused(Action.PostBond, Status.Completed);
    }

    function test_PostBond_RefusedWhenCancelled() external {
        _refused(Action.PostBond, Status.Cancelled);
    }

    function test_PostBond_RefusedWhenAborted() external {
        _refused(Action.PostBond, Status.Aborted);
    }

    function test_Join_RefusedWhenNone() external {
        _refused(Action.Join, Status.None);
    }

    function test_Join_RefusedWhenRunning() external {
        _refused(Action.Join, Status.Running);
    }

    function test_Join_RefusedWhenCompleted() external {
        _refused(Action.Join, Status.Completed);
    }

    function test_Join_RefusedWhenCancelled() external {
        _refused(Action.Join, Status.Cancelled);
    }

    function test_Join_RefusedWhenAborted() external {
        _refused(Action.Join, Status.Aborted);
    }

    function test_Quit_RefusedWhenNone() external {
        _refused(Action.Quit, Status.None);
    }

    function test_Quit_RefusedWhenRunning() external {
        _refused(Action.Quit, Status.Running);
    }

    function test_Quit_RefusedWhenCompleted() external {
        _refused(Action.Quit, Status.Completed);
    }

    function test_Quit_RefusedWhenCancelled() external {
        _refused(Action.Quit, Status.Cancelled);
    }

    function test_Quit_RefusedWhenAborted() external {
        _refused(Action.Quit, Status.Aborted);
    }

    function test_Start_RefusedWhenNone() external {
        _refused(Action.Start, Status.None);
    }

    function test_Start_RefusedWhenRunning() external {
        _refused(Action.Start, Status.Running);
    }

    function test_Start_RefusedWhenCompleted() external {
        _refused(Action.Start, Status.Completed);
    }

    function test_Start_RefusedWhenCancelled() external {
        _refused(Action.Start, Status.Cancelled);
    }

    function test_Start_RefusedWhenAborted() external {
        _refused(Action.Start, Status.Aborted);
    }

    function test_Cancel_RefusedWhenNone() external {
        _refused(Action.Cancel, Status.None);
    }

    function test_Cancel_RefusedWhenRunning() external {
        _refused(Action.Cancel, Status.Running);
    }

    function test_Cancel_RefusedWhenCompleted() external {
        _refused(Action.Cancel, Status.Completed);
    }

    function test_Cancel_RefusedWhenCancelled() external {
        _refused(Action.Cancel, Status.Cancelled);
    }

    function test_Cancel_RefusedWhenAborted() external {
        _refused(Action.Cancel, Status.Aborted);
    }

    function test_OpenRound_RefusedWhenNone() external {
        _refused(Action.OpenRound, Status.None);
    }

    function test_OpenRound_RefusedWhenOpen() external {
        _refused(Action.OpenRound, Status.Open);
    }

    function test_OpenRound_RefusedWhenCompleted() external {
        _refused(Action.OpenRound, Status.Completed);
    }

    function test_OpenRound_RefusedWhenCancelled() external {
        _refused(Action.OpenRound, Status.Cancelled);
    }

    function test_OpenRound_RefusedWhenAborted() external {
        _refused(Action.OpenRound, Status.Aborted);
    }

    function test_Submit_RefusedWhenNone() external {
        _refused(Action.Submit, Status.None);
    }

    function test_Submit_RefusedWhenOpen() external {
        _refused(Action.Submit, Status.Open);
    }

    function test_Submit_RefusedWhenCompleted() external {
        _refused(Action.Submit, Status.Completed);
    }

    function test_Submit_RefusedWhenCancelled() external {
        _refused(Action.Submit, Status.Cancelled);
    }

    function test_Submit_RefusedWhenAborted() external {
        _refused(Action.Submit, Status.Aborted);
    }

    function test_Refuse_RefusedWhenNone() external {
        _refused(Action.Refuse, Status.None);
    }

    function test_Refuse_RefusedWhenOpen() external {
        _refused(Action.Refuse, Status.Open);
    }

    function test_Refuse_RefusedWhenCancelled() external {
        _refused(Action.Refuse, Status.Cancelled);
    }

    function test_Refuse_RefusedWhenAborted() external {
        _refused(Action.Refuse, Status.Aborted);
    }

    function test_Settle_RefusedWhenNone() external {
        _refused(Action.Settle, Status.None);
    }

    function test_Settle_RefusedWhenOpen() external {
        _refused(Action.Settle, Status.Open);
    }

    function test_Settle_RefusedWhenCompleted() external {
        _refused(Action.Settle, Status.Completed);
    }

    function test_Settle_RefusedWhenCancelled() external {
        _refused(Action.Settle, Status.Cancelled);
    }

    function test_Settle_RefusedWhenAborted() external {
        _refused(Action.Settle, Status.Aborted);
    }

    function test_Expire_RefusedWhenNone() external {
        _refused(Action.Expire, Status.None);
    }

    function test_Expire_RefusedWhenOpen() external {
        _refused(Action.Expire, Status.Open);
    }

    function test_Expire_RefusedWhenCompleted() external {
        _refused(Action.Expire, Status.Completed);
    }

    function test_Expire_RefusedWhenCancelled() external {
        _refused(Action.Expire, Status.Cancelled);
    }

    function test_Expire_RefusedWhenAborted() external {
        _refused(Action.Expire, Status.Aborted);
    }

    function test_Stop_RefusedWhenNone() external {
        _refused(Action.Stop, Status.None);
    }

    function test_Stop_RefusedWhenOpen() external {
        _refused(Action.Stop, Status.Open);
    }

    function test_Stop_RefusedWhenCompleted() external {
        _refused(Action.Stop, Status.Completed);
    }

    function test_Stop_RefusedWhenCancelled() external {
        _refused(Action.Stop, Status.Cancelled);
    }

    function test_Stop_RefusedWhenAborted() external {
        _refused(Action.Stop, Status.Aborted);
    }

    function test_ReturnStake_RefusedWhenNone() external {
        _refused(Action.ReturnStake, Status.None);
    }

    function test_ReturnStake_RefusedWhenOpen() external {
        _refused(Action.ReturnStake, Status.Open);
    }

    function test_ReturnStake_RefusedWhenRunning() external {
        _refused(Action.ReturnStake, Status.Running);
    }

    function test_ReturnBond_RefusedWhenNone() external {
        _refused(Action.ReturnBond, Status.None);
    }

    function test_ReturnBond_RefusedWhenOpen() external {
        _refused(Action.ReturnBond, Status.Open);
    }

    function test_ReturnBond_RefusedWhenRunning() external {
        _refused(Action.ReturnBond, Status.Running);
    }

    function _refused(Action action, Status status) private {
        uint256 id = _inStatus(status);
        bytes memory failure;
        if (action >= Action.ReturnStake) {
            failure = abi.encodeWithSelector(Errors.Market_NotEnded.selector, id, status);
        } else {
            Status needed = action >= Action.OpenRound ? Status.Running : Status.Open;
            failure = abi.encodeWithSelector(Errors.Market_WrongStatus.selector, id, status, needed);
        }
        G1Point memory point = _reference(0);
        _refuse(_caller(action), failure);
        if (action == Action.PostBond) market.postBond(id, KEY_X, KEY_Y);
        else if (action == Action.Join) market.join(id, _noProof());
        else if (action == Action.Quit) market.quit(id);
        else if (action == Action.Start) market.start(id);
        else if (action == Action.Cancel) market.cancel(id);
        else if (action == Action.OpenRound) market.openRound(id, _model(), point, _hyperParameters());
        else if (action == Action.Submit) market.submit(id, 0, point, _model());
        else if (action == Action.Refuse) market.refuse(id, 0);
        else if (action == Action.Settle) _settleNothing(id);
        else if (action == Action.Expire) market.expire(id);
        else if (action == Action.Stop) market.stop(id);
        else if (action == Action.ReturnStake) market.returnStake(id, _trainer(0));
        else market.returnBond(id);
    }

    function _caller(Action action) private pure returns (address) {
        if (action == Action.PostBond || action == Action.OpenRound || action == Action.Settle) return AGGREGATOR;
        if (action == Action.Join || action == Action.Quit) return _trainer(0);
        if (action == Action.Submit || action == Action.Refuse) return _trainer(0);
        return OWNER;
    }

    function _settleNothing(uint256 id) private {
        Settlement memory nothing;
        market.settle(id, 0, new Submission[](0), nothing);
    }

    function _inStatus(Status status) private returns (uint256) {
        if (status == Status.None) return 1;
        if (status == Status.Open) return _ready(_terms(), 2);
        if (status == Status.Running) return _running(2);
        if (status == Status.Completed) return _completed();
        if (status == Status.Cancelled) return _cancelled();
        return _aborted();
    }
}
