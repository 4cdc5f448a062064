using Marketplace.Laboratory.Rounds;

namespace Marketplace.Laboratory.Aggregators;

/// <summary>
/// Each coordinate's mean without its f smallest and f largest values (Yin et al., "Byzantine-robust distributed learning", ICML 2018).
/// Pays all alike.
/// </summary>
/// <param name="attackers">f: how many attackers there may be, below half.</param>
public sealed class TrimmedMean(int attackers) : IAggregator
{
    /// <inheritdoc/>
    public Decision Decide(Submissions round) => round.MoveByCoordinates(sorted => Trimmed(sorted, attackers));

    /// <summary>The mean of what is left of sorted values.</summary>
    /// <param name="sorted">The values, ascending.</param>
    /// <param name="count">How many to leave out at each end, below half.</param>
    internal static double Trimmed(double[] sorted, int count) => Mean(sorted.AsSpan(count..^count));

    /// <summary>The mean of at least one value.</summary>
    internal static double Mean(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
            sum += value;
        return sum / values.Length;
    }
}
