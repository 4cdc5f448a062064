using Marketplace.Protocol.Markets;
using Marketplace.ReadModel;
using Marketplace.Web.Shared;

namespace Marketplace.Web.Projects;

/// <summary>One step of a project's life.</summary>
/// <param name="About">What happened, or who has to do what.</param>
/// <param name="At">When it happened; null while it has not.</param>
/// <param name="Deadline">Until when it has to happen; null where there is no limit, or it is past.</param>
public sealed record TimelineStep(string Name, StepState State, string About, DateTimeOffset? At = null, DateTimeOffset? Deadline = null)
{
    /// <summary>The steps of a project in their order, the ones that will not come any more left out.</summary>
    /// <param name="now">The reader's time.</param>
    public static IReadOnlyList<TimelineStep> Of(ProjectDetails project, DateTimeOffset now)
    {
        ProjectSummary summary = project.Summary;
        List<TimelineStep> steps = [new("Posted", StepState.Done, "The bounty is in escrow.", summary.Created.Time)];
        bool isOpen = summary.Status == ProjectStatus.Open;
        if (project.Summary.Bonded is { } bonded)
            steps.Add(new("Bond posted", StepState.Done, "The aggregator has accepted.", bonded.Time));
        else if (isOpen)
            steps.Add(new("Bond", StepState.Current, "The aggregator has to accept and lock its bond.", Deadline: Ahead(JoinDeadline(project), now)));
        if (project.Summary.Started is { } started)
            steps.Add(new("Started", StepState.Done, $"{Counted.Of(summary.Trainers, "trainer")} took part.", started.Time));
        else if (isOpen)
            steps.Add(Joining(project, now));
        if (summary.Status == ProjectStatus.Cancelled)
            return [.. steps, new("Cancelled", StepState.Failed, "It never started; everything went back.", project.Summary.Ended?.Time)];
        steps.Add(Rounds(project, now));
        steps.Add(summary.Status switch
        {
            ProjectStatus.Completed => new(
                "Completed",
                summary.IsModelRefused ? StepState.Failed : StepState.Done,
                $"What was left went back to the owner.{OwedWithStakes(summary)}{Refusals(summary)}",
                project.Summary.Ended?.Time),
            ProjectStatus.Aborted => new(
                "Aborted",
                StepState.Failed,
                $"Too many rounds expired or failed; what was left went back to the owner.{OwedWithStakes(summary)}",
                project.Summary.Ended?.Time),
            _ => new("Completed", StepState.Ahead, "Stakes and bond go back."),
        });
        return steps;
    }

    private static TimelineStep Joining(ProjectDetails project, DateTimeOffset now)
    {
        ProjectSummary summary = project.Summary;
        int missing = summary.MinTrainers - summary.Trainers;
        string about = missing > 0
            ? $"{summary.Trainers} of {Counted.Of(summary.MaxTrainers, "trainer")} joined, {missing} more needed."
            : $"{summary.Trainers} of {Counted.Of(summary.MaxTrainers, "trainer")} joined; enough to start.";
        DateTimeOffset deadline = JoinDeadline(project);
        return new(
            "Joining",
            StepState.Current,
            now < deadline ? about : $"{about} Joining is over; anybody can start or cancel.",
            Deadline: Ahead(deadline, now));
    }

    private static TimelineStep Rounds(ProjectDetails project, DateTimeOffset now)
    {
        ProjectSummary summary = project.Summary;
        int ended = summary.SettledRounds + summary.ExpiredRounds;
        int failed = project.Rounds.Count(round => round.Stage == RoundStage.Failed), expired = summary.ExpiredRounds - failed;
        string count = $"{ended} of {Counted.Of(summary.Rounds, "round")} ended"
            + $"{(expired > 0 ? $", {expired} expired" : "")}{(failed > 0 ? $", {failed} failed" : "")}.";
        if (summary.Status is ProjectStatus.Open)
            return new("Rounds", StepState.Ahead, $"{Counted.Of(summary.Rounds, "round")} of training.");
        if (summary.Status is not ProjectStatus.Running)
            return new("Rounds", StepState.Done, count);
        if (project.Rounds.LastOrDefault() is not { Stage: RoundStage.Open } round)
        {
            return new(
                "Rounds", StepState.Current, $"{count} The aggregator has to open the next one.", Deadline: Ahead(project.Summary.OpenBy, now));
        }

        string updates = $"{Counted.Of(round.Submissions, "update")} submitted{(round.Refusals > 0 ? $", {round.Refusals} refused" : "")}";
        (string about, DateTimeOffset? deadline) = round.PhaseAt(summary.Trainers, now) switch
        {
            RoundPhase.Training => ($"Training: {updates}.", round.TrainingEnds),
            RoundPhase.Failed => ($"{updates}; the round has failed, anybody can close it.", null),
            _ => ($"{updates}; the aggregator has to settle.", round.SettleBy),
        };
        return new(
            $"Round {round.Index + 1} of {summary.Rounds}",
            StepState.Current,
            summary.IsStopping ? $"{about} The owner ends the project with this round." : about,
            Deadline: Ahead(deadline, now));
    }

    private static string OwedWithStakes(ProjectSummary summary) => summary.Remaining.IsZero && summary.Promised.IsZero
        ? ""
        : " What trainers are still owed comes with their stakes.";

    private static string Refusals(ProjectSummary summary) => summary.ModelRefusals == 0 ? ""
        : $" {Counted.Of(summary.ModelRefusals, "trainer")} could not derive the last model and refused it"
            + $"{(summary.IsModelRefused ? ": most of them, so a round's reward was burned out of the bond." : ".")}";

    private static DateTimeOffset JoinDeadline(ProjectDetails project) => UnixTime.FromSeconds(project.Terms.JoinDeadline);

    private static DateTimeOffset? Ahead(DateTimeOffset? deadline, DateTimeOffset now) => deadline > now ? deadline : null;
}
