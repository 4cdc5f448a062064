using Marketplace.Learning.Data;
using Marketplace.Learning.Numerics;

namespace Marketplace.Laboratory.Tasks;

/// <summary>What happens to a party's samples before it trains on them.</summary>
public static class Datasets
{
    /// <summary>All samples of all sets, in order.</summary>
    /// <exception cref="ArgumentException">The sets differ in shape.</exception>
    public static Dataset Join(IReadOnlyList<Dataset> parts) => new(
        parts[0].Shape,
        [.. parts.SelectMany(part => part.Features)],
        [.. parts.SelectMany(part => part.Labels!)],
        parts[0].ClassCount);

    /// <summary>As many samples as asked for, at random, none twice; all where there are fewer.</summary>
    public static Dataset Draw(Dataset data, int count, RandomStream random)
    {
        int[] order = [.. Enumerable.Range(0, data.Count)];
        random.Shuffle(order.AsSpan());
        return data.Subset(order.AsSpan(0, Math.Min(count, order.Length)));
    }

    /// <summary>Samples of each class at random, none twice; all of a class that has fewer than asked for.</summary>
    /// <param name="counts">How many of each class, rounded to whole ones.</param>
    public static Dataset OfClasses(Dataset data, IReadOnlyList<double> counts, RandomStream random)
    {
        Dataset shuffled = Draw(data, data.Count, random);
        ILookup<int, int> members = Enumerable.Range(0, shuffled.Count).ToLookup(i => shuffled.Labels![i]);
        return shuffled.Subset([.. counts.SelectMany((count, label) => members[label].Take((int)Math.Round(count)))]);
    }

    /// <summary>The share of each class.</summary>
    public static double[] ClassShares(Dataset data) =>
        [.. Enumerable.Range(0, data.ClassCount).Select(label => (double)data.Labels!.Count(other => other == label) / data.Count)];

    /// <summary>Each label is replaced with a probability, by one of the other classes.</summary>
    /// <param name="share">The probability, 0 to 1.</param>
    public static Dataset WithLabelNoise(Dataset data, double share, RandomStream random) => data.WithLabels(
    [
        .. data.Labels!.Select(label =>
            random.NextDouble() < share ? (label + 1 + random.NextInt32(data.ClassCount - 1)) % data.ClassCount : label),
    ]);

    /// <summary>Gaussian noise on every feature.</summary>
    /// <param name="deviation">Its standard deviation, in the features' unit.</param>
    public static Dataset WithFeatureNoise(Dataset data, double deviation, RandomStream random) => new(
        data.Shape,
        [.. data.Features.Select(value => (float)(value + deviation * random.NextNormal()))],
        data.Labels,
        data.ClassCount);

    /// <summary>The first samples over and over, as many as there were.</summary>
    /// <param name="distinct">How many different ones, at least 1.</param>
    public static Dataset WithDuplicates(Dataset data, int distinct) =>
        data.Subset([.. Enumerable.Range(0, data.Count).Select(i => i % distinct)]);

    /// <summary>Every label l becomes C − 1 − l.</summary>
    public static Dataset WithFlippedLabels(Dataset data) => data.WithLabels([.. data.Labels!.Select(label => data.ClassCount - 1 - label)]);
}
