using System.Numerics;
using Marketplace.Chain;
using Marketplace.Contracts;
using Marketplace.Protocol.Markets;
using Marketplace.Testing.Markets;
using Marketplace.Testing.Markets.Programs;
using Marketplace.Testing.Programs;

namespace Marketplace.EndToEnd.Tests;

/// <summary>
/// Projects that are not the demo's: paid in a token, with uneven rewards, absent trainers, or an aggregator that goes silent.
/// </summary>
public sealed class ProjectTests(SmallMarketFixture market)
{
    /// <summary>The trainer that misses a round, and an account that has nothing to do with any project.</summary>
    private const int Absent = SmallMarketRun.FirstTrainer + 2, Anybody = 9;

    private static readonly TimeSpan BeyondDeadline = TimeSpan.FromMinutes(31);

    [Fact]
    public async Task One_trainer_process_serves_several_projects_and_outlasts_the_failure_of_one()
    {
        await using SmallMarketRun run = await market.BeginAsync();
        int[] trainers = [SmallMarketRun.FirstTrainer, SmallMarketRun.FirstTrainer + 1];
        Assert.Equal(1, await run.CreateAsync(new ProjectFiles("First", SmallMarketRun.TermsOf(trainers))));
        Assert.Equal(2, await run.CreateAsync(new ProjectFiles("Second", SmallMarketRun.TermsOf(trainers))));

        MarketProgram aggregator = run.StartAggregator(null, 1, 2);
        MarketProgram[] both =
        [
            .. trainers.Select(trainer => run.Start(
                trainer,
                "Trainer",
                [
                    "run", "--poll", "0.2", "--project", $"1={market.DataOf(trainer)}", $"2={market.DataOf(trainer + 2)}",
                    .. trainer == trainers[0] ? new[] { "--project", "99=nowhere" } : [],
                ])),
        ];
        await SmallMarketRun.FinishAsync(aggregator, both[1]);
        Assert.Equal(2, await both[0].WaitAsync());
        Assert.Contains("project 99: served no longer", both[0].Written, StringComparison.Ordinal);
        Assert.Contains("error: the market", both[0].Written, StringComparison.Ordinal);
        Assert.All(both, trainer => Assert.All(
            [(1, 1), (1, 2), (2, 1), (2, 2)],
            at => Assert.Matches($@"project {at.Item1}: round {at.Item2} of 2: (kept|outlier), paid [\d.]+ ETH\. [A-Z].+\.", trainer.Written)));
        for (int project = 1; project <= 2; project++)
        {
            ProjectHistory history = (await run.ReadAsync(project)).History;
            Assert.Equal(ProjectStatus.Completed, history.Status);
            Assert.All(history.Rounds, round => Assert.Equal(trainers.Length, round.Submissions.Count));
            await run.AssertAuditPassesAsync(project);
        }
    }

