namespace Marketplace.Content;

/// <summary>Gives a block's bytes, at most <see cref="UnixFsReader.MaxBlockSize"/>, not yet verified.</summary>
internal delegate Task<byte[]> BlockFetch(Cid cid, CancellationToken cancellationToken);

/// <summary>
/// Reads a UnixFS file out of blocks from a source that is not trusted. Every block is hashed before it is looked at; the sizes
/// that a node claims for its parts are held against what the parts have. A file that claims little costs little: depth, number
/// of blocks and their sizes are bounded by the claimed size, and that by the caller.
/// </summary>
internal sealed class UnixFsReader
{
    /// <summary>Largest block in bytes, as in IPFS's own exchange.</summary>
    public const int MaxBlockSize = 2 * 1024 * 1024;

    /// <summary>Most levels of nodes. Kubo's layout needs 5 for an exabyte.</summary>
    private const int MaxDepth = 10;

    /// <summary>How many leaves are asked for ahead, each of at most a block in memory.</summary>
    private const int Window = 6;

    /// <summary>Least bytes of a file for each block, on the average over all but the first thousand blocks.</summary>
    private const int MinAverageBlock = 1024;

    private readonly Cid _root;
    private readonly BlockFetch _fetch;
    private readonly string _source;
    private readonly Stream _destination;
    private readonly long _maxBytes;
    private long _blocksLeft;

    private UnixFsReader(Cid root, BlockFetch fetch, string source, Stream destination, long maxBytes)
    {
        (_root, _fetch, _source, _destination, _maxBytes) = (root, fetch, source, destination, maxBytes);
        _blocksLeft = 1;
    }

    /// <summary>
    /// Writes the file to <paramref name="destination"/>; see <see cref="IContentStore.GetAsync"/> for the errors.
    /// </summary>
    public static async Task ReadAsync(
        Cid root, BlockFetch fetch, string source, Stream destination, long maxBytes, CancellationToken cancellationToken)
    {
        root.ThrowIfDefault();
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytes);
        UnixFsReader reader = new(root, fetch, source, destination, maxBytes);
        byte[] block = await reader.FetchAsync(root, cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(root, block, claimed: null, depth: 0, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads a node, so that its links can be followed.</summary>
    /// <exception cref="MalformedContentException">It is no node of a file.</exception>
    public static (UnixFs File, IReadOnlyList<DagPbLink> Links) DecodeNode(Cid cid, ReadOnlySpan<byte> block)
    {
        try
        {
            DagPbNode node = DagPbNode.Decode(block);
            UnixFs file = UnixFs.Decode((node.Data ?? throw new MalformedContentException("The node has no UnixFS data.")).Span);
            if (node.Links.Count != file.BlockSizes.Count)
            {
                throw new MalformedContentException(
                    $"The node has {node.Links.Count} links but sizes for {file.BlockSizes.Count}.");
            }

            return (file, node.Links);
        }
        catch (MalformedContentException e)
        {
            throw new MalformedContentException($"{cid} is not a UnixFS file: {e.Message}");
        }
    }

    private async Task<byte[]> FetchAsync(Cid cid, CancellationToken cancellationToken)
    {
        byte[] block = await _fetch(cid, cancellationToken).ConfigureAwait(false);
        return cid.Matches(block)
            ? block
            : throw new ContentMismatchException(
                cid, _source, $"a block of {block.Length} bytes has {Cid.Of(cid.Codec, block)}{PartOf(cid)}.");
    }

    private async Task ReadAsync(Cid cid, byte[] block, ulong? claimed, int depth, CancellationToken cancellationToken)
    {
        if (cid.Codec == CidCodec.Raw)
        {
            CheckSize(cid, claimed, (ulong)block.Length);
            await _destination.WriteAsync(block, cancellationToken).ConfigureAwait(false);
            return;
        }

        var (file, links) = DecodeNode(cid, block);
        CheckSize(cid, claimed, file.FileSize);
        if (claimed is null)
            _blocksLeft = 1024 + (long)file.FileSize / MinAverageBlock;
        if (depth == MaxDepth && links.Count > 0)
            throw new MalformedContentException($"{_root} is nested deeper than {MaxDepth} levels; no file needs that.");
        await _destination.WriteAsync(file.Data, cancellationToken).ConfigureAwait(false);
        await ReadLinksAsync(links, file.BlockSizes, depth + 1, cancellationToken).ConfigureAwait(false);
    }

    private async Task ReadLinksAsync(
        IReadOnlyList<DagPbLink> links, IReadOnlyList<ulong> sizes, int depth, CancellationToken cancellationToken)
    {
        _blocksLeft -= links.Count;
        if (_blocksLeft < 0)
            throw new MalformedContentException($"{_root} is cut into far more blocks than its size explains.");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Queue<Task<byte[]>> ahead = new();
        try
        {
            for (int read = 0, asked = 0; read < links.Count; read++)
            {
                // Inner nodes one at a time, so that what is held in memory does not grow with the depth.
                while (asked < links.Count && asked < read + Window && (asked == read || links[asked].Cid.Codec == CidCodec.Raw))
                    ahead.Enqueue(FetchAsync(links[asked++].Cid, stop.Token));
                byte[] block = await ahead.Dequeue().ConfigureAwait(false);
                await ReadAsync(links[read].Cid, block, sizes[read], depth, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)Task.WhenAll(ahead)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Holds a part against what the node above claims of it, and the root against the caller's limit.</summary>
    private void CheckSize(Cid cid, ulong? claimed, ulong actual)
    {
        if (claimed is null && actual > (ulong)_maxBytes)
            throw new ContentTooLargeException(_root, _maxBytes, $"the file has {actual} bytes.");
        if (claimed is not null && claimed != actual)
        {
            throw new MalformedContentException(
                $"{_root} is not a UnixFS file: it claims {claimed} bytes for its part {cid}, which has {actual}.");
        }
    }

    private string PartOf(Cid cid) => cid == _root ? "" : $" (part of {_root})";
}
