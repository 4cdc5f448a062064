using System.Diagnostics;
using System.Runtime.InteropServices;
using Marketplace.Benchmarks.Proofs;
using Marketplace.Testing.Databases;
using Marketplace.Testing.Markets;
using Marketplace.Testing.Markets.Programs;
using Marketplace.Testing.Programs;

namespace Marketplace.Benchmarks.Fleet;

/// <summary>
/// Plays projects by a fleet while machines are killed, frozen and stopped and the database goes away, by schedules drawn from seeds, and
/// compares what the projects come to with what one machine makes of them undisturbed: the same payouts, models and number of transactions.
/// dotnet run -c Release --project tests/Benchmarks -- --fleet [options]
/// </summary>
internal static class FleetBenchmarks
{
    public const string Switch = "--fleet";

    private const int Rounds = 3, FirstTrainer = SmallMarketRun.FirstTrainer, SecondTrainer = FirstTrainer + 1;

    /// <returns>
    /// The exit code: 1 when a run came to something else than the undisturbed one, 2 when the options are wrong, 130 when it was interrupted.
    /// </returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        FleetOptions options;
        try
        {
            options = FleetOptions.Parse(arguments);
        }
        catch (ArgumentException e)
        {
            Console.Error.WriteLine(e.Message);
            return 2;
        }

        if (PostgresServer.WhyMissing is { } missing)
        {
            Console.Error.WriteLine(missing);
            return 1;
        }

        // Interrupted, everything that was started is stopped on the way out.
        using CancellationTokenSource interrupted = new();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
        try
        {
            return await RunAsync(options, interrupted.Token);
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            Console.Error.WriteLine("interrupted");
            return 130;
        }

