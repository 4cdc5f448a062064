using Marketplace.Chain;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Protocol.Disputes;
using Marketplace.ReadModel.Projection;
using Marketplace.ReadModel.Queries;
using Marketplace.ReadModel.Tables;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Marketplace.ReadModel.Stores;

/// <summary>What a batch or a reorganization writes, within the caller's transaction.</summary>
internal sealed class MarketWriter(ILogger logger)
{
    /// <summary>More than a reader of logs remembers, so that whatever it rolls back to is known here.</summary>
    private const ulong MaxPositions = 1024;

    /// <param name="voidFrom">Block from which on what is there counts no more; null when all stands.</param>
    public async Task<MarketChange> ApplyAsync(
        MarketTables tables, EventBatch batch, ulong? voidFrom, CancellationToken cancellationToken)
    {
        MarketChange? gone = voidFrom is { } from ? await RollBackAsync(tables, from, cancellationToken) : null;
        List<MarketEvent> happened = await WithProjectsAsync(tables, batch.Events, cancellationToken);
        Dictionary<long, ProjectRows> projects = await LoadAsync(tables, happened, cancellationToken);
        RowChanges changes = new();
        List<EventRow> events = Project(projects, happened, changes);
        await WriteAsync(tables, changes, cancellationToken);
        await tables.WriteAsync(events, cancellationToken);
        await tables.WriteAsync([BlockRow.Of(batch.End)], cancellationToken);
        await tables.Blocks.OrderByDescending(row => row.Number).Skip((int)MaxPositions).ExecuteDeleteAsync(cancellationToken);
        return new MarketChange(
            batch.End.Number,
            changes.Projects.Select(row => row.Id).Union(gone?.Projects ?? new HashSet<long>()).ToHashSet(),
            changes.Accounts.Union(gone?.Accounts ?? new HashSet<Address>()).ToHashSet());
    }

    public async Task<MarketChange> RollBackAsync(MarketTables tables, ulong fromBlock, CancellationToken cancellationToken)
    {
        BlockRow? last = await tables.Blocks.Where(row => row.Number < fromBlock)
            .OrderByDescending(row => row.Number).FirstOrDefaultAsync(cancellationToken);
        ulong start = last?.Number + 1 ?? 0;
        List<long> touched = await tables.Events.Where(row => row.Block >= start && row.Project != null)
            .Select(row => row.Project!.Value).Distinct().ToListAsync(cancellationToken);
        HashSet<Address> accounts = await AccountsOfAsync(tables, touched, start, cancellationToken);
        await tables.Events.Where(row => row.Block >= start).ExecuteDeleteAsync(cancellationToken);
        await tables.Withdrawals.Where(row => row.Block >= start).ExecuteDeleteAsync(cancellationToken);
        await tables.AccountEvents.Where(row => row.Block >= start).ExecuteDeleteAsync(cancellationToken);
        await tables.Blocks.Where(row => row.Number >= start).ExecuteDeleteAsync(cancellationToken);
        await tables.Projects.Where(row => touched.Contains(row.Id)).ExecuteDeleteAsync(cancellationToken);
        RowChanges changes = new();
        List<EventRow> left = await MarketQueries.EventsOf(tables, touched).ToListAsync(cancellationToken);
        Project([], [.. left.Select(row => row.ToEvent())], changes);
        await WriteAsync(tables, changes, cancellationToken);
        accounts.UnionWith(changes.Accounts);
        return new MarketChange(last?.Number ?? 0, touched.ToHashSet(), accounts);
    }

    public static async Task<MarketChange> SaveAsync(
        MarketTables tables, IReadOnlyCollection<ContentRow> contents, CancellationToken cancellationToken)
    {
        await tables.WriteAsync(contents, cancellationToken);
        ILookup<ContentKind, Cid> read = contents.ToLookup(content => content.Kind, content => content.Cid);
        Cid[] documents = [.. read[ContentKind.Document]];
        Cid?[] reports = [.. read[ContentKind.Report]];
        List<long> projects = await tables.Projects.Where(row => documents.Contains(row.Document)).Select(row => row.Id)
            .Union(tables.Rounds.Where(row => reports.Contains(row.Report)).Select(row => row.Project))
            .ToListAsync(cancellationToken);
        ulong block = await tables.Blocks.MaxAsync(row => (ulong?)row.Number, cancellationToken) ?? 0;
        return new MarketChange(block, projects.ToHashSet(), new HashSet<Address>());
    }

