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

    private readonly CancellationTokenSource _stop = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("marketplace-web-market-").FullName;
    private readonly List<string> _said = [];
    private AnvilNode? _node;
    private RunningMarket? _market;
    private Dashboard? _dashboard;
    private Switchboard? _line;
    private MarketChain? _chain;
    private Task _agents = Task.CompletedTask;

    public AnvilNode Node => _node ?? throw new InvalidOperationException("not started");

    public RunningMarket Market => _market ?? throw new InvalidOperationException("not started");

    public Dashboard Dashboard => _dashboard ?? throw new InvalidOperationException("not started");

    /// <summary>The line between the dashboard and the node.</summary>
    public Switchboard Line => _line ?? throw new InvalidOperationException("not started");

    /// <summary>The market as a test sees it, past the dashboard.</summary>
    public MarketChain Chain => _chain ?? throw new InvalidOperationException("not started");

    /// <summary>Tells a dashboard which market to show.</summary>
    public string[] DashboardArguments =>
        ["--rpc", Line.Url.ToString(), "--deployment", Market.DeploymentFile, "--store", Market.StoreLocation, "--parties", Market.PartiesFile];

    /// <summary>The finished project.</summary>
    public BigInteger Project { get; private set; }

    public async ValueTask InitializeAsync()
    {
        _node = await AnvilNode.StartAsync();
        _line = new Switchboard(_node.Url);
        _market = await RunningMarket.StartAsync(new LocalMarketOptions { Rpc = _node.Url, Rounds = 3 }, _folder, _said.Add, CancellationToken.None);
        _chain = await _market.ConnectAsync(CancellationToken.None);
        _agents = new StandingAgents(_market, _said.Add).RunAsync(_stop.Token);
        Project = await _market.PostProjectAsync(CancellationToken.None);
        _dashboard = await Dashboard.StartAsync(DashboardArguments);
        await WaitForAsync(Project, ProjectStatus.Completed);
    }

    /// <summary>Waits until the chain says that a project has come to a status.</summary>
    public async Task WaitForAsync(BigInteger project, ProjectStatus status)
    {
        using var limit = new CancellationTokenSource(ProjectLimit);
        while ((await Chain.Contract.StateAsync(project)).GetStatus() < status)
        {
            if (_agents.IsFaulted)
                await _agents;
            if (limit.IsCancellationRequested)
                throw new TimeoutException($"project {project} is not {status} within {ProjectLimit}; the agents said: {string.Join("; ", _said)}");
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
    public string CreateFolder() => Directory.CreateDirectory(Path.Combine(_folder, Guid.NewGuid().ToString("N"))).FullName;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _agents.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_dashboard is not null)
            await _dashboard.DisposeAsync();
        _chain?.Dispose();
        if (_market is not null)
            await _market.DisposeAsync();
        if (_line is not null)
            await _line.DisposeAsync();
        if (_node is not null)
            await _node.DisposeAsync();
        _stop.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
