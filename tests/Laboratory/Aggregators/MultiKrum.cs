using Marketplace.Laboratory.Rounds;

namespace Marketplace.Laboratory.Aggregators;

/// <summary>
/// The mean of the n − f updates that are nearest to their n − f − 2 nearest neighbours (Blanchard et al., "Machine learning with adversaries",
/// NeurIPS 2017). Pays those alike.
/// </summary>
/// <param name="attackers">f: how many attackers there may be.</param>
public sealed class MultiKrum(int attackers) : IAggregator
{
    /// <inheritdoc/>
    public Decision Decide(Submissions round)
    {
        int count = round.Updates.Count, neighbours = Math.Max(1, count - attackers - 2);
        double[] scores =
        [
            .. Enumerable.Range(0, count).Select(i => Enumerable.Range(0, count).Where(j => j != i)
                .Select(j => Vectors.SquaredDistance(round.Vectors[i], round.Vectors[j])).Order().Take(neighbours).Sum()),
        ];
        return round.MoveByMeanOf([.. Enumerable.Range(0, count).OrderBy(i => scores[i]).Take(count - attackers)]);
    }
}
