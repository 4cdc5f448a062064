using Marketplace.Algebra.Curves;
using Marketplace.Algebra.Lanes;
using Marketplace.Algebra.MultiScalar;
using Marketplace.Algebra.Tests.Curves;


namespace Marketplace.Algebra.Tests.MultiScalar;

/// <summary>The batched multiplication on every path that the processor has, on points whose logarithms are known.</summary>
public sealed class MsmPathTests
{
    private readonly Random _random;

    public MsmPathTests(ITestOutputHelper output)
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}; paths {string.Join(", ", SimdPaths.Supported)}");
        _random = new Random(seed);
    }

    /// <summary>Around the switch to batches, chunk boundaries, and window changes.</summary>
    public static TheoryData<int> Counts => [511, 512, 513, 1000, 4096, 4097, 20_000];

    [Theory]
    [MemberData(nameof(Counts))]
    public void Random_scalars_agree(int count)
    {
        (G1[] points, Fr[] logs) = Points(count);
        Fr[] full = [.. Enumerable.Range(0, count).Select(_ => CurveSamples.Scalar(_random))];
        short[] shorts = [.. Enumerable.Range(0, count).Select(_ => (short)_random.Next())];
        long[] longs = [.. Enumerable.Range(0, count).Select(_ => _random.NextInt64(1 - Msm.MaxMagnitude, Msm.MaxMagnitude))];
        CheckAll(points, logs, full, shorts, longs, $"{count} random scalars");
    }

    [Fact]
    public void Edge_scalars_agree()
    {
        (G1[] points, Fr[] logs) = Points(6000);
        Fr[] edges = CurveSamples.EdgeScalars();
        CheckAll(
            points,
            logs,
            [.. points.Select((_, i) => edges[i % edges.Length])],
            [.. points.Select((_, i) => new short[] { 0, 1, -1, 127, 128, -128, -129, short.MaxValue, short.MinValue }[i % 9])],
            [.. points.Select((_, i) => new long[] { 0, 1, -1, Msm.MaxMagnitude - 1, 1 - Msm.MaxMagnitude, 1 << 20, -(1 << 15) }[i % 7])],
            "edge scalars");
    }

    [Fact]
    public void One_bucket_across_many_chunks_agrees()
    {
        (G1[] points, Fr[] logs) = Points(13_000);
        CheckAll(
            points,
            logs,
            [.. points.Select(_ => Fr.FromUInt64(7))],
            [.. points.Select((_, i) => (short)(i % 2 == 0 ? 5 : -5))],
            [.. points.Select(_ => -1L << 30)],
            "one bucket");
    }

    [Fact]
    public void Zero_scalars_give_infinity()
    {
        (G1[] points, Fr[] logs) = Points(5000);
        CheckAll(points, logs, new Fr[5000], new short[5000], new long[5000], "zeros");
    }

    [Fact]
    public void Equal_points_agree()
    {
        (G1[] points, Fr[] logs) = Points(5000);
        Fr log = logs[17];
        Array.Fill(points, points[17]);
        Array.Fill(logs, log);
        CheckAll(
            points,
            logs,
            [.. points.Select(_ => CurveSamples.Scalar(_random))],
            [.. points.Select((_, i) => (short)(i % 50))],
            [.. points.Select((_, i) => (long)i % 100)],
            "equal points");
    }

    [Fact]
    public void Opposite_points_cancel()
    {
        (G1[] points, Fr[] logs) = Points(6000);
        for (int i = 1; i < points.Length; i += 2)
        {
            (points[i], logs[i]) = (-points[i - 1], -logs[i - 1]);
        }

        CheckAll(
            points,
            logs,
            [.. points.Select(_ => Fr.FromUInt64(3))],
            [.. points.Select((_, i) => (short)(i / 64))],
            [.. points.Select((_, i) => (long)i / 128)],
            "opposite points");
    }

    [Fact]
    public void Infinite_and_repeated_points_agree()
    {
        (G1[] points, Fr[] logs) = Points(8000);
        for (int i = 0; i < points.Length; i++)
        {
            int other = _random.Next(points.Length);
            (points[i], logs[i]) = _random.Next(5) switch
            {
                0 => (G1.Infinity, Fr.Zero),
                1 => (points[other], logs[other]),
                2 => (-points[other], -logs[other]),
                _ => (points[i], logs[i]),
            };
        }

        CheckAll(
            points,
            logs,
            [.. points.Select(_ => Fr.FromInt64(_random.Next(-3, 4)))],
            [.. points.Select(_ => (short)_random.Next(-3, 4))],
            [.. points.Select(_ => (long)_random.Next(-3, 4))],
            "infinite and repeated points");
    }

    [Fact]
    public void Progress_rises_to_one_and_cancellation_is_heard()
    {
        (G1[] points, Fr[] _) = Points(5000);
        Reports reports = new();
        Msm.Compute(points, new short[5000], default, reports);
        Assert.Equal(1.0, reports.Last);
        using CancellationTokenSource source = new();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => Msm.Compute(points, new short[5000], source.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => Msm.Compute(points, new Fr[5000], source.Token));
    }

    private static void CheckAll(G1[] points, Fr[] logs, Fr[] full, short[] shorts, long[] longs, string what)
    {
        foreach (SimdPath path in SimdPaths.Supported)
        {
            foreach (int bits in new[] { 8, 11, 16 })
            {
                Check(points, logs, full, SignedDigits.Split(full, bits, default), path, $"{what}, full width, {bits} bits");
                Check(points, logs, [.. longs.Select(Fr.FromInt64)], SignedDigits.Split(longs, bits), path, $"{what}, long, {bits} bits");
            }

            Check(points, logs, [.. shorts.Select(s => Fr.FromInt64(s))], SignedDigits.Split(shorts), path, $"{what}, short");
            Check(points, logs, [.. shorts.Select(s => Fr.FromInt64(s))], SignedDigits.SplitWide(shorts), path, $"{what}, one window");
        }
    }

    private static void Check(G1[] points, Fr[] logs, Fr[] scalars, SignedDigits digits, SimdPath path, string what)
    {
        using SignedDigits owned = digits;
        Fr log = Fr.Zero;
        for (int i = 0; i < logs.Length; i++)
        {
            log += logs[i] * scalars[i];
        }

        G1 expected = G1.Generator * log;
        G1 actual = Msm.Sum(points, owned, path, default, null);
        Assert.True(expected == actual, $"{what}, path {path}: expected {expected}, got {actual}");
    }

    private (G1[] Points, Fr[] Logs) Points(int count)
    {
        Fr start = CurveSamples.Scalar(_random), step = CurveSamples.Scalar(_random);
        G1 stepPoint = G1.Generator * step;
        Jacobian<Fp> current = (G1.Generator * start).ToJacobian();
        Jacobian<Fp>[] points = new Jacobian<Fp>[count];
        Fr[] logs = new Fr[count];
        for (int i = 0; i < count; i++)
        {
            (points[i], logs[i]) = (current, start);
            current = current.AddAffine(stepPoint.X, stepPoint.Y);
            start += step;
        }

        return (G1.FromJacobian(points), logs);
    }

    private sealed class Reports : IProgress<double>
    {
        internal double Last { get; private set; }

        public void Report(double value)
        {
            lock (this)
            {
                Last = Math.Max(Last, value);
            }
        }
    }
}
