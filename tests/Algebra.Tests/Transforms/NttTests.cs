using Marketplace.Algebra.Tests.Curves;
using Marketplace.Algebra.Transforms;

namespace Marketplace.Algebra.Tests.Transforms;

/// <summary>Transforms against the definition.</summary>
public sealed class NttTests
{
    private readonly Random _random;

    public NttTests(ITestOutputHelper output)
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        _random = new Random(seed);
    }

    public static TheoryData<int> Lengths => [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Forward_is_the_definition(int length)
    {
        Fr[] values = Values(length);
        Fr root = Ntt.RootOfUnity(length);
        Fr[] actual = [.. values];
        Ntt.Forward(actual);
        for (int j = 0; j < length; j++)
        {
            // X_j = Σ_k x_k·(ω^j)^k, by Horner's rule.
            Fr power = root.Pow((ulong)j), expected = Fr.Zero;
            for (int k = length - 1; k >= 0; k--)
            {
                expected = (expected * power) + values[k];
            }

            Assert.True(expected == actual[j], $"length {length}, place {j}: expected {expected}, got {actual[j]}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(64)]
    [InlineData(1 << 13)]
    [InlineData(1 << 15)]
    public void Inverse_undoes_forward(int length)
    {
        Fr[] values = Values(length);
        Fr[] actual = [.. values];
        Ntt.Forward(actual);
        Ntt.Inverse(actual);
        Assert.Equal(values, actual);
    }

    [Fact]
    public void Other_lengths_are_refused()
    {
        foreach (int length in new[] { 0, 3, 6, 1000 })
        {
            Assert.Throws<ArgumentException>(() => Ntt.Forward(new Fr[length]));
            Assert.Throws<ArgumentException>(() => Ntt.Inverse(new Fr[length]));
        }
    }

    private Fr[] Values(int length)
    {
        Fr[] edges = CurveSamples.EdgeScalars();
        return [.. Enumerable.Range(0, length).Select(i => _random.Next(3) == 0 ? edges[_random.Next(edges.Length)] : CurveSamples.Scalar(_random))];
    }
}
