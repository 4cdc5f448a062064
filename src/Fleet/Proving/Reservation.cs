using Marketplace.Proofs.Split;
using Marketplace.Telemetry;

namespace Marketplace.Fleet.Proving;

/// <summary>A proof's hold of a machine, and all that the machine has of that proof.</summary>
internal sealed class Reservation : ISliceSource
{
    /// <summary>How long a machine stays with a proof of which nothing is heard: whoever led it is gone.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private readonly TimeProvider _time;
    private long _heard;
    private TimedWork? _work;
    private ReceivedSlice? _slice;

    public Reservation(Guid id, TimeProvider time)
    {
        (Id, _time, Worker) = (id, time, new ProofWorker(this));
        Hear();
    }

    public Guid Id { get; }

    public ProofWorker Worker { get; }

    /// <summary>What is begun now.</summary>
    /// <exception cref="InvalidOperationException">Nothing is.</exception>
    public ReceivedSlice Slice => _slice ?? throw new InvalidOperationException("no slice was begun");

    /// <summary>Whether nothing was heard of it for so long that another proof may have the machine.</summary>
    public bool IsForgotten => _time.GetElapsedTime(_heard) > Limit;

    /// <summary>Says that it still lasts.</summary>
    public void Hear() => _heard = _time.GetTimestamp();

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