    [Fact]
    public async Task Token_projects_of_one_aggregator_pay_by_weight_and_charge_absence()
    {
        await using SmallMarketRun run = await market.BeginAsync();
        using MarketChain chain = await run.ConnectAsync();
        Address anybody = SmallMarket.AccountOf(Anybody);
        TestTokenContract token = new(chain.Client, await chain.Client.DeployAsync(anybody, TestTokenContract.Deploy()));
        BigInteger minted = Units.ParseEther("1000");
        for (int party = SmallMarketRun.Owner; party < Anybody; party++)
            await chain.Client.SendFromAsync(anybody, token.Mint(SmallMarket.AccountOf(party), minted));
        int[] weightedTrainers = [SmallMarketRun.FirstTrainer, SmallMarketRun.FirstTrainer + 1, Absent];
        ProjectFiles weighted = new("Weighted", SmallMarketRun.TermsOf(weightedTrainers) with
        {
            Payment = new("30", AggregatorFee: "1", TrainerStake: "2", Token: $"{token.Address}"),
            Rounds = 3,
            RewardWeights = [1, 2, 5],
            Tolerance = new(Absences: 0, AbsencePenaltyPercent: 50),
        });
        int[] secondTrainers = [SmallMarketRun.FirstTrainer + 3, SmallMarketRun.FirstTrainer + 4];
        ProjectFiles second = new("Second", SmallMarketRun.TermsOf(secondTrainers) with
        {
            Payment = new("7", TrainerStake: "1", Token: $"{token.Address}"),
        });
        Assert.Equal(1, await run.CreateAsync(weighted));
        Assert.Equal(2, await run.CreateAsync(second));

        List<MarketProgram> programs = [run.StartAggregator(null, 1, 2)];
        programs.AddRange(weightedTrainers.Where(trainer => trainer != Absent).Select(trainer => run.StartTrainer(trainer)));
        programs.AddRange(secondTrainers.Select(trainer => run.StartTrainer(trainer, project: 2)));
        await run.KillAtAsync(new KillPoint(Moment.Broadcast, "submit"), rpc => run.StartTrainer(Absent, rpc: rpc));
        await run.WaitUntilAsync(2, history => history.Status == ProjectStatus.Completed, programs);
        await run.WaitUntilAsync(1, history => history.Rounds is [_, { Submissions.Count: 2 }], programs);
        await market.Node.PassAsync(BeyondDeadline);
        programs.Add(run.StartTrainer(Absent));
        await SmallMarketRun.FinishAsync(programs);
        await run.RunWellAsync(SmallMarketRun.Owner, "withdraw", "--token", token.Address.ToString());

        await run.AssertAuditPassesAsync(1);
        await run.AssertAuditPassesAsync(2);
        ProjectHistory[] histories = [(await run.ReadAsync(1)).History, (await run.ReadAsync(2)).History];
        Assert.All(histories, history => Assert.Equal(ProjectStatus.Completed, history.Status));
        AssertWeightedRewards(histories[0]);
        for (int party = SmallMarketRun.Owner; party < Anybody; party++)
        {
            Address account = SmallMarket.AccountOf(party);
            BigInteger change = histories.Aggregate(BigInteger.Zero, (sum, history) => sum + ChangeOf(history, account));
            Assert.Equal(minted + change, await token.BalanceOfAsync(account));
        }

        // What absence has cost is burned: it stays in the contract, and nobody can withdraw it.
        Assert.Equal(histories[0].Credited(Address.Zero, CreditReason.ForfeitedStake), await token.BalanceOfAsync(chain.Address));
    }

