using Marketplace.Proofs.Split;
using Microsoft.Extensions.Logging;

namespace Marketplace.Fleet.Proving;

/// <summary>The worker of this machine. It has no key, keeps nothing, and forgets a proof when its reservation ends.</summary>
[OwnMachinePlacement, GrainType(TypeName)]
internal sealed class ProofWorkerGrain(ReferenceStrings strings, IGrainFactory grains, ILogger<ProofWorkerGrain> log) : Grain, IProofWorkerGrain
{
    /// <summary>By which the other machines see that this one proves.</summary>
    public const string TypeName = "proof-worker";

    private Reservation? _held;

    private Reservation Held => _held ?? throw new InvalidOperationException("this machine is reserved for no proof");

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        End();
        return Task.CompletedTask;
    }

    public Task<bool> TryReserveAsync(Guid reservation)
    {
        if (_held is { } other && other.Id != reservation && !other.IsForgotten)
            return Task.FromResult(false);
        if (_held?.Id != reservation)
        {
            End();
            _held = new Reservation(reservation, TimeProvider.System);
        }
        _held.Hear();
        return Task.FromResult(true);
    }

    public Task<bool> RenewAsync(Guid reservation)
    {
        if (_held?.Id != reservation)
            return Task.FromResult(false);
        _held.Hear();
        return Task.FromResult(true);
    }

    public Task FreeAsync(Guid reservation)
    {
        if (_held?.Id == reservation)
            End();
        return Task.CompletedTask;
    }

    public Task BeginAsync(Guid reservation, SliceTask task)
    {
        if (Held.Id != reservation)
            throw new InvalidOperationException("this machine is reserved for another proof");
        Held.Begin(new ReceivedSlice(task, strings));
        return Task.CompletedTask;
    }

    public Task TakeAsync(Guid order, int piece, WirePiece rows)
    {
        Slice(order).Take(piece, rows.Bytes);
        return Task.CompletedTask;
    }

    public async Task HoldAsync(Guid order, CancellationToken cancellationToken)
    {
        ReceivedSlice slice = Slice(order);
        log.LogInformation(
            "proves slice {Slice} of {Slices}: {Entries:N0} of {Dimension:N0} parameters, {Updates} updates",
            slice.Task.Slice + 1, slice.Task.Slices, slice.Entries, slice.Task.Dimension, slice.Task.Updates);
        await DoAsync((worker, stop) => DoneAsync(worker.HoldAsync(slice.Task.ToOrder(), stop)), cancellationToken);
    }

    public async Task<byte[]> CommitAsync(Guid order, CancellationToken cancellationToken) =>
        WireForm.ToBytes(await DoAsync((worker, stop) => worker.CommitAsync(order, stop), cancellationToken));

    public Task<Int128[]> MultiplyAsync(Guid order, CancellationToken cancellationToken) =>
        DoAsync((worker, stop) => worker.MultiplyAsync(order, stop), cancellationToken);

    public async Task<byte[]> MaskAsync(Guid order, byte[] mask, CancellationToken cancellationToken)
    {
        Fr[] entries = WireForm.ToElements(mask);
        return WireForm.ToBytes(await DoAsync((worker, stop) => worker.MaskAsync(order, entries, stop), cancellationToken));
    }

    public async Task<WireCombination> CombineAsync(Guid order, UInt128[] coefficients, CancellationToken cancellationToken)
    {
        Combination combination = await DoAsync((worker, stop) => worker.CombineAsync(order, coefficients, stop), cancellationToken);
        return new WireCombination(WireForm.ToBytes(combination.Head), combination.Digests);
    }

    public async Task<WireFailure?> PullAsync(
        Guid order, Exchange exchange, string[] peers, byte[][] digests, CancellationToken cancellationToken)
    {
        IBlockHolder[] holders = [.. peers.Select(peer => new RemoteBlocks(grains.GetGrain<IProofWorkerGrain>(peer)))];
        PullFailure? failure = await DoAsync(
            (worker, stop) => worker.PullAsync(order, exchange, holders, digests, stop), cancellationToken);
        return failure is null ? null : new WireFailure(failure.Sender, failure.Reason);
    }

    public async Task<WirePiece> ReadAsync(Guid order, Exchange exchange, int reader, int piece, CancellationToken cancellationToken) =>
        new(await Held.Worker.ReadAsync(order, exchange, reader, piece, cancellationToken));

    public Task<byte[][]> TransformAsync(Guid order, Exchange brought, CancellationToken cancellationToken) =>
        DoAsync((worker, stop) => worker.TransformAsync(order, brought, stop), cancellationToken);

    public async Task<byte[]> CommitAutocorrelationAsync(Guid order, byte[] overlap, CancellationToken cancellationToken)
    {
        Fr[] lags = WireForm.ToElements(overlap);
        return WireForm.ToBytes(await DoAsync((worker, stop) => worker.CommitAutocorrelationAsync(order, lags, stop), cancellationToken));
    }

    public async Task<byte[]> EvaluateAsync(Guid order, byte[] point, CancellationToken cancellationToken)
    {
        Fr x = WireForm.ToElements(point, 1)[0];
        Evaluations at = await DoAsync((worker, stop) => worker.EvaluateAsync(order, x, stop), cancellationToken);
        return WireForm.ToBytes(at.CombinationAtPoint, at.CombinationAtInverse, at.AutocorrelationAtPoint, at.AutocorrelationAtInverse);
    }

    public async Task<byte[]> DivideAsync(Guid order, byte[] gamma, byte[] y, CancellationToken cancellationToken)
    {
        (Fr batching, Fr sum) = (WireForm.ToElements(gamma, 1)[0], WireForm.ToElements(y, 1)[0]);
        DivisionState state = await DoAsync((worker, stop) => worker.DivideAsync(order, batching, sum, stop), cancellationToken);
        return WireForm.ToBytes(state.Next, state.AfterNext);
    }

    public async Task<byte[]> CommitOpeningAsync(Guid order, byte[] y, byte[] above, CancellationToken cancellationToken)
    {
        (Fr sum, Fr[] state) = (WireForm.ToElements(y, 1)[0], WireForm.ToElements(above, 2));
        return WireForm.ToBytes(await DoAsync(
            (worker, stop) => worker.CommitOpeningAsync(order, sum, new DivisionState(state[0], state[1]), stop), cancellationToken));
    }

    public async Task ReleaseAsync(Guid order, CancellationToken cancellationToken)
    {
        await DoAsync((worker, stop) => DoneAsync(worker.ReleaseAsync(order, stop)), cancellationToken);
        Held.Succeed();
        log.LogInformation("proved slice {Slice} of {Slices}", Slice(order).Task.Slice + 1, Slice(order).Task.Slices);
    }

    private Task<T> DoAsync<T>(Func<ProofWorker, CancellationToken, Task<T>> step, CancellationToken cancellationToken) =>
        Held.DoAsync(step, cancellationToken);

    private static async Task<bool> DoneAsync(Task step)
    {
        await step;
        return true;
    }

    private ReceivedSlice Slice(Guid order) => Held.Slice is { } slice && slice.Task.Order == order
        ? slice
        : throw new InvalidOperationException("this call is of a hand-out of slices that this machine has no part in any more");

    private void End()
    {
        _held?.End();
        _held = null;
    }
}
