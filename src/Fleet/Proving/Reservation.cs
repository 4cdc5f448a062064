using System.Diagnostics;
using Marketplace.Proofs.Split;
using Marketplace.Telemetry;

namespace Marketplace.Fleet.Proving;

/// <summary>A proof's hold of a machine, and all that the machine has of that proof.</summary>
internal sealed class Reservation : ISliceSource
{
    /// <summary>How long a machine stays with a proof of which nothing is heard: whoever led it is gone.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private long _heard = Stopwatch.GetTimestamp();
    private TimedWork? _work;
    private ReceivedSlice? _slice;

    public Reservation(Guid id)
    {
        Id = id;
        Worker = new ProofWorker(this);
    }

    public Guid Id { get; }

    public ProofWorker Worker { get; }

    /// <summary>What is begun now.</summary>
    /// <exception cref="InvalidOperationException">Nothing is.</exception>
    public ReceivedSlice Slice => _slice ?? throw new InvalidOperationException("no slice was begun");

    public bool IsForgotten => Stopwatch.GetElapsedTime(_heard) > Limit;

    public void Hear() => _heard = Stopwatch.GetTimestamp();

    /// <summary>Begins a slice.</summary>
    public void Begin(ReceivedSlice slice)
    {
        _work?.Dispose();
        _work = MarketTelemetry.Slice(slice.Task.Slices);
        _slice = slice;
    }

    /// <summary>Says that the slice's part is done.</summary>
    public void Succeed()
    {
        _work?.Succeed();
        _work?.Dispose();
        _work = null;
    }

    /// <summary>Does a step of the worker's, which ends with the reservation.</summary>
    public async Task<T> DoAsync<T>(Func<ProofWorker, CancellationToken, Task<T>> step, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);
        return await step(Worker, either.Token);
    }

    /// <summary>Ends what is under way, and forgets everything.</summary>
    public void End()
    {
        _stop.Cancel();
        _work?.Dispose();
        _work = null;
        // It waits for the step that is under way.
        _ = Task.Run(Worker.Dispose);
    }

    Task<Slice> ISliceSource.ReadAsync(Slicing slicing, int index, CancellationToken cancellationToken) =>
        Task.Run(() => Slice.Read(cancellationToken), cancellationToken);
}
