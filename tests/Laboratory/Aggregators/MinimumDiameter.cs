using Marketplace.Laboratory.Rounds;

namespace Marketplace.Laboratory.Aggregators;

/// <summary>
/// MDA: the mean of those n − f updates of which the two that are furthest apart are nearest (El Mhamdi et al., "Genuinely distributed Byzantine
/// machine learning", PODC 2020). Pays those alike.
/// </summary>
/// <param name="attackers">f: how many attackers there may be.</param>
public sealed class MinimumDiameter(int attackers) : IAggregator
{
    /// <inheritdoc/>
    public Decision Decide(Submissions round)
    {
        int count = round.Updates.Count;
        double[][] distances = [.. round.Vectors.Select(a => round.Vectors.Select(b => Vectors.SquaredDistance(a, b)).ToArray())];
        return round.MoveByMeanOf(Subsets.Of(count, count - attackers).MinBy(subset => subset.Max(i => subset.Max(j => distances[i][j])))!);
    }
}
