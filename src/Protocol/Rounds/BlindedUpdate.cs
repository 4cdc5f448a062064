using System.Buffers.Binary;
using System.IO.Compression;

namespace Marketplace.Protocol.Rounds;

/// <summary>A quantized update and the blinder of its commitment: what a trainer seals for the aggregator, and what both keep.</summary>
/// <param name="Entries">The update u, d entries in [−32767, 32767].</param>
/// <param name="FractionBits">Fraction bits f of the entries.</param>
/// <param name="Blinder">The blinder ρ with which the commitment opens.</param>
/// <remarks>
/// Layout, integers big-endian unless said:
/// <code>
/// version 1 byte = 1 | codec 1 byte (0 dense, 1 sparse) | f 1 byte | d 4 bytes | ρ 32 bytes | Brotli stream of the body
/// dense body:  d low bytes, then d high bytes, of the entries as two's complement int16 (planes compress better than pairs)
/// sparse body: count of non-zero entries 4 bytes, then for each: gap to the previous index as LEB128, entry 2 bytes
/// </code>
/// The encoder takes the codec whose body is shorter.
/// </remarks>
public sealed record BlindedUpdate(short[] Entries, int FractionBits, Fr Blinder)
{
    private const byte Version = 1;
    private const byte Dense = 0;
    private const byte Sparse = 1;
    private const int HeaderLength = 3 + 4 + 32;

    /// <summary>Upper bound of an encoded update's length for vectors of length <paramref name="dimension"/>.</summary>
    public static int MaxLength(int dimension) => HeaderLength + 2 * dimension + dimension / 64 + 1024;

    public byte[] Encode()
    {
        byte[] sparse = SparseBody();
        bool dense = sparse.Length >= 2 * Entries.Length;
        byte[] body = dense ? DenseBody() : sparse;

        using var output = new MemoryStream();
        Span<byte> header = stackalloc byte[HeaderLength];
        header[0] = Version;
        header[1] = dense ? Dense : Sparse;
        header[2] = checked((byte)FractionBits);
        BinaryPrimitives.WriteInt32BigEndian(header[3..], Entries.Length);
        Blinder.WriteBytes(header[7..]);
        output.Write(header);
        using (var brotli = new BrotliStream(output, CompressionLevel.Fastest, leaveOpen: true))
            brotli.Write(body);
        return output.ToArray();
    }

    /// <summary>Reads an update that must hold <paramref name="dimension"/> entries with <paramref name="fractionBits"/> fraction bits.</summary>
    /// <exception cref="MalformedUpdateException">The bytes are anything else.</exception>
    public static BlindedUpdate Decode(ReadOnlySpan<byte> bytes, int dimension, int fractionBits)
    {
        if (bytes.Length < HeaderLength)
            throw new MalformedUpdateException($"the update has {bytes.Length} bytes, expected at least {HeaderLength}");
        if (bytes[0] != Version)
            throw new MalformedUpdateException($"the update's version is {bytes[0]}, expected {Version}");
        byte codec = bytes[1];
        if (codec is not (Dense or Sparse))
            throw new MalformedUpdateException($"the update's codec is {codec}, expected {Dense} (dense) or {Sparse} (sparse)");
        if (bytes[2] != fractionBits)
            throw new MalformedUpdateException($"the update has {bytes[2]} fraction bits, the project {fractionBits}");
        int length = BinaryPrimitives.ReadInt32BigEndian(bytes[3..]);
        if (length != dimension)
            throw new MalformedUpdateException($"the update says that it has {length} entries, the project's model has {dimension}");
        if (!Fr.TryFromBytes(bytes.Slice(7, 32), out Fr blinder))
            throw new MalformedUpdateException("the update's blinder is not a canonical scalar");

        byte[] body = Decompress(bytes[HeaderLength..], codec == Dense ? 2 * dimension : 4 + 2 * dimension);
        short[] entries = codec == Dense ? ReadDense(body, dimension) : ReadSparse(body, dimension);
        int outside = Array.IndexOf(entries, short.MinValue);
        if (outside >= 0)
        {
            throw new MalformedUpdateException(
                $"entry {outside} is {short.MinValue}, outside [−{MarketLimits.UpdateEntry}, {MarketLimits.UpdateEntry}]");
        }

        return new BlindedUpdate(entries, fractionBits, blinder);
    }

