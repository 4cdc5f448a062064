namespace Marketplace.Content;

/// <summary>
/// Unsigned variable-length integers (multiformats "unsigned-varint"): base 128, least significant group first, at most 9 bytes
/// (63 bits), and only the shortest form, so that equal values have equal bytes.
/// </summary>
public static class Varint
{
    /// <summary>Longest encoding in bytes.</summary>
    public const int MaxSize = 9;

    /// <summary>Reads a value from the beginning of <paramref name="bytes"/>.</summary>
    /// <returns>Whether there was a complete value in its shortest form.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ulong value, out int size)
    {
        value = 0;
        for (size = 0; size < Math.Min(bytes.Length, MaxSize);)
        {
            byte group = bytes[size];
            value |= (ulong)(group & 0x7f) << (7 * size);
            size++;
            if (group < 0x80)
                return group != 0 || size == 1;
        }

        value = 0;
        size = 0;
        return false;
    }

    /// <summary>How many bytes <see cref="Write"/> takes.</summary>
    public static int SizeOf(ulong value)
    {
        int size = 1;
        while ((value >>= 7) != 0)
            size++;
        return size;
    }

    /// <summary>Writes a value of at most 63 bits.</summary>
    /// <returns>The number of bytes written.</returns>
    public static int Write(Span<byte> output, ulong value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, (ulong)long.MaxValue);
        int size = 0;
        for (; value >= 0x80; value >>= 7)
            output[size++] = (byte)(value | 0x80);
        output[size++] = (byte)value;
        return size;
    }
}
