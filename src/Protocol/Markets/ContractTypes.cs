using System.Numerics;
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
    ForfeitedReward,
    ClaimedReward,
    ClaimCompensation,
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
        (RoundPhase)state.Phase != RoundPhase.Training ? (RoundPhase)state.Phase
        : PhaseOf(
            new RoundMask(state.SubmittedSeats).Count, new RoundMask(state.RefusedSeats).Count, state.Trainers, now <= state.TrainingEnds);

    /// <summary>The phase of an open round: the twin of the contract's clock.</summary>
    /// <param name="submitted">Seats that have submitted.</param>
    /// <param name="refused">Seats that have refused, and not submitted.</param>
    /// <param name="trainers">How many have joined the project.</param>
    /// <param name="isInTime">Whether there is still time to submit.</param>
    public static RoundPhase PhaseOf(int submitted, int refused, int trainers, bool isInTime)
    {
        int size = Cohort.Size(trainers);
        if (refused >= MajorityOf(trainers))
            return RoundPhase.Failed;
        if (isInTime && submitted + refused < size)
            return RoundPhase.Training;
        return 2 * submitted < size ? RoundPhase.Failed : RoundPhase.Settling;
    }

    /// <summary>What of these credits was for one reason.</summary>
    public static BigInteger Sum(this IEnumerable<MarketEvents.Credited> credits, CreditReason reason) => credits
        .Where(credit => (CreditReason)credit.Reason == reason)
        .Aggregate(BigInteger.Zero, (sum, credit) => sum + credit.Amount);

    /// <summary>A submission as the aggregator brings it back to settle its round.</summary>
    public static Submission ToSubmission(this MarketEvents.UpdateSubmitted posted) => new(posted.Trainer, posted.Commitment, posted.Payload);

    /// <summary>The fewest seats that are more than half of a cohort.</summary>
    /// <param name="trainers">How many have joined the project.</param>
    public static int MajorityOf(int trainers) => Cohort.Size(trainers) / 2 + 1;
}
