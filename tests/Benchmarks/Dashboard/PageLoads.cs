using Marketplace.Benchmarks.Proofs;
using Microsoft.Playwright;

namespace Marketplace.Benchmarks.Dashboard;

/// <summary>How long a reader waits for a page, alone and with an empty cache.</summary>
internal sealed class PageLoads(IBrowser browser, DashboardProcess dashboard, Bounds bounds)
{
    private const int Loads = 20;
    private const double LimitMilliseconds = 1_000;

    private readonly MarkdownTable _table = new("Pages", "what", "the very first", "median", "worst");

    /// <param name="projects">Projects with these ids are there, from 1.</param>
    public async Task MeasureAsync(int projects)
    {
        List<double[]> list = [], single = [], search = [];
        for (int k = 0; k <= Loads; k++)
        {
            // Three digits, so that no other id holds them.
            int id = Math.Min(projects, 999) - 7 * k;
            await WithPageAsync(PageScripts.SearchingFor(id), "", async page =>
            {
                list.Add(await page.EvaluateAsync<double[]>(PageScripts.Loaded));
                search.Add([await page.EvaluateAsync<double>(PageScripts.Search, $"{id - 1}")]);
            });
            await WithPageAsync(PageScripts.Project, $"project/{id}", async page =>
                single.Add(await page.EvaluateAsync<double[]>(PageScripts.Loaded)));
        }
        Report("projects: the first row", list, 0);
        Report("projects: the first search has answered", list, 1);
        Report("a further search has answered", search, 0);
        Report("a project: tables", single, 0);
        Report("a project: charts", single, 1);
    }

    private async Task WithPageAsync(string script, string path, Func<IPage, Task> measure)
    {
        await using IBrowserContext context = await browser.NewContextAsync();
        await context.AddInitScriptAsync(script);
        IPage page = await context.NewPageAsync();
        await page.GotoAsync(dashboard.At(path), new() { WaitUntil = WaitUntilState.Commit });
        await measure(page);
    }

    /// <summary>The first load of all has the server compile its pages; it is told apart and not bounded.</summary>
    private void Report(string what, List<double[]> loads, int index)
    {
        double[] later = [.. loads.Skip(1).Select(load => load[index]).Order()];
        double median = later[later.Length / 2], worst = later[^1];
        _table.Row(what, Milliseconds(loads[0][index]), Milliseconds(median), Milliseconds(worst));
        bounds.Require(worst < LimitMilliseconds, $"{what}: {Milliseconds(worst)} at worst, expected less than {Milliseconds(LimitMilliseconds)}");
    }

    private static string Milliseconds(double value) => MarkdownTable.Seconds(value / 1000);
}
