using Marketplace.ContentAddressing;
using Marketplace.Ethereum.Rpc;
using Marketplace.Protocol.Hosting;
using Marketplace.ReadModel;
using Marketplace.Web.Hosting;

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

/// <summary>Connects to the market, and keeps its read model up with the chain as long as the dashboard runs.</summary>
public sealed partial class MarketHost(SettingsReader settings, ILoggerFactory loggers) : BackgroundService
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(2);

    private readonly ILogger log = loggers.CreateLogger<MarketHost>();

    public MarketState State { get; private set; } = new MarketState.Starting("connecting to the chain");

    /// <summary>Raised on any thread.</summary>
    public event Action? Changed;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using MarketSession session = await ConnectAsync(stoppingToken);
            await using ReadModelHost model = await ReadModelHost.OpenAsync(session.Chain, session.Store, ReadModelOptions(session), loggers, stoppingToken);
            Set(new MarketState.Connected(ActiveMarket.Create(session, model, new PartyNames([]))));
            await model.RunAsync(stoppingToken);
        }
        catch (Exception e) when (e is UsageException or InvalidDataException or FormatException or IOException or ContentStoreException)
        {
            LogFailed(e.Message);
            Set(new MarketState.Failed(e.Message));
        }
    }

    /// <summary>Waits for the node as long as it takes; what is wrong with the settings is final.</summary>
    private async Task<MarketSession> ConnectAsync(CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await MarketSession.OpenAsync(settings, TextWriter.Null, cancellation);
            }
            catch (RpcTransportException e)
            {
                LogWaiting(e.Message);
                Set(new MarketState.Starting($"waiting for the chain's node: {e.Message}"));
                await Task.Delay(RetryPause, cancellation);
            }
        }
    }

    private ReadModelOptions ReadModelOptions(MarketSession session) => new()
    {
        Folder = settings.Require(WebSettings.Data),
        PostgresConnection = settings.Find(WebSettings.Postgres),
        Poll = WebSettings.ReadPoll(settings) ?? TimeSpan.FromSeconds(session.IsLocal ? 1 : 4),
    };

    private void Set(MarketState state)
    {
        State = state;
        Changed?.Invoke();
    }

    [LoggerMessage(LogLevel.Error, "the market can not be shown: {Problem}")]
    private partial void LogFailed(string problem);

    [LoggerMessage(LogLevel.Warning, "waiting for the chain's node: {Problem}")]
    private partial void LogWaiting(string problem);
}
