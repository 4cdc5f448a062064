using Marketplace.Algebra.Curves;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Crypto.Sealing;
using Marketplace.Protocol.Disputes;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Agents.Tests;

/// <summary>What agents do about updates that were declared invalid, in projects whose terms name a court.</summary>
public sealed class ClaimTests
{
    [Fact]
    public async Task A_trainer_claims_by_showing_how_its_update_was_sealed()
    {
        using World world = await RunFirstRoundAsync();
        world.Market.Exclude(world.AccountOf(1), 0);
        Func<CancellationToken, Task<AgentStep>> step = await world.StartAsync(1);
        Assert.Equal(AgentStep.Acted, await step(CancellationToken.None));
        Assert.Equal(ClaimStage.Claimed, world.Market.Claims[0].Stage);

        UpdateOpening opening = UpdateOpening.TryParse(Assert.Single(world.Market.Evidence))!;
        MarketEvents.UpdateSubmitted posted = world.Market.History.Rounds[0].Submissions.First(e => e.Trainer == world.AccountOf(1));
        byte[] payload = await world.Content.GetAsync(posted.Payload, SealedUpdate.MaxLength(World.Dimension));
        using var ephemeral = SealingKey.DeriveFrom(opening.EphemeralSeed);
        using SealingKey aggregator = world.AggregatorKey();
        new SealedUpdate(payload, posted.Commitment).OpenAsSealed(
            World.Srs, World.RoundOf(0), posted.Trainer, ephemeral, aggregator.PublicKey, World.Dimension, world.Document.FractionBits,
            CancellationToken.None);
    }

    [Fact]
    public async Task A_trainer_shows_a_panel_whose_auditors_have_published_keys_alone()
    {
        using SealingKey auditor = SealingKey.Generate(), other = SealingKey.Generate();
        using World world = await RunFirstRoundAsync();
        world.Market.Exclude(world.AccountOf(1), 0);
        world.Market.Panel = new PanelSeats(World.Court, 2, [world.AccountOf(0), world.AccountOf(2)], [auditor.PublicKey, other.PublicKey]);
        await (await world.StartAsync(1))(CancellationToken.None);
        string evidence = Assert.Single(world.Market.Evidence);
        Assert.Null(UpdateOpening.TryParse(evidence));
        SealedOpening shown = SealedOpening.TryParse(evidence)!;
        UpdateOpening opening = shown.Open(World.RoundOf(0), world.AccountOf(1), new PanelAuditorKey(World.Court, 0, auditor));
        Assert.Equal(opening, shown.Open(World.RoundOf(0), world.AccountOf(1), new PanelAuditorKey(World.Court, 1, other)));
        Assert.Contains(world.Said, line => line.Contains("showed how it opens to the panel's 2 auditors alone", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_trainer_shows_everybody_where_an_auditor_has_published_no_key()
    {
        using SealingKey auditor = SealingKey.Generate();
        using World world = await RunFirstRoundAsync();
        world.Market.Exclude(world.AccountOf(1), 0);
        world.Market.Panel = new PanelSeats(World.Court, 2, [world.AccountOf(0), world.AccountOf(2)], [auditor.PublicKey, null]);
        await (await world.StartAsync(1))(CancellationToken.None);
        Assert.NotNull(UpdateOpening.TryParse(Assert.Single(world.Market.Evidence)));
        Assert.Contains(world.Said, line => line.Contains("to everybody, for only 1 of the panel's 2 auditors", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_aggregator_does_not_deny_what_opens_by_now()
    {
        using World world = await RunFirstRoundAsync();
        world.Market.Exclude(world.AccountOf(1), 0);
        await (await world.StartAsync(1))(CancellationToken.None);
        Func<CancellationToken, Task<AgentStep>> step = await world.StartAsync(0);
        await step(CancellationToken.None);
        await step(CancellationToken.None);
        Assert.Equal(ClaimStage.Claimed, world.Market.Claims[0].Stage);
        Assert.Single(world.Said, line => line.Contains("opens now, so its claim is not denied", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_aggregator_denies_what_does_not_open()
    {
        using World world = await World.CreateAsync(hasArbitrator: true);
        await world.RunAsync(until: () => world.Market.State.GetPhase(world.Market.Now) == RoundPhase.Training);
        world.Market.Submit(world.AccountOf(2), 0, G1.Generator, await world.Content.AddAsync(new byte[300]));
        await world.RunAsync(until: () => world.Market.State.Round == 1);
        ProjectClaim claim = Assert.Single(world.Market.Claims);
        Assert.Equal((world.AccountOf(2), ClaimStage.Excluded), (claim.Trainer, claim.Stage));
        world.Market.Claim(1, world.AccountOf(2), "nothing to show");
        Assert.Equal(AgentStep.Acted, await (await world.StartAsync(0))(CancellationToken.None));
        Assert.Equal(ClaimStage.Disputed, world.Market.Claims[0].Stage);
        Assert.Equal($"ipfs://{world.Market.History.Rounds[0].Settled!.Settlement.Report}", world.Market.Evidence[1]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Overdue_claims_are_concluded(int party)
    {
        using World world = await RunFirstRoundAsync();
        world.Market.Exclude(world.AccountOf(1), 0);
        world.Market.Now = world.Market.Claims[0].State.Until + 1;
        Assert.Equal(AgentStep.Acted, await (await world.StartAsync(party))(CancellationToken.None));
        Assert.Equal(ClaimStage.Concluded, world.Market.Claims[0].Stage);
    }

    [Fact]
    public async Task What_is_lost_cannot_be_claimed()
    {
        using World world = await RunFirstRoundAsync();
        File.WriteAllText(world.FileOf(1, 0), "damaged");
        world.Market.Exclude(world.AccountOf(1), 0);
        await (await world.StartAsync(1))(CancellationToken.None);
        Assert.Equal(ClaimStage.Excluded, world.Market.Claims[0].Stage);
        Assert.Contains(world.Said, line => line.Contains("cannot be claimed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Money_waits_for_claims()
    {
        using World world = await World.CreateAsync(hasArbitrator: true);
        await world.RunAsync(until: () => world.Market.State.GetStatus() > ProjectStatus.Running);
        world.Market.Exclude(world.AccountOf(1), 0);
        world.Market.Claim(1, world.AccountOf(1), "shown");
        foreach (int party in new[] { 0, 1 })
            Assert.IsType<AgentStep.Waiting>(await (await world.StartAsync(party))(CancellationToken.None));
        Assert.IsType<AgentStep.Ending>(await (await world.StartAsync(2))(CancellationToken.None));
    }

    /// <summary>A project with a court after its first round, in which everybody was valid.</summary>
    private static async Task<World> RunFirstRoundAsync()
    {
        World world = await World.CreateAsync(hasArbitrator: true);
        await world.RunAsync(until: () => world.Market.State.Round == 1);
        return world;
    }
}
