using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.FleetHost;

/// <summary>Says how resources fare, and keeps what they write: <c>NAME.log</c> in a folder.</summary>
internal sealed class ResourceWatch : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<IResource, string> _states = [];
    private readonly Dictionary<string, Task> _logs = [];
    private readonly Task _watching;
    private readonly ResourceNotificationService _notifications;

    /// <param name="services">The application's.</param>
    /// <param name="resources">Which ones.</param>
    /// <param name="folder">Of the logs.</param>
    /// <param name="say">Told what became of a resource.</param>
    public ResourceWatch(IServiceProvider services, IReadOnlyList<IResource> resources, string folder, Action<string> say)
    {
        _notifications = services.GetRequiredService<ResourceNotificationService>();
        _watching = WatchAsync(services.GetRequiredService<ResourceLoggerService>(), [.. resources], folder, say, _stop.Token);
    }

    /// <summary>Waits until Aspire's dashboard runs.</summary>
    public Task DashboardAsync(CancellationToken cancellationToken) =>
        _notifications.WaitForResourceAsync("aspire-dashboard", KnownResourceStates.Running, cancellationToken);

    public bool IsRunning(IResource resource) => _states.GetValueOrDefault(resource) == KnownResourceStates.Running;

    /// <summary>Waits until a resource that runs does so no more.</summary>
    public Task EndedAsync(IResource resource) => _notifications.WaitForResourceAsync(resource.Name, KnownResourceStates.TerminalStates);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_logs.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task WatchAsync(
        ResourceLoggerService logs, HashSet<IResource> watched, string folder, Action<string> say, CancellationToken cancellationToken)
    {
        await foreach (ResourceEvent change in _notifications.WatchAsync(cancellationToken))
        {
            if (!watched.Contains(change.Resource))
                continue;
            // A process has an id of its own besides the resource's name, and logs under it.
            if (!_logs.ContainsKey(change.ResourceId))
            {
                string file = Path.Combine(folder, $"{change.Resource.Name}.log");
                _logs[change.ResourceId] = KeepLogAsync(logs, change.ResourceId, file, cancellationToken);
            }

            Say(change, say);
        }
    }

    /// <summary>Says what has become of a resource; what it will become by itself is nothing to say.</summary>
    private void Say(ResourceEvent change, Action<string> say)
    {
        string state = change.Snapshot.State?.Text ?? "";
        if (state != KnownResourceStates.Running && !KnownResourceStates.TerminalStates.Contains(state))
            return;
        string line = change.Snapshot.ExitCode is { } code ? $"{state}, exit code {code}" : state;
        if (_states.GetValueOrDefault(change.Resource) == line)
            return;
        _states[change.Resource] = line;
        say($"{change.Resource.Name}: {line}");
    }

    private static async Task KeepLogAsync(ResourceLoggerService logs, string resource, string path, CancellationToken cancellationToken)
    {
        // A process that is started again goes on in the same file.
        await using var file = new StreamWriter(
            path, new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite })
        {
            AutoFlush = true,
        };
        await foreach (IReadOnlyList<LogLine> lines in logs.WatchAsync(resource).WithCancellation(cancellationToken))
        {
            foreach (LogLine line in lines)
                await file.WriteLineAsync(line.Content);
        }
    }
}
