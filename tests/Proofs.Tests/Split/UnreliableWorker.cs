using System.Security.Cryptography;
using Marketplace.Algebra.Curves;
using Marketplace.Proofs.Split;

namespace Marketplace.Proofs.Tests.Split;

/// <summary>What a worker does wrong.</summary>
internal enum Failing
{
    Never,

    /// <summary>Every call of the phase throws, and every call after it.</summary>
    Dies,

    /// <summary>The first call of the phase answers with one bit flipped.</summary>
    FlipsOnce,

    /// <summary>Every call of the phase answers with one bit flipped.</summary>
    FlipsAlways,

    /// <summary>A call of the phase never ends.</summary>
    Hangs,
}

/// <summary>A real worker behind a wire that can die, hang, or flip a bit of what it answers, in one phase.</summary>
internal sealed class UnreliableWorker(IProofWorker inner, Failing failing, ProofPhase phase) : IProofWorker
{
    private bool _failed;
    private SliceOrder _order = new(Guid.Empty, 1, 1, 0);
    private (Exchange Exchange, int Reader)? _spoiled;

    /// <summary>Every mask that it was given.</summary>
    public List<Fr[]> Masks { get; } = [];

    /// <summary>What becomes of the pieces of blocks that are read from it.</summary>
    public Func<byte[], byte[]> Wire { get; set; } = piece => piece;

    /// <summary>The longest piece that it was asked for, in bytes.</summary>
    public int LongestPiece { get; private set; }

    public async Task HoldAsync(SliceOrder order, CancellationToken cancellationToken)
    {
        _order = order;
        _spoiled = null;
        await BeginAsync(ProofPhase.Holding);
        await inner.HoldAsync(order, cancellationToken);
    }

    public async Task<G1[]> CommitAsync(Guid order, CancellationToken cancellationToken)
    {
        bool flips = await BeginAsync(ProofPhase.Commitments);
        G1[] points = await inner.CommitAsync(order, cancellationToken);
        if (flips) points[^1] = Flip(points[^1]);
        return points;
    }

    public async Task<Int128[]> MultiplyAsync(Guid order, CancellationToken cancellationToken)
    {
        bool flips = await BeginAsync(ProofPhase.InnerProducts);
        Int128[] products = await inner.MultiplyAsync(order, cancellationToken);
        if (flips) products[1] ^= 1;
        return products;
    }

    public async Task<G1> MaskAsync(Guid order, Fr[] mask, CancellationToken cancellationToken)
    {
        Masks.Add(mask);
        bool flips = await BeginAsync(ProofPhase.Mask);
        G1 point = await inner.MaskAsync(order, mask, cancellationToken);
        return flips ? Flip(point) : point;
    }

    public async Task<Combination> CombineAsync(Guid order, UInt128[] coefficients, CancellationToken cancellationToken)
    {
        bool flips = await BeginAsync(ProofPhase.Combination);
        Combination combination = await inner.CombineAsync(order, coefficients, cancellationToken);
        return flips
            ? combination with { Digests = await SpoilAsync(Exchange.RangesToColumns, combination.Digests, cancellationToken) }
            : combination;
    }

    public async Task<PullFailure?> PullAsync(
        Guid order, Exchange exchange, IReadOnlyList<IBlockHolder> peers, byte[][] digests, CancellationToken cancellationToken)
    {
        await BeginAsync(ProofPhase.Exchange, canFlip: false);
        return await inner.PullAsync(order, exchange, peers, digests, cancellationToken);
    }

    public async Task<byte[]> ReadAsync(Guid order, Exchange exchange, int reader, int piece, CancellationToken cancellationToken)
    {
        bool flips = await BeginAsync(ProofPhase.Exchange);
        byte[] bytes = await inner.ReadAsync(order, exchange, reader, piece, cancellationToken);
        LongestPiece = Math.Max(LongestPiece, bytes.Length);
        if (flips || (_spoiled == (exchange, reader) && piece == 0)) bytes[0] ^= 1;
        return Wire(bytes);
    }

