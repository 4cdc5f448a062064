using System.Numerics;

namespace Marketplace.Algebra.Fields;

public readonly partial struct Montgomery<TModulus>
{
    /// <summary>The largest s with 2^s dividing q − 1.</summary>
    public static int TwoAdicity => MontgomeryConstants<TModulus>.TwoAdicity;

    /// <summary>An element of order exactly 2^<see cref="TwoAdicity"/>, from the smallest quadratic non-residue.</summary>
    public static Montgomery<TModulus> TwoAdicRoot => MontgomeryConstants<TModulus>.RootOfUnity;

    /// <summary>1/a by Fermat's little theorem, a^(q−2). The sequence of operations does not depend on a.</summary>
    /// <exception cref="DivideByZeroException">This is zero.</exception>
    public Montgomery<TModulus> Inverse()
    {
        if (IsZero)
        {
            throw new DivideByZeroException("Zero has no inverse in a field.");
        }

        return PowFixedWindow(TModulus.Limb0 - 2, TModulus.Limb1, TModulus.Limb2, TModulus.Limb3);
    }

    /// <summary>a to a power in [0, 2^256). The time depends on the exponent's length, not on a.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The exponent is negative or has more than 256 bits.</exception>
    public Montgomery<TModulus> Pow(BigInteger exponent)
    {
        if (exponent.Sign < 0 || exponent.GetBitLength() > 256)
        {
            throw new ArgumentOutOfRangeException(
                nameof(exponent), "The exponent must lie in [0, 2^256); use Inverse for negative powers.");
        }

        (ulong e0, ulong e1, ulong e2, ulong e3) = FromRawInteger(exponent).RawLimbs;
        return PowFixedWindow(e0, e1, e2, e3);
    }

    /// <summary>a to a power that fits a word.</summary>
    public Montgomery<TModulus> Pow(ulong exponent)
    {
        Montgomery<TModulus> result = One;
        for (int bit = 63 - BitOperations.LeadingZeroCount(exponent); bit >= 0; bit--)
        {
            result = result.Square();
            if (((exponent >> bit) & 1) != 0)
            {
                result *= this;
            }
        }

        return result;
    }

    /// <summary>A square root, the even one of the two; false when there is none.</summary>
    /// <remarks>q ≡ 3 mod 4 takes one power; any other prime takes the Tonelli-Shanks algorithm. Not constant time.</remarks>
    public bool TrySqrt(out Montgomery<TModulus> root)
    {
        root = default;
        if (IsZero)
        {
            return true;
        }

        // With q − 1 = 2^s·m, m odd: x = a^((m+1)/2) and t = a^m satisfy x² = a·t; make t = 1, keeping that true.
        Montgomery<TModulus> power = Pow((MontgomeryConstants<TModulus>.OddPart - 1) / 2);
        Montgomery<TModulus> x = power * this;
        Montgomery<TModulus> t = power * x;
        Montgomery<TModulus> z = TwoAdicRoot;
        int order = TwoAdicity;
        while (!t.IsOne)
        {
            int least = 0;
            for (Montgomery<TModulus> u = t; !u.IsOne; u = u.Square())
            {
                least++;
                if (least == order)
                {
                    return false;
                }
            }

            Montgomery<TModulus> factor = z;
            for (int i = 0; i < order - least - 1; i++)
            {
                factor = factor.Square();
            }

            z = factor.Square();
            x *= factor;
            t *= z;
            order = least;
        }

        root = x.IsEven ? x : -x;
        return true;
    }

    /// <summary>The even one of the two square roots.</summary>
    /// <exception cref="ArithmeticException">There is none.</exception>
    public Montgomery<TModulus> Sqrt() =>
        TrySqrt(out Montgomery<TModulus> root)
            ? root
            : throw new ArithmeticException("The element is not a square; use TrySqrt where that can happen.");

    /// <summary>Replaces every element by its inverse with one inversion and three multiplications each; zeros stay zero.</summary>
    /// <remarks>Montgomery's trick. Zeros make the time depend on where they are.</remarks>
    public static void InvertAll(Span<Montgomery<TModulus>> values)
    {
        Montgomery<TModulus>[] prefixes = new Montgomery<TModulus>[values.Length];
        Montgomery<TModulus> product = One;
        for (int i = 0; i < values.Length; i++)
        {
            prefixes[i] = product;
            if (!values[i].IsZero)
            {
                product *= values[i];
            }
        }

        Montgomery<TModulus> inverse = product.InverseVariableTime();
        for (int i = values.Length - 1; i >= 0; i--)
        {
            if (!values[i].IsZero)
            {
                Montgomery<TModulus> value = values[i];
                values[i] = inverse * prefixes[i];
                inverse *= value;
            }
        }
    }

    /// <summary>The limbs as stored: a·R mod q.</summary>
    internal (ulong L0, ulong L1, ulong L2, ulong L3) RawLimbs => (_l0, _l1, _l2, _l3);

    /// <summary>Four bits of the exponent at a time, multiplying in every step, so that the steps are the same for every base.</summary>
    private Montgomery<TModulus> PowFixedWindow(ulong e0, ulong e1, ulong e2, ulong e3)
    {
        Span<Montgomery<TModulus>> table = stackalloc Montgomery<TModulus>[16];
        table[0] = One;
        for (int i = 1; i < 16; i++)
        {
            table[i] = table[i - 1] * this;
        }

        Span<ulong> exponent = [e0, e1, e2, e3];
        Montgomery<TModulus> result = One;
        for (int nibble = 63; nibble >= 0; nibble--)
        {
            result = result.Square().Square().Square().Square();
            result *= table[(int)(exponent[nibble / 16] >> (nibble % 16 * 4)) & 15];
        }

        return result;
    }
}
