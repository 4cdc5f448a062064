using System.Globalization;
using System.Net;
using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Protocol.Markets;
using Marketplace.Testing.Markets;
using Marketplace.Testing.Nodes;
using Marketplace.Testing.Programs;
using Marketplace.Testing.Stores;

namespace Marketplace.EndToEnd.Tests;

/// <summary>The whole market by one command, as its defaults are, and the same market on other nodes and stores.</summary>
/// <remarks>
/// Keys, seeds, chain id and the market's address are fixed and training is exact, so every run gives the same numbers: bounds here
/// are claims about the market, not allowances for chance.
/// </remarks>
public sealed class DemoTests
{
    private static readonly BigInteger Bounty = Units.ParseEther("10");

    private static readonly Lazy<Task<DemoRun>> Embedded = new(() => DemoRun.RunAsync());

    [Fact]
    public async Task Pays_for_useful_data_and_nothing_else()
    {
        DemoRun run = await Embedded.Value;

        Assert.True(run.AuditPassed);
        Assert.Empty(run.Verdicts);
        DemoRun.Trainer[] honest = [.. run.Trainers.Where(trainer => trainer.Behavior == "Honest").OrderBy(trainer => trainer.Samples)];
        Assert.Equal(3, honest.Length);
        for (int k = 1; k < honest.Length; k++)
            Assert.True(honest[k - 1].Earned < honest[k].Earned, $"{honest[k - 1]} did not earn less than {honest[k]}");
        Assert.True(run.Of("Noisy").Earned < honest[0].Earned, $"{run.Of("Noisy")} did not earn less than {honest[0]}");
        Assert.InRange(run.Of("Flipping").Share, 0, 0.02);
        Assert.InRange(run.Of("Replaying").Share, 0, 0.02);
        for (int k = 1; k < run.Rounds.Count; k++)
            Assert.True(run.Rounds[k - 1].Accuracy < run.Rounds[k].Accuracy, $"{run.Rounds[k]} is no better than {run.Rounds[k - 1]}");

        // What division leaves over: below one wei for each payout.
        BigInteger earned = run.Trainers.Aggregate(BigInteger.Zero, (sum, trainer) => sum + trainer.Earned);
        Assert.InRange(Bounty - earned, 0, run.Rounds.Count * run.Trainers.Count * 2);
    }

    [Fact]
    public async Task Attackers_cost_at_most_a_point_of_accuracy()
    {
        DemoRun attacked = await Embedded.Value;
        DemoRun honest = await DemoRun.RunAsync("--no-attackers");

        Assert.True(honest.AuditPassed);
        Assert.Equal(3, honest.Trainers.Count);
        Assert.InRange(attacked.FinalAccuracy, honest.FinalAccuracy - 0.01, 1);
    }

    [Fact]
    public async Task An_aggregator_that_lies_pays_for_it()
    {
        DemoRun run = await DemoRun.RunAsync("--with-forger");

        Assert.True(run.AuditPassed);
        DemoRun.Verdict won = Assert.Single(run.Verdicts);
        // The second of five rounds, in six equal parts, and as much again out of the bond.
        string part = $"{Bounty / 5 / 6}";
        Assert.Equal(("ben", part, part), (won.Trainer, won.PartWei, won.CompensationWei));
        BigInteger earned = run.Trainers.Aggregate(BigInteger.Zero, (sum, trainer) => sum + trainer.Earned);
        Assert.InRange(Bounty - earned, 0, run.Rounds.Count * run.Trainers.Count * 2);
    }

    [Fact]
    public async Task Gives_the_same_on_a_node_of_the_user_s_with_an_ipfs_node()
    {
        await using HardhatNode node = await HardhatNode.StartAsync();
        await using JsIpfsDaemon ipfs = await JsIpfsDaemon.StartAsync();
        DemoRun run = await DemoRun.RunAsync("--rpc", node.Url.ToString(), "--store", ipfs.Api.ToString());
        AssertSame(await Embedded.Value, run);
    }