    public async Task<byte[][]> TransformAsync(Guid order, Exchange brought, CancellationToken cancellationToken)
    {
        bool flips = await BeginAsync(brought switch
        {
            Exchange.RangesToColumns => ProofPhase.Columns,
            Exchange.ColumnsToRows => ProofPhase.Rows,
            _ => ProofPhase.ColumnsBack,
        });
        byte[][] digests = await inner.TransformAsync(order, brought, cancellationToken);
        return flips ? await SpoilAsync(brought + 1, digests, cancellationToken) : digests;
    }

    public async Task<G1> CommitAutocorrelationAsync(Guid order, Fr[] overlap, CancellationToken cancellationToken)
    {
        bool flips = await BeginAsync(ProofPhase.Autocorrelation);
        G1 point = await inner.CommitAutocorrelationAsync(order, overlap, cancellationToken);
        return flips ? Flip(point) : point;
    }

    public async Task<Evaluations> EvaluateAsync(Guid order, Fr point, CancellationToken cancellationToken)
    {
        bool flips = await BeginAsync(ProofPhase.Evaluation);
        Evaluations values = await inner.EvaluateAsync(order, point, cancellationToken);
        return flips ? values with { AutocorrelationAtInverse = Flip(values.AutocorrelationAtInverse) } : values;
    }

    public async Task<DivisionState> DivideAsync(Guid order, Fr gamma, Fr y, CancellationToken cancellationToken)
    {
        bool flips = await BeginAsync(ProofPhase.Division);
        DivisionState state = await inner.DivideAsync(order, gamma, y, cancellationToken);
        return flips ? state with { AfterNext = Flip(state.AfterNext) } : state;
    }

    public async Task<G1> CommitOpeningAsync(Guid order, Fr y, DivisionState above, CancellationToken cancellationToken)
    {
        bool flips = await BeginAsync(ProofPhase.Opening);
        G1 point = await inner.CommitOpeningAsync(order, y, above, cancellationToken);
        return flips ? Flip(point) : point;
    }

    public async Task ReleaseAsync(Guid order, CancellationToken cancellationToken)
    {
        await BeginAsync(ProofPhase.Releasing);
        await inner.ReleaseAsync(order, cancellationToken);
    }

    /// <summary>A block with a bit flipped, and its digest: what a worker sends that has computed something wrong.</summary>
    private async Task<byte[][]> SpoilAsync(Exchange exchange, byte[][] digests, CancellationToken cancellationToken)
    {
        // Its own block does not cross the wire.
        int reader = (_order.Index + 1) % _order.Count;
        var plan = new ExchangePlan(new Slicing(_order.Dimension, _order.Count));
        int length = plan.BlockLength(exchange, _order.Index, reader);
        List<byte> block = [];
        for (int piece = 0; piece * ExchangePlan.PieceLength < length; piece++)
            block.AddRange(await inner.ReadAsync(_order.Id, exchange, reader, piece, cancellationToken));
        block[0] ^= 1;
        _spoiled = (exchange, reader);
        digests[reader] = SHA256.HashData(block.ToArray());
        return digests;
    }

    /// <summary>Dies or hangs where that is due; whether to flip a bit.</summary>
    private async Task<bool> BeginAsync(ProofPhase now, bool canFlip = true)
    {
        if (failing is Failing.Dies && (_failed || now == phase))
        {
            _failed = true;
            throw new IOException("the wire is cut");
        }

        if (now != phase) return false;
        if (failing is Failing.Hangs) await Task.Delay(Timeout.InfiniteTimeSpan, CancellationToken.None);
        bool flips = canFlip && (failing is Failing.FlipsAlways || (failing is Failing.FlipsOnce && !_failed));
        _failed |= flips;
        return flips;
    }

    private static Fr Flip(Fr value)
    {
        byte[] bytes = value.ToBytes();
        bytes[^1] ^= 1;
        return Fr.FromBytes(bytes);
    }

    /// <summary>Another point, which is not on the curve.</summary>
    private static G1 Flip(G1 point)
    {
        byte[] bytes = point.X.ToBytes();
        bytes[^1] ^= 1;
        return point with { X = Fp.FromBytes(bytes) };
    }
}
