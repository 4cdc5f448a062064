using System.Text.Json;
using Marketplace.Chain;
using Marketplace.Contracts;
using Marketplace.Protocol.Markets;
using Marketplace.Testing.Markets;
using Marketplace.Testing.Markets.Programs;
using Marketplace.Testing.Programs;

namespace Marketplace.EndToEnd.Tests;

/// <summary>
/// Programs are killed by SIGKILL at chosen points and started again by the same command; the project must end as it does
/// undisturbed: same payouts, same final model, same number of transactions of every account, one submission of each trainer a round.
/// </summary>
/// <remarks>
/// The points, in the order in which one run reaches them. All were tried with the result that the project ended the same; the
/// table of docs/resilience.md is made from this one.
/// <code>
/// program     point                                                  what a restart finds
/// owner       just started                                           nothing
///             create: prepared, not signed                           document and weights in the store
///             create: journaled, not broadcast                       the transaction in the journal; sends it
///             create: broadcast, not answered                        the transaction in the journal, mined; prints its project
///             withdraw: prepared · journaled · broadcast             as for create; the last finds nothing to withdraw
/// trainer     just started                                           nothing
///             join: prepared · journaled · broadcast                 the stake is paid once
///             the project's state was read (waiting for the start)   its membership on chain
///             training a round                                       an open round that waits for it; trains again, to the same bytes
///             submit: prepared · journaled · broadcast · receipt     its update in the store, its seat on chain; never a second submission
///             returnStake: prepared · journaled · broadcast          its stake on chain
///             withdraw: prepared · journaled · broadcast             its balance on chain
/// aggregator  just started                                           nothing
///             postBond: prepared · journaled · broadcast             the bond on chain
///             start: prepared · journaled · broadcast                the project's status
///             the reference is stored, openRound not asked for       the reference in its store
///             openRound: prepared · journaled · broadcast · receipt  the round, and its reference in the store
///             UpdateSubmitted read (opening updates)                 the submissions on chain, the updates in the store
///             TrainingEnded read (opening, proving)                  a round to settle
///             settle: prepared · journaled · broadcast · receipt     the settlement in the journal or on chain
///             returnBond: prepared · journaled · broadcast           the bond on chain
///             withdraw: prepared · journaled · broadcast             its balance on chain
/// </code>
/// </remarks>
public sealed class KillPointTests(SmallMarketFixture market, ITestOutputHelper output)
{
    private const int Undisturbed = SmallMarketRun.FirstTrainer + 1;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private static readonly ProjectFiles Files = new("Digits", SmallMarketRun.TermsOf(SmallMarketRun.FirstTrainer, Undisturbed) with
    {
        Payment = new("3", AggregatorFee: "0.3", TrainerStake: "0.1"),
        Rounds = 3,
    });

    private static string[]? _undisturbed;

    [Fact]
    public async Task Owner_ends_the_same_wherever_it_is_killed()
    {
        string[] expected = await UndisturbedAsync();
        await using SmallMarketRun run = await market.BeginAsync();
        string terms = run.WriteProject(Files);
        await KillAllAsync(
            run,
            rpc => run.Start(SmallMarketRun.Owner, "Marketplace", ["create", terms], rpc),
            [new(Moment.FirstRequest), .. Steps("create")]);
        Assert.Equal("1", await run.RunWellAsync(SmallMarketRun.Owner, "create", terms));

        MarketProgram[] programs =
            [run.StartAggregator(), run.StartTrainer(SmallMarketRun.FirstTrainer), run.StartTrainer(Undisturbed)];
        await SmallMarketRun.FinishAsync(programs);
        await KillAllAsync(run, rpc => run.Start(SmallMarketRun.Owner, "Marketplace", ["withdraw"], rpc), Steps("withdraw"));
        await run.RunWellAsync(SmallMarketRun.Owner, "withdraw");
        Assert.Equal(expected, await ReadEndingAsync(run));
    }

    [Fact]
    public async Task Trainer_ends_the_same_wherever_it_is_killed()
    {
        string[] expected = await UndisturbedAsync();
        await using SmallMarketRun run = await market.BeginAsync();
        await run.CreateAsync(Files);
        MarketProgram aggregator = run.StartAggregator();
        MarketProgram Begin(Uri rpc) => run.StartTrainer(SmallMarketRun.FirstTrainer, rpc: rpc);

        await KillAllAsync(run, Begin, [new(Moment.FirstRequest), .. Steps("join"), new(Moment.StateRead, "state")]);
        MarketProgram other = run.StartTrainer(Undisturbed);
        await KillWhileTrainingAsync(Begin);
        await KillAllAsync(
            run,
            Begin,
            [
                .. Steps("submit"),
                new(Moment.Broadcast, "submit"),
                new(Moment.Receipt, "submit"),
                .. Steps("returnStake"),
                .. Steps("withdraw"),
            ]);
        await SmallMarketRun.FinishAsync(run.StartTrainer(SmallMarketRun.FirstTrainer), other, aggregator);
        await run.RunWellAsync(SmallMarketRun.Owner, "withdraw");
        Assert.Equal(expected, await ReadEndingAsync(run));
    }

