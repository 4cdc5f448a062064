using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.ReadModel.Projection;
using Marketplace.ReadModel.Stores;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.ReadModel.Postgres;

/// <summary>The read model in a PostgreSQL database of its own. Several processes can share it; one of them writes.</summary>
public sealed class PostgresStore : IMarketStore, ISharedStore
{
    private readonly NpgsqlDataSource source;
    private readonly DbContextOptions<MarketDatabase> options;
    private readonly WriterConnection writer;
    private readonly PostgresWriter writing;
    private readonly MarketIdentity market;

    private PostgresStore(NpgsqlDataSource source, MarketIdentity market, ILogger logger)
    {
        this.source = source;
        this.market = market;
        options = new DbContextOptionsBuilder<MarketDatabase>().UseNpgsql(source).Options;
        writer = new WriterConnection(source);
        writing = new PostgresWriter(market, logger);
    }

    /// <summary>Opens a market's database, and brings its tables up to date.</summary>
    /// <param name="connection">Connection string. No message repeats it.</param>
    /// <exception cref="IOException">The database can not be used, or is of another market.</exception>
    public static async Task<PostgresStore> OpenAsync(
        string connection, MarketIdentity market, ILogger logger, CancellationToken cancellation)
    {
        NpgsqlDataSource source = DatabaseSetup.Connect(connection);
        var store = new PostgresStore(source, market, logger);
        try
        {
            await DatabaseErrors.GuardAsync(() => DatabaseSetup.PrepareAsync(source, store.options, market, cancellation));
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    public Task<bool> TryBecomeWriterAsync(CancellationToken cancellation) =>
        DatabaseErrors.GuardAsync(() => writer.TryAcquireAsync(cancellation));

    public Task<IReadOnlyList<MarketChange>> WaitForChangesAsync(TimeSpan atMost, CancellationToken cancellation) =>
        DatabaseErrors.GuardAsync(() => writer.WaitForChangesAsync(atMost, cancellation));

    public Task<IReadOnlyList<BlockPosition>> ReadPositionsAsync(CancellationToken cancellation) => ReadAsync<IReadOnlyList<BlockPosition>>(
        async database => [.. (await database.Blocks.OrderBy(row => row.Number).ToListAsync(cancellation)).Select(row => row.ToPosition())], cancellation);

    public Task<MarketChange> ApplyAsync(EventBatch batch, CancellationToken cancellation) =>
        writer.WriteAsync(database => writing.ApplyAsync(database, batch, cancellation), cancellation);

    public Task<MarketChange> RollBackAsync(ulong fromBlock, CancellationToken cancellation) =>
        writer.WriteAsync(database => writing.RollBackAsync(database, fromBlock, cancellation), cancellation);

    public Task SaveAsync(ContentRow content, CancellationToken cancellation) =>
        writer.WriteAsync(database => writing.SaveAsync(database, content, cancellation), cancellation);

    public Task<IReadOnlyList<ContentReference>> FindUnreadAsync(IReadOnlyCollection<long>? projects, CancellationToken cancellation) =>
        ReadAsync(database => PostgresQueries.FindUnreadAsync(database, projects, cancellation), cancellation);

    public Task<ProjectPage> FindProjectsAsync(ProjectQuery query, CancellationToken cancellation) =>
        ReadAsync(database => PostgresQueries.FindProjectsAsync(database, query, cancellation), cancellation);

    public Task<ProjectDetails?> FindProjectAsync(long project, CancellationToken cancellation) =>
        ReadAsync(database => PostgresQueries.FindProjectAsync(database, project, market.Market, cancellation), cancellation);

    public Task<IReadOnlyList<IContractEvent>> ReadEventsAsync(long project, CancellationToken cancellation) => ReadAsync<IReadOnlyList<IContractEvent>>(
        async database => [.. (await PostgresQueries.EventsOf(database, [project]).ToListAsync(cancellation)).Select(row => row.ToEvent(market.Market).Event)],
        cancellation);

    public Task<AccountDetails> ReadAccountAsync(Address account, CancellationToken cancellation) =>
        ReadAsync(database => PostgresQueries.ReadAccountAsync(database, account, cancellation), cancellation);

    public Task<MarketTotals> ReadTotalsAsync(CancellationToken cancellation) =>
        ReadAsync(database => PostgresQueries.ReadTotalsAsync(database, cancellation), cancellation);

    public async ValueTask DisposeAsync()
    {
        await writer.DisposeAsync();
        await source.DisposeAsync();
    }

    /// <summary>Asks within one snapshot, so that all parts of an answer are of one block.</summary>
    private Task<T> ReadAsync<T>(Func<MarketDatabase, Task<T>> query, CancellationToken cancellation) => DatabaseErrors.GuardAsync(async () =>
    {
        await using MarketDatabase database = new(options);
        database.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        await using var snapshot = await database.Database.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellation);
        return await query(database);
    });
}
