using System.Text.Json;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Contracts;
using Marketplace.Protocol.Markets;

namespace Marketplace.Testing.Markets.Programs;

/// <summary>What the projects 1 to n of a market came to, in words that two runs of the same projects can be compared by.</summary>
public static class ProjectEndings
{
    /// <summary>Waits until the aggregator has its bonds back and all that it is due.</summary>
    /// <param name="run">Whose market.</param>
    /// <param name="projects">How many; their trainers have finished.</param>
    /// <param name="limit">How long to wait.</param>
    /// <param name="describe">What is said when it came to nothing.</param>
    public static async Task WaitUntilPaidAsync(SmallMarketRun run, int projects, TimeSpan limit, Func<string> describe)
    {
        using MarketChain chain = await run.ConnectAsync();
        Address account = SmallMarket.AccountOf(SmallMarketRun.Aggregator);
        await Polling.WaitUntilAsync(
            async () => await chain.Contract.BalanceOfAsync(account, Address.Zero) == 0
                && (await Task.WhenAll(Enumerable.Range(1, projects).Select(id => chain.Contract.StateAsync(id)))).All(state => state.Bond.IsZero),
            limit,
            describe);
    }

    /// <summary>Withdraws what is the owner's, and reads the ending, audits included: a fact a line, in order.</summary>
    public static async Task<string[]> ReadAsync(SmallMarketRun run, int projects)
    {
        await run.RunWellAsync(SmallMarketRun.Owner, "withdraw");
        using MarketChain chain = await run.ConnectAsync();
        Address aggregator = SmallMarket.AccountOf(SmallMarketRun.Aggregator);
        List<string> facts = [$"{await chain.Client.GetBalanceAsync(chain.Address)} wei are left in the market"];
        (List<IContractEvent> all, _, _) = await chain.ReadEventsAsync(new LogFilter(), chain.DeployedAt, CancellationToken.None);
        // Projects that end at the same time share a withdrawal or do not; all else that the account has sent is counted.
        int withdrawals = all.OfType<MarketEvents.Withdrawn>().Count(paid => paid.Account == aggregator);
        facts.Add($"the aggregator has sent {await chain.Client.GetTransactionCountAsync(aggregator) - (ulong)withdrawals} transactions beside them");
        for (int project = 1; project <= projects; project++)
        {
            var (history, events) = await run.ReadAsync(project);
            using JsonDocument audit = JsonDocument.Parse(await run.RunWellAsync(SmallMarketRun.Owner, "audit", $"{project}", "--json"));
            facts.Add($"project {project} is {history.Status}, its last model is {audit.RootElement.GetProperty("finalModel")}");
            facts.AddRange(events.GroupBy(e => e.GetType().Name).Select(kind => $"project {project} has {kind.Count()} {kind.Key}"));
            facts.AddRange(history.Rounds.SelectMany(round => round.Submissions.Zip(
                round.Settled!.Payouts,
                (submission, payout) => $"{submission.Trainer} in round {round.Index} of project {project} earned {payout}")));
        }

        return [.. facts.Order(StringComparer.Ordinal)];
    }
}
