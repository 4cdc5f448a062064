using Bunit;
using Marketplace.ReadModel;
using Marketplace.Testing.Markets.Synthetic;
using Marketplace.Web.Logic.Tests.Support;
using Marketplace.Web.Projects;
using Marketplace.Web.Rounds;

namespace Marketplace.Web.Logic.Tests.Rounds;

/// <summary>Rounds that kept or paid nobody: what is said of them.</summary>
public sealed class RoundTroubleTests(SyntheticEnd end) : ComponentTest(end)
{
    private static readonly ProjectSummary Project = MadeUpProject.Summary(7, "Digits");
    private static readonly RoundSummary Settled = MadeUpProject.Round(0, RoundStage.Settled);

    [Fact]
    public void A_round_that_paid_for_what_it_kept_is_in_no_trouble() =>
        Assert.Null(RoundTrouble.Of(Settled with { Kept = 1, Paid = 5, Invalid = 2 }, Project));

    [Fact]
    public void An_open_round_is_in_no_trouble() => Assert.Null(RoundTrouble.Of(MadeUpProject.Round(0, RoundStage.Open), Project));

    [Fact]
    public void Every_other_end_has_its_own_reason_and_advice()
    {
        RoundTrouble?[] troubles =
        [
            RoundTrouble.Of(Settled with { Invalid = 3 }, Project),
            RoundTrouble.Of(Settled with { Kept = 0 }, Project),
            RoundTrouble.Of(Settled with { Kept = 2, Paid = 0 }, Project),
            RoundTrouble.Of(MadeUpProject.Round(0, RoundStage.Expired) with { Opened = null, Paid = 9 }, Project),
            RoundTrouble.Of(MadeUpProject.Round(0, RoundStage.Expired) with { Paid = 9 }, Project),
            RoundTrouble.Of(MadeUpProject.Round(0, RoundStage.Failed), Project),
        ];
        Assert.Equal(
            ["had no valid update", "kept nobody", "paid nobody", "was never opened", "was not settled in time", "failed"],
            troubles.Select(trouble => trouble!.What));
        Assert.All(troubles, trouble => Assert.True(trouble is { Why.Length: > 0, Advice.Length: > 0 }));
    }

    [Fact]
    public void Who_has_a_court_is_sent_there()
    {
        RoundSummary round = Settled with { Invalid = 3 };
        ProjectSummary withCourt = Project with { Arbitrator = SyntheticMarket.AccountOf("court") };
        Assert.Contains("before the court", RoundTrouble.Of(round, withCourt)!.Advice, StringComparison.Ordinal);
        Assert.Contains("no court", RoundTrouble.Of(round, Project)!.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_trouble_is_told_once_and_its_rounds_are_red()
    {
        ProjectDetails project = MadeUpProject.Details(
            Settled, Settled with { Index = 1, Kept = 2, Paid = 10 }, Settled with { Index = 2 }, MadeUpProject.Round(3, RoundStage.Failed));
        IRenderedComponent<RoundTable> table = Show<RoundTable>(parameters => parameters.Add(table => table.Project, project));
        Assert.Equal(
            ["Each of the rounds 1 and 3 kept nobody.", "Round 4 failed."],
            table.FindAll("[data-test=troubles] strong").Select(trouble => trouble.TextContent));
        Assert.Equal([true, true, false, true], table.FindAll("tbody tr").Select(row => row.ClassList.Contains("trouble")));
    }
}
