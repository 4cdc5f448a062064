using System.Numerics;
using Marketplace.Proofs.Gram;
using Marketplace.Web.Rounds;

namespace Marketplace.Web.Logic.Tests.Rounds;

/// <summary>Cosines out of a Gram matrix are those of the vectors behind it.</summary>
public sealed class CosineMatrixTests
{
    private const int Dimension = 24;

    [Fact]
    public void Cosines_are_those_of_the_vectors()
    {
        int seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        short[][] rows = [.. Enumerable.Range(0, 5).Select(_ => Vector(random))];
        long[][] publicRows = [[.. Vector(random).Select(entry => 70_000L * entry)], [.. Vector(random).Select(entry => -3L * entry)]];
        var cosines = new CosineMatrix(GramMatrix.Compute(rows[0], rows[1..], publicRows));
        double[][] all =
        [
            .. rows.Select(row => row.Select(entry => (double)entry).ToArray()),
            .. publicRows.Select(row => row.Select(entry => (double)entry).ToArray())
        ];
        Assert.Equal(7, cosines.Rows);
        for (int i = 0; i < all.Length; i++)
        {
            for (int j = 0; j < all.Length; j++)
            {
                double expected = Inner(all[i], all[j]) / Math.Sqrt(Inner(all[i], all[i]) * Inner(all[j], all[j]));
                Assert.Equal(expected, cosines[i, j]!.Value, tolerance: 1e-12);
            }
        }
    }

    [Fact]
    public void Equal_opposite_and_unrelated_directions_are_exact()
    {
        var cosines = new CosineMatrix(GramMatrix.Compute([3, 4, 0], [[6, 8, 0], [-3, -4, 0], [0, 0, 7]], []));
        Assert.Equal([1d, 1d, -1d, 0d], Enumerable.Range(0, 4).Select(j => cosines[0, j]!.Value));
    }

    [Fact]
    public void A_row_of_zeros_has_no_direction()
    {
        var cosines = new CosineMatrix(GramMatrix.Compute([1, 2], [[0, 0]], []));
        Assert.Equal(1, cosines[0, 0]);
        Assert.All([cosines[0, 1], cosines[1, 0], cosines[1, 1]], Assert.Null);
    }

    [Fact]
    public void What_no_vectors_have_stays_between_minus_one_and_one()
    {
        // ⟨r, u⟩ beyond |r|·|u|, which the contract refuses and a node could still serve; and a squared norm below zero.
        var impossible = new CosineMatrix(GramMatrix.FromLowerTriangle(1, 0, [4, 1_000, 9]));
        Assert.Equal(1, impossible[0, 1]);
        var opposite = new CosineMatrix(GramMatrix.FromLowerTriangle(1, 0, [4, long.MinValue, 9]));
        Assert.Equal(-1, opposite[1, 0]);
        var negative = new CosineMatrix(GramMatrix.FromLowerTriangle(1, 0, [4, 2, -9]));
        Assert.Null(negative[0, 1]);
        Assert.Null(negative[1, 1]);
    }

    [Fact]
    public void The_largest_entries_are_finite()
    {
        BigInteger most = (BigInteger.One << 127) - 1;
        var cosines = new CosineMatrix(GramMatrix.FromLowerTriangle(0, 1, [long.MaxValue, most, most]));
        Assert.Equal(1, cosines[0, 1]);
        Assert.Equal(1, cosines[1, 1]);
    }

    private static short[] Vector(Random random) => [.. Enumerable.Range(0, Dimension).Select(_ => (short)random.Next(-32_767, 32_768))];

    private static double Inner(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
