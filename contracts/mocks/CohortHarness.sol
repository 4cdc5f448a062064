// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Cohort} from "../libraries/Cohort.sol";

/// @title Calls the cohort library from outside, for ranges of trainers.
contract CohortHarness {
    /// @notice See Cohort.size.
    function size(uint256 trainers) external pure returns (uint256) {
        return Cohort.size(trainers);
    }

    /// @notice Seats of the trainers with index `from` to `to` - 1.
    function seatsOf(
        uint256 seed,
        uint256 trainers,
        uint256 from,
        uint256 to
    ) external pure returns (uint256[] memory seats) {
        seats = new uint256[](to - from);
        for (uint256 i; i < seats.length; ++i) seats[i] = Cohort.seatOf(seed, trainers, from + i);
    }

    /// @notice Indices of the trainers on seats `from` to `to` - 1.
    function membersOn(
        uint256 seed,
        uint256 trainers,
        uint256 from,
        uint256 to
    ) external pure returns (uint256[] memory indices) {
        indices = new uint256[](to - from);
        for (uint256 i; i < indices.length; ++i) indices[i] = Cohort.memberOn(seed, trainers, from + i);
    }
}
