using System.Text.RegularExpressions;
using Marketplace.Testing;
using Marketplace.Testing.Files;
using Marketplace.Testing.Markets.Programs;
using Marketplace.Testing.Networks;
using Marketplace.Testing.Programs;

namespace Marketplace.EndToEnd.Tests;

/// <summary>Machines that prove for one that serves projects, and are killed and frozen while they do.</summary>
public sealed partial class ComputeTests(SmallMarketFixture market) : FleetScene(market)
{
    [Fact]
    public async Task Rounds_wait_for_a_machine_that_proves_and_two_share_their_proofs()
    {
        string[] expected = await AloneAsync();
        await using SmallMarketRun run = await Market.BeginAsync();
        (FleetRun fleet, MarketProgram control) = await BeginControlAsync(run, "--split", "2");
        MarketProgram[] trainers = [.. StartSteady(run), run.StartTrainer(First)];
        await fleet.WaitForLineAsync("waiting for its proof: no machine of the fleet proves; start one with 'aggregator serve --role compute'");
        int metrics = LoopbackPort.FindFree();
        MarketProgram[] compute = await Task.WhenAll(fleet.StartComputeAsync(metrics), fleet.StartComputeAsync());
        await compute[0].WaitForLineAsync(line => line.Contains("proved slice", StringComparison.Ordinal));
        await CheckMetricsAsync(metrics);
        await FinishAsync(run, fleet, trainers);

        Assert.Equal(expected, await ProjectEndings.ReadAsync(run, Projects));
        Assert.Contains("proved on 127.0.0.1:", control.Written, StringComparison.Ordinal);
        Assert.DoesNotContain("proved slice", control.Written, StringComparison.Ordinal);
        Assert.Contains("proved slice 1 of 2", string.Join('\n', compute.Select(machine => machine.Written)), StringComparison.Ordinal);
        Assert.All(compute, machine => Assert.Contains("proved slice", machine.Written, StringComparison.Ordinal));
        Assert.All(compute, machine => Assert.DoesNotContain("project", machine.Written, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_round_is_settled_though_machines_are_killed_and_frozen_in_the_middle_of_its_proof()
    {
        string[] expected = await AloneAsync();
        await using SmallMarketRun run = await Market.BeginAsync();
        (FleetRun fleet, MarketProgram control) = await BeginControlAsync(run);
        Task<MarketProgram>[] compute = [KillWhenItProvesAsync(fleet, "KILL"), KillWhenItProvesAsync(fleet, "STOP")];
        MarketProgram[] trainers = [.. StartSteady(run), run.StartTrainer(First)];
        MarketProgram[] lost = await Task.WhenAll(compute);
        await fleet.StartComputeAsync();
        // The frozen one does not hear that it is to stop.
        await control.WaitForLineAsync(line => line.Contains("it is not heard of any more", StringComparison.Ordinal));
        lost[1].Kill();
        await FinishAsync(run, fleet, trainers);

        Assert.Equal(expected, await ProjectEndings.ReadAsync(run, Projects));
        Assert.Equal(lost.Length, control.Written.Split('\n').Count(line => line.Contains("the proof goes on without", StringComparison.Ordinal)));
    }

    /// <summary>What operators are told to watch of a fleet is measured, its part of proofs is, and no address is told.</summary>
    private static async Task CheckMetricsAsync(int port)
    {
        using HttpClient client = new();
        string measured = "";
        await Polling.WaitUntilAsync(
            async () => MadeSlice().IsMatch(measured = await client.GetStringAsync($"http://127.0.0.1:{port}/metrics")),
            TimeSpan.FromSeconds(10),
            () => $"no slice is measured:\n{measured}");
        IEnumerable<string> files = Directory.EnumerateFiles(Repository.Path("deploy"), "*.*", SearchOption.AllDirectories);
        string watched = string.Concat(files.Append(Repository.Path("docs", "operations.md")).Select(File.ReadAllText));
        string[] names = [.. OrleansMetric().Matches(watched).Select(match => match.Value).Distinct()];
        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.Contains($"\n# TYPE {name} ", measured, StringComparison.Ordinal));
        Assert.DoesNotContain("127.0.0.1", measured, StringComparison.Ordinal);
    }

    [GeneratedRegex("marketplace_slice_duration_seconds_count\\{[^}]*outcome=\"success\"")]
    private static partial Regex MadeSlice();

    [GeneratedRegex(@"\borleans_[a-z_]+")]
    private static partial Regex OrleansMetric();

    /// <summary>A machine that is hit in the middle of the first proof that it works on.</summary>
    private static async Task<MarketProgram> KillWhenItProvesAsync(FleetRun fleet, string signal)
    {
        while (true)
        {
            MarketProgram machine = await fleet.StartComputeAsync();
            await machine.WaitForLineAsync(line => line.Contains("proves slice 1 of 1", StringComparison.Ordinal));
            machine.Signal(signal);
            if (!machine.Written.Contains("proved slice 1 of 1", StringComparison.Ordinal))
                return machine;
            // It was faster than the signal; there are more proofs to come.
            machine.Kill();
        }
    }

    /// <summary>A machine that serves projects and proves none of their rounds.</summary>
    private async Task<(FleetRun Fleet, MarketProgram Control)> BeginControlAsync(SmallMarketRun run, params string[] more)
    {
        FleetRun fleet = new(Market, run, await Server.CreateDatabaseAsync(), Folder.CreateFolder(Guid.NewGuid().ToString("N")));
        MarketProgram control = await fleet.StartAsync(null, ["--role", "control", .. more]);
        await CreateAsync(run);
        for (int project = 1; project <= Projects; project++)
            fleet.Allow(project);
        return (fleet, control);
    }
}
