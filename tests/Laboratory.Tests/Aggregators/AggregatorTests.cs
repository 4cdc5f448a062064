using Marketplace.Laboratory.Aggregators;
using Marketplace.Laboratory.PreAggregators;
using Marketplace.Laboratory.Rounds;
using Marketplace.Laboratory.Tests.Rounds;

namespace Marketplace.Laboratory.Tests.Aggregators;

public sealed class AggregatorTests
{
    private static readonly short[] Reference = [100, 0];

    /// <summary>Five near (100, 0) and one far away.</summary>
    private static readonly Submissions Planted =
        Played.Round(Reference, [100, 0], [101, 1], [99, -1], [100, 2], [-9000, 9000], [101, -2]);

    public static TheoryData<string> Robust =>
    [
        "median", "trimmed mean", "MeaMed", "geometric median", "multi-Krum", "MDA", "SMEA", "CAF", "NNM", "FLTrust", "Marketplace",
    ];

    [Theory]
    [MemberData(nameof(Robust))]
    public void A_planted_outlier_does_not_move_the_model(string name)
    {
        IAggregator rule = name switch
        {
            "median" => new CoordinateMedian(),
            "trimmed mean" => new TrimmedMean(1),
            "MeaMed" => new MeanAroundMedian(1),
            "geometric median" => new GeometricMedian(),
            "multi-Krum" => new MultiKrum(1),
            "MDA" => new MinimumDiameter(1),
            "SMEA" => new SmallestEigenvalue(1),
            "CAF" => new CovarianceFilter(1),
            "NNM" => new PreAggregated(new NearestNeighbourMixing(1), new GeometricMedian()),
            "FLTrust" => new FlTrust(),
            _ => new ProductRule(),
        };
        double[] step = Played.Step(rule, Planted);
        Assert.True(Math.Abs(step[0] - 100) <= 3 && Math.Abs(step[1]) <= 3, $"expected about (100, 0), got ({string.Join(", ", step)})");
    }

    [Fact]
    public void The_mean_follows_an_outlier_by_its_share() =>
        Assert.Equal(-1417, Played.Step(new WeightedMean(), Planted)[0], tolerance: 1);

    [Fact]
    public void The_mean_weighs_by_size()
    {
        Submissions round = Played.Round(Reference, [100, 0], [0, 100]) with { Sizes = [30, 10] };
        Assert.Equal([75, 25], Played.Step(new WeightedMean(), round));
        Assert.Equal([0.75, 0.25], new WeightedMean().Decide(round).Pay);
    }

    [Fact]
    public void The_geometric_median_of_symmetric_points_is_their_centre()
    {
        (double[] point, double[] weights) = GeometricMedian.Of([[1, 0], [-1, 0], [0, 1], [0, -1]]);
        Assert.All(point, value => Assert.Equal(0, value, 1e-9));
        Assert.All(weights, weight => Assert.Equal(0.25, weight, 1e-9));
    }

    /// <summary>Fermat's point: where all sides of an equilateral triangle are seen at 120 degrees.</summary>
    [Fact]
    public void The_geometric_median_of_an_equilateral_triangle_is_its_centre()
    {
        (double[] point, _) = GeometricMedian.Of([[0, 0], [1, 0], [0.5, Math.Sqrt(3) / 2]]);
        Assert.Equal(0.5, point[0], 1e-9);
        Assert.Equal(Math.Sqrt(3) / 6, point[1], 1e-9);
    }

    [Fact]
    public void The_geometric_median_of_a_majority_in_one_place_is_there()
    {
        (double[] point, _) = GeometricMedian.Of([[5, 5], [5, 5], [5, 5], [100, -40]]);
        Assert.Equal(5, point[0], 1e-3);
    }

    [Fact]
    public void Krum_pays_nothing_to_a_planted_outlier() =>
        Assert.Equal([0.2, 0.2, 0.2, 0.2, 0, 0.2], new MultiKrum(1).Decide(Planted).Pay);

    [Fact]
    public void The_median_of_an_even_number_is_between_the_middle_two() =>
        Assert.Equal([3, 0], Played.Step(new CoordinateMedian(), Played.Round(Reference, [1, 0], [2, 0], [4, 0], [90, 0])));

    [Fact]
    public void Trust_shortens_what_is_longer_than_the_reference_and_refuses_what_points_away()
    {
        Decision decision = new FlTrust().Decide(Played.Round(Reference, [5000, 0], [-100, 0]));
        Assert.Equal([100, 0], decision.Weights);
        Assert.Equal([1, 0], decision.Pay);
    }

    [Fact]
    public void Without_any_trust_the_model_stays() =>
        Assert.Equal([0, 0], new FlTrust().Decide(Played.Round(Reference, [-1, 0], [0, 5])).Weights);

    [Fact]
    public void Clipping_bounds_what_one_update_can_do()
    {
        double[] step = Played.Step(new CentredClipping(), Played.Round(Reference, [100, 0], [100, 0], [100, 0], [-30000, 0]));
        Assert.InRange(step[0], 45, 100);
    }

    [Fact]
    public void Clusters_are_cut_at_the_widest_gap() => Assert.Equal([2, 0], MartFl.UpperCluster([0, 1, 2, 3], [0.9, 0.1, 0.85, 0.12]));

    [Fact]
    public void What_lies_close_together_is_one_cluster() => Assert.Equal([0, 1, 2], MartFl.UpperCluster([0, 1, 2], [0.90, 0.92, 0.91]));
}
