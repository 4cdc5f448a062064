using System.Collections.Concurrent;
using System.Globalization;
using System.Numerics;
using Marketplace.Chain;
using Marketplace.Protocol.Markets;

namespace Marketplace.LocalMarket.Tests;

/// <summary>The local parties on projects that they were not started for.</summary>
public sealed class StandingAgentsTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly string _folder = Directory.CreateTempSubdirectory("marketplace-tests-").FullName;
    private readonly ConcurrentQueue<string> _said = [];
    private RunningMarket _market = null!;

    public async ValueTask InitializeAsync() =>
        _market = await RunningMarket.StartAsync(new LocalMarketOptions(), _folder, _said.Enqueue, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _market.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Take_on_what_they_can_one_after_another_and_leave_earnings_in_the_market()
    {
        Scenario scenario = _market.Scenario;
        Address[] accounts = [.. scenario.Trainers.Select(trainer => trainer.Party.Address)];
        int otherShape = await PostAsync("Another shape", "[1, 8, 8]", 1, 6);
        int tooMany = await PostAsync("A crowd", "[1, 16, 16]", 7, 9);
        int elsewhere = await PostAsync("Another aggregator", "[1, 16, 16]", 1, 6, scenario.Owner);
        int two = await PostAsync("Two of six", "[1, 16, 16]", 1, 2);
        int invited = await PostAsync("Invited", "[1, 16, 16]", 2, 2, null, accounts[1], accounts[2]);

        using var stop = new CancellationTokenSource();
        Task agents = new StandingAgents(_market, _said.Enqueue).RunAsync(stop.Token);
        using MarketChain chain = await _market.ConnectAsync(CancellationToken.None);
        ProjectHistory last = await WaitForAsync(chain, invited, history => StakesReturned(history) == 2, agents);
        Assert.Equal(accounts[1..3].Order(), last.Trainers.Order());
        Assert.Equal(ProjectStatus.Completed, last.Status);
        ProjectHistory first = await ReadAsync(chain, two);
        Assert.Equal(ProjectStatus.Completed, first.Status);
        Assert.Equal(accounts[..2].Order(), first.Trainers.Order());

        foreach (int refused in (int[])[otherShape, tooMany, elsewhere])
        {
            ProjectHistory history = await ReadAsync(chain, refused);
            Assert.Equal((ProjectStatus.Open, 0), (history.Status, history.Trainers.Count));
            Assert.Null(history.Bond);
        }
        Assert.Contains(_said, text => text.StartsWith($"project {otherShape}: not served", StringComparison.Ordinal)
            && text.Contains("[1, 8, 8]", StringComparison.Ordinal));
        Assert.Contains(_said, text => text.StartsWith($"project {tooMany}: not served", StringComparison.Ordinal)
            && text.Contains("at least 7 trainers", StringComparison.Ordinal));
        Assert.DoesNotContain(_said, text => text.StartsWith($"project {elsewhere}", StringComparison.Ordinal));

        foreach (Address trainer in accounts[..3])
        {
            BigInteger rewards = first.Credited(trainer, CreditReason.Reward) + last.Credited(trainer, CreditReason.Reward);
            BigInteger stakes = first.Credited(trainer, CreditReason.StakeReturn) + last.Credited(trainer, CreditReason.StakeReturn);
            Assert.True(rewards.Sign > 0, $"{trainer} earned {rewards}");
            Assert.Equal(rewards + stakes, await chain.Contract.BalanceOfAsync(trainer, Address.Zero));
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => agents);
    }

    private static int StakesReturned(ProjectHistory history) =>
        history.Credits.Count(credit => (CreditReason)credit.Reason == CreditReason.StakeReturn);

    private async Task<int> PostAsync(string title, string input, int minimum, int maximum, LocalParty? aggregator = null, params Address[] invited)
    {
        string path = Directory.CreateDirectory(Path.Combine(_folder, title)).FullName;
        string allowlist = invited.Length == 0 ? "" : $", \"allowlist\": [{string.Join(", ", invited.Select(account => $"\"{account}\""))}]";
        string terms = Path.Combine(path, "terms.json");
        await File.WriteAllTextAsync(terms, $$"""
            {
              "aggregator": "{{(aggregator ?? _market.Scenario.Aggregator).Address}}",
              "payment": { "bounty": "1", "trainerStake": "0.1" },
              "rounds": 1,
              "trainers": { "minimum": {{minimum}}, "maximum": {{maximum}}, "joinWithin": "1h"{{allowlist}} },
              "deadlines": { "open": "10m", "training": "30m", "settling": "30m" },
              "hyperParameters": { "learningRate": [0.001, 0.05], "localEpochs": [1, 1], "batchSize": [16, 64] },
              "document": "project.json"
            }
            """);
        await File.WriteAllTextAsync(Path.Combine(path, "project.json"), $$"""
            {
              "title": "{{title}}",
              "model": {
                "input": {{input}},
                "layers": [{ "type": "flatten" }, { "type": "linear", "name": "output", "out": 10 }],
                "loss": "crossEntropy"
              },
              "data": { "kind": "idx" }
            }
            """);
        return int.Parse(await _market.RunOwnerAsync(["create", terms], CancellationToken.None), CultureInfo.InvariantCulture);
    }

    private async Task<ProjectHistory> WaitForAsync(MarketChain chain, int project, Func<ProjectHistory, bool> holds, Task agents)
    {
        DateTime end = DateTime.UtcNow + Limit;
        while (true)
        {
            ProjectHistory history = await ReadAsync(chain, project);
            if (holds(history))
                return history;
            Assert.True(DateTime.UtcNow < end && !agents.IsCompleted, $"not within {Limit}: {agents.Exception}\n{string.Join('\n', _said)}");
            await Task.Delay(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken);
        }
    }

    private static async Task<ProjectHistory> ReadAsync(MarketChain chain, int project)
    {
        var follower = new ProjectFollower(chain, project);
        await follower.RefreshAsync(CancellationToken.None);
        return follower.History;
    }
}
