using Marketplace.Laboratory.Rounds;

namespace Marketplace.Laboratory.Aggregators;

/// <summary>
/// MeaMed: each coordinate's mean over the n − f values that are nearest to its median (Xie et al., "Generalized Byzantine-tolerant SGD", 2018).
/// Pays all alike.
/// </summary>
/// <param name="attackers">f: how many attackers there may be.</param>
public sealed class MeanAroundMedian(int attackers) : IAggregator
{
    /// <inheritdoc/>
    public Decision Decide(Submissions round) => round.MoveByCoordinates(sorted =>
    {
        double median = CoordinateMedian.Median(sorted);
        int first = 0, end = sorted.Length;
        while (end - first > sorted.Length - attackers)
        {
            if (median - sorted[first] > sorted[end - 1] - median)
                first++;
            else
                end--;
        }

        return TrimmedMean.Mean(sorted.AsSpan(first..end));
    });
}
