using Marketplace.Chain.Rpc;
using Marketplace.Content;
using Marketplace.Hosting;
using Marketplace.LocalMarket;
using Marketplace.ReadModel;
using Marketplace.Telemetry;

namespace Marketplace.Web.Market;

/// <summary>How far the dashboard is with the market that it is to show.</summary>
public abstract record MarketState
{
    /// <param name="Activity">What is being done, for people.</param>
    public sealed record Starting(string Activity) : MarketState;

    public sealed record Connected(ActiveMarket Market) : MarketState;

    /// <param name="Problem">Why there will be no market until somebody changes something.</param>
    public sealed record Failed(string Problem) : MarketState;
}

/// <summary>
/// Connects to the market, or starts one on this machine, and keeps its read model up with the chain as long as the dashboard runs.
/// </summary>
public sealed partial class MarketHost(SettingsReader settings, ILoggerFactory loggers) : BackgroundService
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(2);

    private readonly ILogger _log = loggers.CreateLogger<MarketHost>();

    public MarketState State { get; private set; } = new MarketState.Starting("connecting to the chain");

    /// <summary>Raised on any thread.</summary>
    public event Action? Changed;

    protected override async Task ExecuteAsync(CancellationToken cancellationToken)
    {
        // The pages are to be served while this goes on.
        await Task.Yield();
        try
        {
            if (IsMarketNamed())
                await ShowNamedAsync(cancellationToken);
            else
                await ShowLocalAsync(cancellationToken);
        }
        catch (Exception e) when (
            e is UsageException or InvalidDataException or FormatException or IOException or UnauthorizedAccessException or ContentStoreException
                or LocalMarketException)
        {
            LogFailed(e.Message);
            Set(new MarketState.Failed(e.Message));
        }
    }

    /// <summary>Whether the user has said which market, by any setting or by having deployed one here.</summary>
    private bool IsMarketNamed() =>
        settings.Find(SharedSettings.Market) is not null
        || settings.Find(SharedSettings.Rpc) != SharedSettings.Rpc.Default
        || settings.Find(SharedSettings.Deployment) != SharedSettings.Deployment.Default
        || File.Exists(SharedSettings.Deployment.Default);

    private async Task ShowNamedAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<NamedParty> parties = settings.Find(WebSettings.Parties) is { } file ? await NamedParty.ReadAsync(file, cancellationToken) : [];
        using MarketSession session = await ConnectAsync(cancellationToken);
        await ShowAsync(session, parties, settings.Require(WebSettings.Data), cancellationToken);
    }

    /// <summary>Waits for the node as long as it takes; what is wrong with the settings is final.</summary>
    private async Task<MarketSession> ConnectAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await MarketSession.OpenAsync(settings, _log, cancellationToken);
            }
            catch (RpcTransportException e)
            {
                LogWaiting(e.Message);
                Set(new MarketState.Starting($"waiting for the chain's node: {e.Message}"));
                await Task.Delay(RetryPause, cancellationToken);
            }
        }
    }

    /// <summary>A market of this machine's own. Its chain is gone when the dashboard ends, so nothing of it is kept.</summary>
    private async Task ShowLocalAsync(CancellationToken cancellationToken)
    {
        string folder = Directory.CreateTempSubdirectory("marketplace-web-").FullName;
        try
        {
            await using RunningMarket market = await RunningMarket.StartAsync(new LocalMarketOptions(), folder, Say, cancellationToken);
            using var session = MarketSession.Of(await market.ConnectAsync(cancellationToken), ContentStore.Open(market.StoreLocation));
            LogLocal(market.Rpc, market.DeploymentFile, market.StoreLocation);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Task[] tasks =
            [
                ShowAsync(session, await NamedParty.ReadAsync(market.PartiesFile, cancellationToken), Path.Combine(folder, "web"), either.Token),
                new StandingAgents(market, LogAgents).RunAsync(either.Token),
            ];
            await market.PostProjectAsync(cancellationToken);
            // Neither ends by itself; when one fails, the other must not go on alone.
            await Task.WhenAny(tasks);
            await either.CancelAsync();
            await Task.WhenAll(tasks);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task ShowAsync(MarketSession session, IReadOnlyList<NamedParty> parties, string folder, CancellationToken cancellationToken)
    {
        var options = new ReadModelOptions
        {
            Folder = folder,
            PostgresConnection = settings.Find(WebSettings.Postgres),
            Poll = WebSettings.ReadPoll(settings) ?? TimeSpan.FromSeconds(session.IsLocal ? 1 : 4),
        };
        await using ReadModelHost model = await ReadModelHost.OpenAsync(session.Chain, session.Store, options, loggers, cancellationToken);
        Set(new MarketState.Connected(new ActiveMarket(session, model.Model, model.Feed, new PartyNames(parties))));
        MarketTelemetry.FollowLag(() => (long)model.Feed.Status.Head - (long)model.Feed.Status.Block);
        await model.RunAsync(cancellationToken);
    }

    private void Say(string activity) => Set(new MarketState.Starting(activity));

    private void Set(MarketState state)
    {
        State = state;
        Changed?.Invoke();
    }

    [LoggerMessage(LogLevel.Error, "the market cannot be shown: {Problem}")]
    private partial void LogFailed(string problem);

    [LoggerMessage(LogLevel.Information, "a market of this machine's own: --rpc {Rpc} --deployment {Deployment} --store {Store}")]
    private partial void LogLocal(Uri rpc, string deployment, string store);

    [LoggerMessage(LogLevel.Information, "{Activity}")]
    private partial void LogAgents(string activity);

    [LoggerMessage(LogLevel.Warning, "waiting for the chain's node: {Problem}")]
    private partial void LogWaiting(string problem);
}
