using Marketplace.Protocol.Scoring;

namespace Marketplace.Protocol.Rounds;

/// <summary>Why a settled round went as it did, for one trainer and for all, and what can be done: one wording for all who show it.</summary>
public static class RoundAdvice
{
    /// <summary>Why a round that had updates kept none of them.</summary>
    public const string KeptNobody = "no update points where the reference of the owner's root set does";

    /// <summary>Why a round that kept updates paid for none of them.</summary>
    public const string PaidNobody = "the kept updates add nothing to what the last aggregates had told";

    /// <summary>Why a submission was kept or not, and paid what it was.</summary>
    /// <param name="outcome">What the round came to.</param>
    /// <param name="update">The submission's row in the matrix, from 1; null when it was declared invalid.</param>
    /// <param name="hasCourt">Whether the terms name an arbitrator.</param>
    public static string Of(RoundOutcome outcome, int? update, bool hasCourt)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        return (update, outcome.Scoring) switch
        {
            ({ } row, { } scoring) when outcome.IsEarned || !scoring.IsKept(row) => UpdateAdvice.Of(scoring, row),
            ({ }, { }) => "It was kept, but nobody was paid in this round.",
            _ when hasCourt => "The aggregator says so; what its update took out of the round can be claimed: 'marketplace claims' lists it.",
            _ => "The aggregator says that it could not be fetched, opened or matched to its commitment.",
        };
    }

    /// <summary>Why a round has paid nobody; null when it has paid somebody.</summary>
    public static string? OfNobody(RoundOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        if (outcome.IsEarned)
            return null;
        const string After = "What there was to earn goes on to the next round; after two such rounds in a row the owner may stop the project.";
        if (outcome.Scoring is not { } scoring)
        {
            return "Nobody was paid: every update was declared invalid, and took its part out of the round. Make sure that others can reach the "
                + "store in which updates are published.";
        }

        if (outcome.Kept.Count > 0)
            return $"Nobody was paid: {PaidNobody}. {After}";
        return scoring.Norms.All(norm => norm.IsZero)
            ? $"Nobody was kept or paid: all updates are zero, nothing was trained. {After}"
            : $"Nobody was kept or paid: {KeptNobody}. Compare your data with the project's document by "
                + $"'trainer check', and ask the owner whether the root set is of the same kind. {After}";
    }
}
