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
/// on it; a second project of one update, whose trainer claims it before a court. Tests add projects of their own; none may rely on being
/// the only one.
/// </summary>
public sealed class LiveMarket : IAsyncLifetime
{
    private static readonly TimeSpan ProjectLimit = TimeSpan.FromMinutes(3);

    private readonly CancellationTokenSource _stop = new();
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _said = [];
    private AnvilNode? _node;
    private RunningMarket? _market;
    private DashboardProgram? _dashboard;
    private Gate? _gate;
    private MarketChain? _chain;
    private ContestedProject? _contested;
    private Task _agents = Task.CompletedTask;

    public AnvilNode Node => _node ?? throw new InvalidOperationException("not started");

    public RunningMarket Market => _market ?? throw new InvalidOperationException("not started");

    public DashboardProgram Dashboard => _dashboard ?? throw new InvalidOperationException("not started");

    /// <summary>What stands between the dashboard and the node.</summary>
    public Gate Gate => _gate ?? throw new InvalidOperationException("not started");

    /// <summary>The market as a test sees it, past the dashboard.</summary>
    public MarketChain Chain => _chain ?? throw new InvalidOperationException("not started");

    /// <summary>Tells a dashboard which market to show.</summary>
    public string[] DashboardArguments =>
    [
        "--rpc", Gate.Url.ToString(), "--deployment", Market.DeploymentFile, "--store", Market.StoreLocation, "--parties", Market.PartiesFile,
        "--poll", "0.2",
    ];

    /// <summary>The court of contested projects, who plays them, and how.</summary>
    internal ContestedProject Contested => _contested ?? throw new InvalidOperationException("not started");

    /// <summary>The finished project.</summary>
    public BigInteger Project { get; private set; }

    public async ValueTask InitializeAsync()
    {
        _node = await AnvilNode.StartAsync();
        _gate = new Gate(_node.Url);
        LocalMarketOptions options = new() { Rpc = _node.Url, Rounds = 3 };
        _market = await RunningMarket.StartAsync(options, _folder.Path, _said.Add, CancellationToken.None);
        _chain = await _market.ConnectAsync(CancellationToken.None);
        _agents = new StandingAgents(_market, _said.Add).RunAsync(_stop.Token);
        Project = await _market.PostProjectAsync(CancellationToken.None);
        _contested = await ContestedProject.PrepareAsync(this);
        await _contested.DisputeAsync(await _contested.ExcludeAsync());
        _dashboard = await DashboardProgram.StartAsync(DashboardArguments);
        await _dashboard.CatchUpAsync();
        await WaitForAsync(Project, ProjectStatus.Completed);
    }

    /// <summary>Waits until the chain says that a project has come to a status.</summary>
    public Task WaitForAsync(BigInteger project, ProjectStatus status) => Polling.WaitUntilAsync(
        async () =>
        {
            if (_agents.IsFaulted)
                await _agents;
            return (await Chain.Contract.StateAsync(project)).GetStatus() >= status;
        },
        ProjectLimit,
        () => $"project {project} is not {status}; the agents said: {string.Join("; ", _said)}");

    /// <summary>A folder for a test's own files.</summary>
    public string CreateFolder() => _folder.CreateFolder(Guid.NewGuid().ToString("N"));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _agents.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_dashboard is not null)
            await _dashboard.DisposeAsync();
        _chain?.Dispose();
        if (_market is not null)
            await _market.DisposeAsync();
        if (_gate is not null)
            await _gate.DisposeAsync();
        if (_node is not null)
            await _node.DisposeAsync();
        _stop.Dispose();
        _folder.Dispose();
    }
}
