using Marketplace.Laboratory.Aggregators;
using Marketplace.Laboratory.Rounds;
using Marketplace.Laboratory.Tests.Rounds;
using Marketplace.Learning.Numerics;

namespace Marketplace.Laboratory.Tests.Aggregators;

public sealed class SubsetTests
{
    private static readonly short[] Reference = [100, 0];

    [Fact]
    public void The_mean_around_the_median_takes_the_nearest_values() =>
        Assert.Equal([20, -1], Played.Step(new MeanAroundMedian(2), Played.Round(Reference, [21, 0], [20, -1], [19, -2], [900, 700], [800, -90])));

    [Fact]
    public void The_smallest_diameter_is_that_of_the_three_nearest()
    {
        Decision decision = new MinimumDiameter(2).Decide(Played.Round(Reference, [0, 0], [110, 0], [10, 0], [100, 0], [20, 0]));
        Assert.Equal([10, 0], decision.Weights);
        Assert.Equal([1.0 / 3, 0, 1.0 / 3, 0, 1.0 / 3], decision.Pay);
    }

    /// <summary>In the plane the largest eigenvalue is known: half the trace, and the root of its square less the determinant.</summary>
    [Fact]
    public void The_smallest_eigenvalue_is_that_of_a_search_in_the_plane()
    {
        var random = new RandomStream(5);
        for (int trial = 0; trial < 20; trial++)
        {
            short[][] updates = [.. Enumerable.Range(0, 6).Select(_ => new[] { Entry(random), Entry(random) })];
            int[] best = Pairs().MinBy(left => LargestEigenvalue([.. updates.Where((_, i) => !left.Contains(i))]))!;
            double[] expected = [.. Enumerable.Range(0, 6).Select(i => best.Contains(i) ? 0 : 0.25)];
            Assert.Equal(expected, new SmallestEigenvalue(2).Decide(Played.Round(Reference, updates)).Pay);
        }
    }

    /// <summary>
    /// Around the mean 2 they vary by 12, so the furthest loses all its weight and the others a ninth of theirs; then they do not vary.
    /// </summary>
    [Fact]
    public void The_filter_takes_the_weight_of_the_furthest()
    {
        Decision decision = new CovarianceFilter(1).Decide(Played.Round(Reference, [0, 0], [0, 0], [0, 0], [8, 0]));
        Assert.Equal([0, 0], decision.Weights);
        Assert.Equal([1.0 / 3, 1.0 / 3, 1.0 / 3, 0], decision.Pay, Near);
    }

    [Fact]
    public void Without_attackers_the_filter_is_the_mean() =>
        Assert.Equal([3, 2], Played.Step(new CovarianceFilter(0), Played.Round(Reference, [0, 0], [1, 0], [8, 6])));

    private static bool Near(double expected, double actual) => Math.Abs(expected - actual) < 1e-9;

    private static short Entry(RandomStream random) => (short)Math.Round(100 * random.NextNormal());

    private static IEnumerable<int[]> Pairs() =>
        Enumerable.Range(0, 6).SelectMany(a => Enumerable.Range(a + 1, 5 - a).Select(b => (int[])[a, b]));

    private static double LargestEigenvalue(short[][] points)
    {
        double x = points.Average(point => point[0]), y = points.Average(point => point[1]);
        double xx = points.Average(point => (point[0] - x) * (point[0] - x)), yy = points.Average(point => (point[1] - y) * (point[1] - y));
        double xy = points.Average(point => (point[0] - x) * (point[1] - y));
        return (xx + yy) / 2 + Math.Sqrt((xx - yy) * (xx - yy) / 4 + xy * xy);
    }
}
