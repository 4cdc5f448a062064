// Fp6 = Fp2[v] / (v³ − ξ), ξ = 9 + i. An element is C0 + C1·v + C2·v².

namespace Marketplace.Algebra.Fields;

/// <summary>An element of the sextic extension of Fp, C0 + C1·v + C2·v² with v³ = ξ.</summary>
internal readonly record struct Fp6(Fp2 C0, Fp2 C1, Fp2 C2)
{
    internal static Fp6 One => new(Fp2.One, Fp2.Zero, Fp2.Zero);

    public static Fp6 operator +(in Fp6 a, in Fp6 b) => new(a.C0 + b.C0, a.C1 + b.C1, a.C2 + b.C2);

    public static Fp6 operator -(in Fp6 a, in Fp6 b) => new(a.C0 - b.C0, a.C1 - b.C1, a.C2 - b.C2);

    public static Fp6 operator -(in Fp6 a) => new(-a.C0, -a.C1, -a.C2);

    public static Fp6 operator *(in Fp6 a, in Fp6 b)
    {
        Fp2 t0 = a.C0 * b.C0;
        Fp2 t1 = a.C1 * b.C1;
        Fp2 t2 = a.C2 * b.C2;
        return new(
            t0 + (((a.C1 + a.C2) * (b.C1 + b.C2)) - t1 - t2).MultiplyByXi(), // a0b0 + ξ(a1b2 + a2b1)
            ((a.C0 + a.C1) * (b.C0 + b.C1)) - t0 - t1 + t2.MultiplyByXi(), // a0b1 + a1b0 + ξ·a2b2
            ((a.C0 + a.C2) * (b.C0 + b.C2)) - t0 - t2 + t1); // a0b2 + a2b0 + a1b1
    }

    public static Fp6 operator *(in Fp6 a, in Fp s) => new(a.C0 * s, a.C1 * s, a.C2 * s);

    /// <summary>a · (b0 + b1·v).</summary>
    internal Fp6 MultiplyBySparse(in Fp2 b0, in Fp2 b1)
    {
        Fp2 t0 = C0 * b0;
        Fp2 t1 = C1 * b1;
        return new(
            t0 + (C2 * b1).MultiplyByXi(),
            ((C0 + C1) * (b0 + b1)) - t0 - t1,
            (C2 * b0) + t1);
    }

    /// <summary>a · v = ξ·a2 + a0·v + a1·v².</summary>
    internal Fp6 MultiplyByV() => new(C2.MultiplyByXi(), C0, C1);

    internal Fp6 InverseVariableTime()
    {
        // With A = a0² − ξ·a1a2, B = ξ·a2² − a0a1, C = a1² − a0a2: (a0 + a1v + a2v²)(A + Bv + Cv²) = a0A + ξ(a1C + a2B), in Fp2.
        Fp2 a = C0.Square() - (C1 * C2).MultiplyByXi();
        Fp2 b = C2.Square().MultiplyByXi() - (C0 * C1);
        Fp2 c = C1.Square() - (C0 * C2);
        Fp2 norm = (C0 * a) + ((C1 * c) + (C2 * b)).MultiplyByXi();
        Fp2 inverse = norm.InverseVariableTime();
        return new(a * inverse, b * inverse, c * inverse);
    }
}
