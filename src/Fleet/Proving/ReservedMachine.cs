namespace Marketplace.Fleet.Proving;

/// <summary>A machine that is reserved for a proof, until it is let go or not heard of any more.</summary>
internal sealed class ReservedMachine : IAsyncDisposable
{
    private static readonly TimeSpan Pulse = TimeSpan.FromSeconds(1);

    /// <summary>How long an answer may take. A frozen machine is given up after that, long before Orleans gives up a call.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watch;

    private ReservedMachine(SiloAddress address, IProofWorkerGrain grain, Guid reservation)
    {
        (Address, Grain, Reservation) = (address, grain, reservation);
        _watch = WatchAsync();
    }

    public SiloAddress Address { get; }

    /// <summary>For people: where it listens.</summary>
    public string Name => Address.Endpoint.ToString();

    public IProofWorkerGrain Grain { get; }

    public Guid Reservation { get; }

    /// <summary>Cancelled when the machine is not heard of any more, or is not this proof's any more.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Reserves a machine; null when it is busy, or does not answer.</summary>
    public static async Task<ReservedMachine?> TryReserveAsync(IGrainFactory grains, SiloAddress address, CancellationToken cancellationToken)
    {
        var reservation = Guid.NewGuid();
        IProofWorkerGrain grain = grains.GetGrain<IProofWorkerGrain>(address.ToParsableString());
        try
        {
            return await grain.TryReserveAsync(reservation).WaitAsync(Patience, cancellationToken)
                ? new ReservedMachine(address, grain, reservation)
                : null;
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watch;
        try
        {
            await Grain.FreeAsync(Reservation).WaitAsync(Pulse);
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            // Not heard of any more, the reservation ends by itself.
        }
        _stop.Dispose();
        _lost.Dispose();
    }

    private async Task WatchAsync()
    {
        try
        {
            while (await Grain.RenewAsync(Reservation).WaitAsync(Patience, _stop.Token))
                await Task.Delay(Pulse, _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return;
        }
        catch (Exception)
        {
            // Whatever it is, nothing can be asked of the machine any more.
        }
        await _lost.CancelAsync();
    }
}
