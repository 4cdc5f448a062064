using Marketplace.Proofs.Gram;
using Marketplace.Protocol.Scoring;

namespace Marketplace.Protocol.Tests.Scoring;

/// <summary>Advice on updates of which it is known what is wrong with them.</summary>
public sealed class UpdateAdviceTests
{
    private static readonly short[] Reference = [1000, 0, 0, 0, 0, 0];

    [Theory]
    [InlineData(1, "Nothing was taken away")]
    [InlineData(2, "Nothing was taken away")]
    [InlineData(3, "points away from the reference")]
    [InlineData(4, "is zero")]
    [InlineData(5, "longer than most")]
    [InlineData(6, "much less than most")]
    public void It_says_what_took_most_away(int update, string word)
    {
        short[][] updates =
        [
            [800, 600, 0, 0, 0, 0], [800, 0, 600, 0, 0, 0], [-800, 0, 0, 600, 0, 0], [0, 0, 0, 0, 0, 0], [8000, 0, 0, 0, 6000, 0],
            [100, 0, 0, 0, 0, 995],
        ];
        Assert.Contains(word, UpdateAdvice.Of(Score(updates), update), StringComparison.Ordinal);
    }

    [Fact]
    public void Copies_are_told_that_they_are()
    {
        ScoringOutcome scoring = Score([[800, 600, 0, 0, 0, 0], [800, 600, 0, 0, 0, 0], [800, 0, 600, 0, 0, 0], [800, 0, 0, 600, 0, 0]]);
        Assert.Contains("several names", UpdateAdvice.Of(scoring, 1), StringComparison.Ordinal);
        Assert.Contains("Nothing was taken away", UpdateAdvice.Of(scoring, 4), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_public_is_told_to_be()
    {
        ScoringOutcome scoring = Score([[800, 600, 0, 0, 0, 0], [800, 0, 600, 0, 0, 0], [800, 0, 0, 600, 0, 0]], [80_000, 60_000, 0, 0, 0, 0]);
        Assert.Contains("last aggregates", UpdateAdvice.Of(scoring, 1), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.8)]
    [InlineData(0.28)]
    public void The_weight_is_full_from_half_of_the_mean_cosine_on(double cosine)
    {
        var along = (short)(1000 * cosine);
        var across = (short)(1000 * Math.Sqrt(1 - cosine * cosine));
        ScoringOutcome scoring = Score([[along, across, 0, 0, 0, 0], [along, 0, across, 0, 0, 0]]);
        Assert.Equal(cosine / 2, UpdateAdvice.FullFrom(scoring), 1e-3);
        Assert.Equal(0, UpdateAdvice.FullFrom(Score([[-1, 0, 0, 0, 0, 0]])));
    }

    private static ScoringOutcome Score(short[][] updates, params long[][] publicRows) =>
        RoundScoring.Score(GramMatrix.Compute(Reference, updates, publicRows));
}
