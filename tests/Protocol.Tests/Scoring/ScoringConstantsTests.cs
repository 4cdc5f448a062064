using System.Numerics;
using Marketplace.Protocol.Scoring;

namespace Marketplace.Protocol.Tests.Scoring;

/// <summary>What each constant of the rule does. That the contract's are the default, the tests against the contract show.</summary>
public sealed class ScoringConstantsTests
{
    private const int One = RoundScoring.One;

    /// <summary>Three honest updates with noise of their own, and a copy of the first with other noise.</summary>
    private static readonly TestGram NoisyCopy = TestGram.Of(
        0, [10, 0, 0, 0, 0, 6], [10, 9, 0, 0, 0, 0], [10, 0, 9, 0, 0, 0], [10, 0, 0, 9, 0, 0], [10, 9, 0, 0, 4, 0]);

    /// <summary>Cosines 0.96, 0.96, 0.6 and 0.28, whose weighted mean is 0.81; all far from one another.</summary>
    private static readonly TestGram Fan = TestGram.Of(
        0, [25, 0, 0, 0, 0], [24, 7, 0, 0, 0], [24, 0, 7, 0, 0], [15, 0, 0, 20, 0], [7, 0, 0, 0, 24]);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public void Pay_is_multiplied_by_a_power_of_novelty(int power)
    {
        TestGram gram = TestGram.Of(1, [10, 4, 4, 4], [10, 5, 0, 0], [10, 0, 10, 0], [10, 0, 0, 10], [7, 0, 0, 0]);
        ScoringOutcome outcome = gram.Score(new ScoringConstants { NoveltyExponent = power });
        Assert.InRange(outcome.Novelties[0], 1, One / 2);
        Assert.Equal(outcome.Weights[0] * gram[1, 0] * BigInteger.Pow(outcome.Novelties[0], power), outcome.Contributions[0]);
    }

    [Fact]
    public void Likeness_that_is_granted_does_not_count_and_all_beyond_it_does()
    {
        int[] copies = [.. new[] { 0, One / 4, One / 2, One * 99 / 100 }.Select(share =>
            NoisyCopy.Score(new ScoringConstants { GrantedLikeness = share, FullCopy = One }).Copies[0])];
        Assert.Equal(copies.OrderDescending(), copies);
        Assert.Equal(4, copies.Distinct().Count());
        Assert.Equal(One, copies[3]);
    }

    [Fact]
    public void From_a_likeness_on_a_noisy_copy_is_a_whole_one()
    {
        Assert.InRange(NoisyCopy.Score(new ScoringConstants { FullCopy = One }).Copies[0], One * 3 / 2, One * 19 / 10);
        Assert.Equal(2 * One, NoisyCopy.Score().Copies[0]);
    }

    [Fact]
    public void Nobody_is_trusted_below_a_share_of_the_mean_cosine()
    {
        ScoringOutcome outcome = Fan.Score(new ScoringConstants { NoTrust = One * 4 / 10 });
        Assert.Equal([One, One, One, 0], outcome.Trusts);
        Assert.Equal(0b0111u, outcome.Kept);
        Assert.NotEqual(0, Fan.Score().Trusts[3]);
    }

    [Fact]
    public void Trust_is_full_from_another_share_of_the_mean_cosine_on()
    {
        Assert.Equal([One, One, One, One], Fan.Score(new ScoringConstants { FullTrust = 1 }).Trusts);
        IReadOnlyList<int> trusts = Fan.Score(new ScoringConstants { FullTrust = One }).Trusts;
        Assert.Equal(One, trusts[0]);
        Assert.InRange(trusts[2], One / 2, One * 9 / 10);
    }

    [Fact]
    public void Norms_are_capped_at_another_quantile()
    {
        TestGram gram = TestGram.Of(0, [1, 0], [9, 4], [10, -3], [90, 10], [80, 50]);
        Assert.Equal(gram.Score().Norms.Min(), gram.Score(new ScoringConstants { CapQuantile = 0 }).NormCap);
        Assert.Equal(gram.Score().Norms.Order().ElementAt(1), gram.Score().NormCap);
        Assert.Equal(gram.Score().Norms.Max(), gram.Score(new ScoringConstants { CapQuantile = One }).NormCap);
    }
}
