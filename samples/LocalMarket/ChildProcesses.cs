using System.Diagnostics;

namespace Marketplace.LocalMarket;

/// <summary>The processes of a local market. None outlives it: their standard input is a pipe from this process, and they end with it.</summary>
public sealed class ChildProcesses(string logFolder) : IAsyncDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly List<ChildProcess> _children = [];

    /// <summary>Starts a process whose output goes to <c>NAME.log</c> in the log folder.</summary>
    /// <param name="environment">Variables on top of this process's own; keys travel here, never as arguments.</param>
    public ChildProcess Start(
        string name,
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        string? workingDirectory = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? "",
        };
        foreach ((string variable, string value) in environment ?? new Dictionary<string, string>())
            start.Environment[variable] = value;
        var child = new ChildProcess(name, start, Path.Combine(logFolder, $"{name}.log"));
        lock (_children)
            _children.Add(child);
        return child;
    }

    /// <summary>Fails as soon as a process that should run to the market's end has ended with an error.</summary>
    /// <exception cref="LocalMarketException">One has; the message holds the end of its output.</exception>
    public void ThrowIfAnyFailed()
    {
        lock (_children)
        {
            foreach (ChildProcess child in _children)
                child.ThrowIfFailed();
        }
    }

    /// <summary>Ends processes, if they have not ended by themselves, and forgets them.</summary>
    public async Task EndAsync(params IEnumerable<ChildProcess> ended)
    {
        ChildProcess[] all = [.. ended];
        lock (_children)
            _children.RemoveAll(all.Contains);
        foreach (ChildProcess child in all)
            child.RequestEnd();
        using var limit = new CancellationTokenSource(Grace);
        foreach (ChildProcess child in all)
            await child.EndAsync(limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        ChildProcess[] all;
        lock (_children)
            all = [.. Enumerable.Reverse(_children)];
        await EndAsync(all);
    }
}
