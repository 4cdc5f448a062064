using System.Numerics;
using Marketplace.Contracts;
using Marketplace.Protocol.Markets;
using Marketplace.ReadModel;

namespace Marketplace.Web.Rounds;

/// <summary>One submission of a round and what the chain says became of it.</summary>
/// <param name="Posted">The submission's event: trainer, seat, commitment, sealed update.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Payout">Reward or compensation, in the token's smallest unit.</param>
/// <param name="Update">Its row in the Gram matrix, from 1; null when it has none.</param>
public sealed record SubmissionView(MarketEvents.UpdateSubmitted Posted, SubmissionOutcome Outcome, BigInteger Payout, int? Update)
{
    /// <summary>A round's submissions in the order of seats.</summary>
    public static IReadOnlyList<SubmissionView> Of(RoundHistory round)
    {
        var views = new List<SubmissionView>();
        int updates = 0;
        foreach (MarketEvents.UpdateSubmitted posted in round.Submissions)
        {
            int k = views.Count;
            SubmissionOutcome outcome = Decide(round, k);
            views.Add(new SubmissionView(
                posted,
                outcome,
                round.Settled?.Payouts.ElementAtOrDefault(k) ?? round.Expired?.Compensation ?? BigInteger.Zero,
                outcome is SubmissionOutcome.Kept or SubmissionOutcome.Outlier ? ++updates : null));
        }
        return views;
    }

    private static SubmissionOutcome Decide(RoundHistory round, int k) => round switch
    {
        { Expired: not null } => SubmissionOutcome.Expired,
        { Settled: null } => SubmissionOutcome.Pending,
        { Settled: { } settled } when (settled.Settlement.Invalid >> k & 1) != 0 => SubmissionOutcome.Invalid,
        { Settled: { } settled } when ((uint)settled.Kept >> k & 1) != 0 => SubmissionOutcome.Kept,
        _ => SubmissionOutcome.Outlier,
    };
}
