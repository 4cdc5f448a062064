using System.Diagnostics;
using System.Globalization;
using Marketplace.Benchmarks.Proofs;
using Marketplace.Benchmarks.ReadModel;
using Marketplace.Contracts;
using Marketplace.Testing.Browsers;
using Marketplace.Testing.Markets.Synthetic;
using Microsoft.Playwright;

namespace Marketplace.Benchmarks.Dashboard;

/// <summary>
/// How the dashboard does with a large market: catching up, pages in a browser, and many readers at once.
/// dotnet run -c Release --project tests/Benchmarks -- --dashboard [PROJECTS]
/// </summary>
internal static class DashboardBenchmarks
{
    public const string Switch = "--dashboard";

    private const int LiveBlocks = 30;
    private const double LeastEventsPerSecond = 5_000;

    /// <param name="args">Number of projects, by default 1,000; at least 240.</param>
    /// <returns>The exit code: 1 when a bound was missed.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        int projects = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000;
        if (InstalledChromium.Path is not { } chromium)
        {
            Console.WriteLine(InstalledChromium.WhyMissing);
            return 1;
        }
        IReadOnlyList<SyntheticBlock> blocks = LargeMarket.Grow(projects);
        IReadOnlyList<SyntheticBlock> past = [.. blocks.SkipLast(LiveBlocks)];
        await using SyntheticNode node = await SyntheticNode.StartAsync(past);
        var bounds = new Bounds();
        await using DashboardProcess dashboard = await CatchUpAsync(node, past.Sum(block => block.Logs.Count), bounds);

        using IPlaywright playwright = await Playwright.CreateAsync();
        await using (IBrowser browser = await playwright.Chromium.LaunchAsync(
            new() { ExecutablePath = chromium, Args = InstalledChromium.Arguments }))
        {
            await new PageLoads(browser, dashboard, bounds).MeasureAsync(projects);
        }

        await using (IBrowser browser = await playwright.Chromium.LaunchAsync(
            new() { ExecutablePath = chromium, Args = [.. InstalledChromium.Arguments, "--renderer-process-limit=8"] }))
        {
            await new OpenSessions(browser, dashboard, node, bounds)
                .MeasureAsync(blocks, past.Count, EndedIn(blocks.Skip(past.Count)), projects * LargeMarket.RoundsOfAProject);
        }
        return bounds.Report();
    }

    private static async Task<DashboardProcess> CatchUpAsync(SyntheticNode node, int events, Bounds bounds)
    {
        DashboardProcess dashboard = await DashboardProcess.StartAsync(node.Url);
        long start = Stopwatch.GetTimestamp();
        await dashboard.CatchUpAsync();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        new MarkdownTable("Catching up", "events", "time", "events/s", "processor time", "resident memory").Row(
            $"{events:N0}",
            MarkdownTable.Seconds(seconds),
            $"{events / seconds:N0}",
            MarkdownTable.Seconds(dashboard.ProcessorTime.TotalSeconds),
            MarkdownTable.Megabytes(dashboard.Memory));
        bounds.Require(
            events / seconds >= LeastEventsPerSecond, $"catching up: {events / seconds:N0} events a second, expected {LeastEventsPerSecond:N0}");
        return dashboard;
    }

    /// <summary>Projects that are completed in these blocks.</summary>
    private static IReadOnlyList<long> EndedIn(IEnumerable<SyntheticBlock> blocks) =>
    [
        .. from block in blocks
           from log in block.Logs
           where MarketEvents.ProjectCompleted.Abi.Matches(log)
           select (long)log.Topics[1].ToBigInteger(),
    ];
}
