using Marketplace.Learning.Data;
using Marketplace.Learning.Numerics;

namespace Marketplace.Laboratory.Tasks;

/// <summary>A way to divide samples among trainers, so that some contribute more than others.</summary>
/// <param name="Name">What tables call it.</param>
/// <param name="Divide">From samples, number of trainers and a seed to one set for each trainer.</param>
public sealed record Division(string Name, Func<Dataset, int, ulong, IReadOnlyList<Dataset>> Divide)
{
    private const ulong NoiseStream = 0x6E6F697365;

    private const int SmallestPart = 10;

    /// <summary>Equal parts at random.</summary>
    public static Division Iid { get; } = new("IID", (pool, trainers, seed) => Cut(pool, Partition.Iid(pool, trainers, seed)));

    /// <summary>Each class by proportions from a Dirichlet distribution.</summary>
    public static Division Dirichlet(double concentration) => new(
        FormattableString.Invariant($"Dirichlet {concentration}"),
        (pool, trainers, seed) => Cut(pool, Partition.Dirichlet(pool, trainers, concentration, seed, Math.Min(SmallestPart, pool.Count / trainers))));

    /// <summary>Trainer i of n has (i + 1) shares.</summary>
    public static Division UnequalSizes { get; } = new(
        "sizes 1 : n",
        (pool, trainers, seed) => Cut(pool, Partition.Iid(pool, trainers, seed, [.. Enumerable.Range(1, trainers).Select(share => (double)share)])));

    /// <summary>Of trainer i's labels, i of n are wrong.</summary>
    public static Division LabelNoise { get; } = Degraded(
        "label noise", (data, i, trainers, random) => Datasets.WithLabelNoise(data, (double)i / trainers, random));

    /// <summary>Trainer i's features have noise of deviation 2i/n.</summary>
    public static Division FeatureNoise { get; } = Degraded(
        "feature noise", (data, i, trainers, random) => Datasets.WithFeatureNoise(data, 2.0 * i / trainers, random));

    /// <summary>Of trainer i's samples only one in 2^i is different from the others.</summary>
    public static Division Duplicates { get; } = Degraded(
        "duplicates", (data, i, _, _) => Datasets.WithDuplicates(data, Math.Max(1, data.Count >> i)));

    /// <summary>
    /// The last fifth of the classes, at least one, is with trainer 0 alone; the rest is divided so that all are as near to one size as can be.
    /// </summary>
    public static Division HeldClasses { get; } = Held("held classes", holders: 1);

    /// <summary>The same classes with trainers 0 and 1 alone: honest trainers who are more alike to each other than to anybody else.</summary>
    public static Division ClassesOfTwo { get; } = Held("classes of two", holders: 2);

    /// <summary>All that can be made of any pool.</summary>
    public static IReadOnlyList<Division> All { get; } =
        [Iid, Dirichlet(0.5), Dirichlet(0.1), UnequalSizes, LabelNoise, FeatureNoise, Duplicates, HeldClasses];

    private static Division Degraded(string name, Func<Dataset, int, int, RandomStream, Dataset> degrade) => new(
        name,
        (pool, trainers, seed) =>
            [.. Iid.Divide(pool, trainers, seed).Select((part, i) => degrade(part, i, trainers, new RandomStream(seed, NoiseStream + (ulong)i)))]);

    private static Division Held(string name, int holders) =>
        new(name, (pool, trainers, seed) => DivideHeldClasses(pool, trainers, seed, holders));

    private static IReadOnlyList<Dataset> DivideHeldClasses(Dataset pool, int trainers, ulong seed, int holders)
    {
        int held = pool.ClassCount - Math.Max(1, pool.ClassCount / 5);
        int[] rare = [.. Enumerable.Range(0, pool.Count).Where(i => pool.Labels![i] >= held)];
        int[] common = [.. Enumerable.Range(0, pool.Count).Where(i => pool.Labels![i] < held)];
        double size = (double)pool.Count / trainers;
        double part = (double)rare.Length / holders;
        double others = (pool.Count - holders * Math.Max(size, part)) / (trainers - holders);
        double[] shares = [.. Enumerable.Repeat(Math.Max(1, size - part), holders), .. Enumerable.Repeat(others, trainers - holders)];
        IReadOnlyList<int[]> parts = Partition.Iid(pool.Subset(common), trainers, seed, shares);
        return
        [
            .. parts.Select((own, i) => pool.Subset(
                [.. own.Select(index => common[index]), .. rare.Where((_, k) => k * holders / rare.Length == i)])),
        ];
    }

    private static IReadOnlyList<Dataset> Cut(Dataset pool, IReadOnlyList<int[]> parts) => [.. parts.Select(part => pool.Subset(part))];
}
