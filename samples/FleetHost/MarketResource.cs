using System.Globalization;
using System.Numerics;
using Marketplace.LocalMarket;
using Microsoft.Extensions.Logging;

namespace Marketplace.FleetHost;

/// <summary>
/// The market on the chain, as a resource for which others can wait: once it runs, the contracts are deployed, everybody has money and data, and
/// the projects are posted.
/// </summary>
/// <param name="options">How many projects, with how many rounds.</param>
/// <param name="chain">Where the chain will be.</param>
/// <param name="folder">Of all data.</param>
internal sealed class MarketResource(HostOptions options, Uri chain, string folder)
    : Resource("market"), IResourceWithWaitSupport, IAsyncDisposable
{
    private readonly TaskCompletionSource<RunningMarket> _running = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private Task _start = Task.CompletedTask;

    /// <summary>Ends when it runs, or has failed.</summary>
    public Task<RunningMarket> Running => _running.Task;

    /// <summary>Folder with the data of the projects that the fleet serves.</summary>
    public string ProjectsFolder { get; } = Directory.CreateDirectory(Path.Combine(folder, "projects")).FullName;

    /// <summary>What the market is started with.</summary>
    public LocalMarketOptions Options { get; } = new() { Rpc = chain, Rounds = options.Rounds, Attackers = false };

    /// <summary>The numbers of the posted projects.</summary>
    public IReadOnlyList<BigInteger> Projects { get; private set; } = [];

    /// <summary>Waits for what it waits for, then starts it.</summary>
    public Task StartAsync(InitializeResourceEvent start) => _start = StartAsync(start, _stop.Token);

    /// <summary>Ends the start, or what was started.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _start;
        if (Running.IsCompletedSuccessfully)
            await Running.Result.DisposeAsync();
    }

    private async Task StartAsync(InitializeResourceEvent start, CancellationToken cancellationToken)
    {
        try
        {
            await start.Eventing.PublishAsync(new BeforeResourceStartedEvent(this, start.Services), cancellationToken);
            await start.Notifications.PublishUpdateAsync(this, snapshot => snapshot with { State = KnownResourceStates.Starting });
            RunningMarket market = await RunningMarket.StartAsync(
                Options, folder, line => start.Logger.LogInformation("{Line}", line), cancellationToken);
            await PostAsync(market, start.Logger, cancellationToken);
            _running.SetResult(market);
            await start.Notifications.PublishUpdateAsync(this, snapshot => snapshot with { State = KnownResourceStates.Running });
        }
        catch (Exception e)
        {
            _running.TrySetException(e);
            start.Logger.LogError("{Message}", e.Message);
            await start.Notifications.PublishUpdateAsync(this, snapshot => snapshot with { State = KnownResourceStates.FailedToStart });
        }
    }

    /// <summary>Posts the projects, and allows the fleet to serve them.</summary>
    private async Task PostAsync(RunningMarket market, ILogger log, CancellationToken cancellationToken)
    {
        List<BigInteger> posted = [];
        for (int count = 0; count < options.Projects; count++)
        {
            BigInteger project = await market.PostProjectAsync(cancellationToken);
            string own = Directory.CreateDirectory(Path.Combine(ProjectsFolder, project.ToString(CultureInfo.InvariantCulture))).FullName;
            Directory.CreateSymbolicLink(Path.Combine(own, "root"), market.Data.RootPath);
            log.LogInformation("posted project {Project}", project);
            posted.Add(project);
        }

        Projects = posted;
    }
}
