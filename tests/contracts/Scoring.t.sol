// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ScoringHarness} from "../../contracts/mocks/ScoringHarness.sol";
import {Test} from "./utils/Test.sol";

/// @dev The edges of the scoring rule that drawn matrices do not meet. The rest of its tests are in C#, which has the same
///      rule once more (tests/Protocol.Tests/Scoring).
contract ScoringTest is Test {
    int128 private constant TWO_32 = 1 << 32;

    ScoringHarness private harness;

    function setUp() external {
        harness = new ScoringHarness();
    }

    /// @dev M_11 = 2^32 and M_22 = M_12 = 2^32 - 1: det M is M_11·M_22 / 2^32 to the unit.
    function test_Parallel_AtTheLimitTheOlderRowIsLeftOut() external view {
        uint256[] memory payouts = _payouts(TWO_32 - 1, 10);
        assertEq(payouts[0], 0, "along the newer row");
        assertEq(payouts[1], 1 ether, "across it");
    }

    /// @dev One unit more of M_22 is beyond the limit: both rows are projected out.
    function test_Parallel_BeyondTheLimitBothRowsCount() external view {
        uint256[] memory payouts = _payouts(TWO_32, 15);
        assertEq(payouts[0], 0, "along the newer row");
        assertEq(payouts[1], 0, "along what the older adds");
    }

    /// @dev Two updates across each other, the reference their sum, and two public rows. The newer row lies along update
    ///      1, and so does nearly all of the older; the rest of it, whose product with update 2 is given, along update 2.
    function _payouts(int128 m22, int128 rest) private view returns (uint256[] memory payouts) {
        ScoringHarness.Case[] memory cases = new ScoringHarness.Case[](1);
        (cases[0].updates, cases[0].publicRows, cases[0].reward) = (2, 2, 1 ether);
        int128 along = 655_360;
        cases[0].gram = abi.encodePacked(
            abi.encodePacked(int64(200), int64(100), int64(100), int64(100), int64(0), int64(100)),
            abi.encodePacked(along, along, int128(0), TWO_32),
            abi.encodePacked(along + rest, along, rest, TWO_32 - 1, m22)
        );
        return harness.evaluate(cases)[0].payouts;
    }
}