    private async Task<List<MarketEvent>> WithProjectsAsync(
        MarketTables tables, IReadOnlyList<MarketEvent> events, CancellationToken cancellationToken)
    {
        ClaimProjects claims = new(tables);
        List<MarketEvent> found = new(events.Count);
        foreach (MarketEvent @event in events)
        {
            if (await claims.FindAsync(@event, cancellationToken) is { } withProject)
                found.Add(withProject);
            else
                logger.LogRefusal(@event, "there is no such claim");
        }
        return found;
    }

    /// <returns>The events that were accepted.</returns>
    private List<EventRow> Project(Dictionary<long, ProjectRows> projects, IReadOnlyList<MarketEvent> events, RowChanges changes)
    {
        List<EventRow> accepted = [];
        foreach (MarketEvent @event in events)
        {
            if (@event.IsAboutNoProject)
            {
                if (@event.Event is MarketEvents.Withdrawn withdrawn)
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
        MarketTables tables, IReadOnlyList<MarketEvent> events, CancellationToken cancellationToken)
    {
        long[] ids = [.. events.Select(@event => @event.Project).OfType<long>().Distinct()];
        if (ids.Length == 0)
            return [];
        Dictionary<long, ProjectRows> found = await tables.Projects.Where(row => ids.Contains(row.Id))
            .ToDictionaryAsync(row => row.Id, row => new ProjectRows { Project = row }, cancellationToken);
        IQueryable<Participation> trainers = tables.Participations.Where(row => ids.Contains(row.Project) && !row.HasLeft);
        foreach (Participation row in await trainers.ToListAsync(cancellationToken))
            found[row.Project].Trainers.Add(row.Trainer, row);
        IQueryable<RoundSummary> open = tables.Rounds.Where(row => ids.Contains(row.Project) && row.Stage == RoundStage.Open);
        foreach (RoundSummary row in await open.ToListAsync(cancellationToken))
            found[row.Project].Round = row;
        IQueryable<SubmissionSummary> seats = open.Join(
            tables.Submissions,
            round => new { round.Project, Round = round.Index },
            submission => new { submission.Project, submission.Round },
            (round, submission) => submission);
        foreach (SubmissionSummary row in await seats.ToListAsync(cancellationToken))
            found[row.Project].Seats.Add(row.Seat, row);
        IQueryable<ClaimSummary> claims = tables.Claims.Where(row => ids.Contains(row.Project) && row.Stage != ClaimStage.Concluded);
        foreach (ClaimSummary row in await claims.ToListAsync(cancellationToken))
            found[row.Project].Claims.Add(row.Id, row);
        return found;
    }

    private static async Task<HashSet<Address>> AccountsOfAsync(
        MarketTables tables, List<long> projects, ulong fromBlock, CancellationToken cancellationToken)
    {
        IQueryable<ProjectSummary> touched = tables.Projects.Where(row => projects.Contains(row.Id));
        IQueryable<Address> accounts = touched.Select(row => row.Owner)
            .Union(touched.Select(row => row.Aggregator))
            .Union(tables.Participations.Where(row => projects.Contains(row.Project)).Select(row => row.Trainer))
            .Union(tables.Credits.Where(row => projects.Contains(row.Project)).Select(row => row.Account))
            .Union(tables.Claims.Where(row => projects.Contains(row.Project) && row.Defender != null).Select(row => row.Defender!.Value))
            .Union(tables.Withdrawals.Where(row => row.Block >= fromBlock).Select(row => row.Account));
        return [.. await accounts.ToListAsync(cancellationToken)];
    }

    private static async Task WriteAsync(MarketTables tables, RowChanges changes, CancellationToken cancellationToken)
    {
        await tables.WriteAsync(changes.Projects, cancellationToken);
        await tables.WriteAsync(changes.Rounds, cancellationToken);
        await tables.WriteAsync(changes.Submissions, cancellationToken);
        await tables.WriteAsync(changes.Participations, cancellationToken);
        await tables.WriteAsync(changes.Claims, cancellationToken);
        await tables.WriteAsync(changes.Evidence, cancellationToken);
        await tables.WriteAsync(changes.Credits, cancellationToken);
        await tables.WriteAsync(changes.Withdrawals, cancellationToken);
        await tables.WriteAsync(changes.AccountEvents, cancellationToken);
    }
}
