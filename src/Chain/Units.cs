using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using Nethereum.Util;

namespace Marketplace.Chain;

/// <summary>Amounts of tokens as exact decimals. The smallest unit is an integer; ether has 18 decimals, gwei 9.</summary>
public static partial class Units
{
    public const int EtherDecimals = 18;

    public const int GweiDecimals = 9;

    private const int MaxTextLength = 200;

    /// <summary>Wei of an amount in ether, such as "1.5".</summary>
    public static BigInteger ParseEther(string text) => Parse(text, EtherDecimals);

    /// <summary>Wei of an amount in gwei.</summary>
    public static BigInteger ParseGwei(string text) => Parse(text, GweiDecimals);

    /// <summary>Ether of an amount in wei, such as "1.5" or "2.0".</summary>
    public static string FormatEther(BigInteger wei) => Format(wei, EtherDecimals);

    /// <summary>Gwei of an amount in wei.</summary>
    public static string FormatGwei(BigInteger wei) => Format(wei, GweiDecimals);

    /// <summary>Smallest units of a decimal number: an optional minus, digits, and at most one point.</summary>
    /// <exception cref="FormatException">Another shape, or more fraction digits than the unit has.</exception>
    public static BigInteger Parse(string text, int decimals)
    {
        // Nethereum takes points anywhere, and rounds.
        if (text.Length > MaxTextLength || !DecimalNumber().IsMatch(text))
            throw new FormatException($"Expected a decimal number such as 1.5, got {Hex.Excerpt(text)}.");
        BigDecimal amount = BigDecimal.Parse(text);
        return amount.Exponent + decimals >= 0
            ? amount.Mantissa * BigInteger.Pow(10, amount.Exponent + decimals)
            : throw new FormatException($"{text} has more fraction digits than the unit's {decimals}; nothing is rounded.");
    }

    /// <summary>The exact decimal, with at least one fraction digit and no needless zeros.</summary>
    public static string Format(BigInteger amount, int decimals)
    {
        string digits = BigInteger.Abs(amount).ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        string fraction = digits[^decimals..].TrimEnd('0');
        return $"{(amount.Sign < 0 ? "-" : "")}{digits[..^decimals]}.{(fraction.Length == 0 ? "0" : fraction)}";
    }

    [GeneratedRegex(@"^-?(?=\.?[0-9])[0-9]*\.?[0-9]*\z")]
    private static partial Regex DecimalNumber();
}
