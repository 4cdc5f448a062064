using Bunit;
using Marketplace.ReadModel;
using Marketplace.Web.Logic.Tests.Support;
using Marketplace.Web.Projects;
using Marketplace.Web.Shared;

namespace Marketplace.Web.Logic.Tests.Projects;

/// <summary>Figures of different sets never stand in one line.</summary>
public sealed class ProgressChartTests(SyntheticEnd end) : ComponentTest(end)
{
    private static readonly RoundMetrics OnBoth = new(0.5, 1.5, 0.75, 0.5), OnRootAlone = new(0.625, 1.25, null, null);

    [Fact]
    public void A_project_whose_rounds_all_have_a_test_set_shows_that()
    {
        IRenderedComponent<ProgressChart> chart = Show(OnBoth, OnBoth);

        Assert.Contains("a test set that nobody trains on", chart.Find("[data-test=metrics-source]").TextContent, StringComparison.Ordinal);
        Assert.Equal(["75.0 %", "75.0 %", "0.500", "0.500"], Cells(chart));
    }

    [Fact]
    public void A_round_without_a_test_set_makes_all_show_the_root_set()
    {
        IRenderedComponent<ProgressChart> chart = Show(OnBoth, OnRootAlone);

        Assert.Contains("its own root set", chart.Find("[data-test=metrics-source]").TextContent, StringComparison.Ordinal);
        Assert.Equal(["50.0 %", "62.5 %", "1.500", "1.250"], Cells(chart));
    }

    private static string[] Cells(IRenderedComponent<ProgressChart> chart) => [.. chart.FindAll("td").Select(cell => cell.TextContent)];

    private IRenderedComponent<ProgressChart> Show(params RoundMetrics[] metrics)
    {
        SetRendererInfo(new Microsoft.AspNetCore.Components.RendererInfo("Static", isInteractive: false));
        // The component library's chart needs a browser; the table below it has the same figures.
        ComponentFactories.AddStub<Chart>();
        ProjectDetails project = MadeUpProject.Details(
            [.. metrics.Select((one, index) => MadeUpProject.Round(index, RoundStage.Settled) with { Metrics = one })]);
        return Show<ProgressChart>(parameters => parameters.Add(chart => chart.Project, project));
    }
}
