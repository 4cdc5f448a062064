using Marketplace.ReadModel.Projection;
using Marketplace.ReadModel.Tables;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.ReadModel.Queries;

/// <summary>What is asked of the tables about what concerned an account, within the caller's snapshot.</summary>
internal static class AccountEventQueries
{
    private const int MaxTaken = 100;

    public static async Task<AccountEventPage> ReadAsync(MarketTables tables, AccountEventQuery query, CancellationToken cancellationToken)
    {
        IQueryable<AccountEventRow> all = tables.AccountEvents.Where(row => row.Account == query.Account);
        // Of one event of the chain an account hears first what became of the round, then what that is to its update.
        List<AccountEventRow> page = await all
            .OrderByDescending(row => row.Block).ThenByDescending(row => row.LogIndex).ThenBy(row => row.Kind)
            .Skip(Math.Max(query.Skip, 0)).Take(Math.Clamp(query.Take, 0, MaxTaken))
            .ToListAsync(cancellationToken);
        return new AccountEventPage(await all.CountAsync(cancellationToken), [.. page.Select(row => row.ToView())]);
    }
}
