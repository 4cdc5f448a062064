using Marketplace.Learning.Numerics;

namespace Marketplace.Learning.Tests.Numerics;

/// <summary>Random numbers against independent references.</summary>
public sealed class RandomStreamTests
{
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
        double sum = 0, squares = 0;
        for (int i = 0; i < Count; i++)
        {
            double x = random.NextNormal();
            sum += x;
            squares += x * x;
        }

        Assert.Equal(0, sum / Count, 0.02);
        Assert.Equal(1, squares / Count, 0.02);
        var counts = new int[7];
        for (int i = 0; i < Count; i++)
            counts[random.NextInt32(7)]++;
        Assert.All(counts, count => Assert.InRange(count, Count / 7 - 800, Count / 7 + 800));
    }
}
