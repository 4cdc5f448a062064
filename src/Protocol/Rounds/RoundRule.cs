using System.Numerics;
using Marketplace.Learning.Numerics;
using Marketplace.Proofs.Gram;
using Marketplace.Protocol.Scoring;

namespace Marketplace.Protocol.Rounds;

/// <summary>One round as the market decides it, every update being valid.</summary>
/// <param name="Scoring">What its Gram matrix decided.</param>
/// <param name="Payouts">What each update is paid, in the token's smallest unit.</param>
/// <param name="Weights">The next model, d weights in units of 2^−f; the same where nobody was kept.</param>
public sealed record DecidedRound(ScoringOutcome Scoring, IReadOnlyList<BigInteger> Payouts, int[] Weights);

/// <summary>
/// The market's rule over a project's rounds, on updates in the open: the exact Gram matrix with the last published aggregates as public rows,
/// the scoring, payouts with rollover, the aggregate and the next model from it. What is left out are commitments, proofs and the chain,
/// which hold everybody to it.
/// </summary>
/// <param name="serverMomentum">β in units of 2^−16, as <see cref="Projects.ProjectDocument.ServerMomentumUnits"/>.</param>
public sealed class RoundRule(int serverMomentum = 0)
{
    private readonly List<Aggregate> _published = [];
    private int[]? _previous;

    /// <summary>The contract's, but for who asks what others would do.</summary>
    internal ScoringConstants Constants { get; init; } = ScoringConstants.Contract;

    /// <summary>What rounds so far have left to be earned, in the token's smallest unit.</summary>
    public BigInteger Rollover { get; private set; }

    /// <summary>Decides the next round.</summary>
    /// <param name="weights">The model that it started from, d weights in units of 2^−f.</param>
    /// <param name="reference">The root set's update, d entries.</param>
    /// <param name="updates">The trainers' updates, 0 to 32 of d entries.</param>
    /// <param name="reward">The round's own reward, in the token's smallest unit.</param>
    /// <param name="cancellationToken">Stops the computation.</param>
    public DecidedRound Decide(
        int[] weights, short[] reference, IReadOnlyList<short[]> updates, BigInteger reward, CancellationToken cancellationToken = default)
    {
        long[][] publicRows = [.. _published.AsEnumerable().Reverse().Take(MarketLimits.PublicRows).Select(aggregate => aggregate.Entries)];
        ScoringOutcome scoring = RoundScoring.Score(GramMatrix.Compute(reference, updates, publicRows, cancellationToken), Constants);
        BigInteger pot = reward + Rollover;
        BigInteger[] payouts = RoundScoring.Payouts(scoring, pot);
        Rollover = payouts.Any(payout => !payout.IsZero) ? 0 : pot;
        return new DecidedRound(scoring, payouts, Next(weights, updates, scoring));
    }

    /// <summary>
    /// What trainers get at the end of what nobody has earned: in proportion to what each has earned, or if nobody ever has, to its valid updates.
    /// Rounded down; the contract gives the dust to the last who leaves.
    /// </summary>
    /// <param name="earned">What each trainer has earned.</param>
    /// <param name="validUpdates">How many valid updates each has given.</param>
    public IReadOnlyList<BigInteger> ShareRollover(IReadOnlyList<BigInteger> earned, IReadOnlyList<int> validUpdates)
    {
        BigInteger[] parts = earned.Any(amount => !amount.IsZero) ? [.. earned] : [.. validUpdates.Select(count => (BigInteger)count)];
        BigInteger total = parts.Aggregate(BigInteger.Zero, BigInteger.Add);
        return [.. parts.Select(part => total.IsZero ? 0 : Rollover * part / total)];
    }

    private int[] Next(int[] weights, IReadOnlyList<short[]> updates, ScoringOutcome scoring)
    {
        if (scoring.KeptCount == 0)
            return weights;

        // Blinders hide commitments, which nobody makes here.
        var blinders = new Fr[updates.Count];
        Aggregate aggregate = Aggregate.Combine(weights.Length, updates, blinders, scoring.Weights, scoring.Divisor);
        _published.Add(aggregate);
        int[] next = Quantization.ApplyAggregate(weights, _previous ?? weights, aggregate.Entries, aggregate.Divisor, serverMomentum);
        _previous = weights;
        return next;
    }
}
