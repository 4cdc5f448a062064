namespace Marketplace.Fleet.Silos;

/// <summary>Hears what a silo cannot go on after, mostly that the others have declared it dead; Orleans would abort the process.</summary>
internal sealed class FatalErrors : IFatalErrorHandler
{
    private readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with the first fatal error, in words.</summary>
    public Task<string> First => _first.Task;

    public bool IsUnexpected(Exception exception) => true;

    public void OnFatalException(object? sender, string? context, Exception? exception) =>
        _first.TrySetResult(string.Join(' ', new[] { context, exception?.Message }.Where(text => !string.IsNullOrEmpty(text))));
}
