using Marketplace.Algebra.Curves;
using Marketplace.Proofs.Split;

namespace Marketplace.Benchmarks.Proofs;

/// <summary>Processor-seconds of workers by phase.</summary>
internal sealed class PhaseClock
{
    private readonly Dictionary<ProofPhase, double[]> _seconds = [];

    /// <summary>Workers take turns, so that what the process uses meanwhile is theirs.</summary>
    public SemaphoreSlim Turn { get; } = new(1);

    /// <summary>Bytes that crossed from one worker to another.</summary>
    public long Exchanged { get; set; }

    /// <summary>By phase and worker.</summary>
    public IReadOnlyDictionary<ProofPhase, double[]> Seconds => _seconds;

    public static double Now() => Environment.CpuUsage.TotalTime.TotalSeconds;

    public void Add(ProofPhase phase, int worker, int workers, double seconds)
    {
        if (!_seconds.TryGetValue(phase, out double[]? all)) _seconds[phase] = all = new double[workers];
        all[worker] += seconds;
    }
}

/// <summary>A worker that computes while no other does, and is timed.</summary>
internal sealed class TurnTaker(IProofWorker inner, int index, int workers, PhaseClock clock) : IProofWorker
{
    public async Task HoldAsync(SliceOrder order, CancellationToken cancellationToken) => await inner.HoldAsync(order, cancellationToken);

    public Task<G1[]> CommitAsync(Guid order, CancellationToken cancellationToken) =>
        TimedAsync(ProofPhase.Commitments, () => inner.CommitAsync(order, cancellationToken));

    public Task<Int128[]> MultiplyAsync(Guid order, CancellationToken cancellationToken) =>
        TimedAsync(ProofPhase.InnerProducts, () => inner.MultiplyAsync(order, cancellationToken));

    public Task<G1> MaskAsync(Guid order, Fr[] mask, CancellationToken cancellationToken) =>
        TimedAsync(ProofPhase.Mask, () => inner.MaskAsync(order, mask, cancellationToken));

    public Task<Combination> CombineAsync(Guid order, UInt128[] coefficients, CancellationToken cancellationToken) =>
        TimedAsync(ProofPhase.Combination, () => inner.CombineAsync(order, coefficients, cancellationToken));

    public Task<PullFailure?> PullAsync(
        Guid order, Exchange exchange, IReadOnlyList<IBlockHolder> peers, byte[][] digests, CancellationToken cancellationToken) =>
        TimedAsync(ProofPhase.Exchange, () => inner.PullAsync(order, exchange, peers, digests, cancellationToken));

    public async Task<byte[]> ReadAsync(Guid order, Exchange exchange, int reader, int piece, CancellationToken cancellationToken)
    {
        byte[] bytes = await inner.ReadAsync(order, exchange, reader, piece, cancellationToken);
        clock.Exchanged += bytes.Length;
        return bytes;
    }

    public Task<byte[][]> TransformAsync(Guid order, Exchange brought, CancellationToken cancellationToken)
    {
        ProofPhase phase = brought switch
        {
            Exchange.RangesToColumns => ProofPhase.Columns,
            Exchange.ColumnsToRows => ProofPhase.Rows,
            _ => ProofPhase.ColumnsBack,
        };
        return TimedAsync(phase, () => inner.TransformAsync(order, brought, cancellationToken));
    }

    public Task<G1> CommitAutocorrelationAsync(Guid order, Fr[] overlap, CancellationToken cancellationToken) =>
        TimedAsync(ProofPhase.Autocorrelation, () => inner.CommitAutocorrelationAsync(order, overlap, cancellationToken));

    public Task<Evaluations> EvaluateAsync(Guid order, Fr point, CancellationToken cancellationToken) =>
        TimedAsync(ProofPhase.Evaluation, () => inner.EvaluateAsync(order, point, cancellationToken));

    public Task<DivisionState> DivideAsync(Guid order, Fr gamma, Fr y, CancellationToken cancellationToken) =>
        TimedAsync(ProofPhase.Division, () => inner.DivideAsync(order, gamma, y, cancellationToken));

    public Task<G1> CommitOpeningAsync(Guid order, Fr y, DivisionState above, CancellationToken cancellationToken) =>
        TimedAsync(ProofPhase.Opening, () => inner.CommitOpeningAsync(order, y, above, cancellationToken));

    public Task ReleaseAsync(Guid order, CancellationToken cancellationToken) => inner.ReleaseAsync(order, cancellationToken);

    private async Task<T> TimedAsync<T>(ProofPhase phase, Func<Task<T>> call)
    {
        await clock.Turn.WaitAsync();
        try
        {
            double start = PhaseClock.Now();
            T answer = await call();
            clock.Add(phase, index, workers, PhaseClock.Now() - start);
            return answer;
        }
        finally
        {
            clock.Turn.Release();
        }
    }
}
