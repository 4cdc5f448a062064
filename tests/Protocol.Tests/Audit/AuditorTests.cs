using System.Numerics;
using Marketplace.Chain;
using Marketplace.Content;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Protocol.Audit;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Projects;
using Marketplace.Testing.Files;
using Marketplace.Testing.Markets;

namespace Marketplace.Protocol.Tests.Audit;

/// <summary>What the contract does when rounds go wrong, recomputed to the smallest unit.</summary>
public sealed class AuditorTests : IAsyncLifetime
{
    private const int Trainers = 3, Dimension = PlayedMarket.Dimension;

    private readonly Srs _srs = Srs.CreateDevelopment(Dimension + Srs.ReservedCoordinates);
    private readonly TemporaryFolder _folder = new();
    private TestMarket? _market;

    private TestMarket Market => _market!;

    public async ValueTask InitializeAsync() => _market = await TestMarket.DeployAsync(_srs);

    public async ValueTask DisposeAsync()
    {
        await Market.DisposeAsync();
        _folder.Dispose();
    }

    /// <param name="earning">Whether a round that is earned by somebody is among them.</param>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rounds_that_fail_expire_or_are_earned_by_nobody_add_up(bool earning)
    {
        TestProject project = await BeginAsync(rounds: earning ? 5 : 4);
        await project.ExpireAsync();

        TestRound refused = await project.OpenRoundAsync();
        await refused.RefuseAsync(0);
        await refused.RefuseAsync(1);
        await Market.SendAsync(Market.Owner, Market.Chain.Contract.Expire(project.Id));

        TestRound silent = await project.OpenRoundAsync();
        await silent.SubmitAsync(2);
        await project.ExpireAsync();

        if (earning)
        {
            TestRound earned = await project.OpenRoundAsync();
            await earned.SubmitAsync();
            await earned.SettleAsync();
        }
        TestRound useless = await project.OpenRoundAsync();
        await useless.SubmitAsync(2, opposed: true);
        await useless.SettleAsync(invalid: 0b01);

        foreach (Address trainer in project.Trainers)
            await Market.SendAsync(trainer, Market.Chain.Contract.ReturnStake(project.Id, trainer));

        ProjectHistory history = (await Market.Chain.ReadHistoryAsync(project.Id)).History;
        var departure = new Departure(history);
        BigInteger reward = history.RewardOf(0);
        Assert.Equal(reward / Trainers, departure.Compensation);
        Assert.Equal(
            [RoundPhase.Idle, RoundPhase.Failed, RoundPhase.Settling],
            history.Rounds.Take(3).Select(round => (RoundPhase)round.Expired!.Phase));
        // One of the two submissions to the useless round was invalid, and took half of it along.
        BigInteger left = reward - reward / 2;
        Assert.Equal(left, history.RolloverBefore(history.Rounds.Count));
        Assert.Equal(reward / 2, history.Credited(Address.Zero, CreditReason.ForfeitedReward));
        BigInteger[] parts = [.. project.Trainers.Select(departure.RolloverOf)];
        if (earning)
            Assert.All(parts, part => Assert.InRange(part, 1, left));
        else
            Assert.Equal([0, left, 0], parts);
        Assert.Equal(reward, history.Credited(Address.Zero, CreditReason.ForfeitedBond));
        Assert.Equal(0, (await Market.Chain.Contract.StateAsync(project.Id)).Escrow);

        AuditCheck[] checks = AssertPassed(await AuditAsync(project));
        Assert.Equal(3, checks.Count(check => check.Name.StartsWith("The expired round was paid for", StringComparison.Ordinal)));
        Assert.Equal(Trainers, checks.Count(check => check.Name.EndsWith("together with its stake", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Who_ends_a_project_by_failing_pays_for_the_largest_round_that_is_left()
    {
        TestProject project = await BeginAsync(rounds: 3, expiries: 0, weights: [1, 4, 3]);
        await project.ExpireAsync();
        await Market.SendAsync(Market.Owner, Market.Chain.Contract.ReturnStake(project.Id, project.Trainers[1]));

        ProjectHistory history = (await Market.Chain.ReadHistoryAsync(project.Id)).History;
        Assert.Equal(ProjectStatus.Aborted, history.Status);
        Assert.Equal(history.RewardOf(1) / Trainers, history.Credited(project.Trainers[1], CreditReason.Compensation));
        AssertPassed(await AuditAsync(project));
    }

    /// <param name="refusing">How many of the three refuse the last model.</param>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_last_model_that_most_refuse_costs_a_round_out_of_the_bond(int refusing)
    {
        TestProject project = await BeginAsync(rounds: 2, contest: "1h");
        await project.ExpireAsync();
        TestRound last = await project.OpenRoundAsync();
        await last.SubmitAsync();
        await last.SettleAsync();
        foreach (Address trainer in project.Trainers.Take(refusing))
            await Market.SendAsync(trainer, Market.Chain.Contract.Refuse(project.Id, 2));

        ProjectHistory history = (await Market.Chain.ReadHistoryAsync(project.Id)).History;
        Assert.Equal(2, history.Rounds.Count);
        Assert.Equal(project.Trainers.Take(refusing), history.ModelRefusals.Select(refusal => refusal.Trainer));
        Assert.Equal(refusing > 1 ? history.RewardOf(1) : 0, history.Credited(Address.Zero, CreditReason.ForfeitedBond));
        AuditCheck[] checks = AssertPassed(await AuditAsync(project));
        Assert.Single(checks, check => check.Name.Contains(
            refusing > 1 ? "Most have refused the last model" : "most have not refused the last model", StringComparison.Ordinal));
    }

    private static AuditCheck[] AssertPassed(AuditReport report)
    {
        // Nobody has published anything.
        AuditCheck[] checks = [.. report.Checks.Where(check => !check.Name.Contains("published", StringComparison.Ordinal))];
        Assert.All(checks, check => Assert.True(check.Result == AuditResult.Passed, $"{check.Subject}: {check.Name}: {check.Evidence}"));
        return checks;
    }

    private async Task<TestProject> BeginAsync(int rounds, int expiries = 3, int[]? weights = null, string contest = "0s")
    {
        TermsFile terms = ProjectFiles.TermsOf(Market.Aggregator, Trainers) with
        {
            Payment = new("1", AggregatorFee: "0.1", TrainerStake: "0.1"),
            Rounds = rounds,
            Deadlines = new("1h", "1h", "1h", contest),
            Tolerance = new(Expiries: expiries),
            RewardWeights = weights ?? [],
        };
        TestProject project = await Market.CreateAsync(terms, Cid.Of(CidCodec.Raw, "document"u8), Dimension);
        await project.BeginAsync(Market.Trainers.Take(Trainers));
        return project;
    }

    private async Task<AuditReport> AuditAsync(TestProject project)
    {
        using IContentStore store = ContentStore.Open(_folder["blocks"]);
        return await new Auditor(Market.Chain, store, _srs).RunAsync(project.Id, CancellationToken.None);
    }
}
