using System.Numerics;
using Marketplace.Chain;
using Marketplace.Contracts;

namespace Marketplace.Protocol.Rounds;

/// <summary>What became of a submission.</summary>
public enum SubmissionOutcome
{
    Pending,
    Kept,
    Outlier,
    Invalid,

    /// <summary>The round expired; its submitters were compensated.</summary>
    Expired,
}

/// <summary>What the chain says became of one submission.</summary>
/// <param name="Trainer">Who made it.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Payout">Reward or compensation, in the token's smallest unit.</param>
/// <param name="Update">Its row in the Gram matrix, from 1; null when it has none.</param>
public readonly record struct SubmissionResult(Address Trainer, SubmissionOutcome Outcome, BigInteger Payout, int? Update)
{
    /// <summary>Reads a round's end. What a node has made up never fails: bits and payouts beyond the submissions count as none.</summary>
    /// <param name="trainers">Who submitted, in the order of seats.</param>
    /// <param name="settled">The round's settlement; null when there is none.</param>
    /// <param name="expired">The round's expiry, which goes before a settlement; null when there is none.</param>
    /// <returns>One result for each of <paramref name="trainers"/>, in their order.</returns>
    public static IReadOnlyList<SubmissionResult> Of(
        IEnumerable<Address> trainers, MarketEvents.RoundSettled? settled, MarketEvents.RoundExpired? expired)
    {
        if (expired is not null)
        {
            HashSet<Address> compensated = [.. expired.Trainers];
            return [.. trainers.Select(trainer => new SubmissionResult(
                trainer, SubmissionOutcome.Expired, compensated.Contains(trainer) ? expired.Compensation : BigInteger.Zero, null))];
        }
        if (settled is null)
            return [.. trainers.Select(trainer => new SubmissionResult(trainer, SubmissionOutcome.Pending, BigInteger.Zero, null))];

        RoundMask invalid = new(settled.Settlement.Invalid), kept = new(settled.Kept);
        int updates = 0;
        return [.. trainers.Select((trainer, k) => new SubmissionResult(
            trainer,
            invalid.Contains(k) ? SubmissionOutcome.Invalid : kept.Contains(k) ? SubmissionOutcome.Kept : SubmissionOutcome.Outlier,
            k < settled.Payouts.Count ? settled.Payouts[k] : BigInteger.Zero,
            invalid.Contains(k) ? null : ++updates))];
    }
}
