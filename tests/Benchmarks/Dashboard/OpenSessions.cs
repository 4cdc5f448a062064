using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Marketplace.Benchmarks.Proofs;
using Marketplace.Testing.Markets.Synthetic;
using Microsoft.Playwright;

namespace Marketplace.Benchmarks.Dashboard;

/// <summary>Many readers with a page open while the chain goes on.</summary>
internal sealed class OpenSessions(IBrowser browser, DashboardProcess dashboard, SyntheticNode node, Bounds bounds)
{
    public const int Count = 200;

    private const int AtOnce = 10;
    private const double LastBlockLimitSeconds = 5;
    private const float ChangeLimitMilliseconds = 15_000;

    private static readonly TimeSpan BlockPause = TimeSpan.FromSeconds(1);
    private static readonly Regex Furnishings = new(@"\.(css|svg|png|ico|woff2?)(\?|$)", RegexOptions.Compiled);

    private readonly ConcurrentQueue<string> _errors = new();

    /// <summary>Opens the pages, adds the blocks that are still to come, one a second, and waits until every page shows their end.</summary>
    /// <param name="blocks">The whole chain.</param>
    /// <param name="served">How many of its blocks the node has served so far.</param>
    /// <param name="ending">Projects that end in the other blocks.</param>
    /// <param name="settledRounds">Settled rounds of the market when all is over.</param>
    public async Task MeasureAsync(IReadOnlyList<SyntheticBlock> blocks, int served, IReadOnlyList<long> ending, int settledRounds)
    {
        long memoryBefore = dashboard.Memory;
        await using IBrowserContext context = await browser.NewContextAsync();
        // Pictures, fonts and sheets are the browser's work, which 200 readers' browsers share out.
        await context.RouteAsync(Furnishings, route => route.FulfillAsync(new() { Status = 200, Body = "" }));
        List<IPage> lists = [], singles = [];
        for (int opened = 0; opened < Count; opened += AtOnce)
        {
            IEnumerable<Task<IPage>> some = Enumerable.Range(opened, AtOnce).Select(k => k % 2 == 0
                ? OpenAsync(context, "", PageScripts.SearchingForAll)
                : OpenAsync(context, $"project/{ending[k / 2 % ending.Count]}", PageScripts.Project));
            foreach ((int k, IPage page) in (await Task.WhenAll(some)).Index())
                (k % 2 == 0 ? lists : singles).Add(page);
        }
        IPage[] pages = [.. lists, .. singles];

        TimeSpan processor = dashboard.ProcessorTime;
        var minedAt = new Dictionary<ulong, long>();
        using (var timer = new PeriodicTimer(BlockPause))
        {
            for (int length = served + 1; length <= blocks.Count; length++)
            {
                await timer.WaitForNextTickAsync();
                node.Serve([.. blocks.Take(length)]);
                minedAt.Add(blocks[length - 1].Number, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
            }
        }
        await RequireEndAsync(lists, page => page.Locator(".totals dd").Nth(2), $"{settledRounds:N0}");
        await RequireEndAsync(singles, page => page.Locator("h1 .status"), "Completed");
        processor = dashboard.ProcessorTime - processor;

        (double[] delays, double last) = await DelaysAsync(pages, minedAt);
        foreach (IPage page in pages)
        {
            foreach (string fault in await page.EvaluateAsync<string[]>(PageScripts.Faults))
                _errors.Enqueue(fault);
        }
        MarkdownTable table = new(
            $"{Count} open pages", "new blocks", "memory before", "memory after", "processor time, all pages", "a page and block",
            "a block is shown after: median", "worst", "the last block: worst", "errors");
        table.Row(
            $"{minedAt.Count}",
            MarkdownTable.Megabytes(memoryBefore),
            MarkdownTable.Megabytes(dashboard.Memory),
            MarkdownTable.Seconds(processor.TotalSeconds),
            MarkdownTable.Seconds(processor.TotalSeconds / Count / minedAt.Count),
            MarkdownTable.Seconds(delays[delays.Length / 2]),
            MarkdownTable.Seconds(delays[^1]),
            MarkdownTable.Seconds(last), $"{_errors.Count}");
        bounds.Require(_errors.IsEmpty, $"open pages: {_errors.Count} errors, such as: {string.Join("; ", _errors.Distinct().Take(5))}");
        bounds.Require(
            last < LastBlockLimitSeconds,
            $"open pages: the last block is shown after {MarkdownTable.Seconds(last)} at worst, expected {LastBlockLimitSeconds} s");
    }

    /// <summary>Opens a page, and waits until it is alive.</summary>
    private async Task<IPage> OpenAsync(IBrowserContext context, string path, string script)
    {
        IPage page = await context.NewPageAsync();
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                _errors.Enqueue(message.Text);
        };
        page.PageError += (_, error) => _errors.Enqueue(error);
        await page.AddInitScriptAsync(script);
        await page.GotoAsync(dashboard.At(path), new() { WaitUntil = WaitUntilState.Commit });
        await page.EvaluateAsync<double[]>(PageScripts.Loaded);
        await page.EvaluateAsync(PageScripts.Watch);
        await page.EvaluateAsync(PageScripts.Hide);
        return page;
    }

    /// <summary>Pages show what the last blocks have changed.</summary>
    private async Task RequireEndAsync(IReadOnlyList<IPage> pages, Func<IPage, ILocator> where, string expected)
    {
        foreach (IPage page in pages)
        {
            try
            {
                await Assertions.Expect(where(page)).ToHaveTextAsync(expected, new() { Timeout = ChangeLimitMilliseconds });
            }
            catch (PlaywrightException)
            {
                _errors.Enqueue(
                    $"{page.Url} does not come to show '{expected}' within {ChangeLimitMilliseconds} ms, but "
                        + $"'{await where(page).TextContentAsync()}'");
            }
        }
    }

    /// <summary>Seconds from when a block could be read until a page showed it or a later one.</summary>
    /// <returns>Of all pages and blocks, ascending; and the worst of the last block. Infinite where a page never did.</returns>
    private static async Task<(double[] All, double Last)> DelaysAsync(IEnumerable<IPage> pages, Dictionary<ulong, long> minedAt)
    {
        List<double> all = [], last = [];
        foreach (IPage page in pages)
        {
            Dictionary<string, double> shown = await page.EvaluateAsync<Dictionary<string, double>>(PageScripts.Blocks);
            foreach ((ulong block, long at) in minedAt)
            {
                double first = shown.Where(entry => ulong.Parse(entry.Key) >= block)
                    .Select(entry => entry.Value).DefaultIfEmpty(double.PositiveInfinity).Min();
                all.Add((first - at) / 1000);
                if (block == minedAt.Keys.Max())
                    last.Add(all[^1]);
            }
        }
        all.Sort();
        return ([.. all], last.Max());
    }
}
