using System.Numerics;
using Marketplace.Contracts;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Web.Rounds;

/// <summary>One submission of a round and what the chain says became of it.</summary>
/// <param name="Posted">The submission's event: trainer, seat, commitment, sealed update.</param>
/// <param name="Result">What became of it.</param>
public sealed record SubmissionView(MarketEvents.UpdateSubmitted Posted, SubmissionResult Result)
{
    /// <inheritdoc cref="SubmissionResult.Outcome"/>
    public SubmissionOutcome Outcome => Result.Outcome;

    /// <inheritdoc cref="SubmissionResult.Payout"/>
    public BigInteger Payout => Result.Payout;

    /// <inheritdoc cref="SubmissionResult.Update"/>
    public int? Update => Result.Update;

    /// <summary>A round's submissions in the order of seats.</summary>
    public static IReadOnlyList<SubmissionView> Of(RoundHistory round) =>
        [.. round.Submissions.Zip(round.Results, (posted, result) => new SubmissionView(posted, result))];
}
