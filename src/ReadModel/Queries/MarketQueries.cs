using System.Linq.Expressions;
using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Protocol.Markets;
using Marketplace.ReadModel.Projection;
using Marketplace.ReadModel.Tables;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.ReadModel.Queries;

/// <summary>What is asked of the tables, within the caller's snapshot.</summary>
internal static class MarketQueries
{
    /// <summary>Projects' events in the order of the chain.</summary>
    public static IQueryable<EventRow> EventsOf(MarketTables tables, IReadOnlyCollection<long> projects) => tables.Events
        .Where(row => row.Project != null && projects.Contains(row.Project.Value))
        .OrderBy(row => row.Block).ThenBy(row => row.LogIndex);

    public static async Task<ProjectPage> FindProjectsAsync(MarketTables tables, ProjectQuery query, CancellationToken cancellationToken)
    {
        IQueryable<ProjectLine> found = Search(Lines(tables), ProjectSearch.Of(query.Search));
        if (query.Statuses is { Count: > 0 } statuses)
            found = found.Where(line => statuses.Contains(line.Project.Status));
        if (query.Tag is { } tag)
            found = found.Where(line => line.Document!.TagList!.Contains(ContentRow.Enclose(tag)));
        if (query.DataKind is { } kind)
            found = found.Where(line => line.Document!.DataKind == kind);
        List<ProjectLine> page = await Sort(found, query)
            .Skip(Math.Max(query.Skip, 0)).Take(Math.Max(query.Take, 0)).ToListAsync(cancellationToken);
        return new ProjectPage(await found.CountAsync(cancellationToken), [.. page.Select(line => line.ToView())])
        {
            Accuracies = await ReadAccuraciesAsync(tables, [.. page.Select(line => line.Project.Id)], cancellationToken),
            Aggregators = await StandingQueries.ReadAggregatorsAsync(
                tables, [.. page.Select(line => line.Project.Aggregator).Distinct()], cancellationToken),
        };
    }

    private static async Task<IReadOnlyDictionary<long, IReadOnlyList<double>>> ReadAccuraciesAsync(
        MarketTables tables, long[] projects, CancellationToken cancellationToken)
    {
        var accuracies = await tables.Rounds.Where(round => projects.Contains(round.Project))
            .Join(
                tables.Contents.Where(content => content.Kind == ContentKind.Report),
                round => round.Report,
                content => content.Cid,
                (round, report) => new { round.Project, round.Index, Accuracy = report.TestAccuracy ?? report.RootAccuracy })
            .Where(row => row.Accuracy != null)
            .OrderBy(row => row.Project).ThenBy(row => row.Index)
            .ToListAsync(cancellationToken);
        return accuracies.GroupBy(row => row.Project, row => row.Accuracy!.Value)
            .ToDictionary(project => project.Key, IReadOnlyList<double> (project) => [.. project]);
    }

    public static async Task<ProjectDetails?> FindProjectAsync(MarketTables tables, long id, CancellationToken cancellationToken)
    {
        if (await Lines(tables).SingleOrDefaultAsync(line => line.Project.Id == id, cancellationToken) is not { } line)
            return null;
        EventRow created = await EventsOf(tables, [id]).FirstAsync(cancellationToken);
        var rounds = await tables.Rounds.Where(round => round.Project == id).OrderBy(round => round.Index)
            .Select(round => new
            {
                Row = round,
                Report = tables.Contents.FirstOrDefault(content => content.Kind == ContentKind.Report && content.Cid == round.Report),
            })
            .ToListAsync(cancellationToken);
        var opening = (MarketEvents.ProjectCreated)created.ToEvent().Event;
        return new ProjectDetails
        {
            Summary = line.ToView(),
            Terms = opening.Terms,
            RewardWeights = opening.RewardWeights,
            Rounds = [.. rounds.Select(round => round.Row with { Metrics = round.Report?.Metrics })],
            Trainers = await tables.Participations.Where(row => row.Project == id && !row.HasLeft)
                .OrderBy(row => row.Index)
                .ToListAsync(cancellationToken),
            Submissions = await tables.Submissions.Where(row => row.Project == id)
                .OrderBy(row => row.Round).ThenBy(row => row.Seat).ToListAsync(cancellationToken),
            Claims = await ClaimQueries.ReadAsync(tables, tables.Claims.Where(row => row.Project == id), cancellationToken),
        };
    }

    /// <summary>A project that is there, as one line.</summary>
    public static async Task<ProjectSummary> ReadSummaryAsync(MarketTables tables, long id, CancellationToken cancellationToken) =>
        (await Lines(tables).SingleAsync(line => line.Project.Id == id, cancellationToken)).ToView();

