using Marketplace.Learning.Numerics;

namespace Marketplace.Learning.Data;

/// <summary>
/// Divides a data set among parties. Every sample goes to exactly one part; the same seed gives the same parts everywhere. Parts are lists of
/// sample indices, ascending, for <see cref="Dataset.Subset"/>.
/// </summary>
public static class Partition
{
    private const ulong IidStream = 1, DirichletStream = 2;

    /// <summary>Uniformly at random, sizes in proportion to the shares.</summary>
    /// <param name="dataset">What to divide.</param>
    /// <param name="parts">Number of parts, at least 1.</param>
    /// <param name="seed">Decides who gets what.</param>
    /// <param name="shares">Relative sizes, one a part, above 0; equal by default.</param>
    public static IReadOnlyList<int[]> Iid(Dataset dataset, int parts, ulong seed, IReadOnlyList<double>? shares = null)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        CheckParts(parts, dataset.Count);
        if (shares is not null && (shares.Count != parts || shares.Any(share => !(share > 0 && double.IsFinite(share)))))
            throw new ArgumentException($"Expected {parts} shares, each above 0; got [{string.Join(", ", shares)}].", nameof(shares));
        int[] order = [.. Enumerable.Range(0, dataset.Count)];
        new RandomStream(seed, IidStream).Shuffle(order.AsSpan());
        int[] cuts = Cuts(shares ?? [.. Enumerable.Repeat(1.0, parts)], order.Length);
        return [.. Enumerable.Range(0, parts).Select(part => Sorted(order[cuts[part]..cuts[part + 1]]))];
    }

    /// <summary>
    /// Each class's samples are divided by proportions drawn from a symmetric Dirichlet distribution (Hsu et al., 2019): a small concentration
    /// gives parts that see few classes each, a large one equal parts.
    /// </summary>
    /// <param name="dataset">A set with labels.</param>
    /// <param name="parts">Number of parts, at least 1.</param>
    /// <param name="concentration">Above 0; 0.5 is usual.</param>
    /// <param name="seed">Decides who gets what.</param>
    /// <param name="minimumSize">Fewest samples of a part: parts below it take from the largest.</param>
    public static IReadOnlyList<int[]> Dirichlet(Dataset dataset, int parts, double concentration, ulong seed, int minimumSize = 1)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        CheckParts(parts, dataset.Count);
        int[] labels = dataset.Labels
            ?? throw new ArgumentException("A Dirichlet partition is by class; the data set has no labels.", nameof(dataset));
        if (!(concentration > 0 && double.IsFinite(concentration)))
            throw new ArgumentOutOfRangeException(nameof(concentration), concentration, "expected a number above 0");
        if (minimumSize < 0 || (long)minimumSize * parts > dataset.Count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(minimumSize), minimumSize, $"{parts} parts of at least this size need more than the set's {dataset.Count} samples");
        }

        var random = new RandomStream(seed, DirichletStream);
        var result = Enumerable.Range(0, parts).Select(_ => new List<int>()).ToArray();
        for (int label = 0; label < dataset.ClassCount; label++)
        {
            int[] members = [.. Enumerable.Range(0, labels.Length).Where(i => labels[i] == label)];
            random.Shuffle(members.AsSpan());
            double[] weights = [.. Enumerable.Range(0, parts).Select(_ => random.NextGamma(concentration))];

            // With a tiny concentration every draw can underflow to 0; then one part takes the class.
            if (weights.Sum() <= 0)
                weights[random.NextInt32(parts)] = 1;
            int[] cuts = Cuts(weights, members.Length);
            for (int part = 0; part < parts; part++)
                result[part].AddRange(members[cuts[part]..cuts[part + 1]]);
        }

        while (result.MinBy(part => part.Count) is { } smallest && smallest.Count < minimumSize)
        {
            List<int> largest = result.MaxBy(part => part.Count)!;
            smallest.Add(largest[^1]);
            largest.RemoveAt(largest.Count - 1);
        }

        return [.. result.Select(part => Sorted([.. part]))];
    }

    /// <summary>One part for each value of a feature (for example a hospital's number), in ascending order of the value.</summary>
    /// <param name="dataset">What to divide; each sample is [n].</param>
    /// <param name="column">Index of the feature.</param>
    /// <param name="maximumParts">More different values than this are an error.</param>
    public static IReadOnlyList<(float Value, int[] Samples)> ByColumn(Dataset dataset, int column, int maximumParts = 1024)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        if ((uint)column >= (uint)dataset.SampleSize)
            throw new ArgumentOutOfRangeException(nameof(column), column, $"samples have features 0 to {dataset.SampleSize - 1}");
        var parts = new SortedDictionary<float, List<int>>();
        for (int i = 0; i < dataset.Count; i++)
        {
            float value = dataset.Sample(i)[column];
            if (!parts.TryGetValue(value, out List<int>? part))
                parts[value] = part = [];
            part.Add(i);
            if (parts.Count > maximumParts)
            {
                throw new ArgumentException(
                    $"Feature {column} has more than {maximumParts} different values; it does not name a party.", nameof(column));
            }
        }

        return [.. parts.Select(part => (part.Key, part.Value.ToArray()))];
    }

    private static void CheckParts(int parts, int count)
    {
        if (parts < 1 || parts > Math.Max(1, count))
            throw new ArgumentOutOfRangeException(nameof(parts), parts, $"expected 1 to the number of samples, {count}");
    }

    /// <summary>Where to cut so that piece i has about weight i's share: cumulative shares, rounded down, the last cut at the end.</summary>
    private static int[] Cuts(IReadOnlyList<double> weights, int length)
    {
        double total = 0, sum = 0;
        foreach (double weight in weights)
            total += weight;
        var cuts = new int[weights.Count + 1];
        for (int i = 0; i < weights.Count; i++)
        {
            sum += weights[i];
            cuts[i + 1] = i == weights.Count - 1 ? length : Math.Clamp((int)(sum * length / total), cuts[i], length);
        }

        return cuts;
    }

    private static int[] Sorted(int[] indices)
    {
        Array.Sort(indices);
        return indices;
    }
}
