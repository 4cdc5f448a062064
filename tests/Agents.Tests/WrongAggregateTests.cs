using Marketplace.Content;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Agents.Tests;

/// <summary>An aggregate that is not served, or is not what the contract computed the commitment to: nobody trains on it, or takes it.</summary>
public sealed class WrongAggregateTests
{
    private const ulong Contest = 600;

    [Fact]
    public async Task A_round_that_starts_from_another_aggregate_is_refused()
    {
        using World world = await World.CreateAsync();
        world.Market.Publish = aggregate => Replace(world, aggregate);
        await world.RunAsync(until: () => world.Market.State.GetPhase(world.Market.Now) == RoundPhase.Failed);
        Assert.Equal(2, world.Market.History.Rounds[1].Refusals.Count);
        Assert.Equal([0], world.Engines[1].Calls.Keys);
        Assert.Contains(world.Said, line => line.Contains("round 2 of 2: refusing", StringComparison.Ordinal)
            && line.Contains("does not open the commitment", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_last_aggregate_is_refused_once_the_project_is_completed()
    {
        using World world = await World.CreateAsync(hasArbitrator: true);
        await world.RunAsync(until: () => world.Market.State.Round == 1);
        world.Market.Publish = aggregate => Replace(world, aggregate);
        await world.RunAsync(until: () => world.Market.History.ModelRefusals.Count == 2);
        Assert.Equal(
            [world.AccountOf(1), world.AccountOf(2)], world.Market.History.ModelRefusals.Select(refusal => refusal.Trainer));
        await world.RunAsync();
        Assert.Equal(2, world.Market.History.ModelRefusals.Count);
        Assert.Contains($"stake of {world.AccountOf(1)}", world.Market.Payments);
        Assert.Contains(world.Said, line => line.Contains("refusing the last model", StringComparison.Ordinal)
            && line.Contains("does not open the commitment", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_last_aggregate_that_nobody_serves_is_waited_for_and_then_refused()
    {
        using World world = await World.CreateAsync(hasArbitrator: true);
        await world.RunAsync(until: () => world.Market.State.Round == 1);
        world.Market.Publish = _ => new Cid(CidCodec.Raw, new byte[32]);
        await world.RunAsync(until: () => world.Market.State.GetStatus() == ProjectStatus.Completed);
        ulong end = world.Market.State.EndedAt;
        Func<CancellationToken, Task<AgentStep>> step = await world.StartAsync(1);
        world.Market.Now = end + Contest * 3 / 4;
        AgentStep.Waiting waiting = Assert.IsType<AgentStep.Waiting>(await step(CancellationToken.None));
        Assert.Contains("its last model cannot be derived yet", waiting.Why, StringComparison.Ordinal);

        world.Market.Now = end + Contest * 3 / 4 + 1;
        Assert.Equal(AgentStep.Acted, await step(CancellationToken.None));
        Assert.Single(world.Market.History.ModelRefusals);
        Assert.Equal(AgentStep.Done, await step(CancellationToken.None));
    }

    [Fact]
    public async Task Too_late_nothing_is_refused_any_more()
    {
        using World world = await World.CreateAsync(hasArbitrator: true);
        await world.RunAsync(until: () => world.Market.State.Round == 1);
        world.Market.Publish = aggregate => Replace(world, aggregate);
        await world.RunAsync(until: () => world.Market.State.GetStatus() == ProjectStatus.Completed);
        world.Market.Now = world.Market.State.EndedAt + Contest + 1;
        Func<CancellationToken, Task<AgentStep>> step = await world.StartAsync(1);
        Assert.Equal(AgentStep.Done, await step(CancellationToken.None));
        Assert.Empty(world.Market.History.ModelRefusals);
    }

    /// <summary>Publishes an aggregate of the same divisor that leads to another model.</summary>
    private static Cid Replace(World world, Cid aggregate)
    {
        Aggregate right = Aggregate.Parse(world.Content.GetAsync(aggregate, 1 << 20).GetAwaiter().GetResult(), world.Document.Model);
        right.Entries[0] += 1 << 24;
        return world.Content.AddAsync(right.ToBytes(world.Document.Model)).GetAwaiter().GetResult();
    }
}
