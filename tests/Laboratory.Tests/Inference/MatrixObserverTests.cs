using Marketplace.Laboratory.Inference;
using Marketplace.Laboratory.Tasks;
using Marketplace.Learning.Data;
using Marketplace.Learning.Numerics;
using Marketplace.Proofs.Gram;

namespace Marketplace.Laboratory.Tests.Inference;

public sealed class MatrixObserverTests
{
    /// <summary>Without the bound the factors are 1 and −1.</summary>
    [Fact]
    public void A_factor_that_would_be_negative_is_nothing() =>
        Assert.Equal([0.5, 0], NonNegativeLeastSquares.Solve([[2, 1], [1, 2]], [1, -1]));

    [Fact]
    public void Factors_are_those_of_the_sum()
    {
        double[][] products = [[5, 2, 1], [2, 4, 1], [1, 1, 3]];
        double[] factors = NonNegativeLeastSquares.Solve(products, [5 * 2 + 1 * 3, 2 * 2 + 1 * 3, 1 * 2 + 3 * 3]);
        Assert.Equal([2, 0, 3], factors, (expected, actual) => Math.Abs(expected - actual) < 1e-9);
    }

    /// <summary>r is three times as much of the first trainer's update as of the second's; another one points away.</summary>
    [Fact]
    public void A_root_set_is_what_the_updates_add_up_to()
    {
        GramMatrix round = GramMatrix.Compute([300, 100, 0], [[100, 0, 0], [0, 100, 0], [-50, 0, 10], [200, 200, 200]], []);
        Equal([0.75, 0.25, 0], new MatrixObserver([[1, 0, 0], [0, 1, 0], [0, 0, 1]]).Estimate([round]));
        Equal([0.625, 0.375], new MatrixObserver([[0.75, 0.25], [0.25, 0.75]]).Estimate([round, round]));
    }

    [Fact]
    public void Rounds_count_alike_however_long_their_references_are()
    {
        GramMatrix large = GramMatrix.Compute([3000, 0], [[3000, 0], [0, 3000]], []), small = GramMatrix.Compute([0, 3], [[3, 0], [0, 3]], []);
        Equal([0.5, 0.5], new MatrixObserver([[1, 0], [0, 1]]).Estimate([large, small]));
    }

    [Fact]
    public void Who_sees_nothing_guesses_equal_shares() =>
        Equal([0.5, 0.5], new MatrixObserver([[1, 0], [0, 1]]).Estimate([GramMatrix.Compute([-1, -1], [[1, 0], [0, 1]], [])]));

    [Fact]
    public void Sets_are_drawn_by_class()
    {
        Dataset pool = new([1], [.. Enumerable.Range(0, 40)], [.. Enumerable.Range(0, 40).Select(i => i % 4)], 4);
        Dataset drawn = Datasets.OfClasses(pool, [3, 0, 4.6, 99], new RandomStream(1));
        Assert.Equal([3.0 / 18, 0, 5.0 / 18, 10.0 / 18], Datasets.ClassShares(drawn));
        Assert.Equal(18, drawn.Features.Distinct().Count());
    }

    private static void Equal(double[] expected, double[] actual) => Assert.Equal(expected, actual, (a, b) => Math.Abs(a - b) < 1e-9);
}
