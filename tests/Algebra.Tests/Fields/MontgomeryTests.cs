using System.Numerics;
using System.Runtime.InteropServices;

namespace Marketplace.Algebra.Tests.Fields;

public sealed class Bn254BaseTests(ITestOutputHelper output) : MontgomeryTests<Bn254Base>(output);

public sealed class Bn254ScalarTests(ITestOutputHelper output) : MontgomeryTests<Bn254Scalar>(output);

public sealed class Secp256k1BaseTests(ITestOutputHelper output) : MontgomeryTests<Secp256k1Base>(output);

public sealed class Secp256k1ScalarTests(ITestOutputHelper output) : MontgomeryTests<Secp256k1Scalar>(output);

/// <summary>The field against BigInteger, edge values crossed with each other and with random ones.</summary>
public abstract class MontgomeryTests<TModulus>
    where TModulus : struct, IModulus
{
    private static readonly BigInteger Q = Montgomery<TModulus>.Modulus;

    private readonly BigInteger[] _values;

    protected MontgomeryTests(ITestOutputHelper output)
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        _values = Samples.Mixed(new Random(seed), Q, 40);
    }

    private static Montgomery<TModulus> F(BigInteger value) => Montgomery<TModulus>.FromBigInteger(value);

    [Fact]
    public void Ring_operations_agree_with_big_integer()
    {
        foreach (BigInteger a in _values)
        {
            foreach (BigInteger b in _values)
            {
                Check((a + b) % Q, F(a) + F(b), "+", a, b);
                Check(Samples.Mod(a - b, Q), F(a) - F(b), "-", a, b);
                Check(a * b % Q, F(a) * F(b), "*", a, b);
                Assert.Equal(a == b, F(a) == F(b));
                Assert.Equal(a != b, F(a) != F(b));
            }

            Check(Samples.Mod(-a, Q), -F(a), "negate", a, 0);
            Check(a * a % Q, F(a).Square(), "square", a, 0);
            Check(2 * a % Q, F(a).Double(), "double", a, 0);
            Assert.Equal(a.IsEven, F(a).IsEven);
        }
    }

    [Fact]
    public void Inverses_multiply_to_one()
    {
        foreach (BigInteger a in _values.Where(v => !v.IsZero))
        {
            BigInteger expected = BigInteger.ModPow(a, Q - 2, Q);
            Check(expected, F(a).Inverse(), "inverse", a, 0);
            Check(expected, F(a).InverseVariableTime(), "variable-time inverse", a, 0);
        }

        Assert.Throws<DivideByZeroException>(() => Montgomery<TModulus>.Zero.Inverse());
        Assert.Throws<DivideByZeroException>(() => Montgomery<TModulus>.Zero.InverseVariableTime());
    }

    [Fact]
    public void Invert_all_leaves_zeros_alone()
    {
        Montgomery<TModulus>[] values = [.. _values.Select(F)];
        Montgomery<TModulus>.InvertAll(values);
        for (int i = 0; i < values.Length; i++)
        {
            Assert.Equal(_values[i].IsZero ? Montgomery<TModulus>.Zero : F(_values[i]).Inverse(), values[i]);
        }

        Montgomery<TModulus>.InvertAll([]);
    }

    [Fact]
    public void Powers_agree_with_big_integer()
    {
        foreach (BigInteger a in _values)
        {
            foreach (BigInteger e in new BigInteger[] { 0, 1, 2, 3, 65537, ulong.MaxValue, Q - 1, Q - 2, (BigInteger.One << 256) - 1 })
            {
                Check(BigInteger.ModPow(a, e, Q), F(a).Pow(e), "pow", a, e);
                if (e <= ulong.MaxValue)
                {
                    Check(BigInteger.ModPow(a, e, Q), F(a).Pow((ulong)e), "pow word", a, e);
                }
            }
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => F(2).Pow(BigInteger.MinusOne));
        Assert.Throws<ArgumentOutOfRangeException>(() => F(2).Pow(BigInteger.One << 256));
    }

    [Fact]
    public void Roots_exist_exactly_for_squares()
    {
        foreach (BigInteger a in _values)
        {
            bool isSquare = a.IsZero || BigInteger.ModPow(a, (Q - 1) / 2, Q).IsOne;
            Assert.Equal(isSquare, F(a).TrySqrt(out Montgomery<TModulus> root));
            if (isSquare)
            {
                Check(a, root.Square(), "square of root", a, 0);
                Assert.True(root.IsEven, $"the root of {a} must be the even one");
                Assert.Equal(root, F(a).Sqrt());
            }
            else
            {
                Assert.Throws<ArithmeticException>(() => F(a).Sqrt());
            }
        }
    }

    [Fact]
    public void Root_of_unity_has_exactly_its_order()
    {
        int s = Montgomery<TModulus>.TwoAdicity;
        Assert.True(((Q - 1) % (BigInteger.One << s)).IsZero && !((Q - 1) % (BigInteger.One << (s + 1))).IsZero);
        Assert.Equal(-Montgomery<TModulus>.One, Montgomery<TModulus>.TwoAdicRoot.Pow(BigInteger.One << (s - 1)));
    }

    [Fact]
    public void Bytes_are_big_endian_and_canonical()
    {
        foreach (BigInteger a in _values)
        {
            byte[] bytes = F(a).ToBytes();
            Assert.Equal(a, new BigInteger(bytes, isUnsigned: true, isBigEndian: true));
            Assert.Equal(F(a), Montgomery<TModulus>.FromBytes(bytes));
            Assert.Equal("0x" + Convert.ToHexStringLower(bytes), F(a).ToString());
            Assert.Equal(a, F(a).ToBigInteger());
        }
    }

    [Fact]
    public void Bytes_not_below_the_modulus_are_refused()
    {
        foreach (BigInteger a in new[] { Q, Q + 1, (BigInteger.One << 256) - 1 })
        {
            byte[] bytes = a.ToByteArray(isUnsigned: true, isBigEndian: true);
            Assert.False(Montgomery<TModulus>.TryFromBytes(bytes, out _));
            Assert.Throws<FormatException>(() => Montgomery<TModulus>.FromBytes(bytes));
            Check(a % Q, Montgomery<TModulus>.FromBytesReduced(bytes), "reduced", a, 0);
        }

        Assert.Throws<FormatException>(() => Montgomery<TModulus>.FromBytes(new byte[31]));
        Assert.Throws<FormatException>(() => Montgomery<TModulus>.FromBytes(new byte[33]));
        Assert.Throws<ArgumentException>(() => Montgomery<TModulus>.One.WriteBytes(new byte[31]));
    }

    [Fact]
    public void Elements_that_lie_in_memory_unreduced_are_found()
    {
        Montgomery<TModulus>[] elements = [.. _values.Select(F), -Montgomery<TModulus>.One];
        Assert.True(Montgomery<TModulus>.AreReduced(elements));
        Assert.True(Montgomery<TModulus>.AreReduced([]));
        foreach (BigInteger unreduced in new[] { Q, Q + 1, (BigInteger.One << 256) - 1 })
        {
            Montgomery<TModulus>[] spoiled = [.. elements];
            Span<byte> bytes = MemoryMarshal.AsBytes(spoiled.AsSpan(spoiled.Length / 2, 1));
            unreduced.TryWriteBytes(bytes, out _, isUnsigned: true);
            Assert.False(Montgomery<TModulus>.AreReduced(spoiled));
        }
    }

    [Fact]
    public void Reduction_takes_any_length()
    {
        for (int length = 0; length <= 100; length++)
        {
            byte[] bytes = new byte[length];
            new Random(length).NextBytes(bytes);
            Check(
                new BigInteger(bytes, isUnsigned: true, isBigEndian: true) % Q,
                Montgomery<TModulus>.FromBytesReduced(bytes), "reduced length", length, 0);
        }
    }

    [Fact]
    public void Integers_enter_as_their_residues()
    {
        foreach (long value in new[] { 0, 1, -1, 32767, -32767, int.MinValue, long.MaxValue, long.MinValue })
        {
            Check(Samples.Mod(value, Q), Montgomery<TModulus>.FromInt64(value), "int64", value, 0);
            Check(Samples.Mod(value, Q), F(value), "BigInteger", value, 0);
            Check((ulong)value % Q, Montgomery<TModulus>.FromUInt64((ulong)value), "uint64", (ulong)value, 0);
        }
    }

    private static void Check(BigInteger expected, Montgomery<TModulus> actual, string what, BigInteger a, BigInteger b) =>
        Assert.True(expected == actual.ToBigInteger(), $"{what} of {a} and {b} mod {Q}: expected {expected}, got {actual}");
}
