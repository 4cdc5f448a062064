using System.Numerics;
using Marketplace.Algebra.Curves;
using Marketplace.Algebra.Transforms;
using Marketplace.Proofs.Gram;
using Marketplace.Proofs.ReferenceStrings;

namespace Marketplace.Proofs.Tests.Gram;

/// <summary>The prover's large steps against their definitions.</summary>
public class GramArithmeticTests
{
    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(32, 2, 100)]
    [InlineData(3, 1, 2047)]
    [InlineData(3, 2, 5000)]
    public void Linear_combinations_are_exact(int updates, int publicRows, int dimension)
    {
        int seed = 110 + dimension;
        var random = new Random(seed);
        short[][] rows = [.. Enumerable.Range(0, 1 + updates).Select(i => i == 0
            ? [.. Enumerable.Repeat((short)-32767, dimension)]
            : GramFixture.Short(random, dimension))];
        long[][] wide = [.. Enumerable.Range(0, publicRows).Select(_ => GramFixture.Long(random, dimension))];
        if (publicRows > 0) Array.Fill(wide[0], -GramMatrix.MaxPublicEntry);
        UInt128[] z = [.. Enumerable.Range(0, rows.Length + publicRows).Select(i => i == 1
            ? 0
            : i % 2 == 0 ? UInt128.MaxValue : new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64()))];
        var target = new Fr[dimension + 1];
        target[dimension] = Fr.One;
        LinearCombination.Compute(rows, wide, z, target, CancellationToken.None);
        for (int k = 0; k < dimension; k++)
        {
            BigInteger expected = 0;
            for (int i = 0; i < rows.Length; i++) expected += (BigInteger)z[i] * rows[i][k];
            for (int p = 0; p < wide.Length; p++) expected += (BigInteger)z[rows.Length + p] * wide[p][k];
            Assert.True(Fr.FromBigInteger(expected) == target[k], $"seed {seed}, coordinate {k}");
        }

        Assert.Equal(Fr.One, target[dimension]);
    }

    // Values at which accumulators are zero, minus one, or cross a limb.
    [Fact]
    public void Linear_combinations_carry_over_limbs()
    {
        UInt128[] interesting = [0, 1, uint.MaxValue, (UInt128)uint.MaxValue + 1, ulong.MaxValue, (UInt128)ulong.MaxValue + 1, UInt128.MaxValue];
        short[] entries = [0, 1, -1, 2, -2, 32767, -32767];
        var target = new Fr[entries.Length];
        foreach (UInt128 z in interesting)
        {
            foreach (UInt128 y in interesting)
            {
                LinearCombination.Compute([entries, [.. entries.Reverse()]], [], [z, y], target, CancellationToken.None);
                for (int k = 0; k < entries.Length; k++)
                {
                    BigInteger expected = ((BigInteger)z * entries[k]) + ((BigInteger)y * entries[^(k + 1)]);
                    Assert.True(Fr.FromBigInteger(expected) == target[k], $"{z}·{entries[k]} + {y}·{entries[^(k + 1)]}");
                }
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(GramMatrix.MaxPublicEntry)]
    [InlineData(-GramMatrix.MaxPublicEntry)]
    [InlineData(1 << 14)]
    [InlineData((1 << 14) - 1)]
    [InlineData((1L << 29) + (1 << 14))]
    [InlineData((1L << 44) - (1L << 30))]
    public void Digits_add_up(long value)
    {
        short[] d0 = new short[1], d1 = new short[1], d2 = new short[1];
        Digits.Split([value], d0, d1, d2);
        Assert.Equal(value, d0[0] + ((long)d1[0] << 15) + ((long)d2[0] << 30));
        Assert.InRange(d0[0], -(1 << 14), (1 << 14) - 1);
        Assert.InRange(d1[0], -(1 << 14), (1 << 14) - 1);
    }

    // Lengths at which none, some and all of the reserved lags overlap in the cyclic transform.
    [Theory]
    [InlineData(33)]
    [InlineData(48)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(96)]
    [InlineData(97)]
    [InlineData(100)]
    [InlineData(160)]
    [InlineData(288)]
    public void Autocorrelation_equals_its_sums(int length)
    {
        var random = new Random(length);
        Fr[] c = [.. Enumerable.Range(0, length).Select(_ => GramFixture.Scalar(random))];
        var buffer = new Fr[Autocorrelation.TransformSize(length)];
        Array.Fill(buffer, Fr.One);
        Autocorrelation.Compute(c, length, buffer, CancellationToken.None);
        Assert.Equal(NaiveProver.Autocorrelate(c), buffer[..(length - 1)]);
    }

    // A power of two of entries takes a transform of twice its size in spite of the 32 reserved coordinates.
    [Theory]
    [InlineData(1 << 20, 1 << 21)]
    [InlineData((1 << 20) + 1, 1 << 22)]
    [InlineData(64, 128)]
    [InlineData(GramMatrix.MaxDimension, Ntt.MaxLength)]
    public void Transforms_are_of_twice_the_dimension(int dimension, int expected) =>
        Assert.Equal(expected, Autocorrelation.TransformSize(dimension + Srs.ReservedCoordinates));

    [Theory]
    [InlineData(3)]
    [InlineData(33)]
    [InlineData(8192)]
    [InlineData(20000)]
    public void Division_leaves_the_line_through_both_points(int length)
    {
        var random = new Random(length);
        Fr[] f = [.. Enumerable.Range(0, length).Select(_ => GramFixture.Scalar(random))];
        Fr x = GramFixture.Scalar(random), inverse = x.Inverse();
        (Fr atX, Fr atInverse) = Polynomials.Evaluate(f, length, x, inverse, CancellationToken.None);
        Assert.Equal(NaiveProver.Evaluate(f, x), atX);
        Assert.Equal(NaiveProver.Evaluate(f, inverse), atInverse);

        Fr slope = (atX - atInverse) * (x - inverse).Inverse();
        Fr at = GramFixture.Scalar(random), line = atX + (slope * (at - x));
        Fr[] w = [.. f];
        Polynomials.DivideByReciprocalPair(w, x + inverse);
        Assert.Equal(
            NaiveProver.Evaluate(f, at) - line,
            NaiveProver.Evaluate(w[..(length - 2)], at) * (at - x) * (at - inverse));
    }

    [Fact]
    public void Blinder_generator_is_the_documented_hash()
    {
        // From an independent script with ethers' keccak and BigInt arithmetic; k = 0 works.
        Assert.Equal("0x0686630cd188b97afe1c16716e47c48af44f06db6cdc284aa66b754b15337fa7", Commitment.H.X.ToString());
        Assert.Equal("0x1b893daaabe5690dd545bffe2d66e3c36e904fd7e48b5bee21eb3ddf1be2c22a", Commitment.H.Y.ToString());
        Assert.True(Commitment.H.IsOnCurve);
    }

    [Fact]
    public void Commitments_are_homomorphic_and_agree_over_widths()
    {
        const int seed = 130;
        var random = new Random(seed);
        Srs srs = GramFixture.SharedSrs;
        short[] u = GramFixture.Short(random, 100), v = GramFixture.Short(random, 100);
        Fr a = GramFixture.Scalar(random), b = GramFixture.Scalar(random);
        G1 cu = Commitment.Commit(srs, u.AsSpan(), a), cv = Commitment.Commit(srs, v.AsSpan(), b);
        long[] sum = [.. u.Zip(v, (x, y) => (65536L * x) + (3L * y))];
        Assert.Equal(
            Commitment.Commit(srs, sum.AsSpan(), (Fr.FromUInt64(65536) * a) + (Fr.FromUInt64(3) * b)),
            (cu * Fr.FromUInt64(65536)) + (cv * Fr.FromUInt64(3)));
        Assert.Equal(cu, Commitment.Commit(srs, u.Select(x => (long)x).ToArray().AsSpan(), a));
        Assert.NotEqual(cu, Commitment.Commit(srs, u.AsSpan(), b));
    }

    [Fact]
    public void Commitments_refuse_lengths_that_the_srs_does_not_cover()
    {
        Assert.Throws<ArgumentException>(() => Commitment.Commit(GramFixture.SharedSrs, ReadOnlySpan<short>.Empty, Fr.One));
        Assert.Throws<ArgumentException>(() => Commitment.Commit(GramFixture.SharedSrs, new short[513].AsSpan(), Fr.One));
        Assert.Throws<ArgumentException>(() => Commitment.Commit(GramFixture.SharedSrs, new long[513].AsSpan(), Fr.One));
    }
}
