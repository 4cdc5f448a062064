using System.Diagnostics;

namespace Marketplace.LocalMarket;

/// <summary>One process of a local market and its log.</summary>
public sealed class ChildProcess
{
    private readonly Process process;
    private readonly StreamWriter log;
    private readonly Queue<string> lastLines = [];
    private readonly Task copying;

    internal ChildProcess(string name, ProcessStartInfo start, string logPath)
    {
        Name = name;
        log = new StreamWriter(logPath, append: true) { AutoFlush = true };
        process = Process.Start(start) ?? throw new LocalMarketException($"could not start {name}: '{start.FileName}' did not start");
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
            throw new LocalMarketException($"{Name} ended with exit code {process.ExitCode}; its last words:\n{LastWords()}");
    }

    /// <summary>Waits until the process has ended well.</summary>
    /// <exception cref="LocalMarketException">It ended with an error.</exception>
    public async Task WaitAsync(CancellationToken cancellation)
    {
        await process.WaitForExitAsync(cancellation);
        await copying;
        ThrowIfFailed();
    }

    /// <summary>Closes the pipe, which tells the process to end.</summary>
    internal void RequestEnd()
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
    internal async Task EndAsync(CancellationToken limit)
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
