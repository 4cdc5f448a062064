namespace Marketplace.Content;

/// <summary>Takes the blocks of a file as they come into being, leaves before the nodes above them.</summary>
/// <param name="cid">The block's CID.</param>
/// <param name="block">Its bytes; valid until the returned task ends.</param>
public delegate ValueTask BlockSink(Cid cid, ReadOnlyMemory<byte> block, CancellationToken cancellationToken);

/// <summary>
/// Cuts a stream of bytes into the blocks of a UnixFS file, just as Kubo does on <c>ipfs add --cid-version=1 --raw-leaves</c>:
/// chunks of 256 KiB as raw leaves, balanced layout with 174 links a node, CIDs of version 1. A file of one chunk is that leaf.
/// Memory: one chunk, and at most 174 links for each level of the tree.
/// </summary>
/// <remarks>One file each; not for use from several threads at once.</remarks>
public sealed class UnixFsBuilder
{
    /// <summary>Bytes of a full leaf.</summary>
    public const int ChunkSize = 256 * 1024;

    /// <summary>Most links of a node.</summary>
    public const int MaxLinks = 174;

    private readonly record struct Part(Cid Cid, ulong FileSize, ulong TotalSize);

    private readonly BlockSink? _sink;
    private readonly byte[] _chunk;
    private readonly List<List<Part>> _levels = [[]];
    private int _filled;
    private bool _finished;

    /// <summary>Begins a file.</summary>
    /// <param name="sink">Gets the blocks; without it only the CID is computed.</param>
    public UnixFsBuilder(BlockSink? sink = null)
        : this(sink, ChunkSize)
    {
    }

    /// <summary>Cuts into other chunks, so that deep trees can be tried with little data.</summary>
    internal UnixFsBuilder(BlockSink? sink, int chunkSize)
    {
        _sink = sink;
        _chunk = new byte[chunkSize];
    }

    /// <summary>Bytes given so far.</summary>
    public long Length { get; private set; }

    /// <summary>Adds the file's next bytes.</summary>
    public async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_finished, this);
        while (!bytes.IsEmpty)
        {
            // A full chunk waits for a byte after it: whether a leaf is the whole file decides what the root is.
            if (_filled == _chunk.Length)
                await FlushChunkAsync(cancellationToken).ConfigureAwait(false);
            int count = Math.Min(bytes.Length, _chunk.Length - _filled);
            bytes.Span[..count].CopyTo(_chunk.AsSpan(_filled));
            _filled += count;
            Length += count;
            bytes = bytes[count..];
        }
    }

    /// <summary>Ends the file.</summary>
    /// <returns>Its CID.</returns>
    public async ValueTask<Cid> FinishAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_finished, this);
        _finished = true;
        if (_filled > 0 || Length == 0)
            await FlushChunkAsync(cancellationToken).ConfigureAwait(false);
        for (int level = 0; ; level++)
        {
            bool top = level == _levels.Count - 1;
            if (top && _levels[level].Count == 1)
                return _levels[level][0].Cid;
            if (_levels[level].Count > 0)
                await CloseNodeAsync(level, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Builds a file from a stream, read to its end.</summary>
    public static async Task<Cid> BuildAsync(
        Stream content, BlockSink? sink = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        UnixFsBuilder builder = new(sink);
        byte[] buffer = new byte[64 * 1024];
        int count;
        while ((count = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            await builder.AppendAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
        return await builder.FinishAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask FlushChunkAsync(CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> chunk = _chunk.AsMemory(0, _filled);
        Cid cid = Cid.Of(CidCodec.Raw, chunk.Span);
        if (_sink is not null)
            await _sink(cid, chunk, cancellationToken).ConfigureAwait(false);
        await AddPartAsync(0, new Part(cid, (ulong)_filled, (ulong)_filled), cancellationToken).ConfigureAwait(false);
        _filled = 0;
    }

    /// <summary>
    /// Puts a part on a level. A full level becomes a node only when one more part comes, as it may be the root's.
    /// </summary>
    private async ValueTask AddPartAsync(int level, Part part, CancellationToken cancellationToken)
    {
        if (_levels[level].Count == MaxLinks)
            await CloseNodeAsync(level, cancellationToken).ConfigureAwait(false);
        _levels[level].Add(part);
    }

    private async ValueTask CloseNodeAsync(int level, CancellationToken cancellationToken)
    {
        List<Part> parts = _levels[level];
        ulong fileSize = 0, totalSize = 0;
        foreach (Part part in parts)
        {
            fileSize += part.FileSize;
            totalSize += part.TotalSize;
        }

        UnixFs file = new(ReadOnlyMemory<byte>.Empty, fileSize, [.. parts.Select(part => part.FileSize)]);
        DagPbNode node = new([.. parts.Select(part => new DagPbLink(part.Cid, "", part.TotalSize))], file.Encode());
        byte[] block = node.Encode();
        parts.Clear();
        Cid cid = Cid.Of(CidCodec.DagPb, block);
        if (_sink is not null)
            await _sink(cid, block, cancellationToken).ConfigureAwait(false);
        if (level + 1 == _levels.Count)
            _levels.Add([]);
        await AddPartAsync(level + 1, new Part(cid, fileSize, totalSize + (ulong)block.Length), cancellationToken)
            .ConfigureAwait(false);
    }
}
