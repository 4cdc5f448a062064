using System.Numerics;
using System.Runtime.CompilerServices;

namespace Marketplace.Algebra.Fields;

public readonly partial struct Montgomery<TModulus>
{
    /// <summary>1/a in a time that depends on a, several times faster than <see cref="Inverse"/>; for public values only.</summary>
    /// <exception cref="DivideByZeroException">This is zero.</exception>
    /// <remarks>B. S. Kaliski, "The Montgomery inverse and its applications", 1995: a⁻¹·2^k by shifts and subtractions of plain
    /// integers, then the power of two is corrected.</remarks>
    [SkipLocalsInit]
    public Montgomery<TModulus> InverseVariableTime()
    {
        if (IsZero)
        {
            throw new DivideByZeroException("Zero has no inverse in a field.");
        }

        // With a the raw value (the stored limbs):  a·r ≡ −u·2^k,  a·s ≡ v·2^k (mod q),  and u·s + v·r = q, so r, s ≤ q.
        ulong u0 = TModulus.Limb0, u1 = TModulus.Limb1, u2 = TModulus.Limb2, u3 = TModulus.Limb3;
        ulong v0 = _l0, v1 = _l1, v2 = _l2, v3 = _l3;
        ulong r0 = 0, r1 = 0, r2 = 0, r3 = 0;
        ulong s0 = 1, s1 = 0, s2 = 0, s3 = 0;
        int k = 0;
        while (true)
        {
            // u is odd here.
            while ((v0 & 1) == 0)
            {
                int shift = Math.Min(BitOperations.TrailingZeroCount(v0), 63);
                ShiftRight(ref v0, ref v1, ref v2, ref v3, shift);
                ShiftLeft(ref r0, ref r1, ref r2, ref r3, shift);
                k += shift;
            }

            // v − u, and a borrow when v < u.
            ulong borrow = 0;
            ulong d0 = SubtractBorrow(v0, u0, ref borrow);
            ulong d1 = SubtractBorrow(v1, u1, ref borrow);
            ulong d2 = SubtractBorrow(v2, u2, ref borrow);
            ulong d3 = SubtractBorrow(v3, u3, ref borrow);
            if ((d0 | d1 | d2 | d3) == 0)
            {
                break;
            }

            ulong carry = 0;
            ulong t0 = AddCarry(s0, r0, ref carry);
            ulong t1 = AddCarry(s1, r1, ref carry);
            ulong t2 = AddCarry(s2, r2, ref carry);
            ulong t3 = AddCarry(s3, r3, ref carry);
            if (borrow == 0)
            {
                (v0, v1, v2, v3) = (d0, d1, d2, d3);
                (s0, s1, s2, s3) = (t0, t1, t2, t3);
                continue;
            }

            // u := u − v, the negative of the difference, with r := r + s; then zeros leave u as above they leave v.
            borrow = 0;
            u0 = SubtractBorrow(0, d0, ref borrow);
            u1 = SubtractBorrow(0, d1, ref borrow);
            u2 = SubtractBorrow(0, d2, ref borrow);
            u3 = SubtractBorrow(0, d3, ref borrow);
            (r0, r1, r2, r3) = (t0, t1, t2, t3);
            while ((u0 & 1) == 0)
            {
                int shift = Math.Min(BitOperations.TrailingZeroCount(u0), 63);
                ShiftRight(ref u0, ref u1, ref u2, ref u3, shift);
                ShiftLeft(ref s0, ref s1, ref s2, ref s3, shift);
                k += shift;
            }
        }

        // u = v = 1, so s = a⁻¹·2^k. The wanted raw value is x⁻¹·R = a⁻¹·R² = s·(R³/2^k)/R, where a = x·R.
        return Multiply(new(s0, s1, s2, s3), AlmostInversePowers<TModulus>.Get(k));
    }

    /// <summary>Shifts a 256-bit integer by 1 to 63 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ShiftRight(ref ulong w0, ref ulong w1, ref ulong w2, ref ulong w3, int count)
    {
        int left = 64 - count;
        w0 = (w0 >> count) | (w1 << left);
        w1 = (w1 >> count) | (w2 << left);
        w2 = (w2 >> count) | (w3 << left);
        w3 >>= count;
    }

    /// <summary>Shifts a 256-bit integer by 1 to 63 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ShiftLeft(ref ulong w0, ref ulong w1, ref ulong w2, ref ulong w3, int count)
    {
        int right = 64 - count;
        w3 = (w3 << count) | (w2 >> right);
        w2 = (w2 << count) | (w1 >> right);
        w1 = (w1 << count) | (w0 >> right);
        w0 <<= count;
    }
}

/// <summary>R³/2^k mod q in raw limbs for every k that <see cref="Montgomery{TModulus}.InverseVariableTime"/> can end with.</summary>
internal static class AlmostInversePowers<TModulus>
    where TModulus : struct, IModulus
{
    private static readonly Montgomery<TModulus>[] Table = Build();

    internal static Montgomery<TModulus> Get(int k) => Table[k];

    private static Montgomery<TModulus>[] Build()
    {
        // u·v starts below 2^512 and every counted shift halves it, so k ≤ 512.
        Montgomery<TModulus>[] table = new Montgomery<TModulus>[513];
        BigInteger modulus = MontgomeryConstants<TModulus>.Modulus;
        table[512] = Montgomery<TModulus>.FromRawInteger((BigInteger.One << 256) % modulus);
        for (int k = 511; k >= 0; k--)
        {
            table[k] = table[k + 1].Double();
        }

        return table;
    }
}
