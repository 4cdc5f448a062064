using Marketplace.Laboratory.Rounds;

namespace Marketplace.Laboratory.Aggregators;

/// <summary>Each coordinate's median (Yin et al., "Byzantine-robust distributed learning", ICML 2018). Pays all alike.</summary>
public sealed class CoordinateMedian : IAggregator
{
    /// <inheritdoc/>
    public Decision Decide(Submissions round) => round.MoveByCoordinates(Median);

    /// <summary>The median of sorted values; between the middle two where their number is even.</summary>
    internal static double Median(double[] sorted) => TrimmedMean.Trimmed(sorted, (sorted.Length - 1) / 2);
}
