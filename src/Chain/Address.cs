using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Nethereum.Util;

namespace Marketplace.Chain;

/// <summary>A 20-byte account address. Text is checksummed as EIP-55 has it.</summary>
[JsonConverter(typeof(ParsableJsonConverter<Address>))]
public readonly record struct Address : IParsable<Address>, IComparable<Address>
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 20;

    private readonly UInt128 _high;
    private readonly uint _low;

    /// <summary>Copies the address from exactly 20 bytes.</summary>
    /// <exception cref="ArgumentException">The length is not 20.</exception>
    public Address(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size) throw new ArgumentException($"An address has {Size} bytes, got {bytes.Length}.", nameof(bytes));
        _high = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        _low = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]);
    }

    /// <summary>The zero address, which stands for the native currency and for "no account".</summary>
    public static Address Zero => default;

    /// <summary>Whether all bytes are zero.</summary>
    public bool IsZero => this == default;

    /// <summary>Writes the 20 bytes to the start of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination[16..], _low);
        BinaryPrimitives.WriteUInt128BigEndian(destination, _high);
    }

    /// <summary>The 20 bytes.</summary>
    public byte[] ToArray()
    {
        byte[] bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>The checksummed text of EIP-55, with the prefix 0x.</summary>
    public override string ToString() => AddressUtil.Current.ConvertToChecksumAddress(ToArray());

    /// <summary>
    /// Parses 0x and 40 hex digits. Digits of mixed case must carry the right EIP-55 checksum; all lower or all upper case
    /// carries none and is accepted.
    /// </summary>
    /// <exception cref="FormatException">The text has another shape or a wrong checksum.</exception>
    public static Address Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (TryParseDigits(text, out Address address, out bool checksumIsWrong)) return address;
        throw new FormatException(checksumIsWrong
            ? $"The address {text} has a wrong checksum; expected {address}. Check it for typing errors."
            : $"Expected an address, 0x and 40 hex digits, got {Hex.Excerpt(text)}.");
    }

    /// <summary>As <see cref="Parse(string)"/>, but false instead of an exception.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Address address)
    {
        if (text is not null && TryParseDigits(text, out address, out _)) return true;
        address = default;
        return false;
    }

    static Address IParsable<Address>.Parse(string text, IFormatProvider? provider) => Parse(text);

    static bool IParsable<Address>.TryParse([NotNullWhen(true)] string? text, IFormatProvider? provider, out Address result) =>
        TryParse(text, out result);

    /// <summary>Orders by the bytes, as unsigned big-endian numbers.</summary>
    public int CompareTo(Address other) => (_high, _low).CompareTo((other._high, other._low));

    private static bool TryParseDigits(string text, out Address address, out bool checksumIsWrong)
    {
        address = default;
        checksumIsWrong = false;
        Span<byte> bytes = stackalloc byte[Size];
        if (!Hex.TryParse(text, bytes)) return false;
        address = new Address(bytes);
        ReadOnlySpan<char> digits = text.AsSpan(2);
        bool isMixed = digits.ContainsAnyInRange('a', 'f') && digits.ContainsAnyInRange('A', 'F');
        checksumIsWrong = isMixed && !digits.SequenceEqual(address.ToString().AsSpan(2));
        return !checksumIsWrong;
    }
}
