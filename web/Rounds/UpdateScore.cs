using System.Numerics;
using Marketplace.Protocol.Scoring;

namespace Marketplace.Web.Rounds;

/// <summary>The numbers that decided about one valid update, in units that people can compare. Rounded; the decision itself is in integers.</summary>
/// <param name="Norm">Its length, with the reference's as 1.</param>
/// <param name="Cosine">To the reference, 0 to 1; what points away counts as 0.</param>
/// <param name="Copies">As how many updates it counts, from 1; 0 without a cosine.</param>
/// <param name="Weight">With which it is in the aggregate, 0 to 1.</param>
/// <param name="IsKept">Whether it is in the aggregate.</param>
/// <param name="OwnPart">What of its squared length nothing public tells, 0 to 1.</param>
/// <param name="Before">What it brings along the reference, as a part of the round's sum of these.</param>
/// <param name="After">What it contributes, less where it has less of its own than the others, as a part of the same sum.</param>
/// <param name="Share">Its part of what the round's contributions come to: by this the reward is split.</param>
public sealed record UpdateScore(
    double Norm, double Cosine, double Copies, double Weight, bool IsKept, double OwnPart, double Before, double After, double Share)
{
    /// <summary>The scores of all valid updates, in the order of the matrix's rows.</summary>
    /// <param name="scoring">What the matrix decides.</param>
    /// <param name="alignment">G_i0, of the update in row i.</param>
    public static IReadOnlyList<UpdateScore> Of(ScoringOutcome scoring, Func<int, BigInteger> alignment)
    {
        BigInteger[] brought = [.. scoring.Weights.Select((weight, k) => weight * alignment(k + 1))];
        BigInteger before = Sum(brought), after = Sum(scoring.Contributions);
        return [.. Enumerable.Range(1, scoring.Norms.Count).Select(update => new UpdateScore(
            Part(scoring.Norms[update - 1], scoring.ReferenceNorm),
            (double)scoring.Cosines[update - 1] / RoundScoring.One,
            (double)scoring.Copies[update - 1] / RoundScoring.One,
            (double)scoring.Weights[update - 1] / RoundScoring.One,
            scoring.IsKept(update),
            (double)scoring.OwnParts[update - 1] / RoundScoring.One,
            Part(brought[update - 1], before),
            Part(scoring.Contributions[update - 1], before * RoundScoring.One * RoundScoring.One),
            Part(scoring.Contributions[update - 1], after)))];
    }

    private static BigInteger Sum(IEnumerable<BigInteger> parts) => parts.Aggregate(BigInteger.Zero, BigInteger.Add);

    private static double Part(BigInteger part, BigInteger whole) => whole.IsZero ? 0 : (double)part / (double)whole;
}