    private byte[] DenseBody()
    {
        int d = Entries.Length;
        var body = new byte[2 * d];
        for (int k = 0; k < d; k++)
        {
            body[k] = (byte)Entries[k];
            body[d + k] = (byte)(Entries[k] >> 8);
        }
        return body;
    }

    private byte[] SparseBody()
    {
        using var body = new MemoryStream();
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, Entries.Length - Entries.AsSpan().Count((short)0));
        body.Write(word);
        int previous = -1;
        for (int k = 0; k < Entries.Length; k++)
        {
            if (Entries[k] == 0)
                continue;
            int gap = k - previous - 1;
            for (; gap >= 0x80; gap >>= 7)
                body.WriteByte((byte)(gap | 0x80));
            body.WriteByte((byte)gap);
            BinaryPrimitives.WriteInt16BigEndian(word, Entries[k]);
            body.Write(word[..2]);
            previous = k;
        }
        return body.ToArray();
    }

    /// <summary>Inflates to at most <paramref name="limit"/> bytes, so that a small input cannot claim much memory.</summary>
    private static byte[] Decompress(ReadOnlySpan<byte> compressed, int limit)
    {
        var body = new byte[limit + 1];
        int length = 0;
        try
        {
            using var input = new BrotliStream(new MemoryStream(compressed.ToArray()), CompressionMode.Decompress);
            int read;
            while (length < body.Length && (read = input.Read(body, length, body.Length - length)) > 0)
                length += read;
        }
        catch (InvalidOperationException e)
        {
            throw new MalformedUpdateException("the update's body is not a Brotli stream", e);
        }
        catch (InvalidDataException e)
        {
            throw new MalformedUpdateException("the update's body is not a Brotli stream", e);
        }
        if (length > limit)
            throw new MalformedUpdateException($"the update's body inflates to more than the {limit} bytes that its entries can take");
        return body[..length];
    }

    private static short[] ReadDense(byte[] body, int d)
    {
        if (body.Length != 2 * d)
            throw new MalformedUpdateException($"the dense body has {body.Length} bytes, expected {2 * d}");
        var entries = new short[d];
        for (int k = 0; k < d; k++)
            entries[k] = (short)(body[k] | body[d + k] << 8);
        return entries;
    }

    private static short[] ReadSparse(byte[] body, int d)
    {
        if (body.Length < 4)
            throw new MalformedUpdateException($"the sparse body has {body.Length} bytes, expected at least 4");
        int count = BinaryPrimitives.ReadInt32BigEndian(body);
        if (count < 0 || count > d)
            throw new MalformedUpdateException($"the sparse body says that it has {count} entries, of at most {d}");
        var entries = new short[d];
        int at = 4;
        long index = -1;
        for (int n = 0; n < count; n++)
        {
            index += 1 + ReadGap(body, ref at);
            if (index >= d)
                throw new MalformedUpdateException($"the sparse body names entry {index} of {d}");
            if (at + 2 > body.Length)
                throw new MalformedUpdateException($"the sparse body ends within entry {n} of {count}");
            entries[index] = BinaryPrimitives.ReadInt16BigEndian(body.AsSpan(at));
            if (entries[index] == 0)
                throw new MalformedUpdateException($"the sparse body holds a zero at entry {index}");
            at += 2;
        }
        if (at != body.Length)
            throw new MalformedUpdateException($"the sparse body has {body.Length - at} bytes after its last entry");
        return entries;
    }

    private static long ReadGap(byte[] body, ref int at)
    {
        long gap = 0;
        for (int shift = 0; shift < 35; shift += 7)
        {
            if (at >= body.Length)
                break;
            byte next = body[at++];
            gap |= (long)(next & 0x7f) << shift;
            if (next < 0x80)
                return gap;
        }
        throw new MalformedUpdateException("the sparse body has a gap that does not end");
    }
}
