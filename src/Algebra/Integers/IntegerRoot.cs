using System.Numerics;

namespace Marketplace.Algebra.Integers;

/// <summary>Roots of unbounded integers, cut to integers.</summary>
public static class IntegerRoot
{
    /// <summary>
    /// floor(√value), by Newton's iteration from above: it falls until it reaches the floor of the root (Cohen, "A Course in Computational
    /// Algebraic Number Theory", algorithm 1.7.1).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public static BigInteger Square(BigInteger value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        if (value.IsZero)
            return value;
        BigInteger root = BigInteger.One << (int)((value.GetBitLength() + 1) / 2);
        while (true)
        {
            BigInteger next = (root + value / root) >> 1;
            if (next >= root)
                return root;
            root = next;
        }
    }
}
