using Marketplace.Protocol.Markets;

namespace Marketplace.Agents.Tests;

/// <summary>An open round whose reference is gone: it is said what is lost, nothing is made up, and the round expires.</summary>
public sealed class LostReferenceTests
{
    [Theory]
    [InlineData("missing", "none was kept")]
    [InlineData("cut off", "has 5 bytes")]
    [InlineData("one bit changed", "is damaged")]
    [InlineData("far too long", "bytes, expected")]
    [InlineData("of another round", "is damaged")]
    public async Task It_says_what_is_lost_and_the_round_expires(string fault, string why)
    {
        using World world = await World.CreateAsync();
        await world.RunAsync(until: () => world.Market.State.GetPhase(world.Market.Now) == RoundPhase.Settling);
        string file = world.FileOf(0, 0);
        byte[] good = await File.ReadAllBytesAsync(file);
        await SpoilAsync(world, file, fault);

        Func<CancellationToken, Task<AgentStep>> step = await world.StartAsync(0);
        var found = Assert.IsType<AgentStep.Waiting>(await step(CancellationToken.None));
        Assert.Contains("round 1 of 2: the reference update that the round was opened with is lost", found.Why, StringComparison.Ordinal);
        Assert.Contains(why, found.Why, StringComparison.Ordinal);
        Assert.Contains("will expire at 1970-", found.Why, StringComparison.Ordinal);
        Assert.Null(world.Market.History.Rounds[0].Settled);
        Assert.Equal(1, world.Engines[0].Calls[0]);

        world.Market.Now = world.Market.State.SettleBy + 1;
        Assert.Equal(AgentStep.Acted, await step(CancellationToken.None));
        Assert.Equal(2, world.Market.History.Rounds[0].Expired!.Trainers.Count);
        Assert.NotEmpty(good);
    }

    [Fact]
    public async Task It_is_said_while_trainers_still_train()
    {
        using World world = await World.CreateAsync();
        await world.RunAsync(until: () => world.Market.State.GetPhase(world.Market.Now) == RoundPhase.Training);
        File.Delete(world.FileOf(0, 0));
        Func<CancellationToken, Task<AgentStep>> step = await world.StartAsync(0);
        Assert.Contains("is lost", Assert.IsType<AgentStep.Waiting>(await step(CancellationToken.None)).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_comes_back_settles_the_round()
    {
        using World world = await World.CreateAsync();
        await world.RunAsync(until: () => world.Market.State.GetPhase(world.Market.Now) == RoundPhase.Settling);
        string file = world.FileOf(0, 0);
        File.Move(file, $"{file}.away");
        Func<CancellationToken, Task<AgentStep>> step = await world.StartAsync(0);
        Assert.IsType<AgentStep.Waiting>(await step(CancellationToken.None));
        File.Move($"{file}.away", file);
        Assert.Equal(AgentStep.Acted, await step(CancellationToken.None));
        Assert.NotNull(world.Market.History.Rounds[0].Settled);
    }

    [Fact]
    public async Task A_trainer_whose_stored_update_is_damaged_says_so_and_trains_anew()
    {
        using World world = await World.CreateAsync();
        await world.RunAsync(until: () => world.Market.State.GetPhase(world.Market.Now) == RoundPhase.Training);
        Func<CancellationToken, Task<AgentStep>> step = await world.StartAsync(1, new Crashes(1));
        await Assert.ThrowsAsync<CrashException>(() => step(CancellationToken.None));
        await SpoilAsync(world, world.FileOf(1, 0), "one bit changed");
        step = await world.StartAsync(1);
        Assert.Equal(AgentStep.Acted, await step(CancellationToken.None));
        Assert.Contains(world.Said, line => line.Contains("the update that was kept is lost", StringComparison.Ordinal));
        Assert.Equal(2, world.Engines[1].Calls[0]);
        Assert.Single(world.Market.History.Rounds[0].Submissions);
    }

    private static async Task SpoilAsync(World world, string file, string fault)
    {
        byte[] content = await File.ReadAllBytesAsync(file);
        switch (fault)
        {
            case "missing":
                File.Delete(file);
                return;
            case "cut off":
                content = content[..5];
                break;
            case "one bit changed":
                content[content.Length / 2] ^= 1;
                break;
            case "far too long":
                content = new byte[1_000_000];
                break;
            default:
                StoredUpdate stored = (await world.UpdatesOf(0).FindAsync(World.RoundOf(0), CancellationToken.None))!;
                await world.UpdatesOf(0).DecideAsync(World.RoundOf(7), stored, _ => true, CancellationToken.None);
                content = await File.ReadAllBytesAsync(world.FileOf(0, 7));
                break;
        }
        await File.WriteAllBytesAsync(file, content);
    }
}
