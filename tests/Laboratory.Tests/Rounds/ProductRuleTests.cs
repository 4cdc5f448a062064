using System.Numerics;
using Marketplace.Laboratory.Rounds;
using Marketplace.Proofs.Gram;
using Marketplace.Protocol.Scoring;

namespace Marketplace.Laboratory.Tests.Rounds;

public sealed class ProductRuleTests
{
    private static readonly short[] Reference = [1000, 0, 0];

    [Fact]
    public void It_pays_what_the_products_scoring_says()
    {
        Submissions round = Played.Round(Reference, [900, 300, 0], [800, 0, -700], [500, -100, 40]);
        ScoringOutcome outcome = RoundScoring.Score(GramMatrix.Compute(round.Reference, round.Updates, []));
        BigInteger total = outcome.Contributions.Aggregate(BigInteger.Zero, BigInteger.Add);
        double[] expected = [.. outcome.Contributions.Select(contribution => (double)contribution / (double)total)];
        Assert.Equal(expected, new ProductRule().Decide(round).Pay, (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void A_replay_of_what_was_published_is_paid_nothing()
    {
        ProductRule rule = new();
        Decision first = rule.Decide(Played.Round(Reference, [900, 300, 0], [950, -200, 0]));
        short[] replay = [.. first.Weights.Select(weight => (short)weight)];
        Decision second = rule.Decide(Played.Round([600, 500, 200], replay, [500, 600, 200]));
        Assert.True(second.Pay[0] < 0.01, $"expected next to nothing for a replay, got {second.Pay[0]}");
        Assert.True(second.Pay[1] > 0.99, $"expected nearly everything for what is new, got {second.Pay[1]}");
    }

    [Fact]
    public void A_reward_that_nobody_earns_joins_the_next()
    {
        ProductRule rule = new();
        Decision empty = rule.Decide(Played.Round(Reference, [-900, 0, 0]));
        Assert.Equal([0], empty.Pay);
        Assert.Equal([0, 0, 0], empty.Weights);
        Assert.Equal([2], rule.Decide(Played.Round(Reference, [900, 0, 0])).Pay);
    }
}
