using System.Text.RegularExpressions;
using Marketplace.Protocol.Markets;
using Marketplace.Testing.Files;
using Marketplace.Testing.Markets.Programs;
using Marketplace.Testing.Programs;

namespace Marketplace.EndToEnd.Tests;

/// <summary>What operators do to a fleet that works: they replace its machines, and move its database.</summary>
public sealed partial class FleetUpkeepTests(SmallMarketFixture market) : FleetScene(market)
{
    private int _restored;

    [Fact]
    public async Task Machines_are_replaced_one_after_another_in_the_middle_of_a_round()
    {
        string[] expected = await AloneAsync();
        await using SmallMarketRun run = await Market.BeginAsync();
        FleetRun fleet = await BeginAsync(run);
        MarketProgram[] trainers = StartSteady(run);
        await HoldRoundAsync(run, fleet, 1, new(Moment.Estimate, "submit"));

        foreach (MarketProgram machine in fleet.Machines)
        {
            machine.Signal("TERM");
            Assert.Equal(0, await machine.WaitAsync());
            await fleet.StartAsync();
        }

        Assert.Equal((6, 3), (fleet.Machines.Count, fleet.Running));
        await FinishAsync(run, fleet, [.. trainers, run.StartTrainer(First)]);
        Assert.Equal(expected, await ProjectEndings.ReadAsync(run, Projects));
    }

    [Fact]
    public async Task A_restored_backup_is_gone_on_with_and_by_an_older_one_nothing_is_sent_twice()
    {
        string[] expected = await AloneAsync();
        await using SmallMarketRun run = await Market.BeginAsync();
        await Server.RunCommandAsync("createdb fleet");
        FleetRun fleet = await BeginAsync(run, allowed: [1], Server.ConnectionTo("fleet"));
        MarketProgram[] trainers = StartSteady(run);
        await HoldRoundAsync(run, fleet, 1, new(Moment.Estimate, "submit"));
        await RunAsync("pg_dump", "older.dump");
        await HoldRoundAsync(run, fleet, 2, new(Moment.Broadcast, "submit"));
        await fleet.StopAsync();
        await RunAsync("pg_dump", "newest.dump");
        ulong sent = await CountSentAsync(run);

        FleetRun behind = fleet.On(await RestoreAsync("older.dump"));
        await behind.StartAsync();
        await behind.WaitForLineAsync("round 2 of 3: the reference update that the round was opened with is lost (none was kept)");
        Assert.Equal(sent, await CountSentAsync(run));
        await behind.StopAsync();

        FleetRun restored = fleet.On(await RestoreAsync("newest.dump"));
        await Task.WhenAll(restored.StartAsync(), restored.StartAsync(), restored.StartAsync());
        restored.Allow(2);
        restored.Allow(3);
        await FinishAsync(run, restored, [.. trainers, run.StartTrainer(First)]);
        Assert.Equal(expected, await ProjectEndings.ReadAsync(run, Projects));
    }

    /// <summary>Brings a backup into a database of its own.</summary>
    /// <returns>Its connection string.</returns>
    private async Task<string> RestoreAsync(string file)
    {
        string name = $"restored{++_restored}";
        await RunAsync("createdb", file, name);
        await RunAsync("pg_restore", file, name);
        return Server.ConnectionTo(name);
    }

    /// <summary>Runs the command that docs/operations.md has for it, with another file, and another database to restore to.</summary>
    private async Task RunAsync(string tool, string file, string restored = "")
    {
        string page = await File.ReadAllTextAsync(Repository.Path("docs", "operations.md"));
        string command = Assert.Single(Command().Matches(page), match => match.Groups["tool"].Value == tool).Groups["line"].Value;
        await Server.RunCommandAsync(command
            .Replace("fleet.dump", file, StringComparison.Ordinal)
            .Replace("fleet_restored", restored, StringComparison.Ordinal));
    }

    private static async Task<ulong> CountSentAsync(SmallMarketRun run)
    {
        using MarketChain chain = await run.ConnectAsync();
        return await chain.Client.GetTransactionCountAsync(SmallMarket.AccountOf(SmallMarketRun.Aggregator));
    }

    [GeneratedRegex(@"^ {4}(?<line>(?<tool>pg_dump|createdb|pg_restore) .*)$", RegexOptions.Multiline)]
    private static partial Regex Command();
}
