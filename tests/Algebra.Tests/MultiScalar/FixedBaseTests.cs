using Marketplace.Algebra.Curves;
using Marketplace.Algebra.Lanes;
using Marketplace.Algebra.MultiScalar;
using Marketplace.Algebra.Tests.Curves;

namespace Marketplace.Algebra.Tests.MultiScalar;

public sealed class FixedBaseTests(ITestOutputHelper output)
{
    // Both window widths, and lengths around a chunk.
    [Theory]
    [InlineData(1)]
    [InlineData(2047)]
    [InlineData(2049)]
    [InlineData(1 << 14)]
    public void Powers_are_multiples_on_every_path(int length)
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}; paths {string.Join(", ", SimdPaths.Supported)}");
        Random random = new(seed);
        Fr x = CurveSamples.Scalar(random);
        G1 point = G1.Generator * CurveSamples.Scalar(random);
        G1[]? plain = null;
        foreach (SimdPath path in SimdPaths.Supported)
        {
            G1[] powers = FixedBase.Powers(point, x, length, path, CancellationToken.None, null);
            plain ??= powers;
            Assert.True(plain.AsSpan().SequenceEqual(powers), $"{path} differs from the plain path");
        }

        foreach (int k in new[] { 0, 1, 2, length / 2, length - 2, length - 1 }.Where(k => k >= 0 && k < length))
            Assert.Equal(point * x.Pow((ulong)k), plain![k]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    public void Ratios_that_meet_infinity_or_repeat_are_exact(int ratio)
    {
        Fr x = ratio < 0 ? -Fr.One : ratio == 0 ? Fr.Zero : Fr.One;
        foreach (SimdPath path in SimdPaths.Supported)
        {
            G1[] powers = FixedBase.Powers(G1.Generator, x, 5, path, CancellationToken.None, null);
            for (int k = 0; k < powers.Length; k++) Assert.Equal(G1.Generator * x.Pow((ulong)k), powers[k]);
        }
    }

    [Fact]
    public void Infinity_and_no_length_are_refused()
    {
        Assert.Throws<ArgumentException>(() => FixedBase.Powers(default, Fr.One, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => FixedBase.Powers(G1.Generator, Fr.One, 0));
    }

    [Fact]
    public void Stops_when_cancelled() => Assert.ThrowsAny<OperationCanceledException>(
        () => FixedBase.Powers(G1.Generator, Fr.One, 10_000, new CancellationToken(canceled: true)));
}
