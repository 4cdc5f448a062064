using Marketplace.Proofs.Gram;
using Marketplace.Protocol.Scoring;
using Marketplace.Web.Rounds;

namespace Marketplace.Web.Logic.Tests.Rounds;

/// <summary>The numbers of a decision, in units that people can compare, against the same reckoned with real numbers.</summary>
public sealed class UpdateScoreTests
{
    private const double Close = 1e-4;

    [Fact]
    public void Norm_cosine_copies_and_weight_are_those_of_the_vectors()
    {
        short[] reference = [500, 0, 0, 0];
        short[][] updates = [[400, 300, 0, 0], [800, 600, 0, 0], [400, -300, 0, 0], [-500, 0, 0, 0], [0, 0, 0, 0]];
        IReadOnlyList<UpdateScore> scores = Score(GramMatrix.Compute(reference, updates, []));
        Assert.Equal([1, 2, 1, 1, 0], scores.Select(score => score.Norm), Within);
        Assert.Equal([0.8, 0.8, 0.8, 0, 0], scores.Select(score => score.Cosine), Within);

        // The second is the first, twice as long: they share one weight, and the longer is cut to the reference's length.
        Assert.Equal([2, 2, 1, 0, 0], scores.Select(score => score.Copies), Within);
        Assert.Equal([0.5, 0.25, 1, 0, 0], scores.Select(score => score.Weight), Within);
        Assert.Equal([true, true, true, false, false], scores.Select(score => score.IsKept));
        Assert.Equal([0.25, 0.25, 0.5, 0, 0], scores.Select(score => score.Share), Within);
        Assert.Equal(1, scores.Sum(score => score.Before), Close);
        Assert.All(scores, score => Assert.Equal(score.Before, score.After, Close));
    }

    [Fact]
    public void What_is_public_already_counts_for_nothing()
    {
        short[] reference = [100, 100, 0, 0];
        IReadOnlyList<UpdateScore> scores = Score(GramMatrix.Compute(reference, [[100, 0, 0, 0], [0, 100, 0, 0]], [[7_000, 0, 0, 0]]));
        Assert.Equal([0, 1], scores.Select(score => score.OwnPart), Within);
        Assert.Equal([0.5, 0.5], scores.Select(score => score.Before), Within);
        Assert.Equal([0, 0.5], scores.Select(score => score.After), Within);
        Assert.Equal([0, 1], scores.Select(score => score.Share), Within);
    }

    [Fact]
    public void Nothing_but_zeros_is_no_division_by_zero()
    {
        IReadOnlyList<UpdateScore> scores = Score(GramMatrix.Compute([0, 0], [[0, 0], [5, 5]], []));
        Assert.All(scores, score => Assert.Equal(new UpdateScore(0, 0, 0, 0, IsKept: false, OwnPart: 1, 0, 0, 0), score));
    }

    private static IReadOnlyList<UpdateScore> Score(GramMatrix gram) => UpdateScore.Of(RoundScoring.Score(gram), update => gram[update, 0]);

    private static bool Within(double expected, double actual) => Math.Abs(expected - actual) < Close;
}
