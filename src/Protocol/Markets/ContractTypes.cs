using Marketplace.Contracts;

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
        (RoundPhase)state.Phase == RoundPhase.Training && now > state.TrainingEnds ? RoundPhase.Settling : (RoundPhase)state.Phase;
}
