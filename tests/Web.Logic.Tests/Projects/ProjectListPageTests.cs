using System.Numerics;
using AngleSharp.Dom;
using Bunit;
using Bunit.TestDoubles;
using Marketplace.Chain;
using Marketplace.ReadModel;
using Marketplace.Web.Logic.Tests.Support;
using Marketplace.Web.Projects;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using ProjectPage = Marketplace.ReadModel.ProjectPage;

namespace Marketplace.Web.Logic.Tests.Projects;

/// <summary>The list of projects while it is read, when there is nothing in it, when it cannot be read, and as it should be.</summary>
public sealed class ProjectListPageTests(SyntheticEnd end) : ComponentTest(end)
{
    [Fact]
    public void While_it_is_read_nobody_is_told_that_there_is_nothing()
    {
        IRenderedComponent<ProjectListPage> page = Show<ProjectListPage>();
        Assert.DoesNotContain("Nobody has posted", page.Markup, StringComparison.Ordinal);
        Model.Page.SetResult(new ProjectPage(0, []));
        page.WaitForAssertion(() => Assert.Contains("Nobody has posted a project yet", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void A_search_without_matches_can_be_taken_back()
    {
        Model.Page.SetResult(new ProjectPage(0, []));
        Services.GetRequiredService<NavigationManager>().NavigateTo("/?search=unicorn&status=running");
        IRenderedComponent<ProjectListPage> page = Show<ProjectListPage>();
        page.WaitForAssertion(() => Assert.Contains("No project matches", page.Markup, StringComparison.Ordinal));
        Assert.Equal("unicorn", Model.Asked!.Search);
        page.FindAll("button.link").Single(button => button.TextContent == "Show all projects").Click();
        Assert.DoesNotContain("unicorn", Services.GetRequiredService<BunitNavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_read_is_said_and_tried_again_with_the_next_block()
    {
        Model.Page.SetException(new IOException("the disk is gone: /secret/place"));
        IRenderedComponent<ProjectListPage> page = Show<ProjectListPage>();
        page.WaitForAssertion(() => Assert.Contains("tries again with the next block", page.Markup, StringComparison.Ordinal));
        Assert.DoesNotContain("secret", page.Markup, StringComparison.Ordinal);

        Model.Page = new();
        Model.Page.SetResult(new ProjectPage(1, [MadeUpProject.Summary(3, "Digits")]));
        Feed.Raise();
        page.WaitForAssertion(() => Assert.Contains("Digits", page.Markup, StringComparison.Ordinal), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void A_project_is_a_line()
    {
        Model.Page.SetResult(new ProjectPage(
            2, [MadeUpProject.Summary(3, "<script>alert(1)</script>"), MadeUpProject.Summary(4, null, problem: "not JSON")]));
        IRenderedComponent<ProjectListPage> page = Show<ProjectListPage>();
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("a.title").Count));
        IElement[] titles = [.. page.FindAll("a.title")];
        Assert.Equal(("<script>alert(1)</script>", "project/3"), (titles[0].TextContent.Trim(), titles[0].GetAttribute("href")));
        Assert.Empty(page.FindAll("script"));
        Assert.Equal("Project 4, document not readable", titles[1].TextContent.Trim());
        Assert.Contains("3 of 5", page.Markup, StringComparison.Ordinal);
        Assert.Equal(["0.4 ETH", "2.0 ETH"], page.FindAll(".amount").Take(2).Select(amount => amount.TextContent));
        Assert.Equal("2000000000000000000", page.FindAll(".amount")[1].GetAttribute("data-amount"));
    }

    [Fact]
    public void A_line_shows_how_accuracy_has_gone_and_how_the_aggregator_has_done()
    {
        ProjectSummary project = MadeUpProject.Summary(3, "Digits") with { Accuracy = 0.9, Tags = ["vision"] };
        Model.Page.SetResult(new ProjectPage(1, [project])
        {
            Accuracies = new Dictionary<long, IReadOnlyList<double>> { [3] = [0.1, 0.5, 0.9] },
            Aggregators = new Dictionary<Address, AggregatorStanding>
            {
                [project.Aggregator] = new(project.Aggregator, 2, 7, 1, 2, 0, 0, new Dictionary<Address, BigInteger>()),
            },
        });
        IRenderedComponent<ProjectListPage> page = Show<ProjectListPage>();
        page.WaitForAssertion(() => Assert.Equal("with 7 rounds settled, 1 empty, 2 expired so far", page.Find("[data-test=record]").TextContent));
        Assert.Equal("Accuracy over 3 rounds: from 10.0 % to 90.0 %", page.Find(".sparkline").GetAttribute("aria-label"));
        Assert.Equal("1,22 40,12 79,2", page.Find(".sparkline polyline").GetAttribute("points"));
        Assert.Equal("/?tag=vision", page.Find(".tags a").GetAttribute("href"));
    }

    [Fact]
    public void An_address_holds_the_whole_query()
    {
        Model.Page.SetResult(new ProjectPage(1, [MadeUpProject.Summary(3, "Digits")]));
        Services.GetRequiredService<NavigationManager>().NavigateTo("/?sort=due-asc&tag=small-data&data=csv&status=running");
        IRenderedComponent<ProjectListPage> page = Show<ProjectListPage>();
        page.WaitForAssertion(() => Assert.Equal(
            (ProjectOrder.Due, false, "small-data", "csv"), (Model.Asked!.Order, Model.Asked.Descending, Model.Asked.Tag, Model.Asked.DataKind)));
        page.FindAll("button.col-title").Single(title => title.TextContent.Trim() == "Bounty").Click();
        page.WaitForAssertion(() => Assert.Contains("sort=bounty-asc", Shown, StringComparison.Ordinal));
        Assert.Contains("tag=small-data", Shown, StringComparison.Ordinal);
        page.Find("[data-test=tag]").Click();
        page.WaitForAssertion(() => Assert.Null(Model.Asked!.Tag));
        page.Find("[data-test=order]").Change("accuracy");
        page.WaitForAssertion(() => Assert.Equal((ProjectOrder.Accuracy, true), (Model.Asked!.Order, Model.Asked.Descending)));
    }

    [Fact]
    public void What_an_address_says_wrongly_is_left_out()
    {
        Model.Page.SetResult(new ProjectPage(1, [MadeUpProject.Summary(3, "Digits")]));
        Services.GetRequiredService<NavigationManager>().NavigateTo("/?sort=secrets&tag=%25%20OR&data=exe&status=unknown");
        Show<ProjectListPage>().WaitForAssertion(() => Assert.Equal(
            (ProjectOrder.Newest, true, null, null, 0),
            (Model.Asked!.Order, Model.Asked.Descending, Model.Asked.Tag, Model.Asked.DataKind, Model.Asked.Statuses!.Count)));
    }

    private string Shown => Services.GetRequiredService<BunitNavigationManager>().Uri;

    [Fact]
    public void Pages_and_orders_are_asked_of_the_read_model()
    {
        Model.Page.SetResult(new ProjectPage(40, [MadeUpProject.Summary(3, "Digits")]));
        IRenderedComponent<ProjectListPage> page = Show<ProjectListPage>();
        page.WaitForAssertion(() => Assert.Equal((0, ProjectOrder.Newest, true), (Model.Asked!.Skip, Model.Asked.Order, Model.Asked.Descending)));
        page.Find(".go-next").Click();
        page.WaitForAssertion(() => Assert.Equal(15, Model.Asked!.Skip));
        page.FindAll("button.col-title").Single(title => title.TextContent.Trim() == "Bounty").Click();
        page.WaitForAssertion(() => Assert.Equal((ProjectOrder.Bounty, false), (Model.Asked!.Order, Model.Asked.Descending)));
        page.Find("input[type=search]").Input("digits");
        page.WaitForAssertion(() => Assert.Equal(("digits", 0), (Model.Asked!.Search, Model.Asked.Skip)));
    }
}
