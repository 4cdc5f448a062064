using System.Diagnostics;

namespace Marketplace.Testing;

/// <summary>Waits for what comes about by itself.</summary>
public static class Polling
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Looks until something holds.</summary>
    /// <param name="holds">Throws when waiting is in vain.</param>
    /// <param name="limit">How long to wait.</param>
    /// <param name="describe">What is said when it came to nothing.</param>
    /// <exception cref="TimeoutException">It does not hold within the limit.</exception>
    public static async Task WaitUntilAsync(
        Func<Task<bool>> holds, TimeSpan limit, Func<string> describe, CancellationToken cancellationToken = default)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await holds())
        {
            if (Stopwatch.GetElapsedTime(start) > limit)
                throw new TimeoutException($"not within {limit}: {describe()}");
            await Task.Delay(Pause, cancellationToken);
        }
    }

    /// <inheritdoc cref="WaitUntilAsync(Func{Task{bool}}, TimeSpan, Func{string}, CancellationToken)"/>
    public static Task WaitUntilAsync(Func<bool> holds, TimeSpan limit, Func<string> describe, CancellationToken cancellationToken = default) =>
        WaitUntilAsync(() => Task.FromResult(holds()), limit, describe, cancellationToken);
}
