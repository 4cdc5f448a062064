using System.Numerics;
using Marketplace.Contracts;
using Marketplace.Chain;
using Marketplace.Protocol.Markets;
using Marketplace.ReadModel.Projection;
using Marketplace.ReadModel.Stores;

namespace Marketplace.ReadModel.Embedded;

/// <summary>What is asked of the rows in memory. Answers are copies.</summary>
internal static class EmbeddedQueries
{
    public static ProjectPage FindProjects(MarketTables tables, ProjectQuery query)
    {
        ProjectSearch? search = ProjectSearch.Of(query.Search);
        IEnumerable<ProjectTable> found = tables.Projects.Values.Where(table => Matches(tables, table.Project, query, search));
        // By newest first, so that a stable sort leaves ties in that order.
        List<ProjectTable> newest = [.. found.Reverse()];
        IEnumerable<ProjectTable> sorted = query.Order switch
        {
            ProjectOrder.Title => Sort(newest, table => TitleKey(tables, table.Project), query.Descending, StringComparer.Ordinal),
            ProjectOrder.Bounty => Sort(newest, table => (BigInteger?)table.Project.Bounty, query.Descending),
            ProjectOrder.Remaining => Sort(newest, table => (BigInteger?)table.Project.Remaining, query.Descending),
            ProjectOrder.Rounds => Sort(newest, table => (int?)table.Project.Rounds, query.Descending),
            ProjectOrder.Trainers => Sort(newest, table => (int?)table.Project.Trainers, query.Descending),
            ProjectOrder.Accuracy => Sort(newest, table => Accuracy(tables, table), query.Descending),
            _ => query.Descending ? newest : Enumerable.Reverse(newest),
        };
        return new ProjectPage(
            newest.Count, [.. sorted.Skip(Math.Max(query.Skip, 0)).Take(Math.Max(query.Take, 0)).Select(table => Summary(tables, table))]);
    }

    /// <param name="read">Reads an event from the journal.</param>
    public static ProjectDetails? FindProject(MarketTables tables, long id, Func<EventPlace, MarketEvent> read)
    {
        if (!tables.Projects.TryGetValue(id, out ProjectTable? table))
            return null;
        return table.Project.ToView(
            Summary(tables, table),
            (MarketEvents.ProjectCreated)read(table.Events[0]).Event,
            table.Rounds.Select(round => round.ToView(tables.Content(ContentKind.Report, round.Report)?.Metrics)),
            table.Rows.Trainers.Values,
            table.Submissions.SelectMany(round => round.Values));
    }

    public static AccountDetails ReadAccount(MarketTables tables, Address account)
    {
        AccountTable own = tables.Accounts.GetValueOrDefault(account) ?? new AccountTable();
        List<Credit> credits =
        [
            .. own.Credits.Values.SelectMany(credits => credits)
                .OrderByDescending(credit => (credit.Block, credit.LogIndex)).Select(credit => credit.ToView()),
        ];
        List<Withdrawal> withdrawals = [.. Enumerable.Reverse(own.Withdrawals).Select(withdrawal => withdrawal.ToView())];
        return new AccountDetails
        {
            Account = account,
            Training = [.. Newest(own.Training).Select(table => (Summary(tables, table), table.Rows.Trainers[account].ToView()))],
            Owned = [.. Newest(own.Owned).Select(table => Summary(tables, table))],
            Aggregated = [.. Newest(own.Aggregated).Select(table => Summary(tables, table))],
            Credits = credits,
            Withdrawals = withdrawals,
            Balances = RowViews.Balances(credits, withdrawals),
        };
        IEnumerable<ProjectTable> Newest(IEnumerable<long> ids) => ids.OrderDescending().Select(id => tables.Projects[id]);
    }

    public static MarketTotals ReadTotals(MarketTables tables)
    {
        List<ProjectRow> projects = [.. tables.Projects.Values.Select(table => table.Project)];
        return new MarketTotals(
            projects.Count,
            projects.Count(project => project.Status == ProjectStatus.Running),
            projects.Count(project => project.Status == ProjectStatus.Open),
            projects.Sum(project => project.SettledRounds),
            tables.Accounts.Values.Count(account => account.Training.Count > 0),
            projects.Where(project => !project.Paid.IsZero).GroupBy(project => project.Token, project => project.Paid)
                .ToDictionary(token => token.Key, token => token.Aggregate((sum, paid) => sum + paid)));
    }

    public static IReadOnlyList<ContentReference> FindUnread(MarketTables tables, IReadOnlyCollection<long>? projects)
    {
        IEnumerable<ProjectTable> asked = projects is null
            ? tables.Projects.Values
            : projects.Where(tables.Projects.ContainsKey).Select(id => tables.Projects[id]);
        return [.. asked.SelectMany(References).Where(reference => tables.Content(reference.Kind, reference.Cid) is not { IsFinal: true })];
    }

    private static IEnumerable<ContentReference> References(ProjectTable table) => table.Rounds
        .Where(round => round.Report is not null)
        .Select(round => new ContentReference(round.Project, ContentKind.Report, round.Report!.Value))
        .Prepend(new ContentReference(table.Project.Id, ContentKind.Document, table.Project.Document));

    private static bool Matches(MarketTables tables, ProjectRow project, ProjectQuery query, ProjectSearch? search) =>
        (query.Statuses is not { Count: > 0 } || query.Statuses.Contains(project.Status))
        && (search is null || search.Matches(project.Id, TitleKey(tables, project), project.Owner, project.Aggregator, project.Token));

    private static string? TitleKey(MarketTables tables, ProjectRow project) => tables.Content(ContentKind.Document, project.Document)?.TitleKey;

    private static ProjectSummary Summary(MarketTables tables, ProjectTable table) =>
        table.Project.ToView(tables.Content(ContentKind.Document, table.Project.Document), Accuracy(tables, table));

    private static double? Accuracy(MarketTables tables, ProjectTable table) => Enumerable.Reverse(table.Rounds)
        .Select(round => tables.Content(ContentKind.Report, round.Report)?.Metrics)
        .FirstOrDefault(metrics => metrics is not null)?.Accuracy();

    /// <summary>Stable; what lacks the key comes last in both directions.</summary>
    private static IEnumerable<ProjectTable> Sort<TKey>(
        List<ProjectTable> newest, Func<ProjectTable, TKey?> key, bool isDescending, IComparer<TKey>? comparer = null)
    {
        var keyed = newest.Select(table => (Table: table, Key: key(table))).ToList();
        comparer ??= Comparer<TKey>.Default;
        var having = keyed.Where(entry => entry.Key is not null);
        return (isDescending ? having.OrderByDescending(entry => entry.Key!, comparer) : having.OrderBy(entry => entry.Key!, comparer))
            .Concat(keyed.Where(entry => entry.Key is null))
            .Select(entry => entry.Table);
    }
}
