using System.Buffers.Binary;
using System.Numerics;
using Marketplace.Algebra.Curves;
using Marketplace.Proofs.Gram;

namespace Marketplace.Proofs.Split;

/// <summary>Slices handed out to workers, who are asked all at once, and what they answered.</summary>
internal sealed class Handout(Slicing slicing, IReadOnlyList<NamedWorker> workers)
{
    private readonly SortedDictionary<ProofPhase, byte[][]> _answers = [];

    public Guid Id { get; } = Guid.NewGuid();

    public Slicing Slicing => slicing;

    /// <summary>The workers by slice.</summary>
    public IReadOnlyList<NamedWorker> Workers => workers;

    /// <summary>The last answers of each phase by slice, as bytes.</summary>
    public IReadOnlyDictionary<ProofPhase, byte[][]> Answers => _answers;

    /// <summary>Has every worker take its slice.</summary>
    public Task HoldAsync(CancellationToken cancellationToken) => DoAsync(
        ProofPhase.Holding,
        (worker, slice, stop) => worker.HoldAsync(new SliceOrder(Id, slicing.Dimension, slicing.Count, slice), stop),
        cancellationToken);

    /// <summary>Has every worker forget the mask.</summary>
    public Task ReleaseAsync(CancellationToken cancellationToken) =>
        DoAsync(ProofPhase.Releasing, (worker, _, stop) => worker.ReleaseAsync(Id, stop), cancellationToken);

    /// <summary>The commitments to all rows.</summary>
    public async Task<G1[]> CommitAsync(IReadOnlyList<Fr> blinders, CancellationToken cancellationToken)
    {
        G1[][] parts = await AskAsync(
            ProofPhase.Commitments,
            (worker, _, stop) => worker.CommitAsync(Id, stop),
            points => points.Length == blinders.Count ? [.. points.SelectMany(point => point.ToBytes())] : null,
            cancellationToken);
        return [.. blinders.Select((blinder, row) => Sum(parts.Select(points => points[row])) + (Commitment.H * blinder))];
    }

    /// <summary>The Gram matrix. Parts that no entries in their bounds can have are refused; others are found out by the proof.</summary>
    public async Task<GramMatrix> MultiplyAsync(int updates, int publicRows, CancellationToken cancellationToken)
    {
        int rows = 1 + updates + publicRows, entries = rows * (rows + 1) / 2, narrow = (updates + 1) * (updates + 2) / 2;
        Int128 largest = (Int128)slicing.Dimension * GramMatrix.MaxUpdateEntry * GramMatrix.MaxUpdateEntry;
        Int128 largestWide = (Int128)slicing.Dimension * GramMatrix.MaxPublicEntry * GramMatrix.MaxPublicEntry;
        Int128[][] parts = await AskAsync(
            ProofPhase.InnerProducts,
            (worker, _, stop) => worker.MultiplyAsync(Id, stop),
            products => products.Length == entries && products.Select(Int128.Abs).Index().All(IsPossible)
                ? [.. products.SelectMany(Bytes)]
                : null,
            cancellationToken);
        return GramMatrix.FromLowerTriangle(
            updates,
            publicRows,
            [.. Enumerable.Range(0, entries).Select(entry => parts.Aggregate(BigInteger.Zero, (sum, part) => sum + part[entry]))]);

        bool IsPossible((int Index, Int128 Item) magnitude) => magnitude.Item <= (magnitude.Index < narrow ? largest : largestWide);

        static byte[] Bytes(Int128 value)
        {
            byte[] bytes = new byte[16];
            BinaryPrimitives.WriteInt128BigEndian(bytes, value);
            return bytes;
        }
    }

    /// <summary>Moves blocks from all to all.</summary>
    /// <param name="exchange">Which.</param>
    /// <param name="digests">What each worker announced for each.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task ExchangeAsync(Exchange exchange, IReadOnlyList<byte[][]> digests, CancellationToken cancellationToken)
    {
        IBlockHolder[] peers = [.. workers.Select(worker => worker.Worker)];
        return DoAsync(
            ProofPhase.Exchange,
            async (worker, slice, stop) =>
            {
                byte[][] announced = [.. digests.Select(sender => sender[slice])];
                if (await worker.PullAsync(Id, exchange, peers, announced, stop) is not { } failure) return;
                string reason = $"{workers[slice].Name} reads from it in {exchange}: {failure.Reason}";
                throw new WorkerFaultException(new WorkerFault(workers[failure.Sender].Name, ProofPhase.Exchange, reason));
            },
            cancellationToken);
    }

    /// <summary>Asks every worker and records the answers.</summary>
    /// <param name="phase">What for.</param>
    /// <param name="call">The call.</param>
    /// <param name="toBytes">An answer's bytes; null for one of another form than was asked for.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="WorkerFaultException">The first that failed; the others are told to stop and not waited for.</exception>
    public async Task<T[]> AskAsync<T>(
        ProofPhase phase,
        Func<IProofWorker, int, CancellationToken, Task<T>> call,
        Func<T, byte[]?> toBytes,
        CancellationToken cancellationToken)
    {
        var answers = new T[workers.Count];
        byte[][] bytes = new byte[workers.Count][];
        await DoAsync(
            phase,
            async (worker, slice, stop) =>
            {
                answers[slice] = await call(worker, slice, stop);
                bytes[slice] = toBytes(answers[slice]) ?? throw new FormatException("its answer has not the form that was asked for");
            },
            cancellationToken);
        _answers[phase] = bytes;
        return answers;
    }

    /// <summary>Σ of the workers' points.</summary>
    public static G1 Sum(IEnumerable<G1> points) => points.Aggregate((sum, point) => sum + point);

    private async Task DoAsync(
        ProofPhase phase, Func<IProofWorker, int, CancellationToken, Task> call, CancellationToken cancellationToken)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<WorkerFaultException?>[] calls = [.. workers.Select((worker, slice) => TryAsync(worker, slice))];
        try
        {
            await foreach (Task<WorkerFaultException?> done in Task.WhenEach(calls))
            {
                WorkerFaultException? fault = await done;
                cancellationToken.ThrowIfCancellationRequested();
                if (fault is not null) throw fault;
            }
        }
        finally
        {
            await stop.CancelAsync();
            _ = Task.WhenAll(calls).ContinueWith(_ => stop.Dispose(), TaskScheduler.Default);
        }

        async Task<WorkerFaultException?> TryAsync(NamedWorker worker, int slice)
        {
            try
            {
                await call(worker.Worker, slice, stop.Token).WaitAsync(stop.Token);
                return null;
            }
            catch (WorkerFaultException exception)
            {
                return exception;
            }
            catch (Exception exception)
            {
                return new WorkerFaultException(new WorkerFault(worker.Name, phase, exception.Message), exception);
            }
        }
    }
}
