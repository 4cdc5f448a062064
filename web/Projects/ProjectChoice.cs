using System.Globalization;
using Marketplace.Chain;
using Marketplace.Contracts;
using Marketplace.Protocol.Markets;
using Marketplace.ReadModel;

namespace Marketplace.Web.Projects;

/// <summary>Something that an account may do with a project, by the rules of the market's contract.</summary>
/// <param name="Name">Stable, such as <c>start</c>.</param>
/// <param name="Label">What it is called on a button.</param>
/// <param name="Meaning">What happens then, in a sentence.</param>
/// <param name="Call">The call of the market.</param>
/// <param name="Obstacle">Why it cannot be done yet; null when it can.</param>
public sealed record ProjectChoice(string Name, string Label, string Meaning, byte[] Call, string? Obstacle = null)
{
    /// <summary>As the contract has it: after so many rounds in a row in which nobody earned anything the owner may stop the project.</summary>
    private const int StoppableAfter = 2;

    /// <summary>What is open to an account, and what its part in the project would let it do but for an obstacle.</summary>
    /// <param name="now">The chain's time.</param>
    public static IReadOnlyList<ProjectChoice> Of(ProjectDetails project, Address account, DateTimeOffset now) => project.Summary.Status switch
    {
        ProjectStatus.Open => [.. BeforeStart(project, account, now)],
        ProjectStatus.Running => [.. WhileRunning(project, account, now)],
        _ => [.. AfterEnd(project, account, now)],
    };

    /// <summary>Whether a trainer can have its stake returned, or what comes along with it.</summary>
    public static bool IsStakeDue(ProjectSummary project, Participation trainer) =>
        project.Status > ProjectStatus.Running && !trainer.StakeReturned
            && !(trainer.Stake.IsZero && project.Promised.IsZero && project.Remaining.IsZero);

    private static IEnumerable<ProjectChoice> BeforeStart(ProjectDetails project, Address account, DateTimeOffset now)
    {
        ProjectSummary summary = project.Summary;
        bool isOwner = account == summary.Owner;
        bool isClosed = now > UnixTime.FromSeconds(project.Terms.JoinDeadline);
        string? lack = project.Summary.Bonded is null ? "The aggregator has not posted its bond."
            : summary.Trainers < summary.MinTrainers
                ? $"{(summary.Trainers == 1 ? "1 trainer has" : $"{summary.Trainers} trainers have")} joined; "
                    + $"at least {summary.MinTrainers} are needed."
            : null;
        if (isOwner || (lack is null && (isClosed || summary.Trainers == summary.MaxTrainers)))
        {
            yield return new(
                "start",
                "Start the project",
                "Nobody can join any more, and the bounty cannot be taken back.",
                MarketContract.Calldata.Start(summary.Id),
                lack);
        }

        if (isOwner || (isClosed && lack is not null))
        {
            yield return new(
                "cancel",
                "Cancel the project",
                "Bounty, fee, bond and stakes all go back to whoever paid them.",
                MarketContract.Calldata.Cancel(summary.Id));
        }

        if (!isClosed && project.Trainers.Any(trainer => trainer.Trainer == account))
        {
            yield return new(
                "quit",
                "Leave the project",
                "Your stake is added to what you can withdraw.",
                MarketContract.Calldata.Quit(summary.Id));
        }
    }

    private static IEnumerable<ProjectChoice> WhileRunning(ProjectDetails project, Address account, DateTimeOffset now)
    {
        ProjectSummary summary = project.Summary;
        RoundSummary? open = project.Rounds.FirstOrDefault(round => round.Stage == RoundStage.Open);
        RoundPhase phase = open?.PhaseAt(summary.Trainers, now) ?? RoundPhase.Idle;
        if (phase == RoundPhase.Failed || now > (open is null ? summary.OpenBy : open.SettleBy))
        {
            yield return new(
                "expire",
                phase == RoundPhase.Failed ? "Close the failed round" : "Let the round expire",
                phase switch
                {
                    RoundPhase.Failed =>
                        "Most of its seats refused or were left empty. Nobody is paid, and its reward is burned out of the aggregator's bond.",
                    RoundPhase.Idle =>
                        "The aggregator has not opened it in time. All trainers get equal parts of its reward out of the bond, with their stakes.",
                    _ => "The aggregator has not settled it in time. Those who had submitted are compensated out of its bond.",
                },
                MarketContract.Calldata.Expire(summary.Id));
        }

        if (account == summary.Owner && !summary.IsStopping)
        {
            yield return new(
                "stop",
                "Stop the project",
                $"The project ends{(open is null ? "" : " with the open round")}, and what is left goes back to you. "
                    + "What nobody earned in settled rounds goes to the trainers.",
                MarketContract.Calldata.Stop(summary.Id),
                StopObstacle(project));
        }
    }

    private static string? StopObstacle(ProjectDetails project)
    {
        int empty = project.Rounds.Reverse().Where(round => round.Stage == RoundStage.Settled).TakeWhile(round => !round.IsEarned).Count();
        return empty < StoppableAfter
            ? $"Possible after {StoppableAfter} settled rounds in a row in which nobody earned anything; by now there are {empty}."
            : null;
    }

    private static IEnumerable<ProjectChoice> AfterEnd(ProjectDetails project, Address account, DateTimeOffset now)
    {
        ProjectSummary summary = project.Summary;
        if (project.Trainers.FirstOrDefault(trainer => trainer.Trainer == account) is { } part && IsStakeDue(summary, part))
        {
            yield return new(
                "return-stake",
                "Return my stake",
                "Your stake is added to what you can withdraw, with your parts of what the project still owes its trainers.",
                MarketContract.Calldata.ReturnStake(summary.Id, account),
                part.OpenClaims == 0 ? null : $"Your stake waits until {Open(part.OpenClaims)} of yours {Are(part.OpenClaims)} concluded.");
        }

        if (project.Summary.Bond.IsZero)
            yield break;
        DateTimeOffset? free =
            summary.Status == ProjectStatus.Cancelled ? null : summary.Ended?.Time.AddSeconds(project.Terms.ContestDuration);
        string? obstacle = summary.OpenClaims != 0
            ? $"The bond waits until {Open(summary.OpenClaims)} {Are(summary.OpenClaims)} concluded."
            : now <= free
            ? $"The bond stays locked until {free.Value.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)}."
            : null;
        if (obstacle is null || account == summary.Aggregator)
        {
            yield return new(
                "return-bond",
                "Return the bond",
                "What is left of the aggregator's bond is added to what it can withdraw.",
                MarketContract.Calldata.ReturnBond(summary.Id),
                obstacle);
        }
    }

    private static string Open(int claims) => claims == 1 ? "the open claim" : $"the {claims} open claims";

    private static string Are(int claims) => claims == 1 ? "is" : "are";
}