    [Fact]
    public async Task Aggregator_ends_the_same_wherever_it_is_killed()
    {
        string[] expected = await UndisturbedAsync();
        await using SmallMarketRun run = await market.BeginAsync();
        await run.CreateAsync(Files);
        MarketProgram Begin(Uri rpc) => run.StartAggregator(rpc);
        await KillAllAsync(run, Begin, [new(Moment.FirstRequest), .. Steps("postBond")]);
        MarketProgram[] trainers = [run.StartTrainer(SmallMarketRun.FirstTrainer), run.StartTrainer(Undisturbed)];
        await KillAllAsync(run, Begin, [.. Steps("start"), new(Moment.Stored, "update")]);
        string stored = Assert.Single(Directory.GetFiles(run.State, "*.update", SearchOption.AllDirectories));
        byte[] reference = await File.ReadAllBytesAsync(stored);
        Assert.Empty((await run.ReadAsync()).History.Rounds);
        await KillAllAsync(run, Begin, Steps("openRound"));
        // Sealed anew it would be other bytes, even were the update the same.
        Assert.Equal(reference, await File.ReadAllBytesAsync(stored));
        await KillAllAsync(
            run,
            Begin,
            [
                new(Moment.Event, "UpdateSubmitted"),
                new(Moment.Event, "TrainingEnded"),
                .. Steps("settle"),
                new(Moment.Broadcast, "openRound"),
                new(Moment.Broadcast, "settle"),
                new(Moment.Receipt, "openRound"),
                new(Moment.Receipt, "settle"),
                .. Steps("returnBond"),
                .. Steps("withdraw"),
            ]);
        await SmallMarketRun.FinishAsync([run.StartAggregator(), .. trainers]);
        await run.RunWellAsync(SmallMarketRun.Owner, "withdraw");
        Assert.Equal(expected, await ReadEndingAsync(run));
    }

    /// <summary>One transaction, killed at three points: the second try of it is journaled, the third is broadcast.</summary>
    private static IEnumerable<KillPoint> Steps(string function) =>
        [new(Moment.Estimate, function), new(Moment.Journaled, function), new(Moment.Broadcast, function)];

    private async Task<string[]> UndisturbedAsync()
    {
        if (_undisturbed is not null)
            return _undisturbed;
        await using SmallMarketRun run = await market.BeginAsync();
        Assert.Equal(1, await run.CreateAsync(Files));
        await SmallMarketRun.FinishAsync(
            run.StartAggregator(), run.StartTrainer(SmallMarketRun.FirstTrainer), run.StartTrainer(Undisturbed));
        await run.RunWellAsync(SmallMarketRun.Owner, "withdraw");
        string[] ending = await ReadEndingAsync(run);
        Assert.Contains("the project is Completed", ending);
        Assert.Contains("0 wei are left in the market", ending);
        Assert.Equal(2 * Files.Terms.Rounds, ending.Count(fact => fact.EndsWith("has submitted 1 times", StringComparison.Ordinal)));
        return _undisturbed = ending;
    }

    /// <summary>Starts a program once for each point and kills it there.</summary>
    private async Task KillAllAsync(SmallMarketRun run, Func<Uri, MarketProgram> start, IEnumerable<KillPoint> points)
    {
        foreach (KillPoint point in points)
        {
            await run.KillAtAsync(point, start);
            output.WriteLine($"killed: {point}");
        }
    }

    private async Task KillWhileTrainingAsync(Func<Uri, MarketProgram> start)
    {
        MarketProgram program = start(market.Node.Url);
        string line = await program.WaitForLineAsync(text => text.EndsWith(": training", StringComparison.Ordinal)).WaitAsync(Limit);
        program.Kill();
        await program.WaitAsync();
        output.WriteLine($"killed after '{line}'");
    }

    /// <summary>What a project came to, a fact a line.</summary>
    private static async Task<string[]> ReadEndingAsync(SmallMarketRun run)
    {
        var (history, events) = await run.ReadAsync();
        using MarketChain chain = await run.ConnectAsync();
        using JsonDocument audit = JsonDocument.Parse(await run.RunWellAsync(SmallMarketRun.Owner, "audit", "1", "--json"));
        List<string> facts =
        [
            $"the project is {history.Status}",
            $"its last model is {audit.RootElement.GetProperty("finalModel")}",
            $"{await chain.Client.GetBalanceAsync(chain.Address)} wei are left in the market",
        ];
        for (int party = SmallMarketRun.Owner; party <= Undisturbed; party++)
        {
            Address account = SmallMarket.AccountOf(party);
            facts.Add($"{account} has sent {await chain.Client.GetTransactionCountAsync(account)} transactions");
        }

        facts.AddRange(events.OfType<MarketEvents.UpdateSubmitted>()
            .GroupBy(e => $"{e.Trainer} in round {e.Round}")
            .Select(group => $"{group.Key} has submitted {group.Count()} times"));
        facts.AddRange(history.Rounds.SelectMany(round => round.Submissions
            .Zip(round.Settled!.Payouts, (submission, payout) => $"{submission.Trainer} in round {round.Index} earned {payout}")));
        return [.. facts.Order(StringComparer.Ordinal)];
    }
}
