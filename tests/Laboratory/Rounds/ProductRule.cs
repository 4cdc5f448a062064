using System.Numerics;
using Marketplace.Learning.Numerics;
using Marketplace.Proofs.Gram;
using Marketplace.Protocol;
using Marketplace.Protocol.Rounds;
using Marketplace.Protocol.Scoring;

namespace Marketplace.Laboratory.Rounds;

/// <summary>
/// The market's own rule, computed by the product: the exact Gram matrix with the last published aggregates as public rows, the
/// integer scoring of docs/protocol.md section 6, payouts with rollover, the undivided aggregate and the next model from it.
/// </summary>
public sealed class ProductRule : IAggregator
{
    private static readonly BigInteger Reward = BigInteger.Pow(10, 18);

    private readonly List<Aggregate> _published = [];
    private BigInteger _rollover;

    /// <inheritdoc/>
    public Decision Decide(Submissions round)
    {
        long[][] publicRows = [.. _published.AsEnumerable().Reverse().Take(MarketLimits.PublicRows).Select(aggregate => aggregate.Entries)];
        ScoringOutcome outcome = RoundScoring.Score(GramMatrix.Compute(round.Reference, round.Updates, publicRows));
        BigInteger reward = Reward + _rollover;
        BigInteger[] payouts = RoundScoring.Payouts(outcome, reward);
        _rollover = payouts.Any(payout => !payout.IsZero) ? 0 : reward;
        return new Decision(Next(round, outcome), [.. payouts.Select(payout => (double)payout / (double)Reward)]);
    }

    private int[] Next(Submissions round, ScoringOutcome outcome)
    {
        if (outcome.KeptCount == 0)
            return round.Weights;

        // Blinders hide commitments, which nobody makes here.
        Fr[] blinders = new Fr[round.Updates.Count];
        Aggregate aggregate = Aggregate.Combine(round.Weights.Length, round.Updates, blinders, outcome.Weights, outcome.Divisor);
        _published.Add(aggregate);
        return Quantization.ApplyAggregate(round.Weights, round.Weights, aggregate.Entries, aggregate.Divisor, momentum: 0);
    }
}