    [Fact]
    public async Task Terms_are_posted_once_more_only_when_that_is_asked_for()
    {
        await using SmallMarketRun run = await market.BeginAsync();
        string terms = run.WriteProject(new ProjectFiles("Twice", SmallMarketRun.TermsOf(SmallMarketRun.FirstTrainer)));
        (int code, string output, string log) = await run.RunAsync(SmallMarketRun.Owner, "create", terms);
        Assert.Equal((0, "1"), (code, output));
        Assert.DoesNotContain("already", log, StringComparison.Ordinal);
        (code, output, log) = await run.RunAsync(SmallMarketRun.Owner, "create", terms);
        Assert.Equal((0, "1"), (code, output));
        Assert.Contains("posted these terms already, as project 1; nothing was sent. Give --again", log, StringComparison.Ordinal);
        Assert.Equal("2", await run.RunWellAsync(SmallMarketRun.Owner, "create", "--again", terms));
        Assert.Equal("1", await run.RunWellAsync(SmallMarketRun.Owner, "create", terms));
        using MarketChain chain = await run.ConnectAsync();
        Assert.Equal(2, await chain.Contract.ProjectCountAsync(cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_trainer_that_leaves_has_its_stake_back_and_may_join_again()
    {
        await using SmallMarketRun run = await market.BeginAsync();
        int[] parties = [SmallMarketRun.FirstTrainer, SmallMarketRun.FirstTrainer + 1];
        await run.CreateAsync(new ProjectFiles("Left", SmallMarketRun.TermsOf(parties) with { Payment = new("2", TrainerStake: "0.1") }));
        await run.KillAtAsync(new KillPoint(Moment.Broadcast, "join"), rpc => run.StartTrainer(parties[0], rpc: rpc));
        Address leaving = SmallMarket.AccountOf(parties[0]);
        Assert.Equal([leaving], (await run.ReadAsync()).History.Trainers);

        await SmallMarketRun.FinishAsync(run.Start(parties[0], "Trainer", ["leave", "--project", "1"]));
        ProjectHistory left = (await run.ReadAsync()).History;
        Assert.Empty(left.Trainers);
        Assert.Equal(Units.ParseEther("0.1"), left.Credited(leaving, CreditReason.StakeReturn));
        using MarketChain chain = await run.ConnectAsync();
        Assert.Equal(0, await chain.Contract.BalanceOfAsync(leaving, Address.Zero));

        await SmallMarketRun.FinishAsync([run.StartAggregator(), .. parties.Select(trainer => run.StartTrainer(trainer))]);
        ProjectHistory history = (await run.ReadAsync()).History;
        Assert.Equal(ProjectStatus.Completed, history.Status);
        Assert.Contains(leaving, history.Trainers);
        Assert.Equal(Units.ParseEther("0.2"), history.Credited(leaving, CreditReason.StakeReturn));
        await run.AssertAuditPassesAsync(1);
    }

    [Fact]
    public async Task A_silent_aggregator_s_project_is_closed_by_anybody_and_everybody_gets_their_money()
    {
        await using SmallMarketRun run = await market.BeginAsync();
        int[] parties = [SmallMarketRun.FirstTrainer, SmallMarketRun.FirstTrainer + 1];
        await run.CreateAsync(new ProjectFiles("Silent", SmallMarketRun.TermsOf(parties) with
        {
            Payment = new("2", AggregatorFee: "0.2", AggregatorBond: "5", TrainerStake: "0.1"),
            Tolerance = new(Expiries: 0),
        }));
        List<MarketProgram> trainers = [.. parties.Select(trainer => run.StartTrainer(trainer))];
        await run.KillAtAsync(new KillPoint(Moment.Estimate, "settle"), rpc => run.StartAggregator(rpc));
        var (early, _, log) = await run.RunAsync(Anybody, "expire", "1");
        Assert.True(early == 1 && log.Contains("Market_DeadlineNotPassed", StringComparison.Ordinal), log);

        await market.Node.PassAsync(BeyondDeadline);
        await run.RunWellAsync(Anybody, "expire", "1");
        await SmallMarketRun.FinishAsync(trainers);
        await SmallMarketRun.FinishAsync(run.StartAggregator());
        await run.RunWellAsync(SmallMarketRun.Owner, "withdraw");

        await run.AssertAuditPassesAsync(1);
        ProjectHistory history = (await run.ReadAsync()).History;
        Assert.Equal(ProjectStatus.Aborted, history.Status);
        BigInteger compensation = Units.ParseEther("0.5");
        foreach (int trainer in parties)
        {
            Address account = SmallMarket.AccountOf(trainer);
            Assert.Equal(compensation, history.Credited(account, CreditReason.Compensation));
            Assert.Equal(Units.ParseEther("0.1"), history.Credited(account, CreditReason.StakeReturn));
            Assert.Equal(0, history.Credited(account, CreditReason.Reward));
        }

        Assert.Equal(Units.ParseEther("2.2"), history.Credited(SmallMarket.AccountOf(SmallMarketRun.Owner), CreditReason.OwnerRefund));
        Assert.Equal(
            Units.ParseEther("5") - 2 * compensation,
            history.Credited(SmallMarket.AccountOf(SmallMarketRun.Aggregator), CreditReason.BondReturn));
        using MarketChain chain = await run.ConnectAsync();
        Assert.Equal(0, await chain.Client.GetBalanceAsync(chain.Address));
    }

    /// <summary>What a project gave an account more than it took, in the token's smallest unit.</summary>
    private static BigInteger ChangeOf(ProjectHistory history, Address account)
    {
        BigInteger change = history.Credits.Where(credit => credit.Account == account)
            .Aggregate(BigInteger.Zero, (sum, credit) => sum + credit.Amount);
        Terms terms = history.Terms;
        if (account == history.Created!.Owner)
            change -= terms.Bounty + terms.AggregatorFee;
        if (account == terms.Aggregator)
            change -= terms.AggregatorBond;
        return history.Trainers.Contains(account) ? change - terms.TrainerStake : change;
    }

    private static void AssertWeightedRewards(ProjectHistory history)
    {
        Address absent = SmallMarket.AccountOf(Absent);
        BigInteger forfeit = Units.ParseEther("1");
        MarketEvents.StakeForfeited forfeited = Assert.Single(history.Rounds.SelectMany(round => round.Forfeited));
        Assert.Equal((absent, forfeit), (forfeited.Trainer, forfeited.Amount));
        string[] rewards = ["3.75", "7.5", "18.75"];
        foreach (RoundHistory round in history.Rounds)
        {
            MarketEvents.RoundSettled settled = round.Settled!;
            int present = round.Index == 1 ? 2 : 3;
            Assert.Equal(present, settled.Payouts.Count);
            BigInteger reward = Units.ParseEther(rewards[round.Index]);
            BigInteger paid = settled.Payouts.Aggregate(BigInteger.Zero, BigInteger.Add);
            Assert.InRange(reward - paid, 0, present);
        }
    }
}
