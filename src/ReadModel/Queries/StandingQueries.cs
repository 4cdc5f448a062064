using System.Linq.Expressions;
using System.Numerics;
using Marketplace.Chain;
using Marketplace.ReadModel.Tables;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.ReadModel.Queries;

/// <summary>How accounts have done over all projects, within the caller's snapshot.</summary>
internal static class StandingQueries
{
    public static async Task<TrainerRanking> FindTrainersAsync(MarketTables tables, TrainerQuery query, CancellationToken cancellationToken)
    {
        IQueryable<TrainerRow> all = tables.Participations.Where(row => !row.HasLeft)
            .GroupBy(row => row.Trainer)
            .Select(rows => new TrainerRow
            {
                Trainer = rows.Key,
                Projects = rows.Count(),
                Submitted = rows.Sum(row => row.Submitted),
                Kept = rows.Sum(row => row.Kept),
                Dropped = rows.Sum(row => row.Dropped),
                Absent = rows.Sum(row => row.Absent),
            });
        List<TrainerRow> page = await Sort(all, query).Skip(Math.Max(query.Skip, 0)).Take(Math.Max(query.Take, 0)).ToListAsync(cancellationToken);
        Address[] trainers = [.. page.Select(row => row.Trainer)];
        var earned = await tables.Participations.Where(row => !row.HasLeft && trainers.Contains(row.Trainer))
            .Join(tables.Projects, row => row.Project, project => project.Id, (row, project) => new { row.Trainer, project.Token, row.Earned })
            .ToListAsync(cancellationToken);
        ILookup<Address, (Address Token, BigInteger Earned)> byTrainer = earned.ToLookup(row => row.Trainer, row => (row.Token, row.Earned));
        return new TrainerRanking(
            await all.CountAsync(cancellationToken),
            [
                .. page.Select(row => new TrainerStanding(
                    row.Trainer, row.Projects, row.Submitted, row.Kept, row.Dropped, row.Absent, Sums.ByToken(byTrainer[row.Trainer]))),
            ]);
    }

    public static async Task<AggregatorRanking> FindAggregatorsAsync(
        MarketTables tables, AggregatorQuery query, CancellationToken cancellationToken)
    {
        var all = tables.Projects.GroupBy(row => row.Aggregator)
            .Select(rows => new { Aggregator = rows.Key, Settled = rows.Sum(row => row.SettledRounds) });
        List<Address> page = await all.OrderByDescending(row => row.Settled).ThenBy(row => row.Aggregator).Select(row => row.Aggregator)
            .Skip(Math.Max(query.Skip, 0)).Take(Math.Max(query.Take, 0)).ToListAsync(cancellationToken);
        IReadOnlyDictionary<Address, AggregatorStanding> standings = await ReadAggregatorsAsync(tables, page, cancellationToken);
        return new AggregatorRanking(await all.CountAsync(cancellationToken), [.. page.Select(account => standings[account])]);
    }

    /// <summary>Those of the accounts that a project names as its aggregator.</summary>
    public static async Task<IReadOnlyDictionary<Address, AggregatorStanding>> ReadAggregatorsAsync(
        MarketTables tables, IReadOnlyCollection<Address> accounts, CancellationToken cancellationToken)
    {
        IQueryable<ProjectSummary> projects = tables.Projects.Where(row => accounts.Contains(row.Aggregator));
        var counts = await projects.GroupBy(row => row.Aggregator)
            .Select(rows => new
            {
                Aggregator = rows.Key,
                Projects = rows.Count(),
                Settled = rows.Sum(row => row.SettledRounds),
                Ended = rows.Sum(row => row.SettledRounds + row.ExpiredRounds),
            })
            .ToListAsync(cancellationToken);
        Dictionary<Address, int> empty = await CountAsync(
            tables.Rounds.Where(row => row.Stage == RoundStage.Settled && row.Paid == BigInteger.Zero).Select(row => row.Project));
        Dictionary<Address, int> failed = await CountAsync(
            tables.Rounds.Where(row => row.Stage == RoundStage.Failed).Select(row => row.Project));
        Dictionary<Address, int> contested = await CountAsync(
            tables.Claims.Where(row => row.Claimed != null).Select(row => row.Project));
        var bonds = await projects.Where(row => row.Bond != BigInteger.Zero)
            .Select(row => new { row.Aggregator, row.Token, row.Bond }).ToListAsync(cancellationToken);
        ILookup<Address, (Address Token, BigInteger Bond)> locked = bonds.ToLookup(row => row.Aggregator, row => (row.Token, row.Bond));
        return counts.ToDictionary(
            row => row.Aggregator,
            row => new AggregatorStanding(
                row.Aggregator,
                row.Projects,
                row.Settled,
                empty.GetValueOrDefault(row.Aggregator),
                row.Ended - row.Settled - failed.GetValueOrDefault(row.Aggregator),
                failed.GetValueOrDefault(row.Aggregator),
                contested.GetValueOrDefault(row.Aggregator),
                Sums.ByToken(locked[row.Aggregator])));

        Task<Dictionary<Address, int>> CountAsync(IQueryable<long> happened) => projects
            .Join(happened, project => project.Id, id => id, (project, id) => project.Aggregator)
            .GroupBy(aggregator => aggregator)
            .Select(rows => new { Aggregator = rows.Key, Count = rows.Count() })
            .ToDictionaryAsync(row => row.Aggregator, row => row.Count, cancellationToken);
    }

    private static IQueryable<TrainerRow> Sort(IQueryable<TrainerRow> rows, TrainerQuery query)
    {
        Expression<Func<TrainerRow, int>> key = query.Order switch
        {
            TrainerOrder.Submitted => row => row.Submitted,
            TrainerOrder.Dropped => row => row.Dropped,
            TrainerOrder.Absent => row => row.Absent,
            TrainerOrder.Projects => row => row.Projects,
            _ => row => row.Kept,
        };
        return (query.Descending ? rows.OrderByDescending(key) : rows.OrderBy(key)).ThenBy(row => row.Trainer);
    }

    /// <summary>What a database can add up of a trainer.</summary>
    private sealed class TrainerRow
    {
        public required Address Trainer { get; init; }

        public required int Projects { get; init; }

        public required int Submitted { get; init; }

        public required int Kept { get; init; }

        public required int Dropped { get; init; }

        public required int Absent { get; init; }
    }
}
