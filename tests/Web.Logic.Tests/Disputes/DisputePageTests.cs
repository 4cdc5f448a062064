using Bunit;
using Marketplace.LocalMarket;
using Marketplace.Protocol.Disputes;
using Marketplace.ReadModel;
using Marketplace.Web.Disputes;
using Marketplace.Web.Logic.Tests.Support;

namespace Marketplace.Web.Logic.Tests.Disputes;

/// <summary>The list of cases, and a case's own page.</summary>
public sealed class DisputePageTests : ComponentTest
{
    public DisputePageTests(SyntheticEnd end)
        : base(end, [new NamedParty("judy", "court", MadeUpClaim.Court, "the court")])
    {
        AddTransactions();
        Model.Claims[1] = MadeUpClaim.Details(MadeUpClaim.Of(1, ClaimStage.Concluded, ClaimVerdict.Valid, isRuled: true));
        Model.Claims[2] = MadeUpClaim.Details(
            MadeUpClaim.Of(2, ClaimStage.Disputed),
            new ClaimEvidence(MadeUpClaim.Trainer, "javascript:alert(1)", MadeUpClaim.At(11)),
            new ClaimEvidence(MadeUpClaim.Defender, "https://example.org/why", MadeUpClaim.At(12)));
    }

    [Fact]
    public void Open_cases_are_listed_and_all_on_demand()
    {
        IRenderedComponent<DisputeListPage> list = Show<DisputeListPage>();
        Assert.Equal(["dispute/2"], Cases(list));
        list.Find("[data-test=show-all]").Click();
        list.WaitForAssertion(() => Assert.Equal(["dispute/1", "dispute/2"], Cases(list).Order()));
        Assert.Contains("The court has ruled", list.Markup, StringComparison.Ordinal);
        Assert.Contains("Before the court", list.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_case_shows_its_life_its_court_and_the_judges_command()
    {
        IRenderedComponent<DisputePage> page = Show<DisputePage>(parameters => parameters.Add(page => page.Id, 2));
        Assert.Contains("judy", page.Markup, StringComparison.Ordinal);
        string command = page.Find("[data-test=judge]").TextContent;
        Assert.StartsWith($"marketplace judge 2 \\\n  --market {Market.Chain.Address} \\\n", command, StringComparison.Ordinal);
        Assert.Equal(5, page.FindAll("[data-test=step]").Count);
        AngleSharp.Dom.IElement[] shown = [.. page.FindAll("[data-test=evidence]")];
        Assert.Null(shown[0].QuerySelector("a"));
        Assert.Contains("javascript:alert(1)", shown[0].TextContent, StringComparison.Ordinal);
        Assert.Equal("https://example.org/why", shown[1].QuerySelector("a")!.GetAttribute("href"));
        Assert.Contains("noopener", shown[1].QuerySelector("a")!.GetAttribute("rel"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_case_that_is_decided_marks_its_verdict()
    {
        IRenderedComponent<DisputePage> page = Show<DisputePage>(parameters => parameters.Add(page => page.Id, 1));
        Assert.Equal("Valid", page.Find("li.decided h3").TextContent);
    }

    private static IEnumerable<string?> Cases(IRenderedComponent<DisputeListPage> list) =>
        list.FindAll("a.title").Select(link => link.GetAttribute("href"));
}
