using Marketplace.Algebra.Curves;

namespace Marketplace.Proofs.Split;

/// <summary>Has blocks of an exchange that other workers read.</summary>
public interface IBlockHolder
{
    /// <summary>A piece of the block that this worker has for a slice: 2^15 elements as they lie in memory, fewer at its end.</summary>
    Task<byte[]> ReadAsync(Guid order, Exchange exchange, int reader, int piece, CancellationToken cancellationToken);
}

/// <summary>
/// Holds one slice of a proof's work and does its share of every step. Everything that crosses this interface is small and can be serialized,
/// but for the pieces of <see cref="IBlockHolder.ReadAsync"/>, of at most 1 MB; workers share no memory. A call is done before the coordinator
/// makes the next; only <see cref="IBlockHolder.ReadAsync"/>, which other workers call, must be answered while another call waits.
/// </summary>
public interface IProofWorker : IBlockHolder
{
    /// <summary>Takes a slice, and forgets all that was before.</summary>
    Task HoldAsync(SliceOrder order, CancellationToken cancellationToken);

    /// <summary>The slice's parts of the commitments to all rows, without blinders, in row order.</summary>
    Task<G1[]> CommitAsync(Guid order, CancellationToken cancellationToken);

    /// <summary>The slice's parts of the Gram matrix's lower triangle, row by row.</summary>
    Task<Int128[]> MultiplyAsync(Guid order, CancellationToken cancellationToken);

    /// <summary>Gives the last slice the mask m of a new proof; answers [m(τ)]_1.</summary>
    Task<G1> MaskAsync(Guid order, Fr[] mask, CancellationToken cancellationToken);

    /// <summary>Computes the range of c with the coefficients z_i.</summary>
    Task<Combination> CombineAsync(Guid order, UInt128[] coefficients, CancellationToken cancellationToken);

    /// <summary>Fetches this slice's blocks from all other workers; null when all came as they were announced.</summary>
    /// <param name="order">The hand-out of slices.</param>
    /// <param name="exchange">Which exchange.</param>
    /// <param name="peers">The workers by slice.</param>
    /// <param name="digests">What each of them has announced of its block for this slice; of its own, nothing.</param>
    /// <param name="cancellationToken">Stops fetching.</param>
    Task<PullFailure?> PullAsync(
        Guid order, Exchange exchange, IReadOnlyList<IBlockHolder> peers, byte[][] digests, CancellationToken cancellationToken);

    /// <summary>Transforms what the last exchange brought; the digests of the blocks for the next one, nothing for its own.</summary>
    /// <param name="order">The hand-out of slices.</param>
    /// <param name="brought">Which exchange that was: any but the last.</param>
    /// <param name="cancellationToken">Stops the computation.</param>
    Task<byte[][]> TransformAsync(Guid order, Exchange brought, CancellationToken cancellationToken);

    /// <summary>The slice's part of C_g.</summary>
    /// <param name="order">The hand-out of slices.</param>
    /// <param name="overlap">The lags from M/2 up, which the transform has added to those below.</param>
    /// <param name="cancellationToken">Stops the computation.</param>
    Task<G1> CommitAutocorrelationAsync(Guid order, Fr[] overlap, CancellationToken cancellationToken);

    /// <summary>The slice's parts of the values at x and 1/x.</summary>
    Task<Evaluations> EvaluateAsync(Guid order, Fr point, CancellationToken cancellationToken);

    /// <summary>Computes f = c + γ·g and the state below the range if that above it is zero.</summary>
    /// <param name="order">The hand-out of slices.</param>
    /// <param name="gamma">γ.</param>
    /// <param name="y">x + 1/x.</param>
    /// <param name="cancellationToken">Stops the computation.</param>
    Task<DivisionState> DivideAsync(Guid order, Fr gamma, Fr y, CancellationToken cancellationToken);

    /// <summary>The slice's part of W.</summary>
    /// <param name="order">The hand-out of slices.</param>
    /// <param name="y">x + 1/x.</param>
    /// <param name="above">The true state above the range.</param>
    /// <param name="cancellationToken">Stops the computation.</param>
    Task<G1> CommitOpeningAsync(Guid order, Fr y, DivisionState above, CancellationToken cancellationToken);

    /// <summary>Forgets the mask and all that was computed with it; keeps the slice.</summary>
    Task ReleaseAsync(Guid order, CancellationToken cancellationToken);
}
