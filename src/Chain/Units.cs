using System.Globalization;
using System.Numerics;

namespace Marketplace.Chain;

/// <summary>Amounts of tokens as exact decimals. The smallest unit is an integer; ether has 18 decimals, gwei 9.</summary>
public static class Units
{
    public const int EtherDecimals = 18;

    public const int GweiDecimals = 9;

    private const int MaxDecimals = 80;
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
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfNegative(decimals);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(decimals, MaxDecimals);
        ReadOnlySpan<char> rest = text.StartsWith('-') ? text.AsSpan(1) : text;
        int point = rest.IndexOf('.');
        ReadOnlySpan<char> whole = point < 0 ? rest : rest[..point];
        ReadOnlySpan<char> fraction = point < 0 ? [] : rest[(point + 1)..].TrimEnd('0');
        bool hasDigit = rest.ContainsAnyInRange('0', '9');
        if (!hasDigit || text.Length > MaxTextLength || whole.ContainsAnyExceptInRange('0', '9')
            || fraction.ContainsAnyExceptInRange('0', '9'))
        {
            throw new FormatException($"Expected a decimal number such as 1.5, got {Hex.Excerpt(text)}.");
        }

        if (fraction.Length > decimals)
            throw new FormatException($"{text} has more fraction digits than the unit's {decimals}; nothing is rounded.");
        string digits = string.Concat(whole, fraction, new string('0', decimals - fraction.Length));
        BigInteger value = digits.Length == 0 ? 0 : BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        return text.StartsWith('-') ? -value : value;
    }

    /// <summary>The exact decimal, with at least one fraction digit and no needless zeros.</summary>
    public static string Format(BigInteger amount, int decimals)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(decimals);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(decimals, MaxDecimals);
        string digits = BigInteger.Abs(amount).ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        string fraction = digits[^decimals..].TrimEnd('0');
        return $"{(amount.Sign < 0 ? "-" : "")}{digits[..^decimals]}.{(fraction.Length == 0 ? "0" : fraction)}";
    }
}
