namespace Marketplace.ReadModel;

/// <summary>Work in several places that ends only when it is cancelled or fails.</summary>
internal static class Endless
{
    /// <summary>Does all of it at once. When one part fails, the others do not go on alone.</summary>
    public static async Task RunAsync(IEnumerable<Func<CancellationToken, Task>> parts, CancellationToken cancellationToken)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] tasks = [.. parts.Select(part => part(either.Token))];
        Task first = await Task.WhenAny(tasks);
        await either.CancelAsync();
        await Task.WhenAll(tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first;
    }
}
