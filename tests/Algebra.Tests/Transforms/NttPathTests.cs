using Marketplace.Algebra.Lanes;
using Marketplace.Algebra.Tests.Curves;
using Marketplace.Algebra.Transforms;


namespace Marketplace.Algebra.Tests.Transforms;

/// <summary>The vector transforms on every path that the processor has against the plain one.</summary>
public sealed class NttPathTests
{
    private readonly Random _random;

    public NttPathTests(ITestOutputHelper output)
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}; paths {string.Join(", ", SimdPaths.Supported)}");
        _random = new Random(seed);
    }

    /// <summary>All remainders of the layers mod 3, on both sides of the size that fits a cache.</summary>
    public static TheoryData<int> Logarithms => [6, 7, 8, 9, 10, 11, 12, 15, 16, 17, 18];

    [Theory]
    [MemberData(nameof(Logarithms))]
    public void Transforms_agree_with_the_plain_one(int logarithm)
    {
        Fr[] values = Values(1 << logarithm);
        Fr[] expected = [.. values];
        PlainNtt.Transform(expected, Ntt.RootOfUnity(values.Length));
        foreach (SimdPath path in SimdPaths.Supported)
        {
            Fr[] actual = [.. values];
            Ntt.Forward(actual, path, default);
            Check(expected, actual, $"forward, path {path}, 2^{logarithm}");
            Ntt.Inverse(actual, path, default);
            Check(values, actual, $"inverse, path {path}, 2^{logarithm}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(32)]
    [InlineData(64)]
    [InlineData(128)]
    [InlineData(512)]
    [InlineData(1024)]
    public void Autocorrelation_is_the_definition(int length)
    {
        Fr[] values = Values(length);
        Fr[] expected = [.. values];
        PlainNtt.Autocorrelate(expected);
        foreach (SimdPath path in SimdPaths.Supported)
        {
            Fr[] actual = [.. values];
            Ntt.Autocorrelate(actual, path, default, null);
            Check(expected, actual, $"autocorrelation, path {path}, length {length}");
        }
    }

    [Fact]
    public void Large_autocorrelations_agree()
    {
        // c(X)·c(1/X) at a root of unity ω^j is C_j·C_{−j}.
        Fr[] values = Values(1 << 16);
        Fr[] transform = [.. values];
        PlainNtt.Transform(transform, Ntt.RootOfUnity(values.Length));
        Fr[] expected = [.. transform.Select((value, j) => value * transform[(values.Length - j) % values.Length])];
        foreach (SimdPath path in SimdPaths.Supported)
        {
            Fr[] actual = [.. values];
            Ntt.Autocorrelate(actual, path, default, null);
            PlainNtt.Transform(actual, Ntt.RootOfUnity(values.Length));
            Check(expected, actual, $"transform of the autocorrelation, path {path}");
        }
    }

    [Fact]
    public void Extreme_values_agree()
    {
        Fr[] values = new Fr[1 << 10];
        Array.Fill(values, -Fr.One);
        Fr[] expected = new Fr[values.Length];
        expected[0] = -Fr.FromUInt64((ulong)values.Length);
        foreach (SimdPath path in SimdPaths.Supported)
        {
            Fr[] actual = [.. values];
            Ntt.Forward(actual, path, default);
            Check(expected, actual, $"constant input, path {path}");
            Fr[] zeros = new Fr[values.Length];
            Ntt.Forward(zeros, path, default);
            Check(new Fr[values.Length], zeros, $"zeros, path {path}");
        }
    }

    [Fact]
    public void Cancellation_is_heard() => Assert.ThrowsAny<OperationCanceledException>(
        () => Ntt.Autocorrelate(new Fr[1 << 10], new CancellationToken(canceled: true)));

    private static void Check(Fr[] expected, Fr[] actual, string what)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(expected[i] == actual[i], $"{what}, place {i}: expected {expected[i]}, got {actual[i]}");
        }
    }

    private Fr[] Values(int length)
    {
        Fr[] edges = CurveSamples.EdgeScalars();
        return [.. Enumerable.Range(0, length).Select(i => _random.Next(3) == 0 ? edges[_random.Next(edges.Length)] : CurveSamples.Scalar(_random))];
    }
}
