using Marketplace.Laboratory.Aggregators;
using Marketplace.Laboratory.PreAggregators;
using Marketplace.Laboratory.Rounds;
using Marketplace.Laboratory.Tests.Rounds;

namespace Marketplace.Laboratory.Tests.PreAggregators;

public sealed class PreAggregatorTests
{
    [Fact]
    public void Mixing_takes_the_mean_of_the_nearest() => Assert.Equal(
        [[0.5, 0.5, 0], [0.5, 0.5, 0], [0, 0.5, 0.5]],
        new NearestNeighbourMixing(1).Factors([[0, 0], [10, 0], [100, 0]]));

    [Fact]
    public void Buckets_hold_every_update_once()
    {
        IReadOnlyList<double[]> factors = new Bucketing(2, seed: 3).Factors([[1], [2], [3], [4], [5]]);
        Assert.Equal([2, 2, 1], factors.Select(row => row.Count(factor => factor > 0)));
        Assert.All(factors, row => Assert.Equal(1, row.Sum()));
        Assert.All(Enumerable.Range(0, 5), i => Assert.Single(factors, row => row[i] > 0));
    }

    [Fact]
    public void One_bucket_for_all_gives_the_mean() =>
        Assert.Equal([20, 2], Played.Step(new PreAggregated(new Bucketing(3, seed: 1), new GeometricMedian()), Three));

    [Fact]
    public void Static_clipping_shortens_to_its_radius() =>
        Assert.Equal([[1, 0], [0, 0.5]], new StaticClipping(5).Factors([[3, 4], [-6, 8]]));

    /// <summary>Of ten lengths ⌊2·3·7/10⌋ = 4 are cut to the fifth longest's.</summary>
    [Fact]
    public void Adaptive_clipping_shortens_the_longest_to_the_next()
    {
        double[][] updates = [.. Enumerable.Range(1, 10).Select(length => new double[] { 0, length })];
        double[] kept = [.. new AdaptiveClipping(3).Factors(updates).Select((row, i) => row[i])];
        Assert.Equal([1, 1, 1, 1, 1, 1, 6.0 / 7, 6.0 / 8, 6.0 / 9, 6.0 / 10], kept);
    }

    [Fact]
    public void Updates_that_are_nothing_stay_nothing() =>
        Assert.Equal([[1, 0], [0, 1]], new AdaptiveClipping(1).Factors([[0, 0], [0, 0]]));

    /// <summary>The rule sees two buckets or clipped updates; pay comes back to who submitted.</summary>
    [Fact]
    public void Pay_goes_to_the_updates_that_went_in()
    {
        IReadOnlyList<double> bucketed = new PreAggregated(new Bucketing(2, seed: 1), new WeightedMean()).Decide(Three).Pay;
        Assert.Equal(1, bucketed.Sum(), 1e-12);
        Assert.Equal([0.25, 0.25, 0.5], bucketed.Order());

        Submissions sized = Three with { Sizes = [10, 30, 40] };
        Decision clipped = new PreAggregated(new StaticClipping(10), new WeightedMean()).Decide(sized);
        Assert.Equal([0.125, 0.375, 0.5], clipped.Pay);
        Assert.Equal([6, 3], clipped.Weights);
    }

    [Fact]
    public void Wrappers_stand_before_each_other_and_before_the_markets_rule()
    {
        Submissions planted = Played.Round([100, 0], [100, 0], [101, 1], [99, -1], [100, 2], [-9000, 9000], [101, -2]);
        foreach (IAggregator rule in (IAggregator[])[new TrimmedMean(1), new ProductRule()])
        {
            double[] step = Played.Step(new PreAggregated(new AdaptiveClipping(1), new PreAggregated(new NearestNeighbourMixing(1), rule)), planted);
            Assert.True(Math.Abs(step[0] - 100) <= 25 && Math.Abs(step[1]) <= 25, $"expected about (100, 0), got ({string.Join(", ", step)})");
        }
    }

    private static Submissions Three => Played.Round([100, 0], [10, 0], [0, 10], [50, -4]);
}
