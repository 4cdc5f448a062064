// Recursive Length Prefix (Ethereum yellow paper, appendix B). The decoder accepts only the one canonical encoding of an item.

using System.Buffers.Binary;
using System.Numerics;

namespace Marketplace.Chain;

/// <summary>An RLP item: a byte string or a list of items.</summary>
public sealed class RlpItem
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly IReadOnlyList<RlpItem>? _items;

    private RlpItem(ReadOnlyMemory<byte> bytes, IReadOnlyList<RlpItem>? items) => (_bytes, _items) = (bytes, items);

    /// <summary>Whether this is a list.</summary>
    public bool IsList => _items is not null;

    /// <summary>The byte string.</summary>
    /// <exception cref="FormatException">This is a list.</exception>
    public ReadOnlyMemory<byte> Bytes =>
        _items is null ? _bytes : throw new FormatException($"Expected an RLP byte string, got a list of {_items.Count} items.");

    /// <summary>The items of the list.</summary>
    /// <exception cref="FormatException">This is a byte string.</exception>
    public IReadOnlyList<RlpItem> Items =>
        _items ?? throw new FormatException($"Expected an RLP list, got a byte string of {_bytes.Length} bytes.");

    /// <summary>A byte string.</summary>
    public static RlpItem FromBytes(ReadOnlyMemory<byte> bytes) => new(bytes, null);

    /// <summary>The 20 bytes of an address; none when it is absent.</summary>
    public static RlpItem FromAddress(Address? address) => FromBytes(address?.ToArray() ?? []);

    /// <summary>A non-negative integer: big-endian without leading zeros.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public static RlpItem FromInteger(BigInteger value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        return FromBytes(value.IsZero ? [] : value.ToByteArray(isUnsigned: true, isBigEndian: true));
    }

    /// <summary>A list.</summary>
    public static RlpItem List(params IReadOnlyList<RlpItem> items) => new(default, items);

    /// <summary>The byte string as a canonical integer of at most <paramref name="maxBytes"/> bytes.</summary>
    /// <exception cref="FormatException">A list, too long, or with a leading zero.</exception>
    public BigInteger ToInteger(int maxBytes = 32)
    {
        ReadOnlySpan<byte> bytes = Bytes.Span;
        if (bytes.Length > maxBytes) throw new FormatException($"Expected an RLP integer of at most {maxBytes} bytes, got {bytes.Length}.");
        if (bytes.Length > 0 && bytes[0] == 0) throw new FormatException("An RLP integer must not have leading zeros.");
        return new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
    }
}

/// <summary>Encodes and decodes RLP.</summary>
public static class Rlp
{
    /// <summary>How deep lists may nest unless told otherwise.</summary>
    public const int DefaultMaxDepth = 64;

    /// <summary>The canonical encoding.</summary>
    public static byte[] Encode(RlpItem item)
    {
        byte[] result = new byte[EncodedLength(item)];
        int written = Write(item, result);
        System.Diagnostics.Debug.Assert(written == result.Length, "The measured and the written length agree.");
        return result;
    }

    /// <summary>Decodes exactly one item that fills <paramref name="data"/>. Byte strings are slices of it, nothing is copied.</summary>
    /// <exception cref="FormatException">Truncated, trailing bytes, a non-canonical length, or nested too deeply.</exception>
    public static RlpItem Decode(ReadOnlyMemory<byte> data, int maxDepth = DefaultMaxDepth)
    {
        RlpItem item = Read(ref data, maxDepth);
        return data.IsEmpty ? item : throw new FormatException($"{data.Length} bytes follow the RLP item; expected none.");
    }

    private static RlpItem Read(ref ReadOnlyMemory<byte> data, int depth)
    {
        if (data.IsEmpty) throw new FormatException("Expected an RLP item, got the end of the data.");
        byte prefix = data.Span[0];
        if (prefix < 0x80) return RlpItem.FromBytes(Take(ref data, 0, 1));
        bool isList = prefix >= 0xc0;
        int code = prefix - (isList ? 0xc0 : 0x80);
        ReadOnlyMemory<byte> payload = code <= 55 ? Take(ref data, 1, code) : TakeLong(ref data, code - 55);
        if (!isList)
        {
            if (code == 1 && payload.Span[0] < 0x80)
                throw new FormatException($"The byte 0x{payload.Span[0]:x2} must be its own RLP encoding, without a prefix.");
            return RlpItem.FromBytes(payload);
        }

        if (depth <= 0) throw new FormatException("RLP lists are nested too deeply.");
        List<RlpItem> items = [];
        while (!payload.IsEmpty) items.Add(Read(ref payload, depth - 1));
        return RlpItem.List(items);
    }

    private static ReadOnlyMemory<byte> Take(ref ReadOnlyMemory<byte> data, int header, int length)
    {
        if (data.Length - header < length)
            throw new FormatException($"An RLP item claims {length} bytes, only {data.Length - header} are left.");
        ReadOnlyMemory<byte> taken = data.Slice(header, length);
        data = data[(header + length)..];
        return taken;
    }

    private static ReadOnlyMemory<byte> TakeLong(ref ReadOnlyMemory<byte> data, int lengthBytes)
    {
        if (data.Length - 1 < lengthBytes) throw new FormatException("The RLP length is truncated.");
        ReadOnlySpan<byte> bytes = data.Span.Slice(1, lengthBytes);
        if (bytes[0] == 0) throw new FormatException("An RLP length must not have leading zeros.");
        ulong length = 0;
        foreach (byte b in bytes) length = (length << 8) | b;
        if (length <= 55) throw new FormatException($"An RLP length of {length} must use the short form.");
        if (length > (ulong)(data.Length - 1 - lengthBytes))
            throw new FormatException($"An RLP item claims {length} bytes, only {data.Length - 1 - lengthBytes} are left.");
        return Take(ref data, 1 + lengthBytes, (int)length);
    }

    private static int EncodedLength(RlpItem item)
    {
        if (!item.IsList && item.Bytes.Length == 1 && item.Bytes.Span[0] < 0x80) return 1;
        int payload = PayloadLength(item);
        return checked(1 + (payload <= 55 ? 0 : LengthBytes(payload)) + payload);
    }

    private static int PayloadLength(RlpItem item)
    {
        if (!item.IsList) return item.Bytes.Length;
        int sum = 0;
        foreach (RlpItem child in item.Items) sum = checked(sum + EncodedLength(child));
        return sum;
    }

    private static int LengthBytes(int length) => 4 - BitOperations.LeadingZeroCount((uint)length) / 8;

    private static int Write(RlpItem item, Span<byte> destination)
    {
        if (!item.IsList && item.Bytes.Length == 1 && item.Bytes.Span[0] < 0x80)
        {
            destination[0] = item.Bytes.Span[0];
            return 1;
        }

        int payload = PayloadLength(item);
        int offset = item.IsList ? 0xc0 : 0x80;
        int position = 1;
        if (payload <= 55)
        {
            destination[0] = (byte)(offset + payload);
        }
        else
        {
            int lengthBytes = LengthBytes(payload);
            destination[0] = (byte)(offset + 55 + lengthBytes);
            Span<byte> length = stackalloc byte[4];
            BinaryPrimitives.WriteInt32BigEndian(length, payload);
            length[^lengthBytes..].CopyTo(destination[1..]);
            position += lengthBytes;
        }

        if (!item.IsList)
        {
            item.Bytes.Span.CopyTo(destination[position..]);
            return position + payload;
        }

        foreach (RlpItem child in item.Items) position += Write(child, destination[position..]);
        return position;
    }
}
