namespace Marketplace.Fleet.Tests;

/// <summary>Holds a sender at one of its steps, as a machine that freezes would, until it is let go.</summary>
/// <param name="step">A checkpoint's name.</param>
/// <param name="time">Which time it comes there, from 1.</param>
internal sealed class Halt(string step, int time = 1) : IDisposable
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _release = new(0);
    private int _times;

    /// <summary>Completes when the sender is held.</summary>
    public Task Reached => _reached.Task.WaitAsync(Payments.Patience);

    public void Checkpoint(string name)
    {
        if (name != step || Interlocked.Increment(ref _times) != time) return;
        _reached.SetResult();
        if (!_release.Wait(Payments.Patience)) throw new TimeoutException($"nobody let go of the sender at {step}");
    }

    public void LetGo() => _release.Release();

    public void Dispose() => _release.Dispose();
}
