using System.Numerics;
using Marketplace.Hosting;

namespace Marketplace.Web.Shared;

/// <summary>
/// Amounts as people read them: four decimals from one token on, below that four significant digits, never more than nine decimals. The last
/// digit is rounded to the nearest, halves away from zero; nothing is ever computed from it.
/// </summary>
public static class ReadableAmount
{
    private const int Digits = 4;
    private const int MaxDecimals = 9;

    /// <summary>The amount with its unit; what is not zero and rounds to nothing is less than the smallest number that is shown.</summary>
    /// <param name="amount">In the token's smallest unit.</param>
    public static string Format(TokenUnit unit, BigInteger amount)
    {
        ArgumentNullException.ThrowIfNull(unit);
        BigInteger rounded = Round(amount, unit.Decimals);
        return rounded.IsZero && !amount.IsZero
            ? $"{(amount.Sign < 0 ? ">-" : "<")}{unit.Format(BigInteger.Pow(10, unit.Decimals - MaxDecimals))}"
            : unit.Format(rounded);
    }

    private static BigInteger Round(BigInteger amount, int decimals)
    {
        // The digits that the amount has behind the point without leading zeros: less than the decimals only below one token.
        int length = BigInteger.Abs(amount).ToString(System.Globalization.CultureInfo.InvariantCulture).Length;
        int shown = Math.Min(length > decimals ? Digits : decimals - length + Digits, MaxDecimals);
        if (shown >= decimals)
            return amount;
        BigInteger unit = BigInteger.Pow(10, decimals - shown);
        return (amount + amount.Sign * unit / 2) / unit * unit;
    }
}
