using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Content;
using Marketplace.ReadModel.Databases;
using Marketplace.ReadModel.Projection;
using Marketplace.ReadModel.Queries;
using Marketplace.ReadModel.Tables;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Marketplace.ReadModel.Stores;

/// <summary>
/// A market's read model in a database, to be asked and written. There is one writer at a time; readers see all of a batch or nothing
/// of it.
/// </summary>
internal sealed class MarketStore(IDatabase database, MarketIdentity market, ILogger logger) : IReadModel, IAsyncDisposable
{
    private readonly MarketWriter _writer = new(logger);

    /// <summary>Opens a market's tables where the options say.</summary>
    /// <exception cref="IOException">Folder or database cannot be used, or hold another market; says why, without the connection string.</exception>
    public static async Task<MarketStore> OpenAsync(
        ReadModelOptions options, MarketIdentity market, ILogger logger, CancellationToken cancellationToken)
    {
        IDatabase database = options.PostgresConnection is { } connection
            ? await PostgresDatabase.OpenAsync(connection, market, cancellationToken)
            : await SqliteDatabase.OpenAsync(options.Folder, market, logger, cancellationToken);
        return new MarketStore(database, market, logger);
    }

    /// <inheritdoc cref="IDatabase.TryBecomeWriterAsync"/>
    public Task<bool> TryBecomeWriterAsync(CancellationToken cancellationToken) => database.TryBecomeWriterAsync(cancellationToken);

    /// <inheritdoc cref="IDatabase.WaitForChangesAsync"/>
    public Task<IReadOnlyList<MarketChange>> WaitForChangesAsync(TimeSpan atMost, CancellationToken cancellationToken) =>
        database.WaitForChangesAsync(atMost, cancellationToken);

    /// <inheritdoc cref="IDatabase.RepairAsync"/>
    public Task RepairAsync(CancellationToken cancellationToken) => database.RepairAsync(cancellationToken);

    /// <summary>Blocks that were reached, oldest first: where following may go on. The last is where the rows are.</summary>
    public async Task<IReadOnlyList<BlockPosition>> ReadPositionsAsync(CancellationToken cancellationToken)
    {
        List<BlockRow> rows = await database.ReadAsync(
            tables => tables.Blocks.OrderBy(row => row.Number).ToListAsync(cancellationToken), cancellationToken);
        return [.. rows.Select(row => row.ToPosition())];
    }

    /// <summary>Takes in the blocks after the last position.</summary>
    /// <param name="voidFrom">
    /// Block from which on what is there is forgotten first, as <see cref="RollBackAsync"/> does; null when all stands. No reader sees
    /// the one without the other.
    /// </param>
    public Task<MarketChange> ApplyAsync(EventBatch batch, ulong? voidFrom, CancellationToken cancellationToken) =>
        database.WriteAsync(tables => _writer.ApplyAsync(tables, batch, voidFrom, cancellationToken), cancellationToken);

    /// <summary>Forgets what happened in a block and after it, as if it had never been, back to the end of an earlier batch.</summary>
    public Task<MarketChange> RollBackAsync(ulong fromBlock, CancellationToken cancellationToken) =>
        database.WriteAsync(tables => _writer.RollBackAsync(tables, fromBlock, cancellationToken), cancellationToken);

    /// <summary>Published content that the projects name and that was not read yet, or may be read later.</summary>
    /// <param name="projects">Whose content; null for that of all.</param>
    public Task<IReadOnlyList<ContentReference>> FindUnreadAsync(
        IReadOnlyCollection<long>? projects, CancellationToken cancellationToken) =>
        database.ReadAsync(tables => MarketQueries.FindUnreadAsync(tables, projects, cancellationToken), cancellationToken);

    /// <summary>The newest project's document that was read; null while there is none.</summary>
    public Task<Cid?> FindReadDocumentAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(tables => MarketQueries.FindReadDocumentAsync(tables, cancellationToken), cancellationToken);

    /// <summary>Keeps what was read. It belongs to the content, not to a block, and outlasts every reorganization.</summary>
    public Task<MarketChange> SaveAsync(IReadOnlyCollection<ContentRow> contents, CancellationToken cancellationToken) =>
        database.WriteAsync(tables => MarketWriter.SaveAsync(tables, contents, cancellationToken), cancellationToken);

    public Task<ProjectPage> FindProjectsAsync(ProjectQuery query, CancellationToken cancellationToken) =>
        database.ReadAsync(tables => MarketQueries.FindProjectsAsync(tables, query, cancellationToken), cancellationToken);

    public Task<ProjectDetails?> FindProjectAsync(long project, CancellationToken cancellationToken) =>
        database.ReadAsync(tables => MarketQueries.FindProjectAsync(tables, project, cancellationToken), cancellationToken);

    public Task<IReadOnlyList<IContractEvent>> ReadEventsAsync(long project, CancellationToken cancellationToken) =>
        database.ReadAsync(tables => MarketQueries.ReadEventsAsync(tables, project, market.Market, cancellationToken), cancellationToken);

    public Task<AccountDetails> ReadAccountAsync(Address account, CancellationToken cancellationToken) =>
        database.ReadAsync(tables => MarketQueries.ReadAccountAsync(tables, account, cancellationToken), cancellationToken);

    public Task<AccountEventPage> ReadAccountEventsAsync(AccountEventQuery query, CancellationToken cancellationToken) =>
        database.ReadAsync(tables => AccountEventQueries.ReadAsync(tables, query, cancellationToken), cancellationToken);

    public Task<ClaimPage> FindClaimsAsync(ClaimQuery query, CancellationToken cancellationToken) =>
        database.ReadAsync(tables => ClaimQueries.FindAsync(tables, query, cancellationToken), cancellationToken);

    public Task<ClaimDetails?> FindClaimAsync(long claim, CancellationToken cancellationToken) =>
        database.ReadAsync(tables => ClaimQueries.FindAsync(tables, claim, cancellationToken), cancellationToken);

    public Task<TrainerRanking> FindTrainersAsync(TrainerQuery query, CancellationToken cancellationToken) =>
        database.ReadAsync(tables => StandingQueries.FindTrainersAsync(tables, query, cancellationToken), cancellationToken);

    public Task<AggregatorRanking> FindAggregatorsAsync(AggregatorQuery query, CancellationToken cancellationToken) =>
        database.ReadAsync(tables => StandingQueries.FindAggregatorsAsync(tables, query, cancellationToken), cancellationToken);

    public Task<MarketTotals> ReadTotalsAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(tables => MarketQueries.ReadTotalsAsync(tables, cancellationToken), cancellationToken);

    public ValueTask DisposeAsync() => database.DisposeAsync();
}
