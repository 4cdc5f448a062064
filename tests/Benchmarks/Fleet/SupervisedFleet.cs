using System.Diagnostics;
using Marketplace.Testing;
using Marketplace.Testing.Databases;
using Marketplace.Testing.Markets.Programs;
using Marketplace.Testing.Programs;

namespace Marketplace.Benchmarks.Fleet;

/// <summary>Machines that are started again when they end, as a supervisor such as systemd does, and faults that befall them.</summary>
internal sealed class SupervisedFleet(FleetRun fleet, PostgresServer server, int machines)
{
    private static readonly TimeSpan RestartAfter = TimeSpan.FromSeconds(1), Limit = TimeSpan.FromMinutes(2);

    private readonly Lock _gate = new();
    private readonly MarketProgram?[] _serving = new MarketProgram?[machines];
    private readonly TimeSpan[] _restartAfter = [.. Enumerable.Repeat(RestartAfter, machines)];
    private readonly bool[] _struck = new bool[machines];
    private readonly List<Strike> _strikes = [];
    private readonly List<string> _problems = [];
    private readonly SemaphoreSlim _databaseIsUp = new(1, 1);
    private Task[] _supervisors = [];
    private volatile bool _isEnding;

    /// <summary>What has happened, in order.</summary>
    public IReadOnlyList<Strike> Strikes => _strikes;

    /// <summary>What no machine of a fleet does, whatever befalls it.</summary>
    public IReadOnlyList<string> Problems
    {
        get
        {
            lock (_gate)
                return [.. _problems];
        }
    }

    /// <summary>How often the others have declared a machine dead that was frozen, or late, and it has ended for that.</summary>
    public int DeclaredDead { get; private set; }

    /// <summary>Resident memory of the machine that took most, of those that lived to the end.</summary>
    public long PeakBytes { get; private set; }

    /// <summary>Starts all machines.</summary>
    public Task StartAsync()
    {
        _supervisors = [.. Enumerable.Range(0, machines).Select(SuperviseAsync)];
        return WaitUntilAllServeAsync();
    }

    /// <summary>Lets faults come, until they are through or the projects have ended.</summary>
    /// <param name="schedule">Which, and when.</param>
    /// <param name="isPatient">Whether each waits until all machines serve again.</param>
    /// <param name="projects">Completes when the projects have ended.</param>
    public async Task StrikeAsync(IReadOnlyList<Fault> schedule, bool isPatient, Task projects)
    {
        List<Task> lasting = [];
        foreach (Fault fault in schedule)
        {
            await Task.WhenAny(projects, Task.Delay(fault.After));
            if (isPatient)
                await Task.WhenAny(projects, WaitUntilAllServeAsync());
            int? machine = null;
            while (!projects.IsCompleted && fault.Kind != FaultKind.Database && (machine = Target(fault.Machine)) is null)
                await Task.Delay(100);
            if (projects.IsCompleted)
                break;
            lasting.Add(machine is null ? StopDatabaseAsync(fault) : StrikeAsync(fault, machine.Value));
        }

        await Task.WhenAll(lasting);
    }

    /// <summary>Stops all machines, which must end well.</summary>
    public async Task StopAsync()
    {
        _isEnding = true;
        foreach (MarketProgram machine in fleet.Machines.Where(machine => machine.ExitCode is null))
        {
            using Process process = Process.GetProcessById(machine.Id);
            PeakBytes = Math.Max(PeakBytes, process.PeakWorkingSet64);
            machine.Signal("TERM");
        }

        await Task.WhenAll(_supervisors).WaitAsync(Limit);
    }

    private Task WaitUntilAllServeAsync() => Polling.WaitUntilAsync(
        () =>
        {
            lock (_gate)
                return _problems.Count == 0 ? _serving.All(machine => machine is not null) : throw new InvalidOperationException(_problems[0]);
        },
        Limit,
        () => $"not all machines serve:\n{fleet.Log}");

    private async Task SuperviseAsync(int machine)
    {
        while (!_isEnding)
        {
            MarketProgram program = fleet.Begin();
            try
            {
                await program.WaitForLineAsync(FleetRun.Serves);
                lock (_gate)
                    (_serving[machine], _struck[machine]) = (program, false);
            }
            catch (InvalidOperationException)
            {
                // It has ended before, mostly because the database was away; how is looked at below.
            }

            int code = await program.WaitAsync(Timeout.InfiniteTimeSpan);
            TimeSpan pause;
            lock (_gate)
            {
                Judge(program, code, wasServing: _serving[machine] == program);
                (_serving[machine], pause, _restartAfter[machine]) = (null, _restartAfter[machine], RestartAfter);
            }
            if (!_isEnding)
                await Task.Delay(pause);
        }
    }

    private void Judge(MarketProgram program, int code, bool wasServing)
    {
        Strike? last = _strikes.LastOrDefault(strike => strike.Machine == program);
        bool isDeclaredDead = code == 1
            && program.Written.Contains("this machine is none of the fleet any more, start it again", StringComparison.Ordinal);
        bool isExplained = isDeclaredDead || code switch
        {
            0 => _isEnding || last?.Kind == FaultKind.Stop,
            // It was to start while the database was away.
            1 => !wasServing && program.Written.Contains("the database", StringComparison.Ordinal),
            137 => last?.Kind == FaultKind.Kill,
            _ => false,
        };
        if (isDeclaredDead)
            DeclaredDead++;
        if (!isExplained)
            _problems.Add($"a machine ended with {code}, and nothing explains it:\n{program.Log}");
    }

    /// <summary>The machine with a number, or the next one that serves and nothing happens to; null when there is none.</summary>
    private int? Target(int machine)
    {
        lock (_gate)
        {
            int[] possible =
                [.. Enumerable.Range(machine, machines).Select(next => next % machines).Where(next => _serving[next] is not null && !_struck[next])];
            if (possible.Length == 0)
                return null;
            _struck[possible[0]] = true;
            return possible[0];
        }
    }

    private async Task StrikeAsync(Fault fault, int machine)
    {
        MarketProgram? program;
        lock (_gate)
        {
            program = _serving[machine];
            // It has ended by itself meanwhile.
            if (program is null)
                return;
            if (fault.Kind == FaultKind.Kill)
                _restartAfter[machine] = fault.Lasting;
            _strikes.Add(new Strike(fault.Kind, program, Stopwatch.GetTimestamp()));
        }

        switch (fault.Kind)
        {
            case FaultKind.Kill:
                program.Kill();
                break;
            case FaultKind.Stop:
                program.Signal("TERM");
                break;
            case FaultKind.Freeze:
                program.Signal("STOP");
                await Task.Delay(fault.Lasting);
                program.Signal("CONT");
                lock (_gate)
                    _struck[machine] = false;
                break;
        }
    }

    private async Task StopDatabaseAsync(Fault fault)
    {
        await _databaseIsUp.WaitAsync();
        lock (_gate)
            _strikes.Add(new Strike(FaultKind.Database, null, Stopwatch.GetTimestamp()));
        await server.StopServerAsync();
        await Task.Delay(fault.Lasting);
        await server.StartServerAsync();
        _databaseIsUp.Release();
    }
}

/// <summary>A fault that has happened.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Machine">To which machine; null for the database.</param>
/// <param name="At">When, by <see cref="Stopwatch.GetTimestamp"/>.</param>
internal sealed record Strike(FaultKind Kind, MarketProgram? Machine, long At)
{
    private readonly DateTime _time = DateTime.UtcNow;

    public override string ToString() => $"{_time:HH:mm:ss} {Kind} {Machine?.Log.Split('\n')[0]}";
}
