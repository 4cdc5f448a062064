using Marketplace.Laboratory.Rounds;

namespace Marketplace.Laboratory.PreAggregators;

/// <summary>
/// Any rule, about the updates that a pre-aggregator makes, rounded to what could be submitted. What such an update is paid, and its size, is that
/// of the submitted ones by their factors in it.
/// </summary>
/// <param name="before">Makes the updates.</param>
/// <param name="rule">Decides.</param>
public sealed class PreAggregated(IPreAggregator before, IAggregator rule) : IAggregator
{
    /// <inheritdoc/>
    public Decision Decide(Submissions round)
    {
        IReadOnlyList<double[]> factors = before.Factors(round.Vectors);
        double[][] parts = [.. factors.Select(Parts)];
        Decision decision = rule.Decide(new Submissions(
            round.Weights,
            round.Reference,
            [.. factors.Select(row => Vectors.ToUpdate(Vectors.Combine(round.Vectors, row)))],
            [.. parts.Select(row => (int)Math.Round(row.Zip(round.Sizes, (part, size) => part * size).Sum()))]));
        return decision with { Pay = Vectors.Combine(parts, decision.Pay) };
    }

    private static double[] Parts(double[] factors)
    {
        double sum = factors.Sum();
        return sum > 0 ? Vectors.Scale(factors, 1 / sum) : factors;
    }
}
