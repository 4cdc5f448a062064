using Marketplace.Content;
using Marketplace.Protocol.Markets;
using Marketplace.ReadModel.Documents;
using Marketplace.ReadModel.Embedded;
using Marketplace.ReadModel.Following;
using Marketplace.ReadModel.Postgres;
using Marketplace.ReadModel.Stores;
using Microsoft.Extensions.Logging;

namespace Marketplace.ReadModel;

/// <summary>A market's read model with what keeps it up to date, put together.</summary>
public sealed class ReadModelHost : IAsyncDisposable
{
    private readonly IMarketStore store;
    private readonly FeedPublisher feed;
    private readonly MarketFollower follower;
    private readonly DocumentReader documents;
    private readonly SharedFollowing? shared;

    private ReadModelHost(IMarketStore store, MarketChain chain, IContentStore content, ReadModelOptions options, ILogger logger, TimeProvider time)
    {
        this.store = store;
        feed = new FeedPublisher(time, logger);
        follower = new MarketFollower(chain, store, feed, options, logger, time);
        documents = new DocumentReader(store, new ContentReader(content, options.DocumentTimeout, time), feed, logger, time);
        shared = store is ISharedStore turns ? new SharedFollowing(chain, store, turns, feed, options, logger, time) : null;
    }

    /// <summary>What pages ask. It answers from what was there when it was opened, also before and without <see cref="RunAsync"/>.</summary>
    public IReadModel Model => store;

    public IMarketFeed Feed => feed;

    /// <summary>Opens a market's read model. The chain and the content store stay the caller's.</summary>
    /// <exception cref="IOException">Folder or database can not be used; says why, without the connection string.</exception>
    public static async Task<ReadModelHost> OpenAsync(
        MarketChain chain,
        IContentStore content,
        ReadModelOptions options,
        ILoggerFactory loggers,
        CancellationToken cancellation,
        TimeProvider? time = null)
    {
        ILogger logger = loggers.CreateLogger<ReadModelHost>();
        MarketIdentity market = new(chain.ChainId, chain.Address);
        IMarketStore store = options.PostgresConnection is { } connection
            ? await PostgresStore.OpenAsync(connection, market, logger, cancellation)
            : await EmbeddedStore.OpenAsync(options.Folder, market, logger, cancellation);
        return new ReadModelHost(store, chain, content, options, logger, time ?? TimeProvider.System);
    }

    /// <summary>Follows the chain and reads documents until it is cancelled.</summary>
    /// <remarks>Of several processes that share a database one does; the others show what it writes, and one of them takes over from it.</remarks>
    public Task RunAsync(CancellationToken cancellation) => shared is null ? WriteAsync(cancellation) : shared.RunAsync(WriteAsync, cancellation);

    private async Task WriteAsync(CancellationToken cancellation)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task[] tasks = [follower.RunAsync(either.Token), documents.RunAsync(either.Token)];
        // Neither ends by itself; when one fails, the other must not go on alone.
        Task first = await Task.WhenAny(tasks);
        await either.CancelAsync();
        await Task.WhenAll(tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first;
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();
}
