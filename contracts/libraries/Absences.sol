// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMarket} from "../interfaces/IMarket.sol";
import {Cohort} from "./Cohort.sol";
import {Projects} from "./Projects.sol";
import {Rounds} from "./Rounds.sol";
import {TermsChecks} from "./TermsChecks.sol";

/// @title Who was absent.
/// @notice Counts absences, and takes what they cost from stakes.
library Absences {
    /// @dev Counts the absences of those who neither submitted nor refused, and takes from the stakes of those beyond
    ///      tolerance.
    function charge(
        uint256 projectId,
        Projects.Project storage project,
        Rounds.Round memory round
    ) internal returns (uint256 forfeited) {
        uint256 trainers = project.trainers;
        uint256 absent = Rounds.allSeats(trainers) ^ (round.submittedSeats | round.refusedSeats);
        if (absent == 0) return 0;
        uint256 tolerated = project.terms.toleratedAbsences;
        uint256 penalty =
            (uint256(project.terms.trainerStake) * project.terms.absencePenaltyBps) / TermsChecks.BASIS_POINTS;
        uint256 seed = project.cohortSeed;
        for (uint256 seat = 0; absent >> seat != 0; ++seat) {
            if ((absent >> seat) & 1 == 0) continue;
            address trainer = project.trainerAt[Cohort.memberOn(seed, trainers, seat)];
            IMarket.Member storage missing = project.members[trainer];
            // At most one absence for each of at most 1024 rounds.
            uint256 absences = ++missing.absences;
            if (absences <= tolerated) continue;
            uint256 stake = missing.stake;
            uint256 amount = penalty < stake ? penalty : stake;
            if (amount == 0) continue;
            missing.stake = uint128(stake - amount);
            forfeited += amount;
            emit IMarket.StakeForfeited(projectId, round.index, trainer, amount);
        }
    }
}
