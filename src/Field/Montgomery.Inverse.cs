using System.Numerics;

namespace Marketplace.Field;

public readonly partial struct Montgomery<TModulus>
{
    /// <summary>1/a in a time that depends on a, several times faster than <see cref="Inverse"/>; for public values only.</summary>
    /// <exception cref="DivideByZeroException">This is zero.</exception>
    /// <remarks>Kaliski's almost inverse: r = a⁻¹·2^k with 256 ≤ k ≤ 512 by shifts and subtractions, then the power of two is corrected.</remarks>
    public Montgomery<TModulus> InverseVariableTime()
    {
        if (IsZero)
        {
            throw new DivideByZeroException("Zero has no inverse in a field.");
        }

        // Invariants: a·r ≡ u·2^k and a·s ≡ v·2^k (mod q), where a is the raw value (the stored limbs); u is odd.
        Limbs u = new(TModulus.Limb0, TModulus.Limb1, TModulus.Limb2, TModulus.Limb3);
        Limbs v = new(_l0, _l1, _l2, _l3);
        Montgomery<TModulus> r = default;
        Montgomery<TModulus> s = new(1, 0, 0, 0);
        int k = 0;
        while (!v.IsZero)
        {
            while (v.IsEven)
            {
                int shift = v.TrailingZeros();
                v.ShiftRight(shift);
                k += shift;
                for (int i = 0; i < shift; i++)
                {
                    r = r.Double();
                }
            }

            if (u.IsAbove(v))
            {
                (u, v) = (v, u);
                (r, s) = (s, r);
            }

            v.Subtract(u);
            s -= r;
        }

        // Now u = 1 and r = a⁻¹·2^k, a being the raw value x·R. The wanted raw value is x⁻¹·R = a⁻¹·R² = r·(R³/2^k)/R.
        return Multiply(r, AlmostInversePowers<TModulus>.Get(k));
    }

    /// <summary>A 256-bit unsigned integer, changed in place.</summary>
    private struct Limbs(ulong l0, ulong l1, ulong l2, ulong l3)
    {
        private ulong _l0 = l0;
        private ulong _l1 = l1;
        private ulong _l2 = l2;
        private ulong _l3 = l3;

        internal readonly bool IsZero => (_l0 | _l1 | _l2 | _l3) == 0;

        internal readonly bool IsEven => (_l0 & 1) == 0;

        /// <summary>Trailing zeros, at most 63 at a time.</summary>
        internal readonly int TrailingZeros() => Math.Min(BitOperations.TrailingZeroCount(_l0), 63);

        internal readonly bool IsAbove(in Limbs other) =>
            _l3 != other._l3 ? _l3 > other._l3
            : _l2 != other._l2 ? _l2 > other._l2
            : _l1 != other._l1 ? _l1 > other._l1
            : _l0 > other._l0;

        /// <summary>Shifts by 1 to 63 bits.</summary>
        internal void ShiftRight(int count)
        {
            int left = 64 - count;
            _l0 = (_l0 >> count) | (_l1 << left);
            _l1 = (_l1 >> count) | (_l2 << left);
            _l2 = (_l2 >> count) | (_l3 << left);
            _l3 >>= count;
        }

        internal void Subtract(in Limbs other)
        {
            ulong borrow = 0;
            _l0 = SubtractBorrow(_l0, other._l0, ref borrow);
            _l1 = SubtractBorrow(_l1, other._l1, ref borrow);
            _l2 = SubtractBorrow(_l2, other._l2, ref borrow);
            _l3 = SubtractBorrow(_l3, other._l3, ref borrow);
        }
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
