namespace Marketplace.Proofs.Gram;

/// <summary>
/// Signed digits of the wide entries of public rows: v = d_0 + d_1·2^15 + d_2·2^30 with d_0, d_1 in [−2^14, 2^14) and d_2 an int16
/// as long as |v| &lt; 2^44. So a wide row is three int16 rows, and whatever works on updates works on it.
/// </summary>
internal static class Digits
{
    /// <summary>Digits of one entry.</summary>
    public const int Count = 3;

    /// <summary>Bits of one digit.</summary>
    public const int Bits = 15;

    /// <summary>Splits a row into its three digit rows of the same length.</summary>
    public static void Split(ReadOnlySpan<long> row, Span<short> d0, Span<short> d1, Span<short> d2)
    {
        const long half = 1L << (Bits - 1);
        const long mask = (1L << Bits) - 1;
        for (int k = 0; k < row.Length; k++)
        {
            long shifted = row[k] + half;
            d0[k] = (short)((shifted & mask) - half);
            shifted = (shifted >> Bits) + half;
            d1[k] = (short)((shifted & mask) - half);
            d2[k] = (short)(shifted >> Bits);
        }
    }
}
