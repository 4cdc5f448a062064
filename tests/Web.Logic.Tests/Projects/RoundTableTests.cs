using Bunit;
using Marketplace.ReadModel;
using Marketplace.Web.Logic.Tests.Support;
using Marketplace.Web.Projects;

namespace Marketplace.Web.Logic.Tests.Projects;

/// <summary>A project's rounds in every stage.</summary>
public sealed class RoundTableTests(SyntheticEnd end) : ComponentTest(end)
{
    [Fact]
    public void Before_the_first_round_the_table_says_when_there_will_be_one() =>
        Assert.Contains("No round has been opened yet", Table(), StringComparison.Ordinal);

    [Fact]
    public void A_round_that_is_trained_counts_down()
    {
        ProjectDetails project = MadeUpProject.Details(
            MadeUpProject.Round(0, RoundStage.Open) with { TrainingEnds = MadeUpProject.Now.AddHours(1), SettleBy = MadeUpProject.Now.AddHours(2) });
        // One more than has submitted.
        project = project with { Summary = project.Summary with { Trainers = 4 } };
        string table = Show<RoundTable>(parameters => parameters.Add(table => table.Project, project)).Markup;
        Contains(table, "Training", "count-down", "3 submitted");
    }

    [Fact]
    public void A_round_that_is_not_trained_any_more_waits_for_its_aggregator() => Contains(
        Table(
            MadeUpProject.Round(0, RoundStage.Open) with { TrainingEnds = MadeUpProject.Now.AddHours(-1), SettleBy = MadeUpProject.Now.AddHours(1) }),
        "To be settled");

    [Fact]
    public void A_settled_round_says_what_was_kept_and_paid() => Contains(
        Table(MadeUpProject.Round(0, RoundStage.Settled) with { Kept = 2, Invalid = 1, Paid = 1_500_000_000_000_000_000, Ended = Moment }),
        "Settled", "3 submitted, 2 kept, 1 invalid", "1.5 ETH");

    [Fact]
    public void A_settled_round_may_have_kept_nobody() =>
        Contains(Table(MadeUpProject.Round(0, RoundStage.Settled) with { Ended = Moment }), "Settled, kept nobody");

    [Fact]
    public void A_round_that_expired_unopened_was_never_opened() =>
        Contains(Table(MadeUpProject.Round(0, RoundStage.Expired) with { Opened = null, Ended = Moment }), "Expired", "never");

    [Fact]
    public void A_round_that_most_refuse_fails_before_its_deadlines() => Contains(
        Table(
            MadeUpProject.Round(0, RoundStage.Open) with
            {
                TrainingEnds = MadeUpProject.Now.AddHours(1),
                SettleBy = MadeUpProject.Now.AddHours(2),
                Submissions = 1,
                RefusedSeats = 0b1100,
            }),
        "Failed, to be closed", "1 submitted, 2 refused");

    [Fact]
    public void A_round_for_which_most_did_not_come_fails_when_training_ends() => Contains(
        Table(
            MadeUpProject.Round(0, RoundStage.Open) with
            {
                TrainingEnds = MadeUpProject.Now.AddHours(-1),
                SettleBy = MadeUpProject.Now.AddHours(1),
                Submissions = 1,
            }),
        "Failed, to be closed");

    [Fact]
    public void A_failed_round_stays_so() =>
        Contains(Table(MadeUpProject.Round(0, RoundStage.Failed) with { Ended = Moment, RefusedSeats = 0b1100 }), ">Failed<", "2 refused");

    [Fact]
    public void The_newest_round_comes_first_and_people_count_from_one()
    {
        IRenderedComponent<RoundTable> table = Render(MadeUpProject.Round(0, RoundStage.Settled), MadeUpProject.Round(1, RoundStage.Open));
        Assert.Equal(["project/7/round/2", "project/7/round/1"], table.FindAll("a").Select(link => link.GetAttribute("href")));
    }

    private static ChainMoment Moment => new(20, MadeUpProject.Now.AddHours(-1), default);

    private static void Contains(string markup, params string[] words) =>
        Assert.All(words, word => Assert.Contains(word, markup, StringComparison.Ordinal));

    private string Table(params RoundSummary[] rounds) => Render(rounds).Markup;

    private IRenderedComponent<RoundTable> Render(params RoundSummary[] rounds) =>
        Show<RoundTable>(parameters => parameters.Add(table => table.Project, MadeUpProject.Details(rounds)));
}
