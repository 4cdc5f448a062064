using Marketplace.Laboratory.Rounds;

namespace Marketplace.Laboratory.Aggregators;

/// <summary>
/// NNM: each update becomes the mean of its n − f nearest, itself among them; then the geometric median (Allouah et al., "Fixing by mixing",
/// AISTATS 2023). Pays all alike.
/// </summary>
/// <param name="attackers">f: how many attackers there may be.</param>
public sealed class NearestNeighbourMixing(int attackers) : IAggregator
{
    /// <inheritdoc/>
    public Decision Decide(Submissions round)
    {
        int count = round.Updates.Count;
        double[][] mixed =
        [
            .. round.Vectors.Select(update => Vectors.Mean(
                [.. round.Vectors.OrderBy(other => Vectors.SquaredDistance(update, other)).Take(count - attackers)])),
        ];
        return round.Move(GeometricMedian.Of(mixed).Point, round.EqualShares([.. Enumerable.Range(0, count)]));
    }
}
