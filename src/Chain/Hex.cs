using System.Buffers;
using System.Globalization;
using System.Numerics;
using Marketplace.Http;
using Nethereum.Hex.HexTypes;

namespace Marketplace.Chain;

/// <summary>Hexadecimal text as Ethereum writes it: prefixed with 0x, and without leading zeros for quantities.</summary>
public static class Hex
{
    /// <summary>Lower-case hex with the prefix 0x, two digits a byte; "0x" for no bytes.</summary>
    public static string Format(ReadOnlySpan<byte> bytes) => "0x" + Convert.ToHexStringLower(bytes);

    /// <summary>The bytes behind 0x-prefixed hex of an even number of digits.</summary>
    /// <exception cref="FormatException">The prefix is missing, a character is no hex digit, or a digit is missing.</exception>
    public static byte[] Parse(ReadOnlySpan<char> text) =>
        TryParse(text, out byte[]? bytes)
            ? bytes
            : throw new FormatException($"Expected 0x followed by an even number of hex digits, got {Excerpt(text)}.");

    /// <summary>As <see cref="Parse"/>, but false instead of an exception.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (!HasPrefix(text) || text.Length % 2 != 0) return false;
        byte[] buffer = new byte[text.Length / 2 - 1];
        if (!TryParse(text, buffer)) return false;
        bytes = buffer;
        return true;
    }

    /// <summary>Parses 0x-prefixed hex that must fill <paramref name="destination"/> exactly.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, Span<byte> destination) =>
        HasPrefix(text)
        && text.Length == 2 + 2 * destination.Length
        && Convert.FromHexString(text[2..], destination, out _, out _) == OperationStatus.Done;

    /// <summary>A quantity of JSON-RPC: 0x and no leading zeros; zero is "0x0".</summary>
    public static string FormatQuantity(BigInteger value) => new HexBigInteger(value).HexValue;

    /// <summary>Parses a quantity of at most 256 bits. Leading zeros are accepted, as some nodes send them.</summary>
    /// <exception cref="FormatException">Not 0x followed by 1 to 64 hex digits.</exception>
    public static BigInteger ParseQuantity(ReadOnlySpan<char> text)
    {
        if (HasPrefix(text) && text.Length is > 2 and <= 66)
        {
            Span<char> padded = stackalloc char[65];
            padded[0] = '0'; // keeps the number positive
            text[2..].CopyTo(padded[1..]);
            if (BigInteger.TryParse(
                padded[..(text.Length - 1)], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out BigInteger value))
            {
                return value;
            }
        }

        throw new FormatException($"Expected a quantity, 0x and 1 to 64 hex digits, got {Excerpt(text)}.");
    }

    /// <summary>The text in quotes, printable and cut to 80 characters, for messages.</summary>
    internal static string Excerpt(ReadOnlySpan<char> text) =>
        $"\"{Printable.Line(text, 80)}\"{(text.Length <= 80 ? "" : $" ({text.Length} characters)")}";

    private static bool HasPrefix(ReadOnlySpan<char> text) => text.Length >= 2 && text[0] == '0' && text[1] == 'x';
}
