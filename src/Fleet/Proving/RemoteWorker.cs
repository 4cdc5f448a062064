using Marketplace.Algebra.Curves;
using Marketplace.Fleet.Silos;
using Marketplace.Proofs.Gram;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Proofs.Split;

namespace Marketplace.Fleet.Proving;

/// <summary>A worker on another machine, which is given the rows of its slice when it is told to hold it.</summary>
/// <param name="machine">Which machine, reserved for the proof.</param>
/// <param name="srs">The reference string.</param>
/// <param name="rows">The rows; blinders stay here.</param>
internal sealed class RemoteWorker(ReservedMachine machine, SrsParameters srs, GramWitness rows) : IProofWorker
{
    /// <summary>How many pieces of rows are on their way at once.</summary>
    private const int Ahead = 4;

    public async Task HoldAsync(SliceOrder order, CancellationToken cancellationToken)
    {
        var task = new SliceTask(
            order.Id, order.Dimension, order.Count, order.Index, rows.Updates.Count, rows.PublicRows.Count, srs.Id,
            srs.Length - Srs.ReservedCoordinates);
        (int start, int length) = task.Check().Entries(order.Index).GetOffsetAndLength(order.Dimension);
        var pieces = new SliceRows([rows.Reference, .. rows.Updates], rows.PublicRows, start, length);
        await CallAsync((grain, _) => grain.BeginAsync(machine.Reservation, task), cancellationToken);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, pieces.Pieces),
            new ParallelOptions { MaxDegreeOfParallelism = Ahead, CancellationToken = cancellationToken },
            async (piece, stop) => await CallAsync((grain, _) => grain.TakeAsync(order.Id, piece, new WirePiece(pieces.Read(piece))), stop));
        await CallAsync((grain, stop) => grain.HoldAsync(order.Id, stop), cancellationToken);
    }

    public async Task<G1[]> CommitAsync(Guid order, CancellationToken cancellationToken) =>
        WireForm.ToPoints(await CallAsync((grain, stop) => grain.CommitAsync(order, stop), cancellationToken));

    public Task<Int128[]> MultiplyAsync(Guid order, CancellationToken cancellationToken) =>
        CallAsync((grain, stop) => grain.MultiplyAsync(order, stop), cancellationToken);

    public async Task<G1> MaskAsync(Guid order, Fr[] mask, CancellationToken cancellationToken) =>
        WireForm.ToPoint(await CallAsync((grain, stop) => grain.MaskAsync(order, WireForm.ToBytes(mask), stop), cancellationToken));

    public async Task<Combination> CombineAsync(Guid order, UInt128[] coefficients, CancellationToken cancellationToken)
    {
        WireCombination answer = await CallAsync((grain, stop) => grain.CombineAsync(order, coefficients, stop), cancellationToken);
        return new Combination(WireForm.ToElements(answer.Head), answer.Digests);
    }

    public async Task<PullFailure?> PullAsync(
        Guid order, Exchange exchange, IReadOnlyList<IBlockHolder> peers, byte[][] digests, CancellationToken cancellationToken)
    {
        string[] keys = [.. peers.Cast<RemoteWorker>().Select(peer => peer.Key)];
        WireFailure? failure = await CallAsync((grain, stop) => grain.PullAsync(order, exchange, keys, digests, stop), cancellationToken);
        return failure is null ? null : new PullFailure(failure.Sender, failure.Reason);
    }

    public async Task<byte[]> ReadAsync(Guid order, Exchange exchange, int reader, int piece, CancellationToken cancellationToken) =>
        (await CallAsync((grain, stop) => grain.ReadAsync(order, exchange, reader, piece, stop), cancellationToken)).Bytes;

    public Task<byte[][]> TransformAsync(Guid order, Exchange brought, CancellationToken cancellationToken) =>
        CallAsync((grain, stop) => grain.TransformAsync(order, brought, stop), cancellationToken);

    public async Task<G1> CommitAutocorrelationAsync(Guid order, Fr[] overlap, CancellationToken cancellationToken) => WireForm.ToPoint(
        await CallAsync((grain, stop) => grain.CommitAutocorrelationAsync(order, WireForm.ToBytes(overlap), stop), cancellationToken));

    public async Task<Evaluations> EvaluateAsync(Guid order, Fr point, CancellationToken cancellationToken)
    {
        byte[] answer = await CallAsync((grain, stop) => grain.EvaluateAsync(order, WireForm.ToBytes([point]), stop), cancellationToken);
        Fr[] values = WireForm.ToElements(answer, 4);
        return new Evaluations(values[0], values[1], values[2], values[3]);
    }

    public async Task<DivisionState> DivideAsync(Guid order, Fr gamma, Fr y, CancellationToken cancellationToken)
    {
        byte[] answer = await CallAsync(
            (grain, stop) => grain.DivideAsync(order, WireForm.ToBytes([gamma]), WireForm.ToBytes([y]), stop), cancellationToken);
        Fr[] state = WireForm.ToElements(answer, 2);
        return new DivisionState(state[0], state[1]);
    }

    public async Task<G1> CommitOpeningAsync(Guid order, Fr y, DivisionState above, CancellationToken cancellationToken) =>
        WireForm.ToPoint(await CallAsync(
            (grain, stop) => grain.CommitOpeningAsync(order, WireForm.ToBytes([y]), WireForm.ToBytes([above.Next, above.AfterNext]), stop),
            cancellationToken));

    public Task ReleaseAsync(Guid order, CancellationToken cancellationToken) =>
        CallAsync((grain, stop) => grain.ReleaseAsync(order, stop), cancellationToken);

    private string Key => machine.Grain.GetPrimaryKeyString();

    private Task CallAsync(Func<IProofWorkerGrain, CancellationToken, Task> call, CancellationToken cancellationToken) => CallAsync(
        async (grain, stop) =>
        {
            await call(grain, stop);
            return true;
        },
        cancellationToken);

    /// <summary>Calls the machine for as long as it is heard of.</summary>
    private async Task<T> CallAsync<T>(Func<IProofWorkerGrain, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, machine.Lost);
        try
        {
            return await call(machine.Grain, either.Token).WaitAsync(either.Token);
        }
        catch (Exception e) when (machine.Lost.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new IOException("it is not heard of any more", e);
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            throw new IOException(Trouble.Describe(e), e);
        }
    }
}
