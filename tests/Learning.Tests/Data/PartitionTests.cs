using FsCheck;
using FsCheck.Fluent;
using Marketplace.Learning.Data;
using Marketplace.Learning.Numerics;

namespace Marketplace.Learning.Tests.Data;

/// <summary>Partitions: nothing lost, nothing twice, the same for the same seed, and as skewed as asked.</summary>
public sealed class PartitionTests
{
    [Fact]
    public void Every_sample_goes_to_exactly_one_part()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<(byte, byte, short)>(), input =>
        {
            (byte size, byte partsByte, short seed) = input;
            Dataset data = Labeled(size + 1, 5, (ulong)seed);
            int parts = partsByte % data.Count + 1;
            IReadOnlyList<int[]> iid = Partition.Iid(data, parts, (ulong)seed);
            IReadOnlyList<int[]> skewed = Partition.Dirichlet(data, parts, 0.1 + size / 100.0, (ulong)seed);
            return Covers(iid, data.Count) && iid.Max(p => p.Length) - iid.Min(p => p.Length) <= 1
                && Covers(skewed, data.Count) && skewed.All(p => p.Length >= 1)
                && Covers([.. Partition.ByColumn(data, 0).Select(p => p.Samples)], data.Count);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Parts_depend_on_the_seed_alone()
    {
        Dataset data = Labeled(300, 10, 1);
        Assert.Equal(Partition.Iid(data, 7, 3), Partition.Iid(data, 7, 3));
        Assert.NotEqual(Partition.Iid(data, 7, 3), Partition.Iid(data, 7, 4));
        Assert.Equal(Partition.Dirichlet(data, 7, 0.5, 3), Partition.Dirichlet(data, 7, 0.5, 3));
        Assert.NotEqual(Partition.Dirichlet(data, 7, 0.5, 3), Partition.Dirichlet(data, 7, 0.5, 4));
    }

    [Fact]
    public void Shares_and_minimum_sizes_are_kept()
    {
        Dataset data = Labeled(1000, 10, 2);
        Assert.Equal([100, 300, 600], Partition.Iid(data, 3, 1, [1, 3, 6]).Select(p => p.Length));
        Assert.All(Partition.Dirichlet(data, 20, 0.05, 1, minimumSize: 25), part => Assert.True(part.Length >= 25));
    }

    [Fact]
    public void Small_concentrations_skew_the_classes_and_large_ones_do_not()
    {
        Dataset data = Labeled(4000, 10, 3);
        double skewed = LargestClassShare(data, 0.05), even = LargestClassShare(data, 1000);
        Assert.True(skewed > 0.4, $"mean share of a part's largest class is {skewed} at concentration 0.05");
        Assert.True(even < 0.16, $"mean share of a part's largest class is {even} at concentration 1000");
    }

    [Fact]
    public void Columns_divide_by_value_in_order()
    {
        var data = new Dataset([2], [0, 3, 0, 1, 0, 3, 0, 2], [0, 0, 1, 1], 2);
        IReadOnlyList<(float Value, int[] Samples)> parts = Partition.ByColumn(data, 1);
        Assert.Equal([1f, 2, 3], parts.Select(p => p.Value));
        Assert.Equal([[1], [3], [0, 2]], parts.Select(p => p.Samples));
        Dataset subset = data.Subset(parts[2].Samples);
        Assert.Equal([0f, 3, 0, 3], subset.Features);
        Assert.Equal([0, 1], subset.Labels!);
    }

    [Fact]
    public void Impossible_requests_are_refused()
    {
        Dataset data = Labeled(10, 2, 1);
        Assert.Contains("1 to the number of samples, 10", Assert.Throws<ArgumentOutOfRangeException>(() => Partition.Iid(data, 11, 1)).Message);
        Assert.Contains("1 to the number of samples", Assert.Throws<ArgumentOutOfRangeException>(() => Partition.Iid(data, 0, 1)).Message);
        Assert.Contains("Expected 2 shares", Assert.Throws<ArgumentException>(() => Partition.Iid(data, 2, 1, [1, 0])).Message);
        Assert.Contains("above 0", Assert.Throws<ArgumentOutOfRangeException>(() => Partition.Dirichlet(data, 2, 0, 1)).Message);
        Assert.Contains("need more than", Assert.Throws<ArgumentOutOfRangeException>(() => Partition.Dirichlet(data, 2, 1, 1, 6)).Message);
        Assert.Contains(
            "no labels", Assert.Throws<ArgumentException>(() => Partition.Dirichlet(new Dataset([1], [1], targets: [1]), 1, 1, 1)).Message);
        Assert.Contains("features 0 to 0", Assert.Throws<ArgumentOutOfRangeException>(() => Partition.ByColumn(data, 1)).Message);
        Assert.Contains("more than 3 different values", Assert.Throws<ArgumentException>(() => Partition.ByColumn(data, 0, 3)).Message);
    }

    [Fact]
    public void Data_sets_check_their_arrays()
    {
        Refused("multiple of the sample size 2", () => new Dataset([2], [1, 2, 3], [0], 1));
        Refused("There are 2 labels for 1 samples", () => new Dataset([2], [1, 2], [0, 0], 1));
        Refused("label of sample 0 is 3; expected 0 to 1", () => new Dataset([2], [1, 2], [3], 2));
        Refused("label of sample 0 is -1", () => new Dataset([2], [1, 2], [-1], 2));
        Refused("not both and not neither", () => new Dataset([2], [1, 2]));
        Refused("There are 3 targets for 2 samples", () => new Dataset([1], [1, 2], targets: [1, 2, 3]));
        Refused("sample shape is [2, 2]", () => new Dataset([2, 2], [1, 2, 3, 4], [0], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Dataset([1], [1], [0], 1).Subset([1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Dataset([1], [1], [0], 1).Slice(0, 2));

        static void Refused(string expected, Func<Dataset> make) => Assert.Contains(expected, Assert.Throws<ArgumentException>(make).Message);
    }

    private static double LargestClassShare(Dataset data, double concentration) =>
        Partition.Dirichlet(data, 8, concentration, 5, minimumSize: 10)
            .Average(part => part.GroupBy(i => data.Labels![i]).Max(group => group.Count()) / (double)part.Length);

    private static bool Covers(IReadOnlyList<int[]> parts, int count) =>
        parts.SelectMany(p => p).Order().SequenceEqual(Enumerable.Range(0, count)) && parts.All(p => p.SequenceEqual(p.Order()));

    private static Dataset Labeled(int count, int classes, ulong seed)
    {
        var random = new RandomStream(seed);
        int[] labels = [.. Enumerable.Range(0, count).Select(_ => random.NextInt32(classes))];
        return new Dataset([1], [.. labels.Select((label, i) => (float)(i % 11))], labels, classes);
    }
}
