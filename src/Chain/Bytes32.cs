using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Text;
using System.Text.Json.Serialization;
using Marketplace.Crypto;

namespace Marketplace.Chain;

/// <summary>A 32-byte word: a hash, a topic, a storage slot, Solidity's bytes32.</summary>
[JsonConverter(typeof(ParsableJsonConverter<Bytes32>))]
public readonly record struct Bytes32 : IParsable<Bytes32>, IComparable<Bytes32>
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 32;

    private readonly UInt128 _high;
    private readonly UInt128 _low;

    /// <summary>Copies the word from exactly 32 bytes.</summary>
    /// <exception cref="ArgumentException">The length is not 32.</exception>
    public Bytes32(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size) throw new ArgumentException($"A word has {Size} bytes, got {bytes.Length}.", nameof(bytes));
        _high = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        _low = BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]);
    }

    /// <summary>32 zero bytes.</summary>
    public static Bytes32 Zero => default;

    /// <summary>Whether all bytes are zero.</summary>
    public bool IsZero => this == default;

    /// <summary>The Keccak-256 hash of <paramref name="data"/>.</summary>
    public static Bytes32 Keccak(ReadOnlySpan<byte> data)
    {
        Span<byte> hash = stackalloc byte[Size];
        Keccak256.HashData(data, hash);
        return new Bytes32(hash);
    }

    /// <summary>The Keccak-256 hash of the UTF-8 bytes of <paramref name="text"/>, as Solidity's keccak256 of a literal.</summary>
    public static Bytes32 Keccak(string text) => Keccak(Encoding.UTF8.GetBytes(text));

    /// <summary>The big-endian word of an unsigned integer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or exceeds 256 bits.</exception>
    public static Bytes32 FromBigInteger(BigInteger value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        Span<byte> bytes = stackalloc byte[Size];
        int length = value.GetByteCount(isUnsigned: true);
        if (length > Size) throw new ArgumentOutOfRangeException(nameof(value), value, "Does not fit into 256 bits.");
        value.TryWriteBytes(bytes[^length..], out _, isUnsigned: true, isBigEndian: true);
        return new Bytes32(bytes);
    }

    /// <summary>The word read as a big-endian unsigned integer.</summary>
    public BigInteger ToBigInteger()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
    }

    /// <summary>Writes the 32 bytes to the start of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt128BigEndian(destination[16..], _low);
        BinaryPrimitives.WriteUInt128BigEndian(destination, _high);
    }

    /// <summary>The 32 bytes.</summary>
    public byte[] ToArray()
    {
        byte[] bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>0x and 64 lower-case hex digits.</summary>
    public override string ToString() => Hex.Format(ToArray());

    /// <summary>Parses 0x and 64 hex digits.</summary>
    /// <exception cref="FormatException">The text has another shape.</exception>
    public static Bytes32 Parse(string text) =>
        TryParse(text, out Bytes32 word)
            ? word
            : throw new FormatException($"Expected 32 bytes, 0x and 64 hex digits, got {Hex.Excerpt(text)}.");

    /// <summary>As <see cref="Parse(string)"/>, but false instead of an exception.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Bytes32 word)
    {
        Span<byte> bytes = stackalloc byte[Size];
        bool isValid = text is not null && Hex.TryParse(text, bytes);
        word = isValid ? new Bytes32(bytes) : default;
        return isValid;
    }

    static Bytes32 IParsable<Bytes32>.Parse(string text, IFormatProvider? provider) => Parse(text);

    static bool IParsable<Bytes32>.TryParse([NotNullWhen(true)] string? text, IFormatProvider? provider, out Bytes32 result) =>
        TryParse(text, out result);

    /// <summary>Orders as unsigned big-endian numbers.</summary>
    public int CompareTo(Bytes32 other) => (_high, _low).CompareTo((other._high, other._low));
}
