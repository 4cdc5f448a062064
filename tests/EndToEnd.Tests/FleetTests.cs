using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Contracts;
using Marketplace.Protocol.Markets;
using Marketplace.Testing;
using Marketplace.Testing.Databases;
using Marketplace.Testing.Files;
using Marketplace.Testing.Markets;
using Marketplace.Testing.Networks;
using Marketplace.Testing.Programs;

namespace Marketplace.EndToEnd.Tests;

/// <summary>
/// Several machines serve the projects of one account, and some of them are killed, frozen or stopped. The chain tells whether they
/// have done what one machine does: same payouts, same models, and not a transaction more.
/// </summary>
public sealed class FleetTests(SmallMarket market, ITestOutputHelper output) : IAsyncLifetime
{
    private const int Projects = 3, Rounds = 3;

    /// <summary>Trains for all projects; for the first one; for the others.</summary>
    private const int Everywhere = SmallMarketRun.FirstTrainer, First = Everywhere + 1, Others = First + 1;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private static string[]? _alone;

    private readonly TemporaryFolder _folder = new();
    private PostgresServer? _server;

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
    }

    [Fact]
    public async Task Three_machines_do_what_one_does()
    {
        string[] expected = await AloneAsync();
        await using SmallMarketRun run = await market.BeginAsync();
        FleetRun fleet = await BeginAsync(run);
        MarketProgram[] trainers = [.. StartSteady(run), run.StartTrainer(First)];
        await FinishAsync(run, fleet, trainers);
        Assert.Equal(expected, await ReadEndingAsync(run));
    }

    [Fact]
    public async Task A_project_goes_on_elsewhere_when_its_machine_is_killed_frozen_or_stopped()
    {
        string[] expected = await AloneAsync();
        await using SmallMarketRun run = await market.BeginAsync();
        FleetRun fleet = await BeginAsync(run);
        MarketProgram server = await fleet.WaitForLineAsync("project 1: taken up");
        MarketProgram[] trainers = StartSteady(run);

        // The first project's second trainer is killed before it submits, so that the round stays open until it is started again. From then
        // on it is killed once its submission is mined: that round is settled, and the next one misses it.
        await HoldRoundAsync(run, fleet, 1, new(Moment.Estimate, "submit"));
        MarketProgram killed = server;
        killed.Kill();
        server = await TimeAsync("killed", fleet.WaitForLineAsync("project 1: taken over in round 1 of 3", except: killed));
        await fleet.StartAsync();

        await HoldRoundAsync(run, fleet, 2, new(Moment.Broadcast, "submit"));
        MarketProgram frozen = server;
        frozen.Signal("STOP");
        server = await TimeAsync("frozen", fleet.WaitForLineAsync("project 1: taken over in round 2 of 3", except: frozen));
        frozen.Signal("CONT");
        Assert.Equal(1, await frozen.WaitAsync());
        Assert.Contains("error: this machine is none of the fleet any more, start it again", frozen.Written, StringComparison.Ordinal);
        await fleet.StartAsync();

        await HoldRoundAsync(run, fleet, 3, new(Moment.Broadcast, "submit"));
        MarketProgram stopped = server;
        stopped.Signal("TERM");
        server = await TimeAsync("stopped", fleet.WaitForLineAsync("project 1: taken over in round 3 of 3", except: stopped));
        Assert.Equal(0, await stopped.WaitAsync());

        await FinishAsync(run, fleet, [.. trainers, run.StartTrainer(First)]);
        Assert.Equal(expected, await ReadEndingAsync(run));
    }

    [Fact]
    public async Task Without_the_database_nothing_is_sent_and_with_it_all_goes_on()
    {
        string[] expected = await AloneAsync();
        await using SmallMarketRun run = await market.BeginAsync();
        FleetRun fleet = await BeginAsync(run);
        MarketProgram[] trainers = StartSteady(run);
        await HoldRoundAsync(run, fleet, 1, new(Moment.Estimate, "submit"));

        await _server!.StopServerAsync();
        using (MarketChain chain = await run.ConnectAsync())
        {
            // What was on its way to the node arrives.
            await Task.Delay(TimeSpan.FromSeconds(1));
            ulong sent = await chain.Client.GetTransactionCountAsync(SmallMarket.AccountOf(SmallMarketRun.Aggregator));
            trainers = [.. trainers, run.StartTrainer(First)];
            // Longer than silos wait for each other's signs of life in it.
            await Task.Delay(TimeSpan.FromSeconds(25));
            Assert.Equal(sent, await chain.Client.GetTransactionCountAsync(SmallMarket.AccountOf(SmallMarketRun.Aggregator)));
        }

        await _server.StartServerAsync();
        Assert.Equal(3, fleet.Running);
        await FinishAsync(run, fleet, trainers);
        Assert.Equal(expected, await ReadEndingAsync(run));
    }

    [Fact]
    public async Task Machines_with_certificates_let_in_nobody_who_has_none_of_their_authority()
    {
        await using SmallMarketRun run = await market.BeginAsync();
        FleetRun fleet = new(market, run, await _server!.CreateDatabaseAsync(), _folder.CreateFolder("secured"));
        using TestAuthority authority = new(_folder.CreateFolder("certificates"), "fleet");
        using TestAuthority stranger = new(_folder.CreateFolder("others"), "stranger");
        int port = LoopbackPort.FindFree();
        await fleet.StartAsync(port, Certified(authority));
        await fleet.StartAsync(null, Certified(authority));
        await fleet.WaitForLineAsync("the fleet has 2 machines");

        Assert.True(await IsLetInAsync(port, authority.Issue()));
        Assert.False(await IsLetInAsync(port, stranger.Issue()));
        Assert.False(await IsLetInAsync(port, authority.Issue(isValid: false)));
        Assert.False(await IsLetInAsync(port, null));
        await fleet.StopAsync();

        static string[] Certified(TestAuthority by)
        {
            (string certificate, string key) = by.Issue();
            return ["--tls-certificate", certificate, "--tls-key", key, "--tls-authority", by.File];
        }
    }

    /// <summary>Whether a machine keeps a connection by TLS, or ends it once it has seen who that is.</summary>
    private static async Task<bool> IsLetInAsync(int port, (string Certificate, string Key)? shown)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await using SslStream stream = new(client.GetStream(), false, (_, _, _, _) => true);
        using X509Certificate2? own = shown is { } files ? X509Certificate2.CreateFromPemFile(files.Certificate, files.Key) : null;
        try
        {
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = "fleet", ClientCertificates = own is null ? [] : [own] });
            // Who is let in is greeted; to others nothing is said any more.
            return await stream.ReadAsync(new byte[1]).AsTask().WaitAsync(Limit) == 1;
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            return false;
        }
    }

    private static ProjectFiles FilesOf(int project) =>
        new($"Digits {project}", SmallMarketRun.TermsOf(Everywhere, project == 1 ? First : Others) with
        {
            Payment = new("3", AggregatorFee: "0.3", TrainerStake: "0.1"),
            Rounds = Rounds,
        });

    private static async Task CreateAsync(SmallMarketRun run)
    {
        for (int project = 1; project <= Projects; project++)
            Assert.Equal(project, await run.CreateAsync(FilesOf(project)));
    }

    /// <summary>Three machines on a database of their own, and projects that are posted while they run, and taken up without a restart.</summary>
    private async Task<FleetRun> BeginAsync(SmallMarketRun run)
    {
        FleetRun fleet = new(market, run, await _server!.CreateDatabaseAsync(), _folder.CreateFolder(Guid.NewGuid().ToString("N")));
        await Task.WhenAll(fleet.StartAsync(), fleet.StartAsync(), fleet.StartAsync());
        await CreateAsync(run);
        for (int project = 1; project <= Projects; project++)
            fleet.Allow(project);
        return fleet;
    }

    /// <summary>The trainers that nothing happens to.</summary>
    private MarketProgram[] StartSteady(SmallMarketRun run)
    {
        return [Start(Everywhere, 1, 2, 3), Start(Others, 2, 3)];

        MarketProgram Start(int party, params IEnumerable<int> projects) => run.Start(
            party, "Trainer", ["run", "--poll", "0.2", .. projects.SelectMany(id => new[] { "--project", $"{id}={market.DataOf(party)}" })]);
    }

    /// <summary>Lets the first project come into a round that one submission is missing of.</summary>
    private static async Task HoldRoundAsync(SmallMarketRun run, FleetRun fleet, int round, KillPoint point)
    {
        await run.KillAtAsync(point, rpc => run.StartTrainer(First, rpc: rpc));
        await Polling.WaitUntilAsync(
            async () => (await run.ReadAsync()).History.Rounds is { } rounds && rounds.Count == round && rounds[^1].Submissions.Count == 1,
            Limit,
            () => $"round {round} is not half full:\n{fleet.Log}");
    }

    private async Task<MarketProgram> TimeAsync(string what, Task<MarketProgram> takeover)
    {
        long start = Stopwatch.GetTimestamp();
        MarketProgram server = await takeover;
        output.WriteLine($"{what}: served elsewhere after {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s");
        return server;
    }

    /// <summary>Lets the projects come to their ends, and all money be paid out; then stops the fleet.</summary>
    private static async Task FinishAsync(SmallMarketRun run, FleetRun fleet, MarketProgram[] trainers)
    {
        await SmallMarketRun.FinishAsync(trainers);
        using MarketChain chain = await run.ConnectAsync();
        Address account = SmallMarket.AccountOf(SmallMarketRun.Aggregator);
        await Polling.WaitUntilAsync(
            async () => await chain.Contract.BalanceOfAsync(account, Address.Zero) == 0
                && (await Task.WhenAll(Enumerable.Range(1, Projects).Select(id => chain.Contract.StateAsync(id)))).All(state => state.Bond.IsZero),
            Limit,
            () => fleet.Log);
        await fleet.StopAsync();
    }

    private async Task<string[]> AloneAsync()
    {
        if (_alone is not null)
            return _alone;
        await using SmallMarketRun run = await market.BeginAsync();
        await CreateAsync(run);
        await SmallMarketRun.FinishAsync([run.StartAggregator(null, 1, 2, 3), .. StartSteady(run), run.StartTrainer(First)]);
        string[] ending = await ReadEndingAsync(run);
        Assert.Contains("0 wei are left in the market", ending);
        return _alone = ending;
    }

    /// <summary>What the projects came to, a fact a line.</summary>
    private static async Task<string[]> ReadEndingAsync(SmallMarketRun run)
    {
        await run.RunWellAsync(SmallMarketRun.Owner, "withdraw");
        using MarketChain chain = await run.ConnectAsync();
        Address aggregator = SmallMarket.AccountOf(SmallMarketRun.Aggregator);
        List<string> facts = [$"{await chain.Client.GetBalanceAsync(chain.Address)} wei are left in the market"];
        (List<IContractEvent> all, _, _) = await chain.ReadEventsAsync(new LogFilter(), chain.DeployedAt, CancellationToken.None);
        // Projects that end at the same time share a withdrawal or do not; all else that the account has sent is counted.
        int withdrawals = all.OfType<MarketEvents.Withdrawn>().Count(paid => paid.Account == aggregator);
        facts.Add($"the aggregator has sent {await chain.Client.GetTransactionCountAsync(aggregator) - (ulong)withdrawals} transactions beside them");
        for (int project = 1; project <= Projects; project++)
        {
            var (history, events) = await run.ReadAsync(project);
            using JsonDocument audit = JsonDocument.Parse(await run.RunWellAsync(SmallMarketRun.Owner, "audit", $"{project}", "--json"));
            facts.Add($"project {project} is {history.Status}, its last model is {audit.RootElement.GetProperty("finalModel")}");
            facts.AddRange(events.GroupBy(e => e.GetType().Name).Select(kind => $"project {project} has {kind.Count()} {kind.Key}"));
            facts.AddRange(history.Rounds.SelectMany(round => round.Submissions.Zip(
                round.Settled!.Payouts,
                (submission, payout) => $"{submission.Trainer} in round {round.Index} of project {project} earned {payout}")));
        }

        return [.. facts.Order(StringComparer.Ordinal)];
    }
}
