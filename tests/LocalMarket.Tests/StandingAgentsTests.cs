using System.Collections.Concurrent;
using System.Globalization;
using System.Numerics;
using Marketplace.Chain;
using Marketplace.Protocol.Markets;
using Marketplace.Testing;
using Marketplace.Testing.Files;
using Marketplace.Testing.Markets;

namespace Marketplace.LocalMarket.Tests;

/// <summary>The local parties on projects that they were not started for.</summary>
public sealed class StandingAgentsTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentQueue<string> _said = [];
    private RunningMarket _market = null!;

    private Address[] TrainerAccounts => [.. _market.Scenario.Trainers.Select(trainer => trainer.Party.Address)];

    public async ValueTask InitializeAsync() =>
        _market = await RunningMarket.StartAsync(new LocalMarketOptions(), _folder.Path, _said.Enqueue, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _market.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Take_on_what_they_can_one_after_another_and_leave_earnings_in_the_market()
    {
        IReadOnlyList<NamedParty> parties = await NamedParty.ReadAsync(_market.PartiesFile, CancellationToken.None);
        Assert.Equal(_market.Court, Assert.Single(parties, party => party.Role == "court").Address);
        Scenario scenario = _market.Scenario;
        Address[] accounts = TrainerAccounts;
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
        ProjectFiles files = new(title, ProjectFiles.TermsOf((aggregator ?? _market.Scenario.Aggregator).Address) with
        {
            Arbitrator = $"{_market.Court}",
            Deadlines = new("1h", "1h", "1h", Contest: "1s"),
            Rounds = 1,
            Trainers = ProjectFiles.Invite(invited is [] ? TrainerAccounts : invited) with { Minimum = minimum, Maximum = maximum },
            HyperParameters = new() { LearningRate = [0.001m, 0.05m], LocalEpochs = [1, 1], BatchSize = [16, 64] },
        });
        files = files with { Model = files.Model.Replace("[1, 16, 16]", input, StringComparison.Ordinal) };
        string terms = files.WriteTo(_folder[title]);
        return int.Parse(await _market.RunOwnerAsync(["create", terms], CancellationToken.None), CultureInfo.InvariantCulture);
    }

    private async Task<ProjectHistory> WaitForAsync(MarketChain chain, int project, Func<ProjectHistory, bool> holds, Task agents)
    {
        ProjectHistory history = await ReadAsync(chain, project);
        await Polling.WaitUntilAsync(
            async () =>
            {
                Assert.False(agents.IsCompleted, $"{agents.Exception}");
                return holds(history = await ReadAsync(chain, project));
            },
            Limit,
            () => string.Join('\n', _said),
            TestContext.Current.CancellationToken);
        return history;
    }

    private static async Task<ProjectHistory> ReadAsync(MarketChain chain, int project) =>
        (await chain.ReadHistoryAsync(project, TestContext.Current.CancellationToken)).History;
}
