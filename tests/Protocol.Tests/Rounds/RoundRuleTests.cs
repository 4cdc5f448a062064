using System.Numerics;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Protocol.Tests.Rounds;

/// <summary>The rule over several rounds: what is left goes on, and so does the model.</summary>
public class RoundRuleTests
{
    private static readonly short[] Reference = [1000, 0, 0], Along = [900, 300, 0], Against = [-900, 0, 0];

    [Fact]
    public void What_nobody_earned_is_shared_by_earnings_or_else_by_valid_updates()
    {
        RoundRule rule = new();
        rule.Decide([0, 0, 0], Reference, [Against], reward: 10);
        Assert.Equal(10, rule.Rollover);
        Assert.Equal(Amounts(2, 7), rule.ShareRollover([1, 3], [4, 1]));
        Assert.Equal(Amounts(8, 2), rule.ShareRollover([0, 0], [4, 1]));
        Assert.Equal(Amounts(0, 0), rule.ShareRollover([0, 0], [0, 0]));
    }

    [Fact]
    public void A_round_that_keeps_nobody_leaves_the_model_where_it_is()
    {
        int[] weights = [1, 2, 3];
        DecidedRound round = new RoundRule().Decide(weights, Reference, [Against], reward: 10);
        Assert.Equal(0, round.Scoring.KeptCount);
        Assert.Same(weights, round.Weights);
    }

    [Fact]
    public void Server_momentum_goes_on_by_a_part_of_the_step_before()
    {
        int[] First(RoundRule rule) => rule.Decide([0, 0, 0], Reference, [Along], reward: 1).Weights;
        RoundRule plain = new(), moving = new(MarketLimits.One / 2);
        int[] step = First(plain);
        Assert.Equal(step, First(moving));
        int[] without = plain.Decide(step, Reference, [Along], reward: 1).Weights, with = moving.Decide(step, Reference, [Along], reward: 1).Weights;
        Assert.Equal([.. without.Zip(step, (weight, before) => weight + (before >> 1))], with);
    }

    private static BigInteger[] Amounts(params int[] amounts) => [.. amounts.Select(amount => (BigInteger)amount)];
}
