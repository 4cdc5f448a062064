// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Phase} from "../types/MarketTypes.sol";
import {Cohort} from "./Cohort.sol";

/// @title The current round of a project.
/// @notice One storage slot, and the clock of its phases.
library Rounds {
    /// @dev A round is open while `settleBy` is not zero.
    struct Round {
        /// The open round, or the next one.
        uint16 index;
        /// Rounds of the project that have expired.
        uint8 expiries;
        /// Rounds settled in a row in which nobody earned anything; stays at its greatest value.
        uint8 emptyRounds;
        /// Bit s set: the trainer on seat s has submitted.
        uint32 submittedSeats;
        /// Bit s set: the trainer on seat s has refused, and not submitted. After the end: has refused the last model.
        uint32 refusedSeats;
        /// Last second at which the next round can be opened.
        uint40 openBy;
        /// Last second for submissions.
        uint40 trainingEnds;
        /// Last second for the settlement.
        uint40 settleBy;
    }

    /// @dev Where the round stands now; Idle when none is open. At `trainingEnds` training still goes on. A round fails
    ///      once more than half of its seats have refused, or when training ends with more than half of them empty.
    function phase(Round memory round, uint256 trainers) internal view returns (Phase) {
        if (round.settleBy == 0) return Phase.Idle;
        uint256 size = Cohort.size(trainers);
        if (2 * countBits(round.refusedSeats) > size) return Phase.Failed;
        bool awaited = (round.submittedSeats | round.refusedSeats) != allSeats(trainers);
        if (awaited && block.timestamp <= round.trainingEnds) return Phase.Training;
        return 2 * countBits(round.submittedSeats) < size ? Phase.Failed : Phase.Settling;
    }

    /// @dev Whether more than half of the seats have refused, and had not before the last one that did.
    function isFirstMajority(Round memory round, uint256 trainers) internal pure returns (bool) {
        return countBits(round.refusedSeats) == Cohort.size(trainers) / 2 + 1;
    }

    /// @dev The bits of all seats that the cohort takes.
    function allSeats(uint256 trainers) internal pure returns (uint256) {
        return (1 << Cohort.size(trainers)) - 1;
    }

    /// @dev `duration` seconds from now. Fits 40 bits: timestamps stay below 2^39 for fifteen
    ///      thousand years, durations are below 2^32.
    function inSeconds(uint32 duration) internal view returns (uint40) {
        return uint40(block.timestamp + duration);
    }

    /// @dev How many bits are set.
    function countBits(uint256 bits) internal pure returns (uint256 count) {
        // Unchecked: bits is not zero where 1 is subtracted, and has 256 bits to count.
        unchecked {
            for (; bits != 0; bits &= bits - 1) ++count;
        }
    }
}
