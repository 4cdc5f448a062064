// The optimal ate pairing of BN254 (F. Vercauteren, "Optimal pairings", 2010):
//   e(P, Q) = (f_{6u+2,Q}(P) · l_{[6u+2]Q, π(Q)}(P) · l_{[6u+2]Q+π(Q), −π²(Q)}(P))^((p¹² − 1)/r),  u = 4965661367192848881.
// Q stays on the twist in affine coordinates. (x, y) ↦ (x·w², y·w³) maps the twist to the curve over Fp12, so the line of
// slope λ through (x, y) has at P the value  y_P − λ·x_P·w + (λ·x − y)·w³,  where w³ = v·w.
// Vertical lines lie in a subfield and vanish in the final exponentiation; they are left out.

using System.Numerics;
using Marketplace.Algebra.Fields;

namespace Marketplace.Algebra.Curves;

/// <summary>Products of pairings of BN254.</summary>
public static class Pairing
{
    private const ulong U = 4965661367192848881;

    /// <summary>6u + 2, which has 65 bits.</summary>
    private static readonly BigInteger LoopCount = (6 * (BigInteger)U) + 2;

    /// <summary>ξ^((p²−1)/3), in Fp: π² multiplies x by it, and y by −1.</summary>
    private static readonly Fp2 FrobeniusSquareX = Fp2.Xi.Pow(((Fp.Modulus * Fp.Modulus) - 1) / 3);

    /// <summary>Whether Π e(Pᵢ, Qᵢ) = 1. A pair with a point at infinity contributes the factor 1; so no pairs at all pass.</summary>
    /// <remarks>The points must be valid: on the curve, and in the subgroup for G2. FromBytes sees to both.</remarks>
    public static bool Check(ReadOnlySpan<(G1 P, G2 Q)> pairs) => Product(pairs).IsOne;

    /// <summary>Π e(Pᵢ, Qᵢ).</summary>
    internal static Fp12 Product(ReadOnlySpan<(G1 P, G2 Q)> pairs)
    {
        List<MillerPair> active = [];
        foreach ((G1 p, G2 q) in pairs)
        {
            if (!p.IsInfinity && !q.IsInfinity)
            {
                active.Add(new(p, q));
            }
        }

        return active.Count == 0 ? Fp12.One : FinalExponentiation(MillerLoop(active));
    }

    private static Fp12 MillerLoop(List<MillerPair> pairs)
    {
        Fp12 f = Fp12.One;
        for (int bit = (int)LoopCount.GetBitLength() - 2; bit >= 0; bit--)
        {
            f = f.Square();
            foreach (MillerPair pair in pairs)
            {
                f = pair.Double(f);
            }

            if (!((LoopCount >> bit) & 1).IsZero)
            {
                foreach (MillerPair pair in pairs)
                {
                    f = pair.Add(f, pair.Q);
                }
            }
        }

        foreach (MillerPair pair in pairs)
        {
            // π(x, y) = (x̄·ξ^((p−1)/3), ȳ·ξ^((p−1)/2)) on the twist; −π²(x, y) = (x·ξ^((p²−1)/3), y).
            G2 frobenius = new(
                pair.Q.X.Conjugate() * Fp12.FrobeniusFactor(2),
                pair.Q.Y.Conjugate() * Fp12.FrobeniusFactor(3));
            f = pair.Add(f, frobenius);
            f = pair.Add(f, new G2(pair.Q.X * FrobeniusSquareX, pair.Q.Y));
        }

        return f;
    }

    /// <summary>f^((p¹² − 1)/r) = (f^((p⁶ − 1)(p² + 1)))^((p⁴ − p² + 1)/r).</summary>
    /// <remarks>The second exponent by the addition chain of M. Scott et al., "On the final exponentiation for calculating
    /// pairings on ordinary elliptic curves", 2009: f₀·f₁²·f₂⁶·f₃¹²·f₄¹⁸·f₅³⁰·f₆³⁶.</remarks>
    private static Fp12 FinalExponentiation(in Fp12 value)
    {
        Fp12 f = value.Conjugate() * value.InverseVariableTime(); // ^(p⁶ − 1)
        f = f.Frobenius().Frobenius() * f; // ^(p² + 1)

        Fp12 fp = f.Frobenius();
        Fp12 fp2 = fp.Frobenius();
        Fp12 fp3 = fp2.Frobenius();
        Fp12 fu = f.Pow(U);
        Fp12 fu2 = fu.Pow(U);
        Fp12 fu3 = fu2.Pow(U);

        // From here on inverses are conjugates, the norm over Fp6 being one.
        Fp12 y0 = fp * fp2 * fp3;
        Fp12 y1 = f.Conjugate();
        Fp12 y2 = fu2.Frobenius().Frobenius();
        Fp12 y3 = fu.Frobenius().Conjugate();
        Fp12 y4 = (fu * fu2.Frobenius()).Conjugate();
        Fp12 y5 = fu2.Conjugate();
        Fp12 y6 = (fu3 * fu3.Frobenius()).Conjugate();

        Fp12 t0 = y6.Square() * y4 * y5;
        Fp12 t1 = (y3 * y5 * t0).Square();
        t0 *= y2;
        t1 = (t1 * t0).Square();
        t0 = (t1 * y1).Square();
        return t0 * (t1 * y0);
    }

    /// <summary>The running point T of one pair, starting at Q.</summary>
    private sealed class MillerPair(G1 p, G2 q)
    {
        private Fp2 _x = q.X;
        private Fp2 _y = q.Y;

        internal G2 Q { get; } = q;

        /// <summary>f · (tangent at T, at P); T := 2T.</summary>
        internal Fp12 Double(in Fp12 f)
        {
            Fp2 square = _x.Square();
            Fp2 slope = (square.Double() + square) * _y.Double().InverseVariableTime(); // λ = 3x²/2y
            return Step(f, slope, _x);
        }

        /// <summary>f · (line through T and R, at P); T := T + R.</summary>
        /// <remarks>T = ±R never happens for Q of order r: the multiples met in the loop are far from 0 and ±1.</remarks>
        internal Fp12 Add(in Fp12 f, in G2 r)
        {
            Fp2 slope = (r.Y - _y) * (r.X - _x).InverseVariableTime(); // λ = (y_R − y)/(x_R − x)
            return Step(f, slope, r.X);
        }

        private Fp12 Step(in Fp12 f, in Fp2 slope, in Fp2 otherX)
        {
            Fp12 result = f.MultiplyByLine(p.Y, -(slope * p.X), (slope * _x) - _y);
            Fp2 x = slope.Square() - _x - otherX;
            _y = (slope * (_x - x)) - _y;
            _x = x;
            return result;
        }
    }
}
