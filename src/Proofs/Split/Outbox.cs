using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Marketplace.Algebra.Memory;

namespace Marketplace.Proofs.Split;

/// <summary>The blocks that a worker has for every reader of one exchange. They may be read while they are disposed of.</summary>
internal sealed class Outbox : IDisposable
{
    private readonly Lock _lock = new();
    private readonly NativeBuffer<Fr> _elements;
    private readonly int[] _starts;
    private bool _disposed;

    /// <param name="exchange">The exchange that they are for.</param>
    /// <param name="own">The worker's own slice, whose block stays here.</param>
    /// <param name="blocks">What each reader gets.</param>
    /// <param name="source">Where these elements are now.</param>
    public Outbox(Exchange exchange, int own, IReadOnlyList<IEnumerable<Run>> blocks, ReadOnlySpan<Fr> source)
    {
        Exchange = exchange;
        _starts = new int[blocks.Count + 1];
        for (int reader = 0; reader < blocks.Count; reader++) _starts[reader + 1] = _starts[reader] + blocks[reader].Sum(run => run.Length);
        _elements = new NativeBuffer<Fr>(_starts[^1]);
        Span<Fr> elements = _elements.GetSpan();
        int at = 0;
        foreach (Run run in blocks.SelectMany(block => block))
        {
            for (int k = 0; k < run.Length; k++) elements[at++] = source[run.Source + (k * run.SourceStride)];
        }

        Digests = [.. Enumerable.Range(0, blocks.Count).Select(reader => reader == own ? [] : Digest(reader))];
    }

    public Exchange Exchange { get; }

    /// <summary>SHA-256 of each other reader's block; nothing for the own one.</summary>
    public byte[][] Digests { get; }

    /// <summary>A reader's block.</summary>
    public ReadOnlySpan<Fr> Block(int reader) => _elements.GetSpan()[_starts[reader].._starts[reader + 1]];

    /// <summary>A copy of a piece of a reader's block: its elements as they lie in memory.</summary>
    /// <exception cref="ArgumentException">There is no such piece.</exception>
    public byte[] Piece(int reader, int piece)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            ReadOnlySpan<Fr> block = Block(reader);
            long start = (long)piece * ExchangePlan.PieceLength;
            if (start < 0 || start >= block.Length)
                throw new ArgumentException($"The block of {block.Length} elements for slice {reader} has no piece {piece}.");
            block = block[(int)start..];
            return MemoryMarshal.AsBytes(block[..Math.Min(ExchangePlan.PieceLength, block.Length)]).ToArray();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (!_disposed) _elements.Dispose();
            _disposed = true;
        }
    }

    private byte[] Digest(int reader)
    {
        // Piece by piece: a block of the longest vectors has more bytes than a span.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (ReadOnlySpan<Fr> rest = Block(reader); !rest.IsEmpty; rest = rest[Math.Min(ExchangePlan.PieceLength, rest.Length)..])
            hash.AppendData(MemoryMarshal.AsBytes(rest[..Math.Min(ExchangePlan.PieceLength, rest.Length)]));
        return hash.GetHashAndReset();
    }
}