        void Interrupt(PosixSignalContext signal)
        {
            signal.Cancel = true;
            interrupted.Cancel();
        }
    }

    private static async Task<int> RunAsync(FleetOptions options, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        await using SmallMarket market = new();
        await market.StartAsync();
        Console.Error.WriteLine($"a market is there: {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s");
        await using PostgresServer server = await PostgresServer.StartAsync();
        string[] expected = [];
        if (!options.IsLoad)
        {
            expected = await PlayAloneAsync(market, options, cancellationToken);
            Console.Error.WriteLine($"all projects were brought to their ends by one machine: {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s");
        }

        var table = new MarkdownTable(
            $"{options.Projects} projects of {Rounds} rounds, {options.Machines} machines",
            "seed", "kill", "freeze", "stop", "database", "declared dead", "served again after, median", "worst", "settled after, median", "worst",
            "memory of a machine", "time", "result");
        int failed = 0, faults = 0;
        foreach ((string name, IReadOnlyList<Fault> schedule) in SchedulesOf(options))
        {
            long begun = Stopwatch.GetTimestamp();
            FleetOutcome outcome = await PlayAsync(market, server, options, schedule, expected, cancellationToken);
            faults += outcome.Strikes.Count;
            table.Row(
                [
                    name,
                    .. Enum.GetValues<FaultKind>().Select(kind => $"{outcome.Strikes.Count(strike => strike.Kind == kind)}"),
                    $"{outcome.DeclaredDead}",
                    .. MedianAndWorst(outcome.Times),
                    .. MedianAndWorst(outcome.Waits),
                    MarkdownTable.Megabytes(outcome.PeakBytes),
                    MarkdownTable.Seconds(Stopwatch.GetElapsedTime(begun).TotalSeconds),
                    outcome.Problems.Count > 0 ? "**differs**" : options.IsLoad ? "all ended" : "same",
                ]);
            string log = Path.Combine(Path.GetTempPath(), $"marketplace-fleet-{name}.log");
            await File.WriteAllTextAsync(
                log, $"{string.Join("\n\n", [.. outcome.Problems, .. outcome.Strikes, outcome.Log])}\n", CancellationToken.None);
            Console.Error.WriteLine($"what has happened, and what the machines wrote: {log}");
            if (outcome.Problems.Count > 0)
            {
                failed++;
                Console.Error.WriteLine($"{outcome.Problems[0]}\n{outcome.Problems.Count} in all");
            }
        }

        Console.WriteLine($"\n{faults} faults; {failed} runs came to something else.");
        return failed == 0 ? 0 : 1;

        static string[] MedianAndWorst(IReadOnlyList<double> seconds) => seconds.Count == 0
            ? ["", ""]
            : [MarkdownTable.Seconds(seconds.Order().ElementAt(seconds.Count / 2)), MarkdownTable.Seconds(seconds.Max())];
    }

    /// <summary>What happens in each run, and what tables call it.</summary>
    private static IEnumerable<(string Name, IReadOnlyList<Fault> Schedule)> SchedulesOf(FleetOptions options) => options switch
    {
        { IsLoad: true } => [("load", [])],
        { IsRolling: true } => [("rolling", FaultSchedule.Rolling(options.Machines))],
        _ => Enumerable.Range(options.Seed, options.Schedules)
            .Select(seed => ($"{seed}", FaultSchedule.Draw(seed, options.Machines, options.Faults))),
    };

    private static async Task<string[]> PlayAloneAsync(SmallMarket market, FleetOptions options, CancellationToken cancellationToken)
    {
        await using SmallMarketRun run = await market.BeginAsync();
        await CreateAsync(run, options.Projects, cancellationToken);
        MarketProgram alone = run.Start(
            SmallMarketRun.Aggregator,
            "Aggregator",
            [
                "run", "--poll", Invariant(options.Poll),
                .. Enumerable.Range(1, options.Projects).SelectMany(id => new[] { "--project", $"{id}={market.DataOf(SmallMarketRun.Aggregator)}" }),
            ]);
        await SmallMarketRun.FinishAsync(LimitOf(options), [alone, .. StartTrainers(market, run, options)]).WaitAsync(cancellationToken);
        return await ProjectEndings.ReadAsync(run, options.Projects).WaitAsync(cancellationToken);
    }

    private static async Task<FleetOutcome> PlayAsync(
        SmallMarket market,
        PostgresServer server,
        FleetOptions options,
        IReadOnlyList<Fault> schedule,
        string[] expected,
        CancellationToken cancellationToken)
    {
        await using SmallMarketRun run = await market.BeginAsync();
        string folder = Directory.CreateDirectory(Path.Combine(run.State, "fleet")).FullName;
        FleetRun fleet = new(market, run, await server.CreateDatabaseAsync(), folder) { Poll = options.Poll };
        SupervisedFleet supervised = new(fleet, server, options.Machines);
        List<string> problems = [];
        IReadOnlyList<double> waits = [];
        try
        {
            await supervised.StartAsync();
            await CreateAsync(run, options.Projects, cancellationToken);
            for (int project = 1; project <= options.Projects; project++)
                fleet.Allow(project);
            Task projects = FinishAsync(market, run, fleet, options);
            Task<IReadOnlyList<double>> punctuality = Punctuality.WatchAsync(run, projects);
            await Task.WhenAll(Enumerable.Range(1, options.Projects).Select(
                id => fleet.WaitForLineAsync($"project {id}: taken up", limit: LimitOf(options)))).WaitAsync(cancellationToken);
            await supervised.StrikeAsync(schedule, options.IsRolling, projects).WaitAsync(cancellationToken);
            await projects.WaitAsync(cancellationToken);
            waits = await punctuality;
            await supervised.StopAsync();
            string[] ending = options.IsLoad ? [] : await ProjectEndings.ReadAsync(run, options.Projects).WaitAsync(cancellationToken);
            problems.AddRange(expected.Except(ending).Select(fact => $"not so: {fact}"));
            problems.AddRange(ending.Except(expected).Select(fact => $"instead: {fact}"));
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException)
        {
            problems.Add(e.Message);
        }

        return new FleetOutcome(
            supervised.Strikes,
            supervised.DeclaredDead,
            Takeovers.Measure(fleet.Machines, supervised.Strikes),
            waits,
            supervised.PeakBytes,
            [.. problems, .. supervised.Problems],
            fleet.Log);
    }

    private static async Task CreateAsync(SmallMarketRun run, int projects, CancellationToken cancellationToken)
    {
        for (int project = 1; project <= projects; project++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await run.CreateAsync(new ProjectFiles($"Digits {project}", SmallMarketRun.TermsOf(FirstTrainer, SecondTrainer) with
            {
                Payment = new("3", AggregatorFee: "0.3", TrainerStake: "0.1"),
                Rounds = Rounds,
                Deadlines = new("2h", "2h", "2h"),
            }));
        }
    }

    /// <summary>One process for each of two accounts, which trains for all projects.</summary>
    private static MarketProgram[] StartTrainers(SmallMarket market, SmallMarketRun run, FleetOptions options) =>
    [
        .. new[] { FirstTrainer, SecondTrainer }.Select(party => run.Start(
            party,
            "Trainer",
            [
                "run", "--poll", Invariant(options.Poll),
                .. Enumerable.Range(1, options.Projects).SelectMany(id => new[] { "--project", $"{id}={market.DataOf(party)}" }),
            ])),
    ];

    private static async Task FinishAsync(SmallMarket market, SmallMarketRun run, FleetRun fleet, FleetOptions options)
    {
        await SmallMarketRun.FinishAsync(LimitOf(options), StartTrainers(market, run, options));
        await ProjectEndings.WaitUntilPaidAsync(run, options.Projects, LimitOf(options), () => fleet.Log);
    }

    private static TimeSpan LimitOf(FleetOptions options) => TimeSpan.FromMinutes(5 + options.Projects);

    private static string Invariant(double number) => FormattableString.Invariant($"{number}");

    /// <summary>What a schedule has come to.</summary>
    /// <param name="Times">Seconds for which projects were served by nobody.</param>
    /// <param name="Waits">Seconds for which rounds waited to be settled.</param>
    /// <param name="PeakBytes">Resident memory of the machine that took most.</param>
    /// <param name="Problems">What was otherwise than undisturbed; nothing when all was well.</param>
    private sealed record FleetOutcome(
        IReadOnlyList<Strike> Strikes,
        int DeclaredDead,
        IReadOnlyList<double> Times,
        IReadOnlyList<double> Waits,
        long PeakBytes,
        IReadOnlyList<string> Problems,
        string Log);
}
