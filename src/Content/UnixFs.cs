namespace Marketplace.Content;

/// <summary>
/// The UnixFS message in a file's DAG-PB node (https://specs.ipfs.tech/unixfs/): how many bytes of the file each link holds.
/// Directories, symbolic links and shards are not files and are refused.
/// </summary>
/// <param name="Data">Bytes of the file in the node itself; empty between the leaves of a file with raw leaves.</param>
/// <param name="FileSize">Bytes of the file below this node: those in <paramref name="Data"/> and those below the links.</param>
/// <param name="BlockSizes">Bytes of the file below each link.</param>
public sealed record UnixFs(ReadOnlyMemory<byte> Data, ulong FileSize, IReadOnlyList<ulong> BlockSizes)
{
    private const int TypeField = 1, DataField = 2, FileSizeField = 3, BlockSizesField = 4, ModeField = 7, ModifiedField = 8;
    private const ulong RawType = 0, FileType = 2;

    /// <summary>The bytes that Kubo writes for a file's node.</summary>
    public byte[] Encode()
    {
        ProtobufWriter writer = new();
        writer.WriteVarint(TypeField, FileType);
        if (!Data.IsEmpty)
            writer.WriteBytes(DataField, Data.Span);
        writer.WriteVarint(FileSizeField, FileSize);
        foreach (ulong size in BlockSizes)
            writer.WriteVarint(BlockSizesField, size);
        return writer.Written.ToArray();
    }

    /// <summary>Reads a node's message and checks that its sizes agree with one another.</summary>
    /// <exception cref="MalformedContentException">Not well-formed, not a file, or the sizes contradict one another.</exception>
    public static UnixFs Decode(ReadOnlySpan<byte> message)
    {
        ProtobufReader reader = new(message);
        ulong? type = null, fileSize = null;
        byte[]? data = null;
        List<ulong> blockSizes = [];
        while (!reader.AtEnd)
        {
            switch (reader.Next(out ulong number, out ReadOnlySpan<byte> bytes))
            {
                case (TypeField, WireType.Varint) when type is null:
                    type = number;
                    break;
                case (DataField, WireType.Bytes) when data is null:
                    data = bytes.ToArray();
                    break;
                case (FileSizeField, WireType.Varint) when fileSize is null:
                    fileSize = number;
                    break;
                case (BlockSizesField, WireType.Varint):
                    blockSizes.Add(number);
                    break;
                case (BlockSizesField, WireType.Bytes):
                    ProtobufReader packed = new(bytes);
                    while (!packed.AtEnd)
                        blockSizes.Add(packed.TakeVarint());
                    break;
                case (ModeField, WireType.Varint) or (ModifiedField, WireType.Bytes):
                    break;
                case var (field, wire):
                    throw new MalformedContentException($"A UnixFS file has no (second) field {field} of wire type {wire}.");
            }
        }

        if (type is not (RawType or FileType))
        {
            throw new MalformedContentException(
                $"The CID names a UnixFS object of type {type?.ToString() ?? "(none)"}; a file (2) was expected. " +
                "Give the CID of the file itself, not of its folder.");
        }

        ulong sum = (ulong)(data?.Length ?? 0);
        foreach (ulong size in blockSizes)
        {
            // A link to nothing would cost a fetch and move the reader nowhere; no writer makes one.
            if (size == 0 || size > long.MaxValue - sum)
                throw new MalformedContentException($"A block size of {size} in a UnixFS file, after {sum} bytes.");
            sum += size;
        }

        if ((fileSize ?? sum) != sum)
            throw new MalformedContentException($"A UnixFS file claims {fileSize} bytes but its parts have {sum}.");
        return new UnixFs(data ?? [], sum, blockSizes);
    }
}
