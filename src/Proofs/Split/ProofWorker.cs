using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Marketplace.Algebra.Curves;

namespace Marketplace.Proofs.Split;

/// <summary>A worker in this process.</summary>
/// <param name="source">Where its slices come from.</param>
public sealed class ProofWorker(ISliceSource source) : IProofWorker, IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private volatile Held? _held;

    /// <inheritdoc/>
    public async Task HoldAsync(SliceOrder order, CancellationToken cancellationToken)
    {
        var slicing = new Slicing(order.Dimension, order.Count);
        if (order.Index < 0 || order.Index >= order.Count)
            throw new ArgumentException($"There are slices 0 to {order.Count - 1}, got {order.Index}.");
        await _gate.WaitAsync(cancellationToken);
        try
        {
            _held?.Work.Dispose();
            _held = null;
            Slice slice = await source.ReadAsync(slicing, order.Index, cancellationToken);
            _held = new Held(order.Id, new SliceWork(slicing, order.Index, slice));
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public Task<G1[]> CommitAsync(Guid order, CancellationToken cancellationToken) =>
        DoAsync(order, work => work.Commit(cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<Int128[]> MultiplyAsync(Guid order, CancellationToken cancellationToken) =>
        DoAsync(order, work => work.Multiply(cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<G1> MaskAsync(Guid order, Fr[] mask, CancellationToken cancellationToken) =>
        DoAsync(order, work => work.TakeMask(mask, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<Combination> CombineAsync(Guid order, UInt128[] coefficients, CancellationToken cancellationToken) =>
        DoAsync(order, work => work.Combine(coefficients, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async Task<PullFailure?> PullAsync(
        Guid order, Exchange exchange, IReadOnlyList<IBlockHolder> peers, byte[][] digests, CancellationToken cancellationToken)
    {
        // Blocks of workers in this process come without waiting, which must not keep the caller from asking the next worker.
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            SliceWork work = Work(order);
            Memory<Fr> target = work.Receive(exchange);
            for (int step = 1; step < work.Count; step++)
            {
                // Each worker starts with its neighbor, so that not all ask the same one.
                int sender = (work.Index + step) % work.Count;
                string? problem = await PullAsync(order, exchange, work, sender, peers[sender], digests[sender], target, cancellationToken);
                if (problem is not null) return new PullFailure(sender, problem);
            }

            return null;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public Task<byte[]> ReadAsync(Guid order, Exchange exchange, int reader, int piece, CancellationToken cancellationToken)
    {
        SliceWork work = Work(order);
        ArgumentOutOfRangeException.ThrowIfNegative(reader);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(reader, work.Count);
        return work.Outbox is { } outbox && outbox.Exchange == exchange
            ? Task.FromResult(outbox.Piece(reader, piece))
            : throw new InvalidOperationException($"There are no blocks of the exchange {exchange} now.");
    }

    /// <inheritdoc/>
    public Task<byte[][]> TransformAsync(Guid order, Exchange brought, CancellationToken cancellationToken) =>
        DoAsync(order, work => work.Transform(brought, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<G1> CommitAutocorrelationAsync(Guid order, Fr[] overlap, CancellationToken cancellationToken) =>
        DoAsync(order, work => work.CommitAutocorrelation(overlap, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<Evaluations> EvaluateAsync(Guid order, Fr point, CancellationToken cancellationToken) =>
        DoAsync(order, work => work.Evaluate(point, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<DivisionState> DivideAsync(Guid order, Fr gamma, Fr y, CancellationToken cancellationToken) =>
        DoAsync(order, work => work.Divide(gamma, y, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<G1> CommitOpeningAsync(Guid order, Fr y, DivisionState above, CancellationToken cancellationToken) =>
        DoAsync(order, work => work.CommitOpening(y, above, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task ReleaseAsync(Guid order, CancellationToken cancellationToken) =>
        DoAsync(
            order,
            work =>
            {
                work.Release();
                return true;
            },
            cancellationToken);

    /// <summary>Forgets everything, once no call is under way any more.</summary>
    public void Dispose()
    {
        _gate.Wait();
        _held?.Work.Dispose();
        _held = null;
        _gate.Dispose();
    }

    /// <summary>Fetches one block; what is wrong with it, in words, or null.</summary>
    private static async Task<string?> PullAsync(
        Guid order,
        Exchange exchange,
        SliceWork work,
        int sender,
        IBlockHolder peer,
        byte[] digest,
        Memory<Fr> target,
        CancellationToken cancellationToken)
    {
        int left = work.Plan.BlockLength(exchange, sender, work.Index);
        BlockWriter writer = new(work.Plan.Block(exchange, sender, work.Index), target);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int piece = 0; left > 0; piece++)
        {
            byte[] bytes;
            try
            {
                bytes = await peer.ReadAsync(order, exchange, work.Index, piece, cancellationToken).WaitAsync(cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                return exception.Message;
            }

            int count = Math.Min(left, ExchangePlan.PieceLength);
            if (bytes.Length != count * Fr.ByteLength)
                return $"piece {piece} of its block must have {count * Fr.ByteLength} bytes, got {bytes.Length}";
            var elements = MemoryMarshal.Cast<byte, Fr>(bytes);
            if (!Fr.AreReduced(elements)) return $"piece {piece} of its block has an element that is not below the group order";
            hash.AppendData(bytes);
            writer.Write(elements);
            left -= count;
        }

        return hash.GetHashAndReset().AsSpan().SequenceEqual(digest) ? null : "its block is not the one that it announced";
    }

    private async Task<T> DoAsync<T>(Guid order, Func<SliceWork, T> step, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            SliceWork work = Work(order);
            return await Task.Run(() => step(work), cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    private SliceWork Work(Guid order) => _held is { } held && held.Order == order
        ? held.Work
        : throw new InvalidOperationException("This call is of a hand-out of slices that this worker has no part in, or none any more.");

    private sealed record Held(Guid Order, SliceWork Work);
}