    [Fact]
    public async Task Gives_the_same_on_anvil_and_accounts_for_every_wei()
    {
        await using AnvilNode node = await AnvilNode.StartAsync();
        DemoRun run = await DemoRun.RunAsync("--rpc", node.Url.ToString());
        AssertSame(await Embedded.Value, run);

        using MarketChain chain = await MarketChain.ConnectAsync(
            new EthereumClient(node.Url), new Deployment(Address.Parse(run.Market)), TestContext.Current.CancellationToken);
        ProjectHistory history = (await chain.ReadHistoryAsync(
            BigInteger.Parse(run.Project, CultureInfo.InvariantCulture), TestContext.Current.CancellationToken)).History;
        BigInteger earned = run.Trainers.Aggregate(BigInteger.Zero, (sum, trainer) => sum + trainer.Earned);
        Assert.Equal(earned, history.Credits.Sum(CreditReason.Reward));
        BigInteger dust = history.Credits.Sum(CreditReason.OwnerRefund);
        Assert.Equal(Bounty + history.Terms.AggregatorFee, earned + history.Credits.Sum(CreditReason.AggregatorFee) + dust);
        Assert.Equal(0, await chain.Client.GetBalanceAsync(chain.Address));
        foreach (DemoRun.Trainer trainer in run.Trainers)
            await AssertExplainedAsync(node.Url, chain.Address, history, Address.Parse(trainer.Address));
    }

    /// <summary>What a trainer is told of each round is what the contract has paid it.</summary>
    private static async Task AssertExplainedAsync(Uri node, Address market, ProjectHistory history, Address trainer)
    {
        await using MarketProgram explain = MarketProgram.Start(
            "Trainer",
            ["explain", "--project", $"{history.Id}", "--trainer", $"{trainer}", "--rpc", $"{node}", "--market", $"{market}"]);
        Assert.True(await explain.WaitAsync() == 0, explain.Log);
        string[] lines = explain.Output.Split('\n');
        IEnumerable<string> paid = history.Rounds.Select(round => Units.FormatEther(round.ResultOf(trainer)!.Value.Payout));
        Assert.Equal(paid, lines.Where(line => line.StartsWith("round ", StringComparison.Ordinal)).Select(line => line.Split(' ')[^2]));
        Assert.Equal(history.Rounds.Count, lines.Count(line => line.EndsWith("the same to the last unit.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Leaves_no_process_behind_when_it_is_interrupted()
    {
        (MarketProgram demo, ProcessTree tree) = await StartAsync();
        await using (demo)
        {
            demo.Interrupt();
            Assert.Equal(130, await demo.WaitAsync());
            await tree.AssertGoneAsync();
        }
    }

    [Fact]
    public async Task Leaves_no_process_behind_when_it_is_killed()
    {
        (MarketProgram demo, ProcessTree tree) = await StartAsync();
        await using (demo)
        {
            demo.Kill();
            await demo.WaitAsync();
            await tree.AssertGoneAsync();
        }
    }

    [Fact]
    public async Task Shows_the_market_in_the_dashboard_until_it_is_interrupted()
    {
        SkipWithoutProc();
        await using MarketProgram demo = MarketProgram.Start("Marketplace", ["demo", "--json", "--rounds", "1", "--web", "--web-port", "0"]);
        string line = await demo.WaitForLineAsync(text => text.Contains("the market goes on at", StringComparison.Ordinal));
        Uri dashboard = new(line.Split(' ').Single(word => word.StartsWith("http://127.0.0.1:", StringComparison.Ordinal)));
        using HttpClient browser = new() { BaseAddress = dashboard };
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("health/ready")).StatusCode);
        Assert.Contains("\"auditPassed\": true", demo.Output, StringComparison.Ordinal);
        ProcessTree tree = ProcessTree.Below(demo.Id);
        demo.Interrupt();
        Assert.Equal(0, await demo.WaitAsync());
        await tree.AssertGoneAsync();
    }

    private static async Task<(MarketProgram Demo, ProcessTree Tree)> StartAsync()
    {
        SkipWithoutProc();
        MarketProgram demo = MarketProgram.Start("Marketplace", ["demo", "--json"]);
        ProcessTree? tree = await DemoRun.WatchAsync(demo);
        // The chain, the aggregator and six trainers, at least.
        Assert.InRange(tree?.Count ?? 0, 8, 20);
        return (demo, tree!);
    }

    private static void SkipWithoutProc() =>
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Processes are found in /proc, which only Linux has.");

    private static void AssertSame(DemoRun expected, DemoRun actual)
    {
        Assert.Equal(expected.Market, actual.Market);
        Assert.Equal(expected.FinalModel, actual.FinalModel);
        Assert.Equal(expected.Trainers, actual.Trainers);
        Assert.Equal(expected.Rounds, actual.Rounds);
        Assert.True(actual.AuditPassed);
    }
}
