using Marketplace.Laboratory.Games;
using Marketplace.Laboratory.Methods;
using Marketplace.Laboratory.Tests.Games;
using Marketplace.Learning.Numerics;

namespace Marketplace.Laboratory.Tests.Methods;

public sealed class SampledShapleyTests
{
    private static readonly double[] Brought = [3, 1, 0.5, 2];

    [Fact]
    public void Monte_carlo_is_exact_where_order_does_not_matter() => CoalitionGameTests.AssertClose(
        Brought, new TruncatedMonteCarlo(orders: 3, tolerance: 0).Estimate(CoalitionGameTests.Additive(Brought), new RandomStream(1)), 1e-9);

    [Fact]
    public void Guided_sampling_is_exact_where_order_does_not_matter() => CoalitionGameTests.AssertClose(
        Brought, new GtgShapley(threshold: 0).Estimate(CoalitionGameTests.Additive(Brought), new RandomStream(1)), 1e-9);

    [Fact]
    public void Both_come_near_the_exact_values_of_a_random_game()
    {
        CoalitionGame game = CoalitionGameTests.Random(5, seed: 3);
        double[] exact = game.Shapley();
        CoalitionGameTests.AssertClose(exact, new TruncatedMonteCarlo(orders: 4000, tolerance: 0).Estimate(game, new RandomStream(2)), 0.02);
        CoalitionGameTests.AssertClose(exact, new GtgShapley(0, 0).Estimate(game, new RandomStream(2)), 0.15);
    }

    [Fact]
    public void A_round_that_changes_nothing_costs_one_evaluation()
    {
        CoalitionGame game = CoalitionGameTests.Additive([0.001, -0.001, 0.0005]);
        Assert.Equal([0, 0, 0], new GtgShapley().Estimate(game, new RandomStream(1)));
        Assert.Equal(1, game.Evaluations);
    }

    [Fact]
    public void An_order_ends_where_what_is_left_is_within_the_tolerance()
    {
        CoalitionGame game = CoalitionGameTests.Additive(Brought);
        Assert.Equal([0, 0, 0, 0], new TruncatedMonteCarlo(tolerance: 1).Estimate(game, new RandomStream(1)));
        Assert.Equal(1, game.Evaluations);
    }
}
