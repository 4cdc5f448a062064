using System.Numerics;
using Marketplace.Algebra.Curves;

namespace Marketplace.Algebra.Tests.Curves;

public sealed class GroupTests
{
    private readonly Random _random;

    public GroupTests(ITestOutputHelper output)
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        _random = new Random(seed);
    }

    [Fact]
    public void G1_obeys_the_group_laws()
    {
        G1 p = CurveSamples.Point(_random), q = CurveSamples.Point(_random), o = G1.Infinity;
        Assert.Equal(p + q, q + p);
        Assert.Equal(p + (q + p), p + q + p);
        Assert.Equal(p, p + o);
        Assert.Equal(p, o + p);
        Assert.Equal(o, p - p);
        Assert.Equal(o, o + o);
        Assert.Equal(p + p, p * Fr.FromUInt64(2));
        Assert.Equal(o, -o);
        Assert.True((p + q).IsOnCurve && (p + p).IsOnCurve && o.IsOnCurve);
    }

    [Fact]
    public void G2_obeys_the_group_laws()
    {
        G2 p = G2.Generator * CurveSamples.Scalar(_random), q = G2.Generator * CurveSamples.Scalar(_random), o = G2.Infinity;
        Assert.Equal(p + q, q + p);
        Assert.Equal(p + (q + p), p + q + p);
        Assert.Equal(p, p + o);
        Assert.Equal(o, p - p);
        Assert.Equal(p + p, p * Fr.FromUInt64(2));
        Assert.True((p + q).IsOnCurve && (p + p).IsOnCurve && (p + q).IsInSubgroup && G2.Generator.IsInSubgroup && o.IsInSubgroup);
    }

    [Fact]
    public void Scalar_multiplication_is_linear_in_the_scalar()
    {
        G1 p = CurveSamples.Point(_random);
        foreach (Fr a in CurveSamples.EdgeScalars())
        {
            Fr b = CurveSamples.Scalar(_random);
            Assert.Equal(p * (a + b), (p * a) + (p * b));
            Assert.Equal(p * a, DoubleAndAdd(p, a.ToBigInteger()));
            Assert.Equal(G2.Generator * (a + b), (G2.Generator * a) + (G2.Generator * b));
        }
    }

    [Fact]
    public void Bytes_round_trip()
    {
        foreach (G1 p in new[] { G1.Generator, CurveSamples.Point(_random), G1.Infinity })
        {
            Assert.Equal(p, G1.FromBytes(p.ToBytes()));
            Assert.True(G1.TryFromBytes(p.ToBytes(), out G1 again) && again == p);
        }

        foreach (G2 p in new[] { G2.Generator, G2.Generator * CurveSamples.Scalar(_random), G2.Infinity })
        {
            Assert.Equal(p, G2.FromBytes(p.ToBytes()));
        }

        // EIP-197's order: imaginary part first.
        Assert.StartsWith("198e9393920d483a7260bfb731fb5d25f1aa493335a9e712", Convert.ToHexStringLower(G2.Generator.ToBytes()));
    }

    [Fact]
    public void Invalid_points_are_refused()
    {
        byte[] bytes = G1.Generator.ToBytes();
        bytes[63] ^= 1;
        Assert.Throws<FormatException>(() => G1.FromBytes(bytes));
        Assert.False(G1.TryFromBytes(bytes, out _));
        Assert.Throws<FormatException>(() => G1.FromBytes(new byte[63]));
        Assert.False(G1.TryFromBytes(new byte[65], out _));

        // x = p + 1 stands for the generator's x once reduced, and must be refused all the same.
        byte[] unreduced = G1.Generator.ToBytes();
        (Fp.Modulus + 1).ToByteArray(isUnsigned: true, isBigEndian: true).CopyTo(unreduced, 0);
        Assert.Throws<FormatException>(() => G1.FromBytes(unreduced));
        Assert.False(G1.TryFromBytes(unreduced, out _));

        byte[] twist = G2.Generator.ToBytes();
        twist[127] ^= 1;
        Assert.Throws<FormatException>(() => G2.FromBytes(twist));
        Assert.Throws<FormatException>(() => G2.FromBytes(new byte[127]));
    }

    [Fact]
    public void Points_of_the_twist_outside_the_subgroup_are_refused()
    {
        // Almost every point of the twist has another order: the cofactor is about 2^254.
        for (int i = 0; ; i++)
        {
            Fp2 x = new(Fp.FromUInt64((ulong)i), CurveSamples.Coordinate(_random));
            Fp2 square = (x.Square() * x) + (Fp2.Xi.InverseVariableTime() * Fp.FromUInt64(3));
            if (!TrySqrt(square, out Fp2 y))
            {
                continue;
            }

            G2 point = new(x, y);
            Assert.True(point.IsOnCurve);
            Assert.False(point.IsInSubgroup);
            Assert.Throws<FormatException>(() => G2.FromBytes(point.ToBytes()));
            return;
        }
    }

    [Fact]
    public void Extension_fields_invert()
    {
        Fp2 Random2() => new(CurveSamples.Coordinate(_random), CurveSamples.Coordinate(_random));
        Fp6 Random6() => new(Random2(), Random2(), Random2());
        Fp2 a = Random2();
        Assert.Equal(Fp2.One, a * a.InverseVariableTime());
        Assert.Equal(a * a, a.Square());
        Assert.Equal(a * Fp2.Xi, a.MultiplyByXi());
        Assert.Equal(a.Conjugate(), a.Pow(Fp.Modulus));
        Fp6 b = Random6();
        Assert.Equal(Fp6.One, b * b.InverseVariableTime());
        Assert.Equal(b * new Fp6(a, a.Square(), default), b.MultiplyBySparse(a, a.Square()));
        Assert.Equal(b * new Fp6(default, Fp2.One, default), b.MultiplyByV());
        Fp12 c = new(Random6(), Random6());
        Assert.Equal(Fp12.One, c * c.InverseVariableTime());
        Assert.Equal(c * c, c.Square());
        Assert.Equal(c.Pow(Fp.Modulus), c.Frobenius());
        Fp y = CurveSamples.Coordinate(_random);
        Fp12 line = new(new(new(y, Fp.Zero), default, default), new(a, a.Square(), default));
        Assert.Equal(c * line, c.MultiplyByLine(y, a, a.Square()));
    }

    private static bool TrySqrt(Fp2 value, out Fp2 root)
    {
        // √(a + bi) = x + yi with x² = (a + √(a² + b²))/2 for one sign of the inner root, and y = b/2x.
        root = default;
        if (!(value.Real.Square() + value.Imaginary.Square()).TrySqrt(out Fp norm))
        {
            return false;
        }

        Fp half = Fp.FromUInt64(2).Inverse();
        if (!((value.Real + norm) * half).TrySqrt(out Fp x) && !((value.Real - norm) * half).TrySqrt(out x))
        {
            return false;
        }

        root = new(x, value.Imaginary * half * x.Inverse());
        return root.Square() == value;
    }

    private static G1 DoubleAndAdd(G1 p, BigInteger k)
    {
        G1 sum = G1.Infinity;
        for (int bit = (int)k.GetBitLength() - 1; bit >= 0; bit--)
        {
            sum += sum;
            if (!((k >> bit) & 1).IsZero)
            {
                sum += p;
            }
        }

        return sum;
    }
}
