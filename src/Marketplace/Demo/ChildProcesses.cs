using System.Diagnostics;

namespace Marketplace.Demo;

/// <summary>The processes that a demo starts. None outlives it: their standard input is a pipe from this process, and they end with it.</summary>
internal sealed class ChildProcesses(string logFolder) : IAsyncDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly List<Child> children = [];

    /// <summary>Starts a process whose output goes to <c>NAME.log</c> in the log folder.</summary>
    /// <param name="environment">Variables on top of this process's own; keys travel here, never as arguments.</param>
    public Child Start(
        string name, string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? workingDirectory = null)
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
        var child = new Child(name, start, Path.Combine(logFolder, $"{name}.log"));
        lock (children)
            children.Add(child);
        return child;
    }

    /// <summary>Fails as soon as a process that should run to the market's end has ended with an error.</summary>
    /// <exception cref="DemoException">One has; the message holds the end of its output.</exception>
    public void ThrowIfAnyFailed()
    {
        lock (children)
            foreach (Child child in children)
                child.ThrowIfFailed();
    }

    public async ValueTask DisposeAsync()
    {
        Child[] all;
        lock (children)
        {
            all = [.. Enumerable.Reverse(children)];
            children.Clear();
        }
        foreach (Child child in all)
            child.RequestEnd();
        using var limit = new CancellationTokenSource(Grace);
        foreach (Child child in all)
            await child.EndAsync(limit.Token);
    }
}

/// <summary>One process of the demo and its log.</summary>
internal sealed class Child
{
    private readonly Process process;
    private readonly StreamWriter log;
    private readonly Queue<string> lastLines = [];
    private readonly Task copying;

    public Child(string name, ProcessStartInfo start, string logPath)
    {
        Name = name;
        log = new StreamWriter(logPath, append: true) { AutoFlush = true };
        process = Process.Start(start) ?? throw new DemoException($"could not start {name}: '{start.FileName}' did not start");
        copying = Task.WhenAll(CopyAsync(process.StandardOutput), CopyAsync(process.StandardError));
    }

    public string Name { get; }

    public bool HasExited => process.HasExited;

    /// <summary>The last line that the process wrote.</summary>
    public string LastLine
    {
        get
        {
            lock (lastLines)
                return lastLines.LastOrDefault() ?? "";
        }
    }

    public void ThrowIfFailed()
    {
        if (process.HasExited && process.ExitCode != 0)
            throw new DemoException($"{Name} ended with exit code {process.ExitCode}; its last words:\n{LastWords()}");
    }

    /// <summary>Waits until the process has ended well.</summary>
    /// <exception cref="DemoException">It ended with an error.</exception>
    public async Task WaitAsync(CancellationToken cancellation)
    {
        await process.WaitForExitAsync(cancellation);
        await copying;
        ThrowIfFailed();
    }

    /// <summary>Closes the pipe, which tells the process to end.</summary>
    public void RequestEnd()
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The process has gone already, and the pipe with it.
        }
    }

    /// <summary>Waits for the end, and forces it once <paramref name="limit"/> is reached.</summary>
    public async Task EndAsync(CancellationToken limit)
    {
        try
        {
            await process.WaitForExitAsync(limit);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
        await copying;
        await log.DisposeAsync();
        process.Dispose();
    }

    private string LastWords()
    {
        lock (lastLines)
            return string.Join('\n', lastLines.Select(line => $"  {line}"));
    }

    private async Task CopyAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (lastLines)
            {
                log.WriteLine(line);
                lastLines.Enqueue(line);
                if (lastLines.Count > 12)
                    lastLines.Dequeue();
            }
        }
    }
}
