using System.Numerics;
using Marketplace.LocalMarket;
using Marketplace.Protocol.Markets;
using Marketplace.Testing;
using Marketplace.Testing.Files;
using Marketplace.Testing.Networks;
using Marketplace.Testing.Nodes;
using Marketplace.Testing.Programs;
using Marketplace.Web.Tests.Support;

[assembly: AssemblyFixture(typeof(LiveMarket))]

// Browser, chain, dashboard and agents share one machine; side by side the tests would only wait for each other.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Marketplace.Web.Tests.Support;

/// <summary>
/// A market on an anvil node with one finished project, whose parties take on whatever is posted to their aggregator, and the dashboard
/// on it. Tests add projects of their own; none may rely on being the only one.
/// </summary>
public sealed class LiveMarket : IAsyncLifetime
{
    private static readonly TimeSpan ProjectLimit = TimeSpan.FromMinutes(3);

    private readonly CancellationTokenSource stop = new();
    private readonly TemporaryFolder folder = new();
    private readonly List<string> said = [];
    private AnvilNode? node;
    private RunningMarket? market;
    private DashboardProgram? dashboard;
    private Gate? gate;
    private MarketChain? chain;
    private Task agents = Task.CompletedTask;

    public AnvilNode Node => node ?? throw new InvalidOperationException("not started");

    public RunningMarket Market => market ?? throw new InvalidOperationException("not started");

    public DashboardProgram Dashboard => dashboard ?? throw new InvalidOperationException("not started");

    /// <summary>What stands between the dashboard and the node.</summary>
    public Gate Gate => gate ?? throw new InvalidOperationException("not started");

    /// <summary>The market as a test sees it, past the dashboard.</summary>
    public MarketChain Chain => chain ?? throw new InvalidOperationException("not started");

    /// <summary>Tells a dashboard which market to show.</summary>
    public string[] DashboardArguments =>
        ["--rpc", Gate.Url.ToString(), "--deployment", Market.DeploymentFile, "--store", Market.StoreLocation, "--parties", Market.PartiesFile, "--poll", "0.2"];

    /// <summary>The finished project.</summary>
    public BigInteger Project { get; private set; }

    public async ValueTask InitializeAsync()
    {
        node = await AnvilNode.StartAsync();
        gate = new Gate(node.Url);
        market = await RunningMarket.StartAsync(new LocalMarketOptions { Rpc = node.Url, Rounds = 3 }, folder.Path, said.Add, CancellationToken.None);
        chain = await market.ConnectAsync(CancellationToken.None);
        agents = new StandingAgents(market, said.Add).RunAsync(stop.Token);
        Project = await market.PostProjectAsync(CancellationToken.None);
        dashboard = await DashboardProgram.StartAsync(DashboardArguments);
        await dashboard.CatchUpAsync();
        await WaitForAsync(Project, ProjectStatus.Completed);
    }

    /// <summary>Waits until the chain says that a project has come to a status.</summary>
    public Task WaitForAsync(BigInteger project, ProjectStatus status) => Polling.WaitUntilAsync(
        async () =>
        {
            if (agents.IsFaulted)
                await agents;
            return (await Chain.Contract.StateAsync(project)).GetStatus() >= status;
        },
        ProjectLimit,
        () => $"project {project} is not {status}; the agents said: {string.Join("; ", said)}");

    /// <summary>A folder for a test's own files.</summary>
    public string CreateFolder() => folder.CreateFolder(Guid.NewGuid().ToString("N"));

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await agents.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (dashboard is not null)
            await dashboard.DisposeAsync();
        chain?.Dispose();
        if (market is not null)
            await market.DisposeAsync();
        if (gate is not null)
            await gate.DisposeAsync();
        if (node is not null)
            await node.DisposeAsync();
        stop.Dispose();
        folder.Dispose();
    }
}
