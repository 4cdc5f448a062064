using Marketplace.Protocol.Disputes;
using Marketplace.ReadModel.Projection;
using Marketplace.ReadModel.Tables;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.ReadModel.Queries;

/// <summary>What is asked of the tables about claims, within the caller's snapshot.</summary>
internal static class ClaimQueries
{
    /// <summary>Anybody can show evidence at any length; a page has so many.</summary>
    private const int MaxEvidence = 50;

    public static async Task<ClaimPage> FindAsync(MarketTables tables, ClaimQuery query, CancellationToken cancellationToken)
    {
        IQueryable<ClaimSummary> found = tables.Claims.Where(row => !query.OnlyOpen || row.Stage != ClaimStage.Concluded);
        IQueryable<ClaimSummary> page = OpenFirst(found).Skip(Math.Max(query.Skip, 0)).Take(Math.Max(query.Take, 0));
        return new ClaimPage(await found.CountAsync(cancellationToken), await ReadAsync(tables, page, cancellationToken));
    }

    public static async Task<ClaimDetails?> FindAsync(MarketTables tables, long id, CancellationToken cancellationToken)
    {
        if ((await ReadAsync(tables, tables.Claims.Where(row => row.Id == id), cancellationToken)).SingleOrDefault() is not { } claim)
            return null;
        // Strangers cannot crowd out those whom it is about.
        List<EvidenceRow> evidence = await tables.Evidence.Where(row => row.Claim == id)
            .OrderByDescending(row => row.Party == claim.Trainer || row.Party == claim.Defender)
            .ThenBy(row => row.Block).ThenBy(row => row.LogIndex)
            .Take(MaxEvidence).ToListAsync(cancellationToken);
        return new ClaimDetails
        {
            Summary = claim,
            Project = await MarketQueries.ReadSummaryAsync(tables, claim.Project, cancellationToken),
            Evidence = [.. evidence.OrderBy(row => row.Block).ThenBy(row => row.LogIndex).Select(row => row.ToView())],
        };
    }

    /// <summary>Claims with their projects' titles; open ones first, then the newest.</summary>
    public static async Task<IReadOnlyList<ClaimSummary>> ReadAsync(
        MarketTables tables, IQueryable<ClaimSummary> claims, CancellationToken cancellationToken)
    {
        var found = await OpenFirst(claims)
            .Select(claim => new
            {
                Claim = claim,
                Title = tables.Projects.Where(project => project.Id == claim.Project)
                    .Join(
                        tables.Contents.Where(content => content.Kind == ContentKind.Document),
                        project => project.Document,
                        content => content.Cid,
                        (project, content) => content.Title)
                    .FirstOrDefault(),
            })
            .ToListAsync(cancellationToken);
        return [.. found.Select(line => line.Claim with { Title = line.Title })];
    }

    private static IQueryable<ClaimSummary> OpenFirst(IQueryable<ClaimSummary> claims) =>
        claims.OrderBy(row => row.Stage == ClaimStage.Concluded).ThenByDescending(row => row.Id);
}
