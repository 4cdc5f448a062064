namespace Marketplace.Web.Verification;

/// <summary>Lets little heavy work run at once. The rest waits in the order in which it came, and is told how many are ahead.</summary>
/// <param name="atOnce">How many may run.</param>
public sealed class WaitingLine(int atOnce)
{
    private const int MaxWaiting = 50;

    private readonly Lock _gate = new();
    private readonly List<Place> _waiting = [];
    private int _running;

    /// <summary>Waits for a turn.</summary>
    /// <param name="ahead">Called with the number of those who are ahead, whenever it changes, on any thread.</param>
    /// <returns>The turn, which ends when it is disposed.</returns>
    /// <exception cref="WaitingLineFullException">Too many are waiting.</exception>
    public async Task<IDisposable> EnterAsync(Action<int> ahead, CancellationToken cancellationToken)
    {
        Place place;
        lock (_gate)
        {
            if (_running < atOnce && _waiting.Count == 0)
            {
                _running++;
                return new Turn(this);
            }
            if (_waiting.Count >= MaxWaiting)
                throw new WaitingLineFullException($"{MaxWaiting} others are waiting for their turn already; try again in a few minutes");
            _waiting.Add(place = new Place(ahead));
        }
        TellPlaces();
        using CancellationTokenRegistration leaving = cancellationToken.Register(() => Leave(place, cancellationToken));
        return await place.Called.Task;
    }

    private void Leave(Place place, CancellationToken cancellationToken)
    {
        bool left;
        lock (_gate)
            left = _waiting.Remove(place);
        if (!left)
            return;
        place.Called.SetCanceled(cancellationToken);
        TellPlaces();
    }

    private void CallNext()
    {
        Place? next = null;
        lock (_gate)
        {
            if (_waiting.Count == 0)
            {
                _running--;
            }
            else
            {
                next = _waiting[0];
                _waiting.RemoveAt(0);
            }
        }
        next?.Called.SetResult(new Turn(this));
        TellPlaces();
    }

    private void TellPlaces()
    {
        Place[] places;
        lock (_gate)
            places = [.. _waiting];
        for (int k = 0; k < places.Length; k++)
            places[k].Ahead(k + 1);
    }

    private sealed record Place(Action<int> Ahead)
    {
        public TaskCompletionSource<IDisposable> Called { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Turn(WaitingLine line) : IDisposable
    {
        private int _isOver;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isOver, 1) == 0)
                line.CallNext();
        }
    }
}

/// <summary>Too many are waiting; the message says so to people.</summary>
public sealed class WaitingLineFullException(string message) : Exception(message);
