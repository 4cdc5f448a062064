using System.Numerics;

namespace Marketplace.Algebra.Tests.Fields;

/// <summary>BN254's coordinate prime: 254 bits, 3 mod 4.</summary>
public readonly struct Bn254Base : IModulus
{
    public static ulong Limb0 => 0x3c208c16d87cfd47UL;

    public static ulong Limb1 => 0x97816a916871ca8dUL;

    public static ulong Limb2 => 0xb85045b68181585dUL;

    public static ulong Limb3 => 0x30644e72e131a029UL;
}

/// <summary>BN254's group order: 254 bits, 1 mod 2^28.</summary>
public readonly struct Bn254Scalar : IModulus
{
    public static ulong Limb0 => 0x43e1f593f0000001UL;

    public static ulong Limb1 => 0x2833e84879b97091UL;

    public static ulong Limb2 => 0xb85045b68181585dUL;

    public static ulong Limb3 => 0x30644e72e131a029UL;
}

/// <summary>secp256k1's coordinate prime 2^256 − 2^32 − 977: all 256 bits used, 3 mod 4.</summary>
public readonly struct Secp256k1Base : IModulus
{
    public static ulong Limb0 => 0xfffffffefffffc2fUL;

    public static ulong Limb1 => 0xffffffffffffffffUL;

    public static ulong Limb2 => 0xffffffffffffffffUL;

    public static ulong Limb3 => 0xffffffffffffffffUL;
}

/// <summary>secp256k1's group order: all 256 bits used, 1 mod 2^6.</summary>
public readonly struct Secp256k1Scalar : IModulus
{
    public static ulong Limb0 => 0xbfd25e8cd0364141UL;

    public static ulong Limb1 => 0xbaaedce6af48a03bUL;

    public static ulong Limb2 => 0xfffffffffffffffeUL;

    public static ulong Limb3 => 0xffffffffffffffffUL;
}

/// <summary>Edge values and random values for tests.</summary>
internal static class Samples
{
    /// <summary>0, 1, q − 1, values around limb boundaries of 29, 52 and 64 bits, 2^k ± 1; all reduced mod q.</summary>
    internal static List<BigInteger> Edges(BigInteger q)
    {
        List<BigInteger> values = [0, 1, 2, 3, q - 1, q - 2, q / 2, (q / 2) + 1, (BigInteger.One << 256) % q];
        foreach (int bit in new[] { 28, 29, 30, 31, 32, 52, 58, 63, 64, 65, 87, 116, 127, 128, 145, 174, 191, 192, 203, 232, 252, 253, 255 })
        {
            values.AddRange([BigInteger.One << bit, (BigInteger.One << bit) - 1, (BigInteger.One << bit) + 1]);
        }

        values.Add((BigInteger.One << 253) - (BigInteger.One << 29));
        return [.. values.Select(v => v % q).Distinct()];
    }

    internal static BigInteger Random(Random random, BigInteger q)
    {
        byte[] bytes = new byte[40];
        random.NextBytes(bytes);
        return new BigInteger(bytes, isUnsigned: true) % q;
    }

    /// <summary>Edges followed by random values.</summary>
    internal static BigInteger[] Mixed(Random random, BigInteger q, int randomCount) =>
        [.. Edges(q), .. Enumerable.Range(0, randomCount).Select(_ => Random(random, q))];

    internal static BigInteger Mod(BigInteger value, BigInteger q) => ((value % q) + q) % q;
}
