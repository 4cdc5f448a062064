using Marketplace.Contracts;
using Marketplace.Protocol.Cohorts;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Protocol.Markets;

/// <summary>Where a project stands, as the contract numbers it.</summary>
public enum ProjectStatus : byte
{
    None,
    Open,
    Running,
    Completed,
    Cancelled,
    Aborted,
}

/// <summary>Where a running project's current round stands, as the contract numbers it.</summary>
public enum RoundPhase : byte
{
    Idle,
    Training,
    Settling,
    Failed,
}

/// <summary>Why an account was credited, as the contract numbers it.</summary>
public enum CreditReason : byte
{
    Reward,
    AggregatorFee,
    Compensation,
    StakeReturn,
    BondReturn,
    OwnerRefund,
    ForfeitedStake,
    ForfeitedBond,
}

/// <summary>What the numbers in a project's state stand for.</summary>
public static class ContractTypes
{
    public static ProjectStatus GetStatus(this ProjectState state) => (ProjectStatus)state.Status;

    /// <summary>
    /// The phase at a time. The contract's own answer is as of the last block, and there may be none since training ended.
    /// </summary>
    /// <param name="now">The chain's time, Unix seconds.</param>
    public static RoundPhase GetPhase(this ProjectState state, ulong now) =>
        (RoundPhase)state.Phase != RoundPhase.Training || now <= state.TrainingEnds ? (RoundPhase)state.Phase
        : IsMajorityMissing(new RoundMask(state.SubmittedSeats).Count, state.Trainers) ? RoundPhase.Failed
        : RoundPhase.Settling;

    /// <summary>Whether so few have submitted that a round fails once training has ended.</summary>
    /// <param name="submitted">Seats that have submitted.</param>
    /// <param name="trainers">How many have joined the project.</param>
    public static bool IsMajorityMissing(int submitted, int trainers) => 2 * submitted < Cohort.Size(trainers);

    /// <summary>Whether so many have refused that a round fails at once.</summary>
    /// <param name="refused">Seats that have refused.</param>
    /// <param name="trainers">How many have joined the project.</param>
    public static bool IsMajorityAgainst(int refused, int trainers) => 2 * refused > Cohort.Size(trainers);
}
