using System.Diagnostics;
using Marketplace.Testing.Files;

namespace Marketplace.Testing.Programs;

/// <summary>One of the market's programs as a process of its own, started as a user would start it.</summary>
public sealed class MarketProgram : IAsyncDisposable
{
    /// <summary>A demo takes 20 seconds; this is for machines that do much else.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly Task _exited;
    private readonly List<string> _output = [];
    private readonly List<(long At, string Text)> _all = [];
    private readonly List<(Func<string, bool> Matches, TaskCompletionSource<string> Seen)> _waiting = [];
    private readonly Task _reading;
    private readonly string _commandLine;

    private MarketProgram(Process process, string commandLine)
    {
        _process = process;
        _commandLine = commandLine;
        // One wait that all share: a process loses track of waiters that come at the same moment.
        _exited = process.WaitForExitAsync();
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput, isOutput: true), ReadAsync(process.StandardError, isOutput: false));
    }

    public int Id => _process.Id;

    /// <summary>Null while it runs.</summary>
    public int? ExitCode => _process.HasExited ? _process.ExitCode : null;

    /// <summary>What it has written so far to standard output and standard error, in the order in which it came.</summary>
    public string Written
    {
        get
        {
            lock (_all)
                return string.Join('\n', _all.Select(line => line.Text));
        }
    }

    /// <summary>What it has written so far, each line with when it came, by <see cref="Stopwatch.GetTimestamp"/>.</summary>
    public IReadOnlyList<(long At, string Text)> Lines
    {
        get
        {
            lock (_all)
                return [.. _all];
        }
    }

    /// <summary>Its command line and what it has written, for messages.</summary>
    public string Log => $"{_commandLine}\n{Written}";

    /// <summary>What it has written to standard output.</summary>
    public string Output
    {
        get
        {
            lock (_all)
                return string.Join('\n', _output);
        }
    }

    /// <summary>Starts a program that was built in the configuration of the caller.</summary>
    /// <param name="program"><c>Marketplace</c>, <c>Aggregator</c>, <c>Trainer</c>, <c>FleetHost</c> or <c>Web</c>.</param>
    /// <param name="arguments">The command line.</param>
    /// <param name="environment">Variables on top of this process's own.</param>
    public static MarketProgram Start(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        // A shell's background jobs ignore SIGINT, and so would what they start.
        string[] command = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT", "dotnet"] : ["dotnet"];
        ProcessStartInfo start = new(command[0], [.. command[1..], PathOf(program), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        Process process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        return new MarketProgram(process, $"{program} {string.Join(' ', arguments)}");
    }

    /// <summary>Where a program lies: tests run in <c>tests/PROJECT/bin/…</c>, programs in the same place below their own folders.</summary>
    /// <exception cref="FileNotFoundException">It is not built in the caller's configuration.</exception>
    public static string PathOf(string program)
    {
        string[] output = Path.GetRelativePath(Repository.Path("tests"), AppContext.BaseDirectory).Split(Path.DirectorySeparatorChar)[1..];
        string[] folder = program switch { "Web" => ["web"], "FleetHost" => ["samples", program], _ => ["src", program] };
        string path = Repository.Path([.. folder, .. output, program == "Marketplace" ? "Marketplace.dll" : $"Marketplace.{program}.dll"]);
        return File.Exists(path) ? path : throw new FileNotFoundException($"{program} is not built in this configuration", path);
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Log)> RunAsync(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        await using MarketProgram started = Start(program, arguments, environment);
        int code = await started.WaitAsync();
        return (code, started.Output, started.Log);
    }

    /// <summary>Waits for a line on standard output or standard error.</summary>
    /// <exception cref="InvalidOperationException">The program ended without it.</exception>
    public Task<string> WaitForLineAsync(Func<string, bool> matches)
    {
        TaskCompletionSource<string> seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_all)
        {
            if (_all.Select(line => line.Text).FirstOrDefault(matches) is { } line)
                seen.SetResult(line);
            else if (_reading.IsCompleted)
                seen.SetException(Ended());
            else
                _waiting.Add((matches, seen));
        }

        return seen.Task;
    }

    /// <summary>Waits until it ends by itself.</summary>
    /// <param name="limit">How long; null for what is enough for a few rounds of small models.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="TimeoutException">It does not end.</exception>
    public async Task<int> WaitAsync(TimeSpan? limit = null)
    {
        try
        {
            await _exited.WaitAsync(limit ?? Limit);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The program has not ended within {limit ?? Limit}:\n{Log}");
        }

        await _reading;
        return _process.ExitCode;
    }

    /// <summary>Ends the process at once, and only it, by SIGKILL.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    /// <summary>What Ctrl-C does.</summary>
    public void Interrupt() => Signal("INT");

    /// <summary>Sends a signal such as TERM.</summary>
    public void Signal(string name)
    {
        using Process kill = Process.Start("kill", [$"-{name}", $"{Id}"]);
        kill.WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _exited;
        await _reading;
        _process.Dispose();
    }

    private async Task ReadAsync(StreamReader reader, bool isOutput)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (_all)
            {
                _all.Add((Stopwatch.GetTimestamp(), line));
                if (isOutput)
                    _output.Add(line);
                foreach ((_, TaskCompletionSource<string> seen) in _waiting.Where(w => w.Matches(line)))
                    seen.TrySetResult(line);
            }
        }

        await _exited;
        lock (_all)
        {
            foreach ((_, TaskCompletionSource<string> seen) in _waiting)
                seen.TrySetException(Ended());
        }
    }

    private InvalidOperationException Ended() => new($"The program ended without the line that was waited for:\n{Log}");
}
