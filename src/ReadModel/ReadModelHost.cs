using Marketplace.Content;
using Marketplace.Protocol.Markets;
using Marketplace.ReadModel.Documents;
using Marketplace.ReadModel.Following;
using Marketplace.ReadModel.Queries;
using Marketplace.ReadModel.Stores;
using Microsoft.Extensions.Logging;

namespace Marketplace.ReadModel;

/// <summary>A market's read model with what keeps it up to date, put together.</summary>
public sealed class ReadModelHost : IAsyncDisposable
{
    private readonly MarketStore _store;
    private readonly FeedPublisher _feed;
    private readonly MarketFollower _follower;
    private readonly Func<DocumentReader> _newDocumentReader;
    private readonly TurnTaking _turns;
    private readonly NodeWatch _nodeWatch;
    private readonly StoreWatch _storeWatch;

    private ReadModelHost(
        MarketStore store, MarketChain chain, IContentStore content, ReadModelOptions options, ILogger logger, TimeProvider time)
    {
        _store = store;
        _feed = new FeedPublisher(time, logger);
        Model = new SharedAnswers(store, _feed, time);
        _follower = new MarketFollower(chain, store, _feed, options, logger, time);
        ContentReader reader = new(content, options.DocumentTimeout, time);
        _newDocumentReader = () => new DocumentReader(store, reader, _feed, logger, time);
        _turns = new TurnTaking(chain, store, _feed, options, logger, time);
        _nodeWatch = new NodeWatch(chain, _feed, options, time);
        _storeWatch = new StoreWatch(store, content, _feed, options, logger, time);
    }

    /// <summary>What pages ask. It answers from what was there when it was opened, also before and without <see cref="RunAsync"/>.</summary>
    public IReadModel Model { get; }

    public IMarketFeed Feed => _feed;

    /// <summary>Opens a market's read model. The chain and the content store stay the caller's.</summary>
    /// <exception cref="IOException">Folder or database cannot be used; says why, without the connection string.</exception>
    public static async Task<ReadModelHost> OpenAsync(
        MarketChain chain,
        IContentStore content,
        ReadModelOptions options,
        ILoggerFactory loggers,
        CancellationToken cancellationToken,
        TimeProvider? time = null)
    {
        ILogger logger = loggers.CreateLogger<ReadModelHost>();
        MarketStore store = await MarketStore.OpenAsync(options, new MarketIdentity(chain.ChainId, chain.Address), logger, cancellationToken);
        return new ReadModelHost(store, chain, content, options, logger, time ?? TimeProvider.System);
    }

    /// <summary>Follows the chain and reads documents until it is cancelled.</summary>
    /// <remarks>Of several processes that share a database one does; the others show what it writes, and one of them takes over from it.</remarks>
    public Task RunAsync(CancellationToken cancellationToken) => Endless.RunAsync(
        [token => _turns.RunAsync(WriteAsync, token), _nodeWatch.RunAsync, _storeWatch.RunAsync], cancellationToken);

    private Task WriteAsync(CancellationToken cancellationToken) =>
        // Each turn reads documents anew: also what an earlier one had given up, or was about when it ended.
        Endless.RunAsync([_follower.RunAsync, _newDocumentReader().RunAsync], cancellationToken);

    public ValueTask DisposeAsync() => _store.DisposeAsync();
}
