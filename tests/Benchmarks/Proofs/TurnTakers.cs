using Marketplace.Proofs.Split;

namespace Marketplace.Benchmarks.Proofs;

/// <summary>Workers of this process that take turns.</summary>
internal sealed class TurnTakers : IDisposable
{
    private readonly ProofWorker[] _workers;

    /// <param name="source">Where their slices come from.</param>
    /// <param name="count">How many there are.</param>
    public TurnTakers(ISliceSource source, int count)
    {
        _workers = [.. Enumerable.Range(0, count).Select(_ => new ProofWorker(source))];
        Named = [.. _workers.Select((worker, index) => new NamedWorker($"worker {index}", new TurnTaker(worker, index, count, Clock)))];
    }

    /// <summary>What each has taken.</summary>
    public PhaseClock Clock { get; } = new();

    public IReadOnlyList<NamedWorker> Named { get; }

    public void Dispose()
    {
        foreach (ProofWorker worker in _workers) worker.Dispose();
    }
}
