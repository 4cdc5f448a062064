using System.Numerics;

namespace Marketplace.Content;

/// <summary>
/// The text forms in which CIDs are met (multibase): base16 (f, F), base32 without padding (b, B), base36 (k, K), base58btc (z)
/// and base64url without padding (u). Strict: one text for one byte string, no padding, no bits left over.
/// </summary>
// By hand because SimpleBase accepts left-over bits, so that one CID would have several texts: CidTests.Other_texts_are_refused.
public static class Multibase
{
    /// <summary>Longest text that is looked at, in characters; a CID in base16 takes 73.</summary>
    public const int MaxLength = 128;

    private const string Base16 = "0123456789abcdef";
    private const string Base32 = "abcdefghijklmnopqrstuvwxyz234567";
    private const string Base36 = "0123456789abcdefghijklmnopqrstuvwxyz";
    private const string Base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private const string Base64Url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    /// <summary>Reads a text that begins with its base's letter.</summary>
    /// <returns>The bytes, or null where the base is unknown or the text is not well-formed.</returns>
    public static byte[]? Decode(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text.Length > MaxLength)
            return null;
        ReadOnlySpan<char> digits = text[1..];
        return text[0] switch
        {
            'f' => DecodeBits(digits, Base16, 4),
            'F' => DecodeBits(digits, Base16.ToUpperInvariant(), 4),
            'b' => DecodeBits(digits, Base32, 5),
            'B' => DecodeBits(digits, Base32.ToUpperInvariant(), 5),
            'u' => DecodeBits(digits, Base64Url, 6),
            'k' => DecodeNumber(digits, Base36),
            'K' => DecodeNumber(digits, Base36.ToUpperInvariant()),
            'z' => DecodeNumber(digits, Base58),
            _ => null,
        };
    }

    /// <summary>Base32, lower case, without padding, with its letter b.</summary>
    public static string EncodeBase32(ReadOnlySpan<byte> bytes)
    {
        char[] text = new char[1 + (bytes.Length * 8 + 4) / 5];
        text[0] = 'b';
        int length = 1, bits = 0;
        uint pending = 0;
        foreach (byte value in bytes)
        {
            pending = (pending << 8) | value;
            for (bits += 8; bits >= 5;)
            {
                bits -= 5;
                text[length++] = Base32[(int)(pending >> bits) & 31];
            }
        }

        if (bits > 0)
            text[length] = Base32[(int)(pending << (5 - bits)) & 31];
        return new string(text);
    }

    /// <summary>Base58 in Bitcoin's alphabet, without a letter: the text of a version 0 CID.</summary>
    internal static string EncodeBase58(ReadOnlySpan<byte> bytes)
    {
        int zeros = bytes.IndexOfAnyExcept((byte)0);
        zeros = zeros < 0 ? bytes.Length : zeros;
        Stack<char> digits = new();
        for (BigInteger value = new(bytes, isUnsigned: true, isBigEndian: true); !value.IsZero; value /= 58)
            digits.Push(Base58[(int)(value % 58)]);
        return new string('1', zeros) + string.Concat(digits);
    }

    /// <summary>Reads base58 without a letter.</summary>
    internal static byte[]? DecodeBase58(ReadOnlySpan<char> digits) =>
        digits.Length > MaxLength ? null : DecodeNumber(digits, Base58);

    /// <summary>Bases whose digits are groups of bits.</summary>
    private static byte[]? DecodeBits(ReadOnlySpan<char> digits, ReadOnlySpan<char> alphabet, int width)
    {
        byte[] bytes = new byte[digits.Length * width / 8];
        int length = 0, bits = 0;
        uint pending = 0;
        foreach (char letter in digits)
        {
            int digit = alphabet.IndexOf(letter);
            if (digit < 0)
                return null;
            pending = (pending << width) | (uint)digit;
            bits += width;
            if (bits >= 8)
            {
                bits -= 8;
                bytes[length++] = (byte)(pending >> bits);
            }
        }

        bool leftOver = bits >= width || (pending & ((1u << bits) - 1)) != 0;
        return leftOver ? null : bytes;
    }

    /// <summary>Bases that read the bytes as one number, with a leading first digit for every leading zero byte.</summary>
    private static byte[]? DecodeNumber(ReadOnlySpan<char> digits, ReadOnlySpan<char> alphabet)
    {
        BigInteger value = BigInteger.Zero;
        int zeros = 0;
        foreach (char letter in digits)
        {
            int digit = alphabet.IndexOf(letter);
            if (digit < 0)
                return null;
            if (digit == 0 && value.IsZero)
                zeros++;
            value = value * alphabet.Length + digit;
        }

        byte[] number = value.IsZero ? [] : value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[zeros], .. number];
    }
}
