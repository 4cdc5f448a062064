using Marketplace.Testing;
using Marketplace.Testing.Databases;
using Marketplace.Testing.Files;
using Marketplace.Testing.Markets;
using Marketplace.Testing.Markets.Programs;
using Marketplace.Testing.Programs;

namespace Marketplace.EndToEnd.Tests;

/// <summary>Three projects, a fleet of three machines with a database of its own, and trainers who can leave a round half full.</summary>
public abstract class FleetScene(SmallMarketFixture market) : IAsyncLifetime
{
    protected const int Projects = 3, Rounds = 3;

    /// <summary>Trains for all projects; for the first one; for the others.</summary>
    protected const int Everywhere = SmallMarketRun.FirstTrainer, First = Everywhere + 1, Others = First + 1;

    protected static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private static string[]? _alone;

    private readonly TemporaryFolder _folder = new();
    private PostgresServer? _server;

    private protected SmallMarketFixture Market => market;

    private protected PostgresServer Server => _server ?? throw new InvalidOperationException("Not started.");

    private protected TemporaryFolder Folder => _folder;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(PostgresServer.WhyMissing is not null, PostgresServer.WhyMissing ?? "");
        _server = await PostgresServer.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private static ProjectFiles FilesOf(int project) =>
        new($"Digits {project}", SmallMarketRun.TermsOf(Everywhere, project == 1 ? First : Others) with
        {
            Payment = new("3", AggregatorFee: "0.3", TrainerStake: "0.1"),
            Rounds = Rounds,
        });

    private protected static async Task CreateAsync(SmallMarketRun run)
    {
        for (int project = 1; project <= Projects; project++)
            Assert.Equal(project, await run.CreateAsync(FilesOf(project)));
    }

    /// <summary>Three machines on a database of their own, and projects that are posted while they run, and taken up without a restart.</summary>
    /// <param name="run">The market.</param>
    /// <param name="allowed">The projects that the fleet may serve; null for all.</param>
    /// <param name="database">Connection string; null for a new one.</param>
    private protected async Task<FleetRun> BeginAsync(SmallMarketRun run, int[]? allowed = null, string? database = null)
    {
        FleetRun fleet = new(market, run, database ?? await Server.CreateDatabaseAsync(), _folder.CreateFolder(Guid.NewGuid().ToString("N")));
        await Task.WhenAll(fleet.StartAsync(), fleet.StartAsync(), fleet.StartAsync());
        await CreateAsync(run);
        foreach (int project in allowed ?? Enumerable.Range(1, Projects))
            fleet.Allow(project);
        return fleet;
    }

    /// <summary>The trainers that nothing happens to.</summary>
    private protected MarketProgram[] StartSteady(SmallMarketRun run)
    {
        return [Start(Everywhere, 1, 2, 3), Start(Others, 2, 3)];

        MarketProgram Start(int party, params IEnumerable<int> projects) => run.Start(
            party, "Trainer", ["run", "--poll", "0.2", .. projects.SelectMany(id => new[] { "--project", $"{id}={market.DataOf(party)}" })]);
    }

    /// <summary>Lets the first project come into a round that one submission is missing of.</summary>
    private protected static async Task HoldRoundAsync(SmallMarketRun run, FleetRun fleet, int round, KillPoint point)
    {
        await run.KillAtAsync(point, rpc => run.StartTrainer(First, rpc: rpc));
        await Polling.WaitUntilAsync(
            async () => (await run.ReadAsync()).History.Rounds is { } rounds && rounds.Count == round && rounds[^1].Submissions.Count == 1,
            Limit,
            () => $"round {round} is not half full:\n{fleet.Log}");
    }

    /// <summary>Lets the projects come to their ends, and all money be paid out; then stops the fleet.</summary>
    private protected static async Task FinishAsync(SmallMarketRun run, FleetRun fleet, MarketProgram[] trainers)
    {
        await SmallMarketRun.FinishAsync(trainers);
        await ProjectEndings.WaitUntilPaidAsync(run, Projects, Limit, () => fleet.Log);
        await fleet.StopAsync();
    }

    private protected async Task<string[]> AloneAsync()
    {
        if (_alone is not null)
            return _alone;
        await using SmallMarketRun run = await market.BeginAsync();
        await CreateAsync(run);
        await SmallMarketRun.FinishAsync([run.StartAggregator(null, 1, 2, 3), .. StartSteady(run), run.StartTrainer(First)]);
        string[] ending = await ProjectEndings.ReadAsync(run, Projects);
        Assert.Contains("0 wei are left in the market", ending);
        return _alone = ending;
    }
}
