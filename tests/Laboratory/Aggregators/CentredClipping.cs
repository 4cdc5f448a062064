using Marketplace.Laboratory.Rounds;

namespace Marketplace.Laboratory.Aggregators;

/// <summary>
/// From the last step on, the mean of the differences to it, each cut to a radius, three times (Karimireddy et al., "Learning from history for
/// Byzantine robust optimization", ICML 2021). The paper fixes the radius; here it is the median of the differences' lengths, since updates shorten
/// as the model learns. Pays all alike.
/// </summary>
public sealed class CentredClipping : IAggregator
{
    private const int Iterations = 3;

    private double[]? _last;

    /// <inheritdoc/>
    public Decision Decide(Submissions round)
    {
        double[] center = _last ?? new double[round.Weights.Length];
        int count = round.Updates.Count;
        for (int i = 0; i < Iterations; i++)
        {
            double[] lengths = [.. round.Vectors.Select(update => Math.Sqrt(Vectors.SquaredDistance(update, center)))];
            double radius = lengths.Order().ElementAt(count / 2);
            double[] shares = [.. lengths.Select(length => length > radius ? radius / length / count : 1.0 / count)];
            center = Vectors.Combine([center, .. round.Vectors], [1 - shares.Sum(), .. shares]);
        }

        _last = center;
        return round.Move(center, round.EqualShares([.. Enumerable.Range(0, count)]));
    }
}
