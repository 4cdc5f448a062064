namespace Marketplace.Content;

/// <summary>The two wire types that DAG-PB and UnixFS use.</summary>
internal enum WireType
{
    Varint = 0,
    Bytes = 2,
}

/// <summary>
/// Reads protobuf fields one after another. Stricter than protobuf asks: shortest varints only, and no wire type but the two.
/// </summary>
// By hand because Google.Protobuf reads many byte strings as one node: UnixFsReaderTests.Nodes_that_are_not_well_formed_are_refused.
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    public readonly bool AtEnd => _rest.IsEmpty;

    /// <summary>
    /// Reads a field; of <paramref name="number"/> and <paramref name="bytes"/> the one that its wire type says is set.
    /// </summary>
    /// <exception cref="MalformedContentException">The field is not well-formed.</exception>
    public (int Field, WireType Wire) Next(out ulong number, out ReadOnlySpan<byte> bytes)
    {
        ulong key = TakeVarint();
        var wire = (WireType)(key & 7);
        number = 0;
        bytes = default;
        if (key >> 3 is 0 or > 15)
            throw new MalformedContentException($"Field {key >> 3} is unknown in DAG-PB and UnixFS.");
        switch (wire)
        {
            case WireType.Varint:
                number = TakeVarint();
                break;
            case WireType.Bytes:
                ulong length = TakeVarint();
                if (length > (ulong)_rest.Length)
                    throw new MalformedContentException($"A field claims {length} bytes where {_rest.Length} are left.");
                bytes = _rest[..(int)length];
                _rest = _rest[(int)length..];
                break;
            default:
                throw new MalformedContentException($"Wire type {(int)wire} is unknown in DAG-PB and UnixFS.");
        }

        return ((int)(key >> 3), wire);
    }

    /// <summary>Reads a bare varint, as packed repeated fields hold them.</summary>
    public ulong TakeVarint()
    {
        if (!Varint.TryRead(_rest, out ulong value, out int size))
            throw new MalformedContentException("A varint is cut off, longer than 63 bits, or not in its shortest form.");
        _rest = _rest[size..];
        return value;
    }
}

/// <summary>Writes protobuf fields into a buffer that grows, in the order in which they are given.</summary>
// By hand because Google.Protobuf cannot write DAG-PB's field 2 before its field 1: UnixFsBuilderTests.Files_have_their_known_cids.
internal sealed class ProtobufWriter
{
    private byte[] _buffer = new byte[256];
    private int _length;

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    public void WriteVarint(int field, ulong value)
    {
        WriteKey(field, WireType.Varint);
        WriteNumber(value);
    }

    public void WriteBytes(int field, ReadOnlySpan<byte> value)
    {
        WriteKey(field, WireType.Bytes);
        WriteNumber((ulong)value.Length);
        value.CopyTo(Take(value.Length));
        _length += value.Length;
    }

    private void WriteKey(int field, WireType wire) => WriteNumber(((ulong)field << 3) | (ulong)wire);

    private void WriteNumber(ulong value) => _length += Varint.Write(Take(Varint.MaxSize), value);

    private Span<byte> Take(int count)
    {
        if (_length + count > _buffer.Length)
            Array.Resize(ref _buffer, Math.Max(2 * _buffer.Length, _length + count));
        return _buffer.AsSpan(_length, count);
    }
}
