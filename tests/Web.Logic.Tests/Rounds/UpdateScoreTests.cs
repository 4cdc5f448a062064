using Marketplace.Proofs.Gram;
using Marketplace.Protocol.Scoring;
using Marketplace.Web.Rounds;

namespace Marketplace.Web.Logic.Tests.Rounds;

/// <summary>The numbers of a decision, in units that people can compare, against the same reckoned with real numbers.</summary>
public sealed class UpdateScoreTests
{
    private const double Close = 1e-4;

    [Fact]
    public void Norm_cosine_weight_and_value_are_those_of_the_vectors()
    {
        short[] reference = [300, 0, 0, 0];
        short[][] updates = [[300, 0, 0, 0], [600, 0, 0, 0], [300, 400, 0, 0], [-300, 0, 0, 0], [0, 0, 0, 0]];
        IReadOnlyList<UpdateScore> scores = Score(GramMatrix.Compute(reference, updates, []));
        Assert.Equal([1, 2, 5 / 3d, 1, 0], scores.Select(score => score.Norm), Within);
        Assert.Equal([1, 1, 0.6, 0, 0], scores.Select(score => score.Cosine), Within);
        // A longer update than the reference is shortened to it.
        Assert.Equal([1, 0.5, 0.36, 0, 0], scores.Select(score => score.Weight), Within);
        Assert.Equal([null, null, null, 0, 0], scores.Select(score => score.DroppedIn));

        // φ_i = b_i·(2·B·⟨u_i, r⟩ − Σ_j b_j·⟨u_i, u_j⟩) / B² over |r|²; B is the sum of the cosines.
        const double Divisor = 2.6;
        double[] weights = [1, 0.5, 0.36];
        for (int i = 0; i < weights.Length; i++)
        {
            double joint = weights.Select((weight, j) => weight * Inner(updates[i], updates[j])).Sum();
            double expected = weights[i] * (2 * Divisor * Inner(updates[i], reference) - joint) / (Divisor * Divisor * Inner(reference, reference));
            Assert.Equal(expected, scores[i].Shapley[0]!.Value, Close);
        }
        Assert.Null(scores[3].Shapley[0]);
        Assert.Equal(1, scores.Sum(score => score.Share), Close);
        Assert.Equal(1, scores.Sum(score => score.Before), Close);
        Assert.All(scores, score => Assert.Equal(score.Before, score.After));
    }

    [Fact]
    public void What_is_public_already_counts_for_nothing_after_the_projection()
    {
        short[] reference = [100, 100, 0, 0];
        IReadOnlyList<UpdateScore> scores = Score(GramMatrix.Compute(reference, [[100, 0, 0, 0], [0, 100, 0, 0]], [[7_000, 0, 0, 0]]));
        Assert.Equal([0.5, 0.5], scores.Select(score => score.Before), Within);
        Assert.Equal([0, 0.5], scores.Select(score => score.After), Within);
        Assert.Equal([0, 1], scores.Select(score => score.Share), Within);
    }

    [Fact]
    public void An_update_that_makes_the_others_worse_is_dropped_in_a_pass()
    {
        // The third has a small cosine to the reference and points against the others.
        short[] reference = [1_000, 0, 0];
        IReadOnlyList<UpdateScore> scores = Score(GramMatrix.Compute(reference, [[1_000, 900, 0], [1_000, 900, 0], [50, 32_000, 0]], []));
        Assert.Equal(0, scores[2].Weight, 3);
        UpdateScore dropped = Assert.Single(scores, score => score.DroppedIn is not null);
        Assert.Equal(0, dropped.Share);
        Assert.Equal(1, dropped.DroppedIn);
        Assert.Equal([0.5, 0.5, 0], scores.Select(score => score.Share), Within);
    }

    [Fact]
    public void Nothing_but_zeros_is_no_division_by_zero()
    {
        IReadOnlyList<UpdateScore> scores = Score(GramMatrix.Compute([0, 0], [[0, 0], [5, 5]], []));
        Assert.All(scores, score =>
        {
            Assert.Equal([0, 0, 0, 0, 0, 0], new[] { score.Norm, score.Cosine, score.Weight, score.Before, score.After, score.Share });
            Assert.Equal(0, score.DroppedIn);
            Assert.Empty(score.Shapley);
        });
    }

    private static IReadOnlyList<UpdateScore> Score(GramMatrix gram) => UpdateScore.Of(RoundScoring.Score(gram), gram[0, 0]);

    private static bool Within(double expected, double actual) => Math.Abs(expected - actual) < Close;

    private static double Inner(short[] a, short[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();
}
