using Marketplace.Chain;
using Marketplace.Contracts;
using Marketplace.Protocol.Markets;
using Marketplace.ReadModel;
using Marketplace.Testing.Markets.Synthetic;
using Marketplace.Web.Logic.Tests.Support;
using Marketplace.Web.Projects;
using Marketplace.Web.Shared;

namespace Marketplace.Web.Logic.Tests.Projects;

/// <summary>A project's life in steps, at every status and on both sides of its deadlines.</summary>
public sealed class TimelineStepTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ChainMoment Earlier = new(3, Now.AddHours(-1), default);

    [Fact]
    public void An_open_project_waits_for_bond_and_trainers()
    {
        IReadOnlyList<TimelineStep> steps = TimelineStep.Of(Details(ProjectStatus.Open, trainers: 1), Now);
        Assert.Equal(["Posted", "Bond", "Joining", "Rounds", "Completed"], steps.Select(step => step.Name));
        Assert.Equal([StepState.Done, StepState.Current, StepState.Current, StepState.Ahead, StepState.Ahead], steps.Select(step => step.State));
        Assert.Equal("1 of 4 trainers joined, 1 more needed.", steps[2].About);
        Assert.All(steps.Skip(1).Take(2), step => Assert.Equal(Now.AddHours(1), step.Deadline));
        Assert.Equal("2 rounds of training.", steps[3].About);
    }

    [Fact]
    public void Joining_that_is_over_says_what_comes_next()
    {
        ProjectDetails project = With(Details(ProjectStatus.Open, trainers: 2), summary => summary.Bonded = Earlier);
        TimelineStep joining = TimelineStep.Of(project, Now.AddHours(1)).Single(step => step.Name == "Joining");
        Assert.Equal("2 of 4 trainers joined; enough to start. Joining is over; anybody can start or cancel.", joining.About);
        Assert.Null(joining.Deadline);
    }

    [Fact]
    public void A_deadline_past_all_calendars_is_shown_as_their_end()
    {
        ProjectDetails project = Details(ProjectStatus.Open, trainers: 1);
        project = project with { Terms = project.Terms with { JoinDeadline = (1UL << 40) - 1 } };
        Assert.Equal(9999, TimelineStep.Of(project, Now)[1].Deadline!.Value.Year);
        Assert.NotEmpty(ProjectChoice.Of(project, project.Summary.Owner, Now));
    }

    [Fact]
    public void A_running_project_waits_for_the_aggregator_to_open()
    {
        ProjectDetails project = With(Running(), summary => summary.OpenBy = Now.AddMinutes(5));
        TimelineStep step = Current(project, Now);
        Assert.Equal(
            ("Rounds", "1 of 2 rounds ended, 1 expired. The aggregator has to open the next one.", Now.AddMinutes(5)),
            (step.Name, step.About, step.Deadline!.Value));
        Assert.Null(Current(project, Now.AddMinutes(5)).Deadline);
    }

    [Fact]
    public void An_open_round_trains_and_then_is_to_be_settled()
    {
        RoundSummary round = new()
        {
            Project = 1,
            Index = 1,
            Stage = RoundStage.Open,
            TrainingEnds = Now.AddMinutes(10),
            SettleBy = Now.AddMinutes(20),
            Submissions = 2,
            Kept = 0,
            Invalid = 0,
            Paid = 0,
        };
        ProjectDetails project = Running() with { Rounds = [round] };
        Assert.Equal(
            new TimelineStep("Round 2 of 2", StepState.Current, "Training: 2 updates submitted.", Deadline: Now.AddMinutes(10)),
            Current(project, Now));
        Assert.Equal(
            new TimelineStep("Round 2 of 2", StepState.Current, "2 updates submitted; the aggregator has to settle.", Deadline: Now.AddMinutes(20)),
            Current(project, Now.AddMinutes(10).AddSeconds(1)));
        Assert.Null(Current(project, Now.AddMinutes(20)).Deadline);
        // Everybody has submitted: what is left is to settle, before training would have ended.
        project = Running() with { Rounds = [round with { SettleBy = Now.AddMinutes(8), Submissions = 4 }] };
        Assert.Equal(
            ("4 updates submitted; the aggregator has to settle.", Now.AddMinutes(8)),
            (Current(project, Now).About, Current(project, Now).Deadline!.Value));
        // Most refuse.
        project = Running() with { Rounds = [round with { Submissions = 1, RefusedSeats = 0b1110 }] };
        Assert.Equal(
            ("1 update submitted, 3 refused; the round has failed, anybody can close it.", null),
            (Current(project, Now).About, Current(project, Now).Deadline));
        // Most seats are left empty.
        project = Running() with { Rounds = [round with { Submissions = 1 }] };
        Assert.EndsWith("has failed, anybody can close it.", Current(project, Now.AddMinutes(11)).About, StringComparison.Ordinal);
    }

    [Fact]
    public void A_project_that_is_stopping_ends_with_its_open_round()
    {
        ProjectDetails project = With(Running(), summary => summary.IsStopping = true);
        RoundSummary round = MadeUpProject.Round(1, RoundStage.Open) with { TrainingEnds = Now.AddMinutes(1), SettleBy = Now.AddMinutes(2) };
        Assert.Equal(
            "Training: 3 updates submitted. The owner ends the project with this round.",
            Current(project with { Rounds = [round] }, Now).About);
    }

    [Fact]
    public void Rounds_that_failed_are_counted_apart_from_those_that_expired()
    {
        ProjectDetails project = With(Running(), summary => summary.ExpiredRounds = 2) with
        {
            Rounds = [MadeUpProject.Round(0, RoundStage.Failed), MadeUpProject.Round(1, RoundStage.Expired)],
        };
        Assert.StartsWith("2 of 2 rounds ended, 1 expired, 1 failed.", Current(project, Now).About, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ProjectStatus.Completed, "Completed", StepState.Done)]
    [InlineData(ProjectStatus.Aborted, "Aborted", StepState.Failed)]
    public void A_project_that_has_ended_says_how(ProjectStatus status, string name, StepState state)
    {
        ProjectDetails project = Running();
        ProjectDetails ended = project with { Summary = project.Summary with { Status = status, Ended = Earlier } };
        IReadOnlyList<TimelineStep> steps = TimelineStep.Of(ended, Now);
        Assert.Equal((name, state, Earlier.Time), (steps[^1].Name, steps[^1].State, steps[^1].At!.Value));
        Assert.EndsWith("What trainers are still owed comes with their stakes.", steps[^1].About, StringComparison.Ordinal);
        ended.Summary.Remaining = 0;
        Assert.EndsWith("what was left went back to the owner.", TimelineStep.Of(ended, Now)[^1].About, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(("Rounds", StepState.Done), (steps[^2].Name, steps[^2].State));
        Assert.All(steps, step => Assert.Null(step.Deadline));
    }

    [Theory]
    [InlineData(0b0100u, StepState.Done, "1 trainer could not derive the last model and refused it.")]
    [InlineData(0b1101u, StepState.Failed, "3 trainers could not derive the last model and refused it: most of them, so a round's reward was burned "
        + "out of the bond.")]
    public void A_last_model_that_trainers_refused_says_so(uint seats, StepState state, string about)
    {
        TimelineStep end = TimelineStep.Of(
            With(Running(), summary => (summary.Status, summary.Ended, summary.ModelRefusedSeats) = (ProjectStatus.Completed, Earlier, seats)),
            Now)[^1];
        Assert.Equal(state, end.State);
        Assert.EndsWith(about, end.About, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_project_leaves_out_what_never_came()
    {
        IReadOnlyList<TimelineStep> steps = TimelineStep.Of(
            With(Details(ProjectStatus.Cancelled, trainers: 1), summary => summary.Ended = Earlier), Now);
        Assert.Equal(["Posted", "Cancelled"], steps.Select(step => step.Name));
        Assert.Equal((StepState.Failed, Earlier.Time), (steps[^1].State, steps[^1].At!.Value));
    }

    private static TimelineStep Current(ProjectDetails project, DateTimeOffset now) =>
        TimelineStep.Of(project, now).Single(step => step.State == StepState.Current);

    private static ProjectDetails Running() => With(
        Details(ProjectStatus.Running, trainers: 4, expired: 1), summary => (summary.Bonded, summary.Started) = (Earlier, Earlier));

    private static ProjectDetails With(ProjectDetails project, Action<ProjectSummary> set)
    {
        set(project.Summary);
        return project;
    }

    private static ProjectDetails Details(ProjectStatus status, int trainers, int expired = 0)
    {
        Address aggregator = SyntheticMarket.AccountOf("aggregator");
        Terms terms = SyntheticTerms.Of(aggregator, 1_000, rounds: 2, trainers: 4, joinDeadline: (ulong)Now.AddHours(1).ToUnixTimeSeconds());
        return new ProjectDetails
        {
            Summary = new ProjectSummary
            {
                Id = 1,
                Owner = SyntheticMarket.AccountOf("owner"),
                Aggregator = aggregator,
                Token = Address.Zero,
                Status = status,
                Created = new ChainMoment(1, Now.AddDays(-1), default),
                Document = terms.Document,
                Bounty = 1_000,
                Remaining = 1_000,
                Paid = 0,
                Rounds = 2,
                SettledRounds = 0,
                ExpiredRounds = expired,
                Trainers = trainers,
                MinTrainers = 2,
                MaxTrainers = 4,
            },
            Terms = terms,
            RewardWeights = [],
            Rounds = [],
            Trainers = [],
            Submissions = [],
            Claims = [],
        };
    }
}
