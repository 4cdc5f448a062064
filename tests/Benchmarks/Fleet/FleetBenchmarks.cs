using System.Diagnostics;
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

    /// <returns>The exit code: 1 when a run came to something else than the undisturbed one, 2 when the options are wrong.</returns>
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

        long start = Stopwatch.GetTimestamp();
        await using SmallMarket market = new();
        await market.StartAsync();
        Console.Error.WriteLine($"a market is there: {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s");
        await using PostgresServer server = await PostgresServer.StartAsync();
        string[] expected = await PlayAloneAsync(market, options.Projects);
        Console.Error.WriteLine($"all projects were brought to their ends by one machine: {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s");
        var table = new MarkdownTable(
            $"{options.Projects} projects of {Rounds} rounds, {options.Machines} machines",
            "seed", "kill", "freeze", "stop", "database", "declared dead", "served again after, median", "worst", "time", "result");
        int failed = 0, faults = 0;
        for (int i = 0; i < (options.IsRolling ? 1 : options.Schedules); i++)
        {
            int seed = options.Seed + i;
            IReadOnlyList<Fault> schedule = options.IsRolling
                ? FaultSchedule.Rolling(options.Machines)
                : FaultSchedule.Draw(seed, options.Machines, options.Faults);
            long begun = Stopwatch.GetTimestamp();
            FleetOutcome outcome = await PlayAsync(market, server, options, schedule, expected);
            faults += outcome.Strikes.Count;
            table.Row(
                [
                    options.IsRolling ? "rolling" : $"{seed}",
                    .. Enum.GetValues<FaultKind>().Select(kind => $"{outcome.Strikes.Count(strike => strike.Kind == kind)}"),
                    $"{outcome.DeclaredDead}",
                    outcome.Times.Count == 0 ? "" : MarkdownTable.Seconds(outcome.Times.Order().ElementAt(outcome.Times.Count / 2)),
                    outcome.Times.Count == 0 ? "" : MarkdownTable.Seconds(outcome.Times.Max()),
                    MarkdownTable.Seconds(Stopwatch.GetElapsedTime(begun).TotalSeconds),
                    outcome.Problems.Count == 0 ? "same" : "**differs**",
                ]);
            string log = Path.Combine(Path.GetTempPath(), $"marketplace-fleet-{(options.IsRolling ? "rolling" : seed)}.log");
            await File.WriteAllTextAsync(log, $"{string.Join("\n\n", [.. outcome.Problems, .. outcome.Strikes, outcome.Log])}\n");
            Console.Error.WriteLine($"what has happened, and what the machines wrote: {log}");
            if (outcome.Problems.Count > 0)
            {
                failed++;
                Console.Error.WriteLine($"{outcome.Problems[0]}\n{outcome.Problems.Count} in all");
            }
        }

        Console.WriteLine($"\n{faults} faults; {failed} runs came to something else.");
        return failed == 0 ? 0 : 1;
    }

    private static async Task<string[]> PlayAloneAsync(SmallMarket market, int projects)
    {
        await using SmallMarketRun run = await market.BeginAsync();
        await CreateAsync(run, projects);
        await SmallMarketRun.FinishAsync(
            LimitOf(projects), [run.StartAggregator(null, Enumerable.Range(1, projects)), .. StartTrainers(market, run, projects)]);
        return await ProjectEndings.ReadAsync(run, projects);
    }

    private static async Task<FleetOutcome> PlayAsync(
        SmallMarket market, PostgresServer server, FleetOptions options, IReadOnlyList<Fault> schedule, string[] expected)
    {
        await using SmallMarketRun run = await market.BeginAsync();
        FleetRun fleet = new(market, run, await server.CreateDatabaseAsync(), Directory.CreateDirectory(Path.Combine(run.State, "fleet")).FullName);
        SupervisedFleet supervised = new(fleet, server, options.Machines);
        List<string> problems = [];
        try
        {
            await supervised.StartAsync();
            await CreateAsync(run, options.Projects);
            for (int project = 1; project <= options.Projects; project++)
                fleet.Allow(project);
            Task projects = FinishAsync(market, run, fleet, options.Projects);
            await Task.WhenAll(Enumerable.Range(1, options.Projects).Select(id => fleet.WaitForLineAsync($"project {id}: taken up")));
            await supervised.StrikeAsync(schedule, options.IsRolling, projects);
            await projects;
            await supervised.StopAsync();
            string[] ending = await ProjectEndings.ReadAsync(run, options.Projects);
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
            [.. problems, .. supervised.Problems],
            fleet.Log);
    }

    private static async Task CreateAsync(SmallMarketRun run, int projects)
    {
        for (int project = 1; project <= projects; project++)
        {
            await run.CreateAsync(new ProjectFiles($"Digits {project}", SmallMarketRun.TermsOf(FirstTrainer, SecondTrainer) with
            {
                Payment = new("3", AggregatorFee: "0.3", TrainerStake: "0.1"),
                Rounds = Rounds,
                Deadlines = new("2h", "2h", "2h"),
            }));
        }
    }

    /// <summary>One process for each of two accounts, which trains for all projects.</summary>
    private static MarketProgram[] StartTrainers(SmallMarket market, SmallMarketRun run, int projects) =>
    [
        .. new[] { FirstTrainer, SecondTrainer }.Select(party => run.Start(
            party,
            "Trainer",
            [
                "run", "--poll", projects > 5 ? "1" : "0.2",
                .. Enumerable.Range(1, projects).SelectMany(id => new[] { "--project", $"{id}={market.DataOf(party)}" }),
            ])),
    ];

    private static async Task FinishAsync(SmallMarket market, SmallMarketRun run, FleetRun fleet, int projects)
    {
        await SmallMarketRun.FinishAsync(LimitOf(projects), StartTrainers(market, run, projects));
        await ProjectEndings.WaitUntilPaidAsync(run, projects, LimitOf(projects), () => fleet.Log);
    }

    private static TimeSpan LimitOf(int projects) => TimeSpan.FromMinutes(5 + projects);

    /// <summary>What a schedule has come to.</summary>
    /// <param name="Times">Seconds for which projects were served by nobody.</param>
    /// <param name="Problems">What was otherwise than undisturbed; nothing when all was well.</param>
    private sealed record FleetOutcome(
        IReadOnlyList<Strike> Strikes, int DeclaredDead, IReadOnlyList<double> Times, IReadOnlyList<string> Problems, string Log);
}
