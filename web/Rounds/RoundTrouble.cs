using Marketplace.Protocol.Rounds;
using Marketplace.ReadModel;

namespace Marketplace.Web.Rounds;

/// <summary>What went wrong with a round that is over and kept or paid nobody.</summary>
/// <param name="What">What happened, to stand behind a round's name.</param>
/// <param name="Why">The reason, as far as the chain tells it.</param>
/// <param name="Advice">What can be done, and by whom.</param>
public sealed record RoundTrouble(string What, string Why, string Advice)
{
    /// <summary>Null for a round that is not over, or that paid for updates that it kept.</summary>
    public static RoundTrouble? Of(RoundSummary round, ProjectSummary project)
    {
        ArgumentNullException.ThrowIfNull(round);
        ArgumentNullException.ThrowIfNull(project);
        return round.Stage switch
        {
            RoundStage.Settled when round.Invalid == round.Submissions => new(
                "had no valid update",
                "The aggregator could not fetch or open any of its updates, or match it to its commitment.",
                project.HasCourt
                    ? "Trainers can claim their parts before the court while the contest period lasts; their cases are under Disputes."
                    : "The aggregator's report has the reason for each update. Trainers should check that their store serves what they submit; "
                        + "this project has no court to turn to."),
            RoundStage.Settled when round.Kept == 0 => new(
                "kept nobody",
                Because(RoundAdvice.KeptNobody),
                "Trainers should check that their data and labels are what the project's document asks for, the owner that the root set is. After "
                    + "two such rounds in a row the owner can stop the project."),
            RoundStage.Settled when round.Paid.IsZero => new(
                "paid nobody",
                Because(RoundAdvice.PaidNobody),
                "Trainers should train on data of their own: who repeats published aggregates earns nothing."),
            RoundStage.Expired when round.Opened is null => new(
                "was never opened",
                "The aggregator missed the deadline. Trainers are compensated out of its bond, together with their stakes.",
                "The aggregator should start its program again: it goes on where it stopped."),
            RoundStage.Expired => new(
                "was not settled in time",
                "The aggregator missed the deadline. Who had submitted was compensated out of its bond.",
                "The aggregator should start its program again: it goes on where it stopped."),
            RoundStage.Failed => new(
                "failed",
                "More than half of its seats refused the round or were left empty. Its reward was burned out of the aggregator's bond.",
                "Trainers should see in their programs' logs why: a model or rules that they cannot use are refused, and a program that does not "
                    + "run is absent."),
            _ => null,
        };
    }

    private static string Because(string why) => $"{char.ToUpperInvariant(why[0])}{why[1..]}. The reward rolls over.";
}
