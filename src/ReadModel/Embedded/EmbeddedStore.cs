using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.ReadModel.Projection;
using Marketplace.ReadModel.Stores;
using Microsoft.Extensions.Logging;

namespace Marketplace.ReadModel.Embedded;

/// <summary>
/// The read model in this process: rows in memory, made durable by a <see cref="Journal"/> in a folder. Needs no database; serves one
/// process.
/// </summary>
public sealed class EmbeddedStore : IMarketStore
{
    /// <summary>Blocks without events are written down once in so many; to read them again costs little.</summary>
    private const ulong QuietBlocks = 1000;

    private readonly MarketIdentity market;
    private readonly Journal journal;
    private readonly MarketTables tables;
    private readonly ReaderWriterLockSlim gate = new();
    private readonly ILogger logger;
    private ulong writtenUpTo;

    private EmbeddedStore(MarketIdentity market, Journal journal, ILogger logger)
    {
        this.market = market;
        this.journal = journal;
        this.logger = logger;
        tables = new MarketTables(logger.LogRefusal);
    }

    /// <summary>Opens the store in a folder, with what its journal holds of this market.</summary>
    /// <param name="folder">Made when there is none.</param>
    /// <exception cref="IOException">The journal can not be used, or another process uses it.</exception>
    public static async Task<EmbeddedStore> OpenAsync(
        string folder, MarketIdentity market, ILogger logger, CancellationToken cancellation)
    {
        var journal = Journal.Open(folder, market, out string? setAside);
        if (setAside is not null)
            logger.LogWarning("The journal was not one of the {Market} in this version; it was moved to {Path} and is made anew from the chain", market, setAside);
        var store = new EmbeddedStore(market, journal, logger);
        try
        {
            await Task.Run(() => store.Replay(cancellation), cancellation);
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    public Task<IReadOnlyList<BlockPosition>> ReadPositionsAsync(CancellationToken cancellation) =>
        Read<IReadOnlyList<BlockPosition>>(() => [.. tables.Positions], cancellation);

    public Task<MarketChange> ApplyAsync(EventBatch batch, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        IReadOnlyList<EventPlace> places = [];
        if (batch.Events.Count > 0 || batch.End.Number >= writtenUpTo + QuietBlocks)
        {
            (byte[] record, EventPlace[] within) = JournalRecord.Write(batch);
            places = Shift(within, journal.Append(record));
            writtenUpTo = batch.End.Number;
        }
        return Write(() => tables.Apply(batch, places));
    }

    public Task<MarketChange> RollBackAsync(ulong fromBlock, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        ulong start = tables.StartOfBatch(fromBlock);
        journal.Append(JournalRecord.WriteRollBack(start));
        writtenUpTo = Math.Min(writtenUpTo, start);
        return Write(() => tables.RollBack(start, Read));
    }

    public Task<IReadOnlyList<ContentReference>> FindUnreadAsync(IReadOnlyCollection<long>? projects, CancellationToken cancellation) =>
        Read(() => EmbeddedQueries.FindUnread(tables, projects), cancellation);

    public Task SaveAsync(ContentRow content, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        journal.Append(JournalRecord.Write(content));
        return Write(() =>
        {
            tables.Put(content);
            return 0;
        });
    }

    public Task<ProjectPage> FindProjectsAsync(ProjectQuery query, CancellationToken cancellation) =>
        Read(() => EmbeddedQueries.FindProjects(tables, query), cancellation);

    public Task<ProjectDetails?> FindProjectAsync(long project, CancellationToken cancellation) =>
        Read(() => EmbeddedQueries.FindProject(tables, project, Read), cancellation);

    public async Task<IReadOnlyList<IContractEvent>> ReadEventsAsync(long project, CancellationToken cancellation)
    {
        EventPlace[] places = await Read(
            () => tables.Projects.TryGetValue(project, out ProjectTable? table) ? table.Events.ToArray() : [], cancellation);
        // The journal only grows, so this needs no lock.
        return await Task.Run<IReadOnlyList<IContractEvent>>(() => [.. places.Select(place => Read(place).Event)], cancellation);
    }

    public Task<AccountDetails> ReadAccountAsync(Address account, CancellationToken cancellation) =>
        Read(() => EmbeddedQueries.ReadAccount(tables, account), cancellation);

    public Task<MarketTotals> ReadTotalsAsync(CancellationToken cancellation) =>
        Read(() => EmbeddedQueries.ReadTotals(tables), cancellation);

    public ValueTask DisposeAsync()
    {
        journal.Dispose();
        gate.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Replay(CancellationToken cancellation)
    {
        foreach ((long offset, JournalRecord record) in journal.ReadAll(bytes => JournalRecord.TryRead(bytes, market.Market)))
        {
            cancellation.ThrowIfCancellationRequested();
            switch (record)
            {
                case JournalRecord.Batch batch:
                    tables.Apply(batch.Events, Shift(batch.Places, offset));
                    writtenUpTo = batch.Events.End.Number;
                    break;
                case JournalRecord.RollBack back:
                    tables.RollBack(back.FromBlock, Read);
                    writtenUpTo = Math.Min(writtenUpTo, back.FromBlock);
                    break;
                case JournalRecord.Content content:
                    tables.Put(content.Row);
                    break;
            }
        }
        logger.LogInformation("Opened the read model in {Path} at block {Block}", journal.Path, writtenUpTo);
    }

    private MarketEvent Read(EventPlace place) => JournalRecord.ReadEvent(journal.Read(place.Offset, place.Length), market.Market);

    private static EventPlace[] Shift(IReadOnlyList<EventPlace> places, long offset) =>
        [.. places.Select(place => place with { Offset = offset + place.Offset })];

    private Task<T> Read<T>(Func<T> query, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        gate.EnterReadLock();
        try
        {
            return Task.FromResult(query());
        }
        finally
        {
            gate.ExitReadLock();
        }
    }

    private Task<T> Write<T>(Func<T> change)
    {
        gate.EnterWriteLock();
        try
        {
            return Task.FromResult(change());
        }
        finally
        {
            gate.ExitWriteLock();
        }
    }
}
