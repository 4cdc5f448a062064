using System.Numerics;
using Marketplace.Protocol.Scoring;

namespace Marketplace.Web.Rounds;

/// <summary>The numbers that decided about one valid update, in units that people can compare. Rounded; the decision itself is in integers.</summary>
/// <param name="Norm">Its length, with the reference's as 1.</param>
/// <param name="Cosine">To the reference, 0 to 1; what points away counts as 0.</param>
/// <param name="Weight">With which it entered, 0 to 1.</param>
/// <param name="Shapley">φ in each pass, with the reference's squared length as 1; null in a pass that it did not enter.</param>
/// <param name="DroppedIn">The pass, from 1, that dropped it; 0 when it had no weight to begin with; null when it was kept.</param>
/// <param name="Before">Its contribution with public information, as a part of the round's sum of these.</param>
/// <param name="After">Its contribution once public information is projected out, as a part of the same sum.</param>
/// <param name="Share">Its part of what the round's contributions come to: by this the reward is split.</param>
public sealed record UpdateScore(
    double Norm, double Cosine, double Weight, IReadOnlyList<double?> Shapley, int? DroppedIn, double Before, double After, double Share)
{
    /// <summary>The scores of all valid updates, in the order of the matrix's rows.</summary>
    /// <param name="scoring">What the matrix decides.</param>
    /// <param name="referenceSquared">G_00.</param>
    public static IReadOnlyList<UpdateScore> Of(ScoringOutcome scoring, BigInteger referenceSquared)
    {
        BigInteger before = Sum(scoring.ContributionsBeforeProjection), after = Sum(scoring.Contributions);
        return [.. Enumerable.Range(1, scoring.Norms.Count).Select(update => new UpdateScore(
            Part(scoring.Norms[update - 1], scoring.ReferenceNorm),
            (double)scoring.Cosines[update - 1] / RoundScoring.One,
            (double)scoring.InitialWeights[update - 1] / RoundScoring.One,
            [.. scoring.Passes.Select(pass => pass.Shapley[update - 1] is { } phi
                ? Part(phi, (BigInteger)pass.Divisor * pass.Divisor * referenceSquared)
                : (double?)null)],
            DroppedInPass(scoring, update),
            Part(scoring.ContributionsBeforeProjection[update - 1], before),
            Part(scoring.Contributions[update - 1], before * scoring.Projection.Scale),
            Part(scoring.Contributions[update - 1], after)))];
    }

    private static int? DroppedInPass(ScoringOutcome scoring, int update)
    {
        if (scoring.InitialWeights[update - 1] == 0)
            return 0;
        int pass = scoring.Passes.ToList().FindIndex(pass => (pass.Dropped >> (update - 1) & 1) != 0);
        return pass < 0 ? null : pass + 1;
    }

    private static BigInteger Sum(IEnumerable<BigInteger> parts) => parts.Aggregate(BigInteger.Zero, BigInteger.Add);

    private static double Part(BigInteger part, BigInteger whole) => whole.IsZero ? 0 : (double)part / (double)whole;
}
