using Marketplace.Testing.Networks;
using Marketplace.Testing.Programs;

namespace Marketplace.Testing.Markets.Programs;

/// <summary>Machines of one fleet, each a process that runs 'aggregator serve', with the data of the projects that they are to take up.</summary>
/// <param name="market">Where the data are.</param>
/// <param name="run">The use of the market that they serve.</param>
/// <param name="database">Connection string.</param>
/// <param name="folder">Of all projects' data.</param>
public sealed class FleetRun(SmallMarket market, SmallMarketRun run, string database, string folder)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly List<MarketProgram> _machines = [];

    /// <summary>Seconds between a machine's looks at the chain.</summary>
    public double Poll { get; init; } = 0.2;

    /// <summary>All that were started, in that order.</summary>
    public IReadOnlyList<MarketProgram> Machines
    {
        get
        {
            lock (_gate)
                return [.. _machines];
        }
    }

    /// <summary>Starts a machine, and waits until it is one of the fleet.</summary>
    /// <param name="port">Where the others reach it; any free one when null.</param>
    /// <param name="more">More of its command line.</param>
    public async Task<MarketProgram> StartAsync(int? port = null, params string[] more)
    {
        MarketProgram machine = Begin(port, more);
        await machine.WaitForLineAsync(Serves).WaitAsync(Limit);
        return machine;
    }

    /// <summary>Starts a machine, and waits for nothing.</summary>
    /// <param name="port">Where the others reach it; any free one when null.</param>
    /// <param name="more">More of its command line.</param>
    public MarketProgram Begin(int? port = null, params string[] more)
    {
        lock (_gate)
        {
            MarketProgram machine = run.Start(
                SmallMarketRun.Aggregator,
                "Aggregator",
                [
                    "serve", "--projects", folder, "--database", database, "--port", $"{port ?? LoopbackPort.FindFree()}",
                    "--poll", FormattableString.Invariant($"{Poll}"),
                    // Nothing but the database, the chain and the content store is shared.
                    "--state", Path.Combine(folder, "state", $"{_machines.Count}"), .. more,
                ]);
            _machines.Add(machine);
            return machine;
        }
    }

    /// <summary>Whether a machine has become one of the fleet.</summary>
    public static bool Serves(string line) => line.Contains("serves the projects of", StringComparison.Ordinal);

    /// <summary>Starts a machine that proves, which is told where the database is and which fleet it is of, and nothing else.</summary>
    /// <param name="metricsPort">Where it serves what it measures; null for nowhere.</param>
    public async Task<MarketProgram> StartComputeAsync(int? metricsPort = null)
    {
        string started = await Machines[0].WaitForLineAsync(Serves);
        MarketProgram machine = run.StartBare(
            "Aggregator",
            [
                "serve", "--role", "compute", "--fleet", started[(started.LastIndexOf(' ') + 1)..], "--port", $"{LoopbackPort.FindFree()}",
                .. metricsPort is { } port ? new[] { "--metrics-port", $"{port}" } : [],
            ],
            new Dictionary<string, string> { ["MARKETPLACE_DATABASE"] = database });
        lock (_gate)
            _machines.Add(machine);
        await machine.WaitForLineAsync(line => line.Contains("proves for the fleet", StringComparison.Ordinal)).WaitAsync(Limit);
        return machine;
    }

    /// <summary>Lets the fleet serve a project from now on.</summary>
    public void Allow(int project)
    {
        string own = Directory.CreateDirectory(Path.Combine(folder, $"{project}")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(own, "root"), market.DataOf(SmallMarketRun.Aggregator));
    }

    /// <summary>A fleet with the same projects' data, and another database.</summary>
    public FleetRun On(string other) => new(market, run, other, folder) { Poll = Poll };

    /// <summary>Waits until one of the machines has written a line, and says which.</summary>
    /// <param name="text">What is in the line.</param>
    /// <param name="except">A machine whose lines do not count.</param>
    /// <param name="limit">How long to wait; null for a minute.</param>
    public async Task<MarketProgram> WaitForLineAsync(string text, MarketProgram? except = null, TimeSpan? limit = null)
    {
        limit ??= Limit;
        IEnumerable<Task<MarketProgram>> waits = Machines.Where(machine => machine != except && machine.ExitCode is null).Select(async machine =>
        {
            await machine.WaitForLineAsync(line => line.Contains(text, StringComparison.Ordinal));
            return machine;
        });
        try
        {
            return await await Task.WhenAny(waits).WaitAsync(limit.Value);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"no machine says '{text}' within {limit}:\n{Log}");
        }
    }

    /// <summary>Stops all machines that are left, which must end well.</summary>
    public async Task StopAsync()
    {
        MarketProgram[] left = [.. Machines.Where(machine => machine.ExitCode is null)];
        foreach (MarketProgram machine in left)
            machine.Signal("TERM");
        await SmallMarketRun.FinishAsync(left);
    }

    /// <summary>How many machines have not ended.</summary>
    public int Running => Machines.Count(machine => machine.ExitCode is null);

    /// <summary>What all machines have written.</summary>
    public string Log => string.Join("\n\n", Machines.Select(machine => machine.Log));
}
