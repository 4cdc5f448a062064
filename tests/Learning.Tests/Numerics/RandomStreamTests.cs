using Marketplace.Learning.Numerics;

namespace Marketplace.Learning.Tests.Numerics;

/// <summary>Random numbers, exponentials and logarithms against independent references.</summary>
public sealed class RandomStreamTests
{
    [Fact]
    public void Exp_and_log_agree_with_the_platform_to_the_last_digits()
    {
        const ulong Seed = 20;
        var random = new RandomStream(Seed);
        for (int i = 0; i < 100_000; i++)
        {
            double x = random.NextDouble(-700, 700), y = DeterministicMath.Exp(random.NextDouble(-700, 700));
            Close(Math.Exp(x), DeterministicMath.Exp(x), $"exp({x:R}), seed {Seed}");
            Close(Math.Log(y), DeterministicMath.Log(y), $"log({y:R}), seed {Seed}");
        }

        static void Close(double expected, double actual, string what) =>
            Assert.True(Math.Abs(actual - expected) <= 4.5e-16 * Math.Abs(expected), $"{what}: expected {expected:R}, got {actual:R}");
    }

    [Fact]
    public void Exp_and_log_keep_their_edges()
    {
        Assert.Equal(1.0, DeterministicMath.Exp(0));
        Assert.Equal(0.0, DeterministicMath.Exp(double.NegativeInfinity));
        Assert.Equal(double.PositiveInfinity, DeterministicMath.Exp(710));
        Assert.Equal(double.NaN, DeterministicMath.Exp(double.NaN));
        Assert.Equal(0.0, DeterministicMath.Log(1));
        Assert.Equal(double.NegativeInfinity, DeterministicMath.Log(0));
        Assert.Equal(double.NaN, DeterministicMath.Log(-1));
        Assert.Equal(Math.Log(double.Epsilon), DeterministicMath.Log(double.Epsilon), 1e-12);
    }

    // Known answers of Random123's kat_vectors for philox4x32, 10 rounds.
    [Theory]
    [InlineData(0UL, 0UL, 0UL, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x85a308d3243f6a88UL, 0x0370734413198a2eUL, 0x299f31d0a4093822UL, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Philox_gives_its_known_answers(ulong low, ulong high, ulong key, uint w0, uint w1, uint w2, uint w3) =>
        Assert.Equal((w0, w1, w2, w3), RandomStream.Block(low, high, key));

    [Fact]
    public void Distributions_have_their_moments()
    {
        const int Count = 200_000;
        var random = new RandomStream(1);
        foreach (double shape in (double[])[0.3, 1, 4.5])
        {
            double sum = 0, squares = 0;
            for (int i = 0; i < Count; i++)
            {
                double x = random.NextGamma(shape);
                sum += x;
                squares += x * x;
            }

            double mean = sum / Count;
            Assert.Equal(shape, mean, 0.03 * Math.Max(1, shape));
            Assert.Equal(shape, squares / Count - mean * mean, 0.06 * Math.Max(1, shape));
        }

        var counts = new int[7];
        for (int i = 0; i < Count; i++)
            counts[random.NextInt32(7)]++;
        Assert.All(counts, count => Assert.InRange(count, Count / 7 - 800, Count / 7 + 800));
    }
}
