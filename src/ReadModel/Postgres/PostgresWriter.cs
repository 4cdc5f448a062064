using Marketplace.Contracts;
using Marketplace.Chain;
using Marketplace.ReadModel.Projection;
using Marketplace.ReadModel.Stores;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.ReadModel.Postgres;

/// <summary>What a batch or a reorganization writes, within the caller's transaction.</summary>
internal sealed class PostgresWriter(MarketIdentity market, ILogger logger)
{
    /// <summary>More than a reader of logs remembers, so that whatever it rolls back to is known here.</summary>
    private const ulong MaxPositions = 1024;

    private readonly Dictionary<Type, BulkWriter> writers = [];

    public async Task<MarketChange> ApplyAsync(MarketDatabase database, EventBatch batch, CancellationToken cancellation)
    {
        Dictionary<long, ProjectRows> projects = await LoadAsync(database, batch.Events, cancellation);
        RowChanges changes = new();
        List<EventRow> events = Project(projects, batch.Events, changes);
        await WriteAsync(database, changes, cancellation);
        await WriteAsync(database, events, cancellation);
        await WriteAsync(database, new[] { BlockRow.Of(batch.End) }, cancellation);
        await database.Blocks.OrderByDescending(row => row.Number).Skip((int)MaxPositions).ExecuteDeleteAsync(cancellation);
        return new MarketChange(batch.End.Number, changes.Projects.Select(row => row.Id).ToHashSet(), changes.Accounts);
    }

    public async Task<MarketChange> RollBackAsync(MarketDatabase database, ulong fromBlock, CancellationToken cancellation)
    {
        BlockRow? last = await database.Blocks.Where(row => row.Number < fromBlock).OrderByDescending(row => row.Number).FirstOrDefaultAsync(cancellation);
        ulong start = last?.Number + 1 ?? 0;
        List<long> touched = await database.Events.Where(row => row.Block >= start && row.Project != null)
            .Select(row => row.Project!.Value).Distinct().ToListAsync(cancellation);
        HashSet<Address> accounts = await AccountsOfAsync(database, touched, start, cancellation);
        await database.Events.Where(row => row.Block >= start).ExecuteDeleteAsync(cancellation);
        await database.Withdrawals.Where(row => row.Block >= start).ExecuteDeleteAsync(cancellation);
        await database.Blocks.Where(row => row.Number >= start).ExecuteDeleteAsync(cancellation);
        await database.Projects.Where(row => touched.Contains(row.Id)).ExecuteDeleteAsync(cancellation);
        RowChanges changes = new();
        List<MarketEvent> left = [.. (await PostgresQueries.EventsOf(database, touched).ToListAsync(cancellation)).Select(row => row.ToEvent(market.Market))];
        Project([], left, changes);
        await WriteAsync(database, changes, cancellation);
        accounts.UnionWith(changes.Accounts);
        return new MarketChange(last?.Number ?? 0, touched.ToHashSet(), accounts);
    }

    public async Task<MarketChange> SaveAsync(MarketDatabase database, ContentRow content, CancellationToken cancellation)
    {
        await WriteAsync(database, new[] { content }, cancellation);
        List<long> projects = content.Kind == ContentKind.Document
            ? await database.Projects.Where(row => row.Document == content.Cid).Select(row => row.Id).ToListAsync(cancellation)
            : await database.Rounds.Where(row => row.Report == content.Cid).Select(row => row.Project).Distinct().ToListAsync(cancellation);
        ulong block = await database.Blocks.MaxAsync(row => (ulong?)row.Number, cancellation) ?? 0;
        return new MarketChange(block, projects.ToHashSet(), new HashSet<Address>());
    }

    /// <returns>The events that were accepted.</returns>
    private List<EventRow> Project(Dictionary<long, ProjectRows> projects, IReadOnlyList<MarketEvent> events, RowChanges changes)
    {
        List<EventRow> accepted = [];
        foreach (MarketEvent @event in events)
        {
            if (@event.Event is MarketEvents.Withdrawn withdrawn)
            {
                Projector.Apply(withdrawn, @event.At, changes);
                accepted.Add(EventRow.Of(@event));
                continue;
            }
            if (!projects.TryGetValue(@event.Project!.Value, out ProjectRows? rows))
                projects.Add(@event.Project.Value, rows = new ProjectRows());
            if (Projector.Apply(rows, @event, changes) is { } refusal)
                logger.LogRefusal(@event, refusal);
            else
                accepted.Add(EventRow.Of(@event));
        }
        return accepted;
    }

    /// <summary>The rows that the events can change.</summary>
    private static async Task<Dictionary<long, ProjectRows>> LoadAsync(
        MarketDatabase database, IReadOnlyList<MarketEvent> events, CancellationToken cancellation)
    {
        long[] ids = [.. events.Select(@event => @event.Project).OfType<long>().Distinct()];
        if (ids.Length == 0)
            return [];
        Dictionary<long, ProjectRows> found = await database.Projects.Where(row => ids.Contains(row.Id))
            .ToDictionaryAsync(row => row.Id, row => new ProjectRows { Project = row }, cancellation);
        await foreach (ParticipationRow row in database.Participations.Where(row => ids.Contains(row.Project)).AsAsyncEnumerable().WithCancellation(cancellation))
            found[row.Project].Trainers.Add(row.Trainer, row);
        IQueryable<RoundRow> open = database.Rounds.Where(row => ids.Contains(row.Project) && row.Stage == RoundStage.Open);
        await foreach (RoundRow row in open.AsAsyncEnumerable().WithCancellation(cancellation))
            found[row.Project].Round = row;
        IQueryable<SubmissionRow> submissions = database.Submissions
            .Where(row => open.Any(round => round.Project == row.Project && round.Index == row.Round));
        await foreach (SubmissionRow row in submissions.AsAsyncEnumerable().WithCancellation(cancellation))
            found[row.Project].Seats.Add(row.Seat, row);
        return found;
    }

    private static async Task<HashSet<Address>> AccountsOfAsync(
        MarketDatabase database, List<long> projects, ulong fromBlock, CancellationToken cancellation)
    {
        IQueryable<ProjectRow> touched = database.Projects.Where(row => projects.Contains(row.Id));
        IQueryable<Address> accounts = touched.Select(row => row.Owner)
            .Union(touched.Select(row => row.Aggregator))
            .Union(database.Participations.Where(row => projects.Contains(row.Project)).Select(row => row.Trainer))
            .Union(database.Credits.Where(row => projects.Contains(row.Project)).Select(row => row.Account))
            .Union(database.Withdrawals.Where(row => row.Block >= fromBlock).Select(row => row.Account));
        return [.. await accounts.ToListAsync(cancellation)];
    }

    private async Task WriteAsync(MarketDatabase database, RowChanges changes, CancellationToken cancellation)
    {
        await WriteAsync(database, changes.Projects, cancellation);
        await WriteAsync(database, changes.Rounds, cancellation);
        await WriteAsync(database, changes.Submissions, cancellation);
        await WriteAsync(database, changes.Participations, cancellation);
        await WriteAsync(database, changes.Credits, cancellation);
        await WriteAsync(database, changes.Withdrawals, cancellation);
    }

    private Task WriteAsync<T>(MarketDatabase database, IReadOnlyCollection<T> rows, CancellationToken cancellation)
        where T : class
    {
        if (!writers.TryGetValue(typeof(T), out BulkWriter? writer))
            writers.Add(typeof(T), writer = new BulkWriter(database.Model.FindEntityType(typeof(T))!));
        return writer.WriteAsync((NpgsqlConnection)database.Database.GetDbConnection(), rows, cancellation);
    }
}
