using Marketplace.Testing.Markets.Programs;
using Marketplace.Testing.Programs;

namespace Marketplace.EndToEnd.Tests;

/// <summary>Programs that are killed at a chosen point.</summary>
internal static class KilledPrograms
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Starts a program and kills it at a point.</summary>
    /// <param name="run">Whose node and state it uses.</param>
    /// <param name="point">Where.</param>
    /// <param name="start">Starts it with the given URL as its node.</param>
    public static async Task KillAtAsync(this SmallMarketRun run, KillPoint point, Func<Uri, MarketProgram> start)
    {
        await using KillingProxy proxy = new(run.Node, run.State);
        MarketProgram? program = null;
        using SemaphoreSlim started = new(0);
        Task killed = proxy.ArmAsync(point, () =>
        {
            started.Wait();
            program!.Kill();
        });
        program = start(proxy.Url);
        started.Release();
        Task<int> ended = program.WaitAsync();
        Task first = await Task.WhenAny(killed, ended, Task.Delay(Limit, TestContext.Current.CancellationToken));
        proxy.Disarm();
        Assert.True(killed.IsCompleted, $"The point '{point}' was not reached{(first == ended ? ", the program ended" : "")}:\n{program.Log}");
        await ended;
    }
}
