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
    /// <summary>As the contract has it: after so many rounds in a row in which nobody was kept the owner may stop the project.</summary>
    private const int StoppableAfter = 2;

    /// <summary>What is open to an account, and what its part in the project would let it do but for an obstacle.</summary>
    /// <param name="now">The chain's time.</param>
    public static IReadOnlyList<ProjectChoice> Of(ProjectDetails project, Address account, DateTimeOffset now) => project.Summary.Status switch
    {
        ProjectStatus.Open => [.. BeforeStart(project, account, now)],
        ProjectStatus.Running => [.. WhileRunning(project, account, now)],
        _ => [.. AfterEnd(project, account, now)],
    };

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
    }

    private static IEnumerable<ProjectChoice> WhileRunning(ProjectDetails project, Address account, DateTimeOffset now)
    {
        DateTimeOffset? deadline = project.Summary.OpenBy ?? project.Rounds.FirstOrDefault(round => round.Stage == RoundStage.Open)?.SettleBy;
        if (now > deadline)
        {
            yield return new(
                "expire",
                "Let the round expire",
                "The aggregator has missed its deadline. Those who had submitted are compensated out of its bond.",
                MarketContract.Calldata.Expire(project.Summary.Id));
        }

        if (account == project.Summary.Owner)
        {
            yield return new(
                "stop",
                "Stop the project",
                "The project ends, and what nobody has earned goes back to you.",
                MarketContract.Calldata.Stop(project.Summary.Id),
                StopObstacle(project));
        }
    }

    private static string? StopObstacle(ProjectDetails project)
    {
        int empty = project.Rounds.Reverse().Where(round => round.Stage == RoundStage.Settled).TakeWhile(round => round.Kept == 0).Count();
        return empty < StoppableAfter
            ? $"Possible after {StoppableAfter} settled rounds in a row in which nobody was kept; by now there are {empty}."
            : project.Summary.OpenBy is null ? "A round is open; wait until it has ended." : null;
    }

    private static IEnumerable<ProjectChoice> AfterEnd(ProjectDetails project, Address account, DateTimeOffset now)
    {
        ProjectSummary summary = project.Summary;
        if (project.Trainers.FirstOrDefault(trainer => trainer.Trainer == account) is { StakeReturned: false, Stake.IsZero: false })
        {
            yield return new(
                "return-stake",
                "Return my stake",
                "Your stake is added to what you can withdraw.",
                MarketContract.Calldata.ReturnStake(summary.Id, account));
        }

        if (project.Summary.Bond.IsZero)
            yield break;
        DateTimeOffset? free =
            summary.Status == ProjectStatus.Cancelled ? null : summary.Ended?.Time.AddSeconds(project.Terms.ContestDuration);
        string? obstacle = now < free
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
}
