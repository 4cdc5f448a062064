namespace Marketplace.Content;

/// <summary>A link of a DAG-PB node.</summary>
/// <param name="Cid">The block it points to.</param>
/// <param name="Name">Empty between the blocks of a file.</param>
/// <param name="TotalSize">Bytes of the block and of all blocks below it, as the writer claims; a hint, never trusted.</param>
public sealed record DagPbLink(Cid Cid, string Name, ulong TotalSize);

/// <summary>
/// A DAG-PB node (https://ipld.io/specs/codecs/dag-pb/spec/): links, then data, in protobuf. Encoding gives the one canonical
/// form; decoding refuses unknown and repeated fields, fields out of order, and links without a CID.
/// </summary>
public sealed record DagPbNode(IReadOnlyList<DagPbLink> Links, ReadOnlyMemory<byte>? Data)
{
    private const int DataField = 1, LinksField = 2;
    private const int HashField = 1, NameField = 2, TotalSizeField = 3;

    /// <summary>The canonical bytes.</summary>
    public byte[] Encode()
    {
        ProtobufWriter node = new();
        foreach (DagPbLink link in Links)
        {
            ProtobufWriter writer = new();
            writer.WriteBytes(HashField, link.Cid.ToBytes());
            writer.WriteBytes(NameField, System.Text.Encoding.UTF8.GetBytes(link.Name));
            writer.WriteVarint(TotalSizeField, link.TotalSize);
            node.WriteBytes(LinksField, writer.Written);
        }

        if (Data is { } data)
            node.WriteBytes(DataField, data.Span);
        return node.Written.ToArray();
    }

    /// <param name="block">At most a block's bytes; the caller has bounded it, and the number of links with it.</param>
    /// <exception cref="MalformedContentException">It is not a well-formed node.</exception>
    public static DagPbNode Decode(ReadOnlySpan<byte> block)
    {
        ProtobufReader reader = new(block);
        List<DagPbLink> links = [];
        byte[]? data = null;
        while (!reader.AtEnd)
        {
            switch (reader.Next(out _, out ReadOnlySpan<byte> bytes))
            {
                case (LinksField, WireType.Bytes) when data is null:
                    links.Add(DecodeLink(bytes));
                    break;
                case (DataField, WireType.Bytes) when data is null:
                    data = bytes.ToArray();
                    break;
                case var (field, wire):
                    throw new MalformedContentException(
                        $"A DAG-PB node has links (field 2), then at most one data (field 1); field {field} of wire type " +
                        $"{wire} came after {links.Count} links{(data is null ? "" : " and the data")}.");
            }
        }

        return new DagPbNode(links, data);
    }

    private static DagPbLink DecodeLink(ReadOnlySpan<byte> message)
    {
        ProtobufReader reader = new(message);
        Cid? cid = null;
        string name = "";
        ulong totalSize = 0;
        for (int last = 0; !reader.AtEnd;)
        {
            var (field, wire) = reader.Next(out ulong number, out ReadOnlySpan<byte> bytes);
            if (field <= last)
                throw new MalformedContentException($"A DAG-PB link's fields 1, 2, 3 come in order; {field} came after {last}.");
            last = field;
            switch (field, wire)
            {
                case (HashField, WireType.Bytes):
                    if (!Cid.TryFromBytes(bytes, out Cid parsed))
                    {
                        throw new MalformedContentException(
                            "A link holds no CID of a file's block (raw or dag-pb, sha2-256): " +
                            $"{Convert.ToHexStringLower(bytes[..Math.Min(bytes.Length, 64)])}.");
                    }

                    cid = parsed;
                    break;
                case (NameField, WireType.Bytes):
                    name = System.Text.Encoding.UTF8.GetString(bytes);
                    break;
                case (TotalSizeField, WireType.Varint):
                    totalSize = number;
                    break;
                default:
                    throw new MalformedContentException($"A DAG-PB link has no field {field} of wire type {wire}.");
            }
        }

        return new DagPbLink(cid ?? throw new MalformedContentException("A DAG-PB link without a CID."), name, totalSize);
    }
}
