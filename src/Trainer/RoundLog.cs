using Marketplace.Chain;
using Marketplace.Hosting;
using Marketplace.Protocol.Audit;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;
using Microsoft.Extensions.Logging;

namespace Marketplace.Trainer;

/// <summary>Says in the log what became of a trainer's update in every round that has ended: kept or not, what it was paid, and why.</summary>
/// <param name="chain">The market.</param>
/// <param name="project">The project, as far as it has been read.</param>
/// <param name="trainer">Whose update it is.</param>
/// <param name="unit">In what it is paid.</param>
/// <param name="say">Gets a line, as a warning where the trainer may have to do something.</param>
internal sealed class RoundLog(MarketChain chain, ProjectView project, Address trainer, TokenUnit unit, Action<LogLevel, string> say)
{
    public void Tell(RoundHistory round)
    {
        string name = $"round {round.Index + 1} of {project.Terms.Rounds}";
        string what = $"{name}: {TrainerStatus.Describe(round, trainer, unit)}";
        if (round.Settled is null || FindOutcome(round) is not { } outcome)
        {
            say(round.Settled is null ? LogLevel.Warning : LogLevel.Information, what);
            return;
        }

        if (round.ResultOf(trainer) is { } result)
        {
            say(
                result.Payout.IsZero ? LogLevel.Warning : LogLevel.Information,
                $"{what}. {RoundAdvice.Of(outcome, result.Update, !project.Terms.Arbitrator.IsZero)}");
        }
        else
        {
            say(LogLevel.Information, what);
        }

        if (RoundAdvice.OfNobody(outcome) is { } why)
            say(LogLevel.Warning, $"{name}: {why}");
    }

    /// <summary>The round decided anew; null when the node's events contradict each other, which no trainer should end for.</summary>
    private RoundOutcome? FindOutcome(RoundHistory round)
    {
        if (round.Settled!.Payouts.Count != round.Submissions.Count)
            return null;
        try
        {
            return new RoundRecomputation(chain.Round(project.History.Id, round.Index), project.History, round, round.Settled).Outcome;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
