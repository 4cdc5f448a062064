// Fp12 = Fp6[w] / (w² − v). An element is C0 + C1·w; so w⁶ = ξ.

using System.Numerics;

namespace Marketplace.Algebra.Fields;

/// <summary>An element of the twelfth-degree extension of Fp, C0 + C1·w with w² = v.</summary>
internal readonly record struct Fp12(Fp6 C0, Fp6 C1)
{
    /// <summary>ξ^(k(p−1)/6) for k in 0..5: the p-th power of w^k is w^k times this.</summary>
    private static readonly Fp2[] FrobeniusFactors =
        [.. Enumerable.Range(0, 6).Select(k => Fp2.Xi.Pow(k * (Fp.Modulus - 1) / 6))];

    internal static Fp12 One => new(Fp6.One, default);

    internal bool IsOne => this == One;

    public static Fp12 operator *(in Fp12 a, in Fp12 b)
    {
        // (a0 + a1w)(b0 + b1w) = (a0b0 + v·a1b1) + ((a0 + a1)(b0 + b1) − a0b0 − a1b1)·w
        Fp6 t0 = a.C0 * b.C0;
        Fp6 t1 = a.C1 * b.C1;
        return new(t0 + t1.MultiplyByV(), ((a.C0 + a.C1) * (b.C0 + b.C1)) - t0 - t1);
    }

    /// <summary>ξ^(k(p−1)/6), k in 0..5.</summary>
    internal static Fp2 FrobeniusFactor(int k) => FrobeniusFactors[k];

    internal Fp12 Square()
    {
        // (a0 + a1w)² = (a0 + a1)(a0 + v·a1) − a0a1 − v·a0a1 + 2·a0a1·w
        Fp6 product = C0 * C1;
        return new(((C0 + C1) * (C0 + C1.MultiplyByV())) - product - product.MultiplyByV(), product + product);
    }

    /// <summary>a · (y + b·w + c·v·w), a line's value.</summary>
    internal Fp12 MultiplyByLine(in Fp y, in Fp2 b, in Fp2 c)
    {
        Fp6 t0 = C0 * y;
        Fp6 t1 = C1.MultiplyBySparse(b, c);
        Fp6 cross = (C0 + C1).MultiplyBySparse(b + new Fp2(y, Fp.Zero), c);
        return new(t0 + t1.MultiplyByV(), cross - t0 - t1);
    }

    /// <summary>C0 − C1·w, the p⁶-th power; the inverse for elements of norm one over Fp6.</summary>
    internal Fp12 Conjugate() => new(C0, -C1);

    internal Fp12 InverseVariableTime()
    {
        // 1/(a0 + a1w) = (a0 − a1w) / (a0² − v·a1²)
        Fp6 inverse = ((C0 * C0) - (C1 * C1).MultiplyByV()).InverseVariableTime();
        return new(C0 * inverse, -(C1 * inverse));
    }

    /// <summary>a^p. Coefficient of w^k: conjugate in Fp2, times ξ^(k(p−1)/6); C0 holds k = 0, 2, 4 and C1 holds k = 1, 3, 5.</summary>
    internal Fp12 Frobenius() => new(
        new(C0.C0.Conjugate(), C0.C1.Conjugate() * FrobeniusFactors[2], C0.C2.Conjugate() * FrobeniusFactors[4]),
        new(
            C1.C0.Conjugate() * FrobeniusFactors[1],
            C1.C1.Conjugate() * FrobeniusFactors[3],
            C1.C2.Conjugate() * FrobeniusFactors[5]));

    internal Fp12 Pow(BigInteger exponent)
    {
        Fp12 result = One;
        for (long bit = (long)exponent.GetBitLength() - 1; bit >= 0; bit--)
        {
            result = result.Square();
            if (!((exponent >> (int)bit) & 1).IsZero)
            {
                result *= this;
            }
        }

        return result;
    }
}
