using System.Numerics;
using System.Text.Json;
using Marketplace.Chain;
using Marketplace.Chain.Signing;
using Marketplace.LocalMarket;
using Marketplace.Protocol.Markets;
using Marketplace.Support;
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
    private readonly string folder = Directory.CreateTempSubdirectory("marketplace-web-market-").FullName;
    private readonly List<string> said = [];
    private AnvilNode? node;
    private RunningMarket? market;
    private Dashboard? dashboard;
    private Switchboard? line;
    private MarketChain? chain;
    private Task agents = Task.CompletedTask;

    public AnvilNode Node => node ?? throw new InvalidOperationException("not started");

    public RunningMarket Market => market ?? throw new InvalidOperationException("not started");

    public Dashboard Dashboard => dashboard ?? throw new InvalidOperationException("not started");

    /// <summary>The line between the dashboard and the node.</summary>
    public Switchboard Line => line ?? throw new InvalidOperationException("not started");

    /// <summary>The market as a test sees it, past the dashboard.</summary>
    public MarketChain Chain => chain ?? throw new InvalidOperationException("not started");

    /// <summary>Tells a dashboard which market to show.</summary>
    public string[] DashboardArguments =>
        ["--rpc", Line.Url.ToString(), "--deployment", Market.DeploymentFile, "--store", Market.StoreLocation, "--parties", Market.PartiesFile];

    /// <summary>The finished project.</summary>
    public BigInteger Project { get; private set; }

    public async ValueTask InitializeAsync()
    {
        node = await AnvilNode.StartAsync();
        line = new Switchboard(node.Url);
        market = await RunningMarket.StartAsync(new LocalMarketOptions { Rpc = node.Url, Rounds = 3 }, folder, said.Add, CancellationToken.None);
        chain = await market.ConnectAsync(CancellationToken.None);
        agents = new StandingAgents(market, said.Add).RunAsync(stop.Token);
        Project = await market.PostProjectAsync(CancellationToken.None);
        dashboard = await Dashboard.StartAsync(DashboardArguments);
        await WaitForAsync(Project, ProjectStatus.Completed);
    }

    /// <summary>Waits until the chain says that a project has come to a status.</summary>
    public async Task WaitForAsync(BigInteger project, ProjectStatus status)
    {
        using var limit = new CancellationTokenSource(ProjectLimit);
        while ((await Chain.Contract.StateAsync(project)).GetStatus() < status)
        {
            if (agents.IsFaulted)
                await agents;
            if (limit.IsCancellationRequested)
                throw new TimeoutException($"project {project} is not {status} within {ProjectLimit}; the agents said: {string.Join("; ", said)}");
            await Task.Delay(TimeSpan.FromMilliseconds(200), CancellationToken.None);
        }
    }

    /// <summary>One of the node's own accounts, for which it signs.</summary>
    public Address AccountOf(int index)
    {
        using PrivateKey key = PrivateKey.Parse(EthereumNode.Keys[index]);
        return key.Address;
    }

    /// <summary>Calls the market from one of the node's accounts, and waits for the block.</summary>
    public async Task SendAsync(Address from, byte[] call, BigInteger value = default)
    {
        JsonElement hash = await Chain.Client.SendAsync(
            "eth_sendTransaction",
            [new { from = from.ToString(), to = Chain.Address.ToString(), data = Hex.Format(call), value = Hex.FormatQuantity(value) }]);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await Chain.Client.GetReceiptAsync(Bytes32.Parse(hash.GetString()!), limit.Token) is null)
            await Task.Delay(TimeSpan.FromMilliseconds(20), limit.Token);
    }

    /// <summary>A folder for a test's own files.</summary>
    public string CreateFolder() => Directory.CreateDirectory(Path.Combine(folder, Guid.NewGuid().ToString("N"))).FullName;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await agents.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (dashboard is not null)
            await dashboard.DisposeAsync();
        chain?.Dispose();
        if (market is not null)
            await market.DisposeAsync();
        if (line is not null)
            await line.DisposeAsync();
        if (node is not null)
            await node.DisposeAsync();
        stop.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
