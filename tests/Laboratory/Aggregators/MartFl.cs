using Marketplace.Laboratory.Rounds;
using Marketplace.Laboratory.Tasks;

namespace Marketplace.Laboratory.Aggregators;

/// <summary>
/// Updates are parted by their cosine to a baseline: the worse cluster is left out, of the better one the best count fully and the others by their
/// cosine. The next round's baseline is the mean update of whoever's updates do best on the root set now (Li et al., "martFL: enabling utility-driven
/// data marketplace with a robust and verifiable federated learning architecture", CCS 2023). The paper chooses the number of clusters by the gap
/// statistic and adds a random seller to the baseline's candidates; here there are two clusters, and all inliers are candidates. Pays by weight.
/// </summary>
/// <param name="federation">Measures on its root set.</param>
public sealed class MartFl(Federation federation) : IAggregator
{
    /// <summary>Cosines that lie within such a span are one cluster.</summary>
    private const double OneCluster = 0.05;

    private int[] _preferred = [];

    /// <inheritdoc/>
    public Decision Decide(Submissions round)
    {
        double[] baseline = _preferred.Length == 0
            ? Vectors.ToDouble(round.Reference)
            : Vectors.Mean([.. _preferred.Select(i => round.Vectors[i])]);
        double[] cosines = [.. round.Vectors.Select(update => Vectors.Cosine(update, baseline))];
        int[] inliers = [.. UpperCluster([.. Enumerable.Range(0, cosines.Length)], cosines).Where(i => cosines[i] > 0)];
        var weights = new double[cosines.Length];
        if (inliers.Length == 0)
            return new Decision(round.Weights, weights);
        HashSet<int> best = [.. UpperCluster(inliers, cosines)];
        double highest = inliers.Max(i => cosines[i]);
        foreach (int i in inliers)
            weights[i] = best.Contains(i) ? 1 : cosines[i] / highest;
        double total = weights.Sum();
        weights = [.. weights.Select(weight => weight / total)];
        _preferred = Preferred(round, inliers);
        return round.Move(Vectors.Combine(round.Vectors, weights), weights);
    }

    /// <summary>Of one-dimensional points the upper of two clusters with the least squares within them; all where they lie close together.</summary>
    /// <param name="members">Which points.</param>
    /// <param name="values">All points' places.</param>
    public static int[] UpperCluster(int[] members, double[] values)
    {
        int[] sorted = [.. members.OrderBy(i => values[i])];
        if (values[sorted[^1]] - values[sorted[0]] <= OneCluster)
            return members;
        int cut = Enumerable.Range(1, sorted.Length - 1).MinBy(count => Squares(sorted[..count]) + Squares(sorted[count..]));
        return sorted[cut..];

        double Squares(int[] cluster)
        {
            double mean = cluster.Average(i => values[i]);
            return cluster.Sum(i => (values[i] - mean) * (values[i] - mean));
        }
    }

    /// <summary>The better half of the inliers by the accuracy that each one's update alone gives on the root set.</summary>
    private int[] Preferred(Submissions round, int[] inliers) =>
    [
        .. inliers.OrderByDescending(i => federation.Measure(Vectors.Move(round.Weights, round.Vectors[i]), federation.Root).Accuracy)
            .Take((inliers.Length + 1) / 2),
    ];
}
