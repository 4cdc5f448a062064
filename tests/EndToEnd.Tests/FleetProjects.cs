using System.Text.Json;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Contracts;
using Marketplace.Protocol.Markets;
using Marketplace.Testing;
using Marketplace.Testing.Markets;
using Marketplace.Testing.Programs;

namespace Marketplace.EndToEnd.Tests;

/// <summary>Projects of one account that some machines serve, and what they come to when one machine serves them.</summary>
/// <param name="market">Where they are.</param>
internal sealed class FleetProjects(SmallMarket market)
{
    public const int Count = 3;

    /// <summary>The party that trains for the first project alone.</summary>
    public const int First = Everywhere + 1;

    private const int Rounds = 3;

    /// <summary>Trains for all projects; for all but the first.</summary>
    private const int Everywhere = SmallMarketRun.FirstTrainer, Others = First + 1;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private static string[]? _alone;

    private static ProjectFiles FilesOf(int project) =>
        new($"Digits {project}", SmallMarketRun.TermsOf(Everywhere, project == 1 ? First : Others) with
        {
            Payment = new("3", AggregatorFee: "0.3", TrainerStake: "0.1"),
            Rounds = Rounds,
        });

    /// <summary>Posts them.</summary>
    public static async Task CreateAsync(SmallMarketRun run)
    {
        for (int project = 1; project <= Count; project++)
            Assert.Equal(project, await run.CreateAsync(FilesOf(project)));
    }

    /// <summary>The trainers that nothing happens to.</summary>
    public MarketProgram[] StartSteady(SmallMarketRun run)
    {
        return [Start(Everywhere, 1, 2, 3), Start(Others, 2, 3)];

        MarketProgram Start(int party, params IEnumerable<int> projects) => run.Start(
            party, "Trainer", ["run", "--poll", "0.2", .. projects.SelectMany(id => new[] { "--project", $"{id}={market.DataOf(party)}" })]);
    }

    /// <summary>Lets the projects come to their ends, and all money be paid out; then stops the fleet.</summary>
    public static async Task FinishAsync(SmallMarketRun run, FleetRun fleet, MarketProgram[] trainers)
    {
        await SmallMarketRun.FinishAsync(trainers);
        using MarketChain chain = await run.ConnectAsync();
        Address account = SmallMarket.AccountOf(SmallMarketRun.Aggregator);
        await Polling.WaitUntilAsync(
            async () => await chain.Contract.BalanceOfAsync(account, Address.Zero) == 0
                && (await Task.WhenAll(Enumerable.Range(1, Count).Select(id => chain.Contract.StateAsync(id)))).All(state => state.Bond.IsZero),
            Limit,
            () => fleet.Log);
        await fleet.StopAsync();
    }

    /// <summary>What they come to with one machine.</summary>
    public async Task<string[]> AloneAsync()
    {
        if (_alone is not null)
            return _alone;
        await using SmallMarketRun run = await market.BeginAsync();
        await CreateAsync(run);
        await SmallMarketRun.FinishAsync([run.StartAggregator(null, 1, 2, 3), .. StartSteady(run), run.StartTrainer(First)]);
        string[] ending = await ReadEndingAsync(run);
        Assert.Contains("0 wei are left in the market", ending);
        return _alone = ending;
    }

    /// <summary>What the projects came to, a fact a line.</summary>
    public static async Task<string[]> ReadEndingAsync(SmallMarketRun run)
    {
        await run.RunWellAsync(SmallMarketRun.Owner, "withdraw");
        using MarketChain chain = await run.ConnectAsync();
        Address aggregator = SmallMarket.AccountOf(SmallMarketRun.Aggregator);
        List<string> facts = [$"{await chain.Client.GetBalanceAsync(chain.Address)} wei are left in the market"];
        (List<IContractEvent> all, _, _) = await chain.ReadEventsAsync(new LogFilter(), chain.DeployedAt, CancellationToken.None);
        // Projects that end at the same time share a withdrawal or do not; all else that the account has sent is counted.
        int withdrawals = all.OfType<MarketEvents.Withdrawn>().Count(paid => paid.Account == aggregator);
        facts.Add($"the aggregator has sent {await chain.Client.GetTransactionCountAsync(aggregator) - (ulong)withdrawals} transactions beside them");
        for (int project = 1; project <= Count; project++)
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
