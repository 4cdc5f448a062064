using Marketplace.Algebra.Curves;
using Marketplace.Algebra.MultiScalar;
using Marketplace.Algebra.Tests.Curves;

namespace Marketplace.Algebra.Tests.MultiScalar;

/// <summary>Multi-scalar multiplication against a sum of single multiplications, with equal, opposite and infinite points.</summary>
public sealed class MsmTests
{
    private readonly Random _random;

    public MsmTests(ITestOutputHelper output)
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        _random = new Random(seed);
    }

    public static TheoryData<int> Counts => [0, 1, 2, 3, 31, 32, 255, 256, 300];

    [Theory]
    [MemberData(nameof(Counts))]
    public void Full_width_agrees_with_the_sum(int count)
    {
        G1[] points = AwkwardPoints(count);
        Fr[] edges = CurveSamples.EdgeScalars();
        Fr[] scalars = [.. Enumerable.Range(0, count).Select(i => i % 2 == 0 ? edges[i / 2 % edges.Length] : CurveSamples.Scalar(_random))];
        Assert.Equal(Naive(points, scalars), Msm.Compute(points, scalars));
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void Short_agrees_with_the_sum(int count)
    {
        short[] edges = [0, 1, -1, 127, 128, -128, -129, 255, 256, short.MaxValue, -short.MaxValue, short.MinValue];
        G1[] points = AwkwardPoints(count);
        short[] scalars = [.. Enumerable.Range(0, count).Select(i => i % 3 == 0 ? edges[i / 3 % edges.Length] : (short)_random.Next())];
        Assert.Equal(Naive(points, [.. scalars.Select(s => Fr.FromInt64(s))]), Msm.Compute(points, scalars));
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void Long_agrees_with_the_sum(int count)
    {
        const long Most = Msm.MaxMagnitude - 1;
        long[] edges = [0, 1, -1, 32767, 32768, -32768, -32769, 1L << 31, 1L << 32, -(1L << 32), (1L << 39) - 1, Most, -Most];
        G1[] points = AwkwardPoints(count);
        long[] scalars = [.. Enumerable.Range(0, count).Select(i => i % 3 == 0 ? edges[i / 3 % edges.Length] : _random.NextInt64(-Most, Most))];
        Assert.Equal(Naive(points, [.. scalars.Select(Fr.FromInt64)]), Msm.Compute(points, scalars));
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        G1[] points = [G1.Generator];
        Assert.Throws<ArgumentException>(() => Msm.Compute(points, Array.Empty<Fr>()));
        Assert.Throws<ArgumentException>(() => Msm.Compute(points, new short[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Msm.Compute(points, [Msm.MaxMagnitude]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Msm.Compute(points, [-Msm.MaxMagnitude]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Msm.Compute(points, [long.MinValue]));
    }

    [Fact]
    public void Cancellation_is_heard()
    {
        G1[] points = AwkwardPoints(8);
        Assert.ThrowsAny<OperationCanceledException>(() => Msm.Compute(points, new Fr[8], new CancellationToken(canceled: true)));
    }

    /// <summary>Different points, and among them infinity, repeated points and points with their opposites.</summary>
    private G1[] AwkwardPoints(int count)
    {
        G1[] points = CurveSamples.Points(_random, count);
        for (int i = 3; i < count; i += 7)
        {
            points[i] = (i % 4) switch
            {
                0 => G1.Infinity,
                1 => points[i - 1],
                2 => -points[i - 2],
                _ => points[_random.Next(count)],
            };
        }

        return points;
    }

    private static G1 Naive(G1[] points, Fr[] scalars)
    {
        G1 sum = G1.Infinity;
        for (int i = 0; i < points.Length; i++)
        {
            sum += points[i] * scalars[i];
        }

        return sum;
    }
}
