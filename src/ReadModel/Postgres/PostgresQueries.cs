using System.Linq.Expressions;
using System.Numerics;
using Marketplace.Contracts;
using Marketplace.Chain;
using Marketplace.Protocol.Markets;
using Marketplace.ReadModel.Projection;
using Marketplace.ReadModel.Stores;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.ReadModel.Postgres;

/// <summary>What is asked of the tables, within the caller's snapshot.</summary>
internal static class PostgresQueries
{
    /// <summary>Projects' events in the order of the chain.</summary>
    public static IQueryable<EventRow> EventsOf(MarketDatabase database, IReadOnlyCollection<long> projects) => database.Events
        .Where(row => row.Project != null && projects.Contains(row.Project.Value))
        .OrderBy(row => row.Block).ThenBy(row => row.LogIndex);

    public static async Task<ProjectPage> FindProjectsAsync(MarketDatabase database, ProjectQuery query, CancellationToken cancellation)
    {
        IQueryable<ProjectLine> found = Search(Lines(database), ProjectSearch.Of(query.Search));
        if (query.Statuses is { Count: > 0 } statuses)
            found = found.Where(line => statuses.Contains(line.Project.Status));
        List<ProjectLine> page = await Sort(found, query).Skip(Math.Max(query.Skip, 0)).Take(Math.Max(query.Take, 0)).ToListAsync(cancellation);
        return new ProjectPage(await found.CountAsync(cancellation), [.. page.Select(line => line.ToView())]);
    }

    public static async Task<ProjectDetails?> FindProjectAsync(MarketDatabase database, long id, Address market, CancellationToken cancellation)
    {
        if (await Lines(database).SingleOrDefaultAsync(line => line.Project.Id == id, cancellation) is not { } line)
            return null;
        EventRow created = await EventsOf(database, [id]).FirstAsync(cancellation);
        var rounds = await database.Rounds.Where(round => round.Project == id).OrderBy(round => round.Index)
            .Select(round => new
            {
                Row = round,
                Report = database.Contents.FirstOrDefault(content => content.Kind == ContentKind.Report && content.Cid == round.Report),
            })
            .ToListAsync(cancellation);
        return line.Project.ToView(
            line.ToView(),
            (MarketEvents.ProjectCreated)created.ToEvent(market).Event,
            rounds.Select(round => round.Row.ToView(round.Report?.Metrics)),
            await database.Participations.Where(row => row.Project == id).ToListAsync(cancellation),
            await database.Submissions.Where(row => row.Project == id).ToListAsync(cancellation));
    }

    public static async Task<AccountDetails> ReadAccountAsync(MarketDatabase database, Address account, CancellationToken cancellation)
    {
        IQueryable<ProjectLine> lines = Lines(database).OrderByDescending(line => line.Project.Id);
        Dictionary<long, ParticipationRow> training = await database.Participations.Where(row => row.Trainer == account)
            .ToDictionaryAsync(row => row.Project, cancellation);
        List<ProjectLine> trained = await lines
            .Where(line => database.Participations.Any(row => row.Trainer == account && row.Project == line.Project.Id)).ToListAsync(cancellation);
        List<ProjectLine> owned = await lines.Where(line => line.Project.Owner == account).ToListAsync(cancellation);
        List<ProjectLine> aggregated = await lines.Where(line => line.Project.Aggregator == account).ToListAsync(cancellation);
        List<CreditRow> credits = await database.Credits.Where(row => row.Account == account)
            .OrderByDescending(row => row.Block).ThenByDescending(row => row.LogIndex).ToListAsync(cancellation);
        List<WithdrawalRow> withdrawals = await database.Withdrawals.Where(row => row.Account == account)
            .OrderByDescending(row => row.Block).ThenByDescending(row => row.LogIndex).ToListAsync(cancellation);
        List<Credit> credited = [.. credits.Select(row => row.ToView())];
        List<Withdrawal> withdrawn = [.. withdrawals.Select(row => row.ToView())];
        return new AccountDetails
        {
            Account = account,
            Training = [.. trained.Select(line => (line.ToView(), training[line.Project.Id].ToView()))],
            Owned = [.. owned.Select(line => line.ToView())],
            Aggregated = [.. aggregated.Select(line => line.ToView())],
            Credits = credited,
            Withdrawals = withdrawn,
            Balances = RowViews.Balances(credited, withdrawn),
        };
    }

