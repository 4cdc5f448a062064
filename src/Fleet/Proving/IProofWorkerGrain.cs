using Marketplace.Proofs.Split;
using Orleans.Concurrency;

namespace Marketplace.Fleet.Proving;

/// <summary>
/// One machine's worker, which works for one proof at a time; its key is the machine, see <see cref="OwnMachinePlacement"/>. The steps are
/// those of <see cref="IProofWorker"/>, with points and elements in <see cref="WireForm"/>. No message is much larger than 1 MB.
/// </summary>
[Alias("Marketplace.Fleet.ProofWorker")]
internal interface IProofWorkerGrain : IGrainWithStringKey
{
    /// <summary>Most time for a step: liveness is asked for by <see cref="RenewAsync"/>.</summary>
    const string StepLimit = "02:00:00";

    /// <summary>Takes the machine for a proof, unless another one has it.</summary>
    [Alias("TryReserve"), AlwaysInterleave]
    Task<bool> TryReserveAsync(Guid reservation);

    /// <summary>Keeps the machine; false when it is not the reservation's any more.</summary>
    [Alias("Renew"), AlwaysInterleave]
    Task<bool> RenewAsync(Guid reservation);

    /// <summary>Lets go of the machine, which forgets all that it was given.</summary>
    [Alias("Free"), AlwaysInterleave]
    Task FreeAsync(Guid reservation);

    /// <summary>Begins a slice; its rows follow.</summary>
    [Alias("Begin")]
    Task BeginAsync(Guid reservation, SliceTask task);

    /// <summary>Takes a piece of the slice's rows, in any order.</summary>
    [Alias("Take")]
    Task TakeAsync(Guid order, int piece, WirePiece rows);

    [Alias("Hold"), ResponseTimeout(StepLimit)]
    Task HoldAsync(Guid order, CancellationToken cancellationToken);

    [Alias("Commit"), ResponseTimeout(StepLimit)]
    Task<byte[]> CommitAsync(Guid order, CancellationToken cancellationToken);

    [Alias("Multiply"), ResponseTimeout(StepLimit)]
    Task<Int128[]> MultiplyAsync(Guid order, CancellationToken cancellationToken);

    [Alias("Mask"), ResponseTimeout(StepLimit)]
    Task<byte[]> MaskAsync(Guid order, byte[] mask, CancellationToken cancellationToken);

    [Alias("Combine"), ResponseTimeout(StepLimit)]
    Task<WireCombination> CombineAsync(Guid order, UInt128[] coefficients, CancellationToken cancellationToken);

    /// <param name="order">The hand-out of slices.</param>
    /// <param name="exchange">Which exchange.</param>
    /// <param name="peers">The keys of the workers by slice.</param>
    /// <param name="digests">What each of them has announced.</param>
    /// <param name="cancellationToken">Stops fetching.</param>
    [Alias("Pull"), ResponseTimeout(StepLimit)]
    Task<WireFailure?> PullAsync(Guid order, Exchange exchange, string[] peers, byte[][] digests, CancellationToken cancellationToken);

    /// <summary>Other workers call this while this one waits for them.</summary>
    [Alias("Read"), AlwaysInterleave]
    Task<WirePiece> ReadAsync(Guid order, Exchange exchange, int reader, int piece, CancellationToken cancellationToken);

    [Alias("Transform"), ResponseTimeout(StepLimit)]
    Task<byte[][]> TransformAsync(Guid order, Exchange brought, CancellationToken cancellationToken);

    [Alias("CommitAutocorrelation"), ResponseTimeout(StepLimit)]
    Task<byte[]> CommitAutocorrelationAsync(Guid order, byte[] overlap, CancellationToken cancellationToken);

    /// <returns>The four values in their order in <see cref="Evaluations"/>.</returns>
    [Alias("Evaluate"), ResponseTimeout(StepLimit)]
    Task<byte[]> EvaluateAsync(Guid order, byte[] point, CancellationToken cancellationToken);

    /// <returns>The two of a <see cref="DivisionState"/>.</returns>
    [Alias("Divide"), ResponseTimeout(StepLimit)]
    Task<byte[]> DivideAsync(Guid order, byte[] gamma, byte[] y, CancellationToken cancellationToken);

    [Alias("CommitOpening"), ResponseTimeout(StepLimit)]
    Task<byte[]> CommitOpeningAsync(Guid order, byte[] y, byte[] above, CancellationToken cancellationToken);

    [Alias("Release")]
    Task ReleaseAsync(Guid order, CancellationToken cancellationToken);
}

/// <summary>Bytes that nobody changes any more, and nobody copies therefore.</summary>
[GenerateSerializer, Immutable, Alias("Marketplace.Fleet.Piece")]
internal readonly record struct WirePiece([property: Id(0)] byte[] Bytes);

/// <summary>A <see cref="Combination"/>.</summary>
[GenerateSerializer, Immutable, Alias("Marketplace.Fleet.Combination")]
internal sealed record WireCombination([property: Id(0)] byte[] Head, [property: Id(1)] byte[][] Digests);

/// <summary>A <see cref="PullFailure"/>.</summary>
[GenerateSerializer, Immutable, Alias("Marketplace.Fleet.PullFailure")]
internal sealed record WireFailure([property: Id(0)] int Sender, [property: Id(1)] string Reason);