    public static async Task<IReadOnlyList<IContractEvent>> ReadEventsAsync(
        MarketTables tables, long project, Address market, CancellationToken cancellationToken) =>
        [
            .. (await EventsOf(tables, [project]).Where(row => row.Contract == market).ToListAsync(cancellationToken))
                .Select(row => row.ToEvent().Event),
        ];

    public static async Task<AccountDetails> ReadAccountAsync(MarketTables tables, Address account, CancellationToken cancellationToken)
    {
        IQueryable<ProjectLine> lines = Lines(tables).OrderByDescending(line => line.Project.Id);
        Dictionary<long, Participation> training = await tables.Participations.Where(row => row.Trainer == account && !row.HasLeft)
            .ToDictionaryAsync(row => row.Project, cancellationToken);
        List<ProjectLine> trained = await lines
            .Where(line => tables.Participations.Any(row => row.Trainer == account && !row.HasLeft && row.Project == line.Project.Id))
            .ToListAsync(cancellationToken);
        List<ProjectLine> owned = await lines.Where(line => line.Project.Owner == account).ToListAsync(cancellationToken);
        List<ProjectLine> aggregated = await lines.Where(line => line.Project.Aggregator == account).ToListAsync(cancellationToken);
        List<CreditRow> credits = await tables.Credits.Where(row => row.Account == account)
            .OrderByDescending(row => row.Block).ThenByDescending(row => row.LogIndex).ToListAsync(cancellationToken);
        // Rewards of settled rounds are earned before they are credited.
        List<AccountEventRow> rewards = await tables.AccountEvents.Where(row => row.Account == account && row.Kind == AccountEventKind.Earned)
            .ToListAsync(cancellationToken);
        List<WithdrawalRow> withdrawals = await tables.Withdrawals.Where(row => row.Account == account)
            .OrderByDescending(row => row.Block).ThenByDescending(row => row.LogIndex).ToListAsync(cancellationToken);
        List<Credit> credited = [.. credits.Select(row => row.ToView())];
        List<Withdrawal> withdrawn = [.. withdrawals.Select(row => row.ToView())];
        return new AccountDetails
        {
            Account = account,
            Training = [.. trained.Select(line => (line.ToView(), training[line.Project.Id]))],
            Owned = [.. owned.Select(line => line.ToView())],
            Aggregated = [.. aggregated.Select(line => line.ToView())],
            AsAggregator = (await StandingQueries.ReadAggregatorsAsync(tables, [account], cancellationToken)).GetValueOrDefault(account),
            Claims = await ClaimQueries.ReadAsync(
                tables, tables.Claims.Where(row => row.Trainer == account || row.Defender == account), cancellationToken),
            Earnings =
            [
                .. credits.Where(row => !row.Earned.IsZero).Select(row => row.ToEarning()).Concat(rewards.Select(row => row.ToEarning()))
                    .OrderByDescending(earning => earning.At.Block),
            ],
            Credits = credited,
            Withdrawals = withdrawn,
            Balances = RowViews.Balances(credited, withdrawn),
        };
    }

    public static async Task<MarketTotals> ReadTotalsAsync(MarketTables tables, CancellationToken cancellationToken)
    {
        var statuses = await tables.Projects.GroupBy(row => row.Status)
            .Select(group => new { Status = group.Key, Count = group.Count(), Settled = group.Sum(row => row.SettledRounds) })
            .ToListAsync(cancellationToken);
        var paid = await tables.Projects.Where(row => row.Paid != BigInteger.Zero)
            .Select(row => new { row.Token, row.Paid }).ToListAsync(cancellationToken);
        return new MarketTotals(
            statuses.Sum(status => status.Count),
            statuses.Where(status => status.Status == ProjectStatus.Running).Sum(status => status.Count),
            statuses.Where(status => status.Status == ProjectStatus.Open).Sum(status => status.Count),
            statuses.Sum(status => status.Settled),
            await tables.Participations.Where(row => !row.HasLeft).Select(row => row.Trainer).Distinct().CountAsync(cancellationToken),
            paid.GroupBy(project => project.Token, project => project.Paid)
                .ToDictionary(token => token.Key, token => token.Aggregate((sum, amount) => sum + amount)));
    }

