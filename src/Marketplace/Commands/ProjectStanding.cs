using Marketplace.Contracts;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Projects;

namespace Marketplace.Commands;

/// <summary>What a project waits for, and for how long.</summary>
/// <param name="Status">Where the project stands, as a word.</param>
/// <param name="Next">What ends next, such as <c>joining</c>; null when the project has ended.</param>
/// <param name="SecondsLeft">Until it ends; 0 when it is overdue, null when the project has ended.</param>
internal sealed record ProjectStanding(string Status, string? Next, ulong? SecondsLeft)
{
    /// <param name="state">The project.</param>
    /// <param name="terms">Its terms.</param>
    /// <param name="now">The chain's time, Unix seconds.</param>
    public static ProjectStanding Of(ProjectState state, Terms terms, ulong now)
    {
        ProjectStatus status = state.GetStatus();
        (string? Next, ulong At) due = status switch
        {
            ProjectStatus.Open => ("joining", terms.JoinDeadline),
            ProjectStatus.Running => state.GetPhase(now) switch
            {
                RoundPhase.Idle => ("opening the round", state.OpenBy),
                RoundPhase.Training => ("training", state.TrainingEnds),
                _ => ("settling the round", state.SettleBy),
            },
            _ => (null, 0),
        };
        return new ProjectStanding(
            status.ToString().ToLowerInvariant(), due.Next, due.Next is null ? null : due.At > now ? due.At - now : 0);
    }

    /// <summary>One phrase.</summary>
    public override string ToString() => SecondsLeft switch
    {
        null => Status,
        0 => $"{Status}, the time for {Next} is over",
        { } left => $"{Status}, {Duration.Describe(TimeSpan.FromSeconds(left))} left for {Next}",
    };
}
