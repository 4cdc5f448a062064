using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Contracts;
using Marketplace.Protocol.Cohorts;
using Marketplace.Protocol.Markets;
using Marketplace.ReadModel.Stores;
using Marketplace.Testing.Markets.Synthetic;

namespace Marketplace.ReadModel.Tests;

/// <summary>What concerned accounts, against what the chain and the other answers say.</summary>
public abstract partial class StoreTests
{
    [Fact]
    public async Task An_account_reads_what_concerned_it_in_pages_newest_first()
    {
        await using MarketStore store = await OpenAsync(Market);
        SyntheticHistory history = await FilledAsync(store);
        Address busiest = history.Market.Projects.GroupBy(project => project.Terms.Aggregator).MaxBy(projects => projects.Count())!.Key;
        IReadOnlyList<AccountEvent> all = await EventsOfAsync(store, busiest);
        Assert.True(all.Count > 10, $"{all.Count} events fill no pages");
        Assert.Equal(all.OrderByDescending(e => e.At.Block).ThenByDescending(e => e.LogIndex).ThenBy(e => $"{e.Kind}", StringComparer.Ordinal), all);
        List<AccountEvent> paged = [];
        for (int skip = 0; skip < all.Count; skip += 3)
        {
            AccountEventPage page = await store.ReadAccountEventsAsync(new AccountEventQuery(busiest, skip, 3), Cancellation);
            Assert.Equal(all.Count, page.Total);
            paged.AddRange(page.Events);
        }
        Assert.Equal(all, paged);
        Assert.InRange((await store.ReadAccountEventsAsync(new AccountEventQuery(busiest, Take: int.MaxValue), Cancellation)).Events.Count, 0, 100);
        Assert.Empty((await store.ReadAccountEventsAsync(new AccountEventQuery(busiest, Take: -1), Cancellation)).Events);
        Assert.Equal(0, (await store.ReadAccountEventsAsync(new AccountEventQuery(SyntheticMarket.AccountOf("nobody")), Cancellation)).Total);
    }

    private static async Task<IReadOnlyList<AccountEvent>> EventsOfAsync(MarketStore store, Address account)
    {
        List<AccountEvent> events = [];
        AccountEventPage page;
        do
        {
            page = await store.ReadAccountEventsAsync(new AccountEventQuery(account, events.Count, 100), Cancellation);
            events.AddRange(page.Events);
        }
        while (page.Events.Count > 0);
        Assert.Equal(page.Total, events.Count);
        return events;
    }

    /// <summary>Whether every account hears of all that concerned it, and of nothing else.</summary>
    private static async Task AssertAccountEventsHoldAsync(MarketStore store, SyntheticHistory history)
    {
        Dictionary<Address, int> seats = [];
        foreach (SyntheticProject project in history.Market.Projects)
        {
            var past = new ProjectHistory(project.Id);
            foreach (IContractEvent @event in await store.ReadEventsAsync(project.Id, Cancellation))
            {
                past.Apply(@event);
                if (@event is not MarketEvents.RoundOpened opened)
                    continue;
                byte[] seed = Bytes32.FromBigInteger(opened.CohortSeed).ToArray();
                foreach (Address trainer in past.Trainers.Where((_, k) => Cohort.SeatOf(seed, past.Trainers.Count, k) < Cohort.Seats))
                    seats[trainer] = seats.GetValueOrDefault(trainer) + 1;
            }
        }
        IEnumerable<Address> accounts = history.Market.Projects
            .SelectMany(project => project.Trainers.Append(project.Owner).Append(project.Terms.Aggregator)).Distinct();
        foreach (Address account in accounts)
        {
            IReadOnlyList<AccountEvent> events = await EventsOfAsync(store, account);
            AccountDetails details = await store.ReadAccountAsync(account, Cancellation);
            Assert.All(events, e => Assert.Equal(account, e.Account));
            Assert.Equal(
                details.Credits.Select(credit => (credit.At, (long?)credit.Project, credit.Amount, credit.Reason)),
                Of(AccountEventKind.Credited).Select(e => (e.At, e.Project, e.Amount!.Value, e.Reason!.Value)));
            Assert.Equal(
                details.Withdrawals.Select(withdrawal => (withdrawal.At, withdrawal.Amount, withdrawal.Receiver)),
                Of(AccountEventKind.Withdrawn).Select(e => (e.At, e.Amount!.Value, e.Receiver!.Value)));
            Assert.Equal(details.Owned.Select(project => project.Id).Order(), Of(AccountEventKind.Posted).Select(e => e.Project!.Value).Order());
            Assert.Equal(details.Aggregated.Select(project => project.Id).Order(), Of(AccountEventKind.Named).Select(e => e.Project!.Value).Order());
            Assert.Equal(details.Training.Count, Count(AccountEventKind.Joined) - Count(AccountEventKind.Left));
            Assert.Equal(details.Training.Sum(part => part.Participation.Absent), Count(AccountEventKind.RoundMissed));
            Assert.Equal(seats.GetValueOrDefault(account), Count(AccountEventKind.RoundAwaits));
            Assert.Equal(
                details.Training.Sum(part => part.Participation.Dropped),
                Count(AccountEventKind.UpdateDropped) + Count(AccountEventKind.UpdateInvalid)
                    + Of(AccountEventKind.UpdateExcluded).Count(e => e.IsClaimant));
            Assert.Equal(
                details.Claims.Where(claim => claim.Trainer == account && !claim.IsOpen).Select(claim => (claim.Id, claim.Verdict)).Order(),
                Of(AccountEventKind.ClaimConcluded).Where(e => e.IsClaimant).Select(e => (e.Claim!.Value, e.Verdict)).Order());
            Assert.Equal(
                details.Owned.Concat(details.Aggregated).DistinctBy(project => project.Id).Sum(project => project.SettledRounds),
                Count(AccountEventKind.RoundSettled) + Count(AccountEventKind.RoundEmpty));
            Assert.All(Of(AccountEventKind.Credited).Where(e => e.Round is not null), e => Assert.Equal(CreditReason.Compensation, e.Reason));
            BigInteger rewards = Of(AccountEventKind.Earned).Aggregate(BigInteger.Zero, (sum, e) => sum + e.Amount!.Value);
            Assert.Equal(
                history.Market.Projects.Aggregate(BigInteger.Zero, (sum, project) => sum + project.Earned.GetValueOrDefault(account)), rewards);

            IEnumerable<AccountEvent> Of(AccountEventKind kind) => events.Where(e => e.Kind == kind);

            int Count(AccountEventKind kind) => events.Count(e => e.Kind == kind);
        }
    }
}