    public static async Task<IReadOnlyList<ContentReference>> FindUnreadAsync(
        MarketTables tables, IReadOnlyCollection<long>? projects, CancellationToken cancellationToken)
    {
        IQueryable<ProjectSummary> asked = tables.Projects.Where(row => projects == null || projects.Contains(row.Id));
        IQueryable<ContentRow> final = tables.Contents.Where(content => content.IsFinal);
        var documents = await asked
            .Where(row => !final.Any(content => content.Kind == ContentKind.Document && content.Cid == row.Document))
            .Select(row => new { row.Id, Cid = row.Document }).ToListAsync(cancellationToken);
        var reports = await asked
            .Join(tables.Rounds, project => project.Id, round => round.Project, (project, round) => round)
            .Where(row => row.Report != null && !final.Any(content => content.Kind == ContentKind.Report && content.Cid == row.Report))
            .Select(row => new { Id = row.Project, Cid = row.Report!.Value }).ToListAsync(cancellationToken);
        return
        [
            .. documents.Select(row => new ContentReference(row.Id, ContentKind.Document, row.Cid)),
            .. reports.Select(row => new ContentReference(row.Id, ContentKind.Report, row.Cid)),
        ];
    }

    public static Task<Cid?> FindReadDocumentAsync(MarketTables tables, CancellationToken cancellationToken) => tables.Projects
        .Where(row => tables.Contents.Any(content => content.Kind == ContentKind.Document && content.Cid == row.Document
            && content.IsFinal && content.Problem == null))
        .OrderByDescending(row => row.Id)
        .Select(row => (Cid?)row.Document)
        .FirstOrDefaultAsync(cancellationToken);

    private static IQueryable<ProjectLine> Lines(MarketTables tables) =>
        from project in tables.Projects
        from document in tables.Contents
            .Where(content => content.Kind == ContentKind.Document && content.Cid == project.Document).DefaultIfEmpty()
        select new ProjectLine
        {
            Project = project,
            Document = document,
            Accuracy = tables.Rounds
                .Where(round => round.Project == project.Id)
                .Join(
                    tables.Contents.Where(content => content.Kind == ContentKind.Report && content.RootLoss != null),
                    round => round.Report,
                    content => content.Cid,
                    (round, report) => new { round.Index, Accuracy = report.TestAccuracy ?? report.RootAccuracy })
                .OrderByDescending(report => report.Index)
                .Select(report => report.Accuracy)
                .FirstOrDefault(),
            Due = project.Status == ProjectStatus.Open
                ? project.JoinBy
                : project.OpenBy ?? tables.Rounds
                    .Where(round => round.Project == project.Id && round.Stage == RoundStage.Open)
                    .Select(round => round.SettleBy)
                    .FirstOrDefault(),
        };

    private static IQueryable<ProjectLine> Search(IQueryable<ProjectLine> lines, ProjectSearch? search)
    {
        if (search is null)
            return lines;
        (string folded, string? id, bool isAccount) = (search.Folded, search.Id, search.Accounts is not null);
        (Address first, Address last) = search.Accounts ?? default;
        return lines.Where(line =>
            line.Document!.TitleKey!.Contains(folded)
            || id != null && line.Project.Id.ToString().Contains(id)
            || isAccount && (line.Project.Owner.CompareTo(first) >= 0 && line.Project.Owner.CompareTo(last) <= 0
                || line.Project.Aggregator.CompareTo(first) >= 0 && line.Project.Aggregator.CompareTo(last) <= 0
                || line.Project.Token.CompareTo(first) >= 0 && line.Project.Token.CompareTo(last) <= 0));
    }

    private static IQueryable<ProjectLine> Sort(IQueryable<ProjectLine> lines, ProjectQuery query) => query.Order switch
    {
        ProjectOrder.Title => Sort(lines.OrderBy(line => line.Document!.TitleKey == null), line => line.Document!.TitleKey, query),
        ProjectOrder.Accuracy => Sort(lines.OrderBy(line => line.Accuracy == null), line => line.Accuracy, query),
        ProjectOrder.Due => Sort(lines.OrderBy(line => line.Due == null), line => line.Due, query),
        ProjectOrder.RoundReward => Sort(lines.OrderBy(line => 0), line => line.Project.RoundReward, query),
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
        public required ProjectSummary Project { get; init; }

        public ContentRow? Document { get; init; }

        public double? Accuracy { get; init; }

        public DateTimeOffset? Due { get; init; }

        public ProjectSummary ToView() => Project with
        {
            Title = Document?.Title,
            DocumentProblem = Document?.Problem,
            Tags = Document?.Tags ?? [],
            DataKind = Document?.DataKind,
            Accuracy = Accuracy,
            Due = Due,
        };
    }
}
