using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Marketplace.Testing.Programs;

namespace Marketplace.EndToEnd.Tests;

/// <summary>The result that <c>demo --json</c> prints, as far as the tests look at it.</summary>
internal sealed record DemoRun(
    ulong ChainId,
    string Market,
    string Project,
    double FinalAccuracy,
    string FinalModel,
    IReadOnlyList<DemoRun.Round> Rounds,
    IReadOnlyList<DemoRun.Trainer> Trainers,
    IReadOnlyList<DemoRun.Verdict> Verdicts,
    bool AuditPassed)
{
    private const string FirstRound = "round 1 of";

    internal sealed record Round(int Index, double Accuracy);

    internal sealed record Verdict(string Trainer, string PartWei, string CompensationWei);

    internal sealed record Trainer(string Name, string Behavior, int Samples, string Address, string EarnedWei, double Share)
    {
        public BigInteger Earned => BigInteger.Parse(EarnedWei, CultureInfo.InvariantCulture);
    }

    public Trainer Of(string behavior) => Trainers.Single(trainer => trainer.Behavior == behavior);

    /// <summary>Runs a demo that must end well and leave no process behind.</summary>
    public static async Task<DemoRun> RunAsync(params string[] arguments)
    {
        await using MarketProgram demo = MarketProgram.Start("Marketplace", ["demo", "--json", .. arguments]);
        ProcessTree? tree = await WatchAsync(demo);
        int code = await demo.WaitAsync();
        Assert.True(code == 0, $"exit code {code}, expected 0:\n{demo.Log}");
        if (tree is not null)
            await tree.AssertGoneAsync();
        return JsonSerializer.Deserialize<DemoRun>(demo.Output, JsonSerializerOptions.Web)!;
    }

    /// <summary>Waits until a demo's first round is settled, when all its processes run.</summary>
    /// <returns>Its processes; null where the system does not tell.</returns>
    public static async Task<ProcessTree?> WatchAsync(MarketProgram demo)
    {
        await demo.WaitForLineAsync(line => line.Contains(FirstRound, StringComparison.Ordinal));
        return OperatingSystem.IsLinux() ? ProcessTree.Below(demo.Id) : null;
    }
}