    public static async Task<MarketTotals> ReadTotalsAsync(MarketDatabase database, CancellationToken cancellation)
    {
        var statuses = await database.Projects.GroupBy(row => row.Status)
            .Select(group => new { Status = group.Key, Count = group.Count(), Settled = group.Sum(row => row.SettledRounds) })
            .ToListAsync(cancellation);
        var paid = await database.Projects.Where(row => row.Paid != BigInteger.Zero).Select(row => new { row.Token, row.Paid }).ToListAsync(cancellation);
        return new MarketTotals(
            statuses.Sum(status => status.Count),
            statuses.Where(status => status.Status == ProjectStatus.Running).Sum(status => status.Count),
            statuses.Where(status => status.Status == ProjectStatus.Open).Sum(status => status.Count),
            statuses.Sum(status => status.Settled),
            await database.Participations.Select(row => row.Trainer).Distinct().CountAsync(cancellation),
            paid.GroupBy(project => project.Token, project => project.Paid)
                .ToDictionary(token => token.Key, token => token.Aggregate((sum, amount) => sum + amount)));
    }

    public static async Task<IReadOnlyList<ContentReference>> FindUnreadAsync(
        MarketDatabase database, IReadOnlyCollection<long>? projects, CancellationToken cancellation)
    {
        IQueryable<ContentRow> final = database.Contents.Where(content => content.IsFinal);
        var documents = await database.Projects
            .Where(row => (projects == null || projects.Contains(row.Id)) && !final.Any(content => content.Kind == ContentKind.Document && content.Cid == row.Document))
            .Select(row => new { row.Id, Cid = row.Document }).ToListAsync(cancellation);
        var reports = await database.Rounds
            .Where(row => (projects == null || projects.Contains(row.Project)) && row.Report != null
                && !final.Any(content => content.Kind == ContentKind.Report && content.Cid == row.Report))
            .Select(row => new { Id = row.Project, Cid = row.Report!.Value }).ToListAsync(cancellation);
        return
        [
            .. documents.Select(row => new ContentReference(row.Id, ContentKind.Document, row.Cid)),
            .. reports.Select(row => new ContentReference(row.Id, ContentKind.Report, row.Cid)),
        ];
    }

    private static IQueryable<ProjectLine> Lines(MarketDatabase database) =>
        from project in database.Projects
        from document in database.Contents
            .Where(content => content.Kind == ContentKind.Document && content.Cid == project.Document).DefaultIfEmpty()
        select new ProjectLine
        {
            Project = project,
            Document = document,
            Accuracy = database.Rounds
                .Where(round => round.Project == project.Id)
                .Join(
                    database.Contents.Where(content => content.Kind == ContentKind.Report && content.RootLoss != null),
                    round => round.Report,
                    content => content.Cid,
                    (round, report) => new { round.Index, Accuracy = report.TestAccuracy ?? report.RootAccuracy })
                .OrderByDescending(report => report.Index)
                .Select(report => report.Accuracy)
                .FirstOrDefault(),
        };

    private static IQueryable<ProjectLine> Search(IQueryable<ProjectLine> lines, ProjectSearch? search)
    {
        if (search is null)
            return lines;
        (string folded, string? id, string? account) = (search.Folded, search.Id, search.Account);
        return lines.Where(line =>
            line.Document!.TitleKey!.Contains(folded)
            || id != null && line.Project.Id.ToString().Contains(id)
            || account != null && (MarketDatabase.Encode(line.Project.Owner, "hex").StartsWith(account)
                || MarketDatabase.Encode(line.Project.Aggregator, "hex").StartsWith(account)
                || MarketDatabase.Encode(line.Project.Token, "hex").StartsWith(account)));
    }

    private static IQueryable<ProjectLine> Sort(IQueryable<ProjectLine> lines, ProjectQuery query) => query.Order switch
    {
        ProjectOrder.Title => Sort(lines.OrderBy(line => line.Document!.TitleKey == null), line => line.Document!.TitleKey, query),
        ProjectOrder.Accuracy => Sort(lines.OrderBy(line => line.Accuracy == null), line => line.Accuracy, query),
        ProjectOrder.Bounty => Sort(lines.OrderBy(line => 0), line => line.Project.Bounty, query),
        ProjectOrder.Remaining => Sort(lines.OrderBy(line => 0), line => line.Project.Remaining, query),
        ProjectOrder.Rounds => Sort(lines.OrderBy(line => 0), line => line.Project.Rounds, query),
        ProjectOrder.Trainers => Sort(lines.OrderBy(line => 0), line => line.Project.Trainers, query),
        _ => query.Descending ? lines.OrderByDescending(line => line.Project.Id) : lines.OrderBy(line => line.Project.Id),
    };

    private static IOrderedQueryable<ProjectLine> Sort<TKey>(
        IOrderedQueryable<ProjectLine> lines, Expression<Func<ProjectLine, TKey>> key, ProjectQuery query) =>
        (query.Descending ? lines.ThenByDescending(key) : lines.ThenBy(key)).ThenByDescending(line => line.Project.Id);

    /// <summary>A project and what its summary takes from elsewhere.</summary>
    private sealed class ProjectLine
    {
        public required ProjectRow Project { get; init; }

        public ContentRow? Document { get; init; }

        public double? Accuracy { get; init; }

        public ProjectSummary ToView() => Project.ToView(Document, Accuracy);
    }
}
