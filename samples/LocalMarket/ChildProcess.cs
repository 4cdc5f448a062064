using System.Diagnostics;

namespace Marketplace.LocalMarket;

/// <summary>One process of a local market and its log.</summary>
public sealed class ChildProcess
{
    private readonly Process _process;
    private readonly StreamWriter _log;
    private readonly Queue<string> _lastLines = [];
    private readonly Task _copying;

    internal ChildProcess(string name, ProcessStartInfo start, string logPath)
    {
        Name = name;
        _log = new StreamWriter(logPath, append: true) { AutoFlush = true };
        _process = Process.Start(start) ?? throw new LocalMarketException($"could not start {name}: '{start.FileName}' did not start");
        _copying = Task.WhenAll(CopyAsync(_process.StandardOutput), CopyAsync(_process.StandardError));
    }

    public string Name { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>The last line that the process wrote.</summary>
    public string LastLine
    {
        get
        {
            lock (_lastLines)
                return _lastLines.LastOrDefault() ?? "";
        }
    }

    public void ThrowIfFailed()
    {
        if (_process.HasExited && _process.ExitCode != 0)
            throw new LocalMarketException($"{Name} ended with exit code {_process.ExitCode}; its last words:\n{LastWords()}");
    }

    /// <summary>Waits until the process has ended well.</summary>
    /// <exception cref="LocalMarketException">It ended with an error.</exception>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        await _copying;
        ThrowIfFailed();
    }

    /// <summary>Closes the pipe, which tells the process to end.</summary>
    internal void RequestEnd()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The process has gone already, and the pipe with it.
        }
    }

    /// <summary>Waits for the end, and forces it once <paramref name="cancellationToken"/> is reached.</summary>
    internal async Task EndAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }
        await _copying;
        await _log.DisposeAsync();
        _process.Dispose();
    }

    private string LastWords()
    {
        lock (_lastLines)
            return string.Join('\n', _lastLines.Select(line => $"  {line}"));
    }

    private async Task CopyAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (_lastLines)
            {
                _log.WriteLine(line);
                _lastLines.Enqueue(line);
                if (_lastLines.Count > 12)
                    _lastLines.Dequeue();
            }
        }
    }
}
