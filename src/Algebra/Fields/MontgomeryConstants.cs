using System.Numerics;

namespace Marketplace.Algebra.Fields;

/// <summary>What <see cref="Montgomery{TModulus}"/> needs to know about its prime, computed once from the limbs.</summary>
internal static class MontgomeryConstants<TModulus>
    where TModulus : struct, IModulus
{
    /// <summary>The prime q.</summary>
    internal static readonly BigInteger Modulus =
        (((((((BigInteger)TModulus.Limb3 << 64) | TModulus.Limb2) << 64) | TModulus.Limb1) << 64) | TModulus.Limb0);

    /// <summary>−q⁻¹ mod 2^64.</summary>
    internal static readonly ulong NegativeInverse = 0 - InverseModuloWord(TModulus.Limb0);

    /// <summary>One, that is R mod q in raw limbs.</summary>
    internal static readonly Montgomery<TModulus> One =
        Montgomery<TModulus>.FromRawInteger((BigInteger.One << 256) % Modulus);

    /// <summary>R² mod q in raw limbs: multiplying by it enters Montgomery form.</summary>
    internal static readonly Montgomery<TModulus> RSquared =
        Montgomery<TModulus>.FromRawInteger((BigInteger.One << 512) % Modulus);

    /// <summary>The largest s with 2^s dividing q − 1.</summary>
    internal static readonly int TwoAdicity = TrailingZeros(Modulus - 1);

    /// <summary>(q − 1) / 2^s.</summary>
    internal static readonly BigInteger OddPart = (Modulus - 1) >> TwoAdicity;

    /// <summary>An element of order exactly 2^s: a non-residue to the power (q − 1) / 2^s.</summary>
    internal static readonly Montgomery<TModulus> RootOfUnity = FindRootOfUnity();

    /// <summary>Newton's iteration for 1/x mod 2^64, x odd: each step doubles the number of correct bits.</summary>
    internal static ulong InverseModuloWord(ulong x)
    {
        ulong inverse = x;
        for (int bits = 3; bits < 64; bits *= 2)
        {
            inverse *= 2 - (x * inverse);
        }

        return inverse;
    }

    private static int TrailingZeros(BigInteger value)
    {
        int count = 0;
        while ((value & BigInteger.One).IsZero)
        {
            value >>= 1;
            count++;
        }

        return count;
    }

    private static Montgomery<TModulus> FindRootOfUnity()
    {
        BigInteger candidate = 2;
        while (BigInteger.ModPow(candidate, (Modulus - 1) / 2, Modulus) != Modulus - 1)
        {
            candidate++;
        }

        return Montgomery<TModulus>.FromBigInteger(BigInteger.ModPow(candidate, OddPart, Modulus));
    }
}
