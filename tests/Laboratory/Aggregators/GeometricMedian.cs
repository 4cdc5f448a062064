using Marketplace.Laboratory.Rounds;

namespace Marketplace.Laboratory.Aggregators;

/// <summary>
/// The point with the least sum of distances to the updates, by Weiszfeld's iteration (Pillutla et al., "Robust aggregation for federated learning",
/// IEEE TSP 2022). Pays by the iteration's last weights.
/// </summary>
public sealed class GeometricMedian : IAggregator
{
    private const int Iterations = 50;
    private const double SmallestDistance = 1e-6;

    /// <inheritdoc/>
    public Decision Decide(Submissions round)
    {
        (double[] point, double[] weights) = Of(round.Vectors);
        return round.Move(point, weights);
    }

    /// <summary>The median, and the weights by which it is the points' mean.</summary>
    /// <param name="points">At least one.</param>
    public static (double[] Point, double[] Weights) Of(IReadOnlyList<double[]> points)
    {
        double[] point = Vectors.Mean(points);
        double[] weights = [];
        for (int i = 0; i < Iterations; i++)
        {
            double[] inverse = [.. points.Select(other => 1 / Math.Max(SmallestDistance, Math.Sqrt(Vectors.SquaredDistance(point, other))))];
            double total = inverse.Sum();
            weights = [.. inverse.Select(value => value / total)];
            point = Vectors.Combine(points, weights);
        }

        return (point, weights);
    }
}
