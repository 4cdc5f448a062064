using System.Numerics;
using Marketplace.Proofs.Gram;

namespace Marketplace.Proofs.Tests.Gram;

/// <summary>The verifier's test for semidefiniteness accepts what is semidefinite, and little else.</summary>
public sealed class SemidefiniteTests
{
    private const int Seed = 91;

    // Small matrices against the definition: all principal minors are non-negative.
    [Fact]
    public void The_exact_test_agrees_with_principal_minors()
    {
        var random = new Random(Seed);
        int[] outcomes = new int[2];
        for (int trial = 0; trial < 3000; trial++)
        {
            int size = random.Next(1, 5);
            var a = new BigInteger[size, size];
            for (int i = 0; i < size; i++)
            {
                for (int j = 0; j <= i; j++) a[i, j] = a[j, i] = random.Next(i == j ? -1 : -2, i == j ? 6 : 3);
            }

            bool expected = Enumerable.Range(1, (1 << size) - 1)
                .All(set => Determinant(a, [.. Enumerable.Range(0, size).Where(i => (set >> i & 1) == 1)]) >= 0);
            Assert.True(expected == PositiveSemidefinite.Test((BigInteger[,])a.Clone()), $"seed {Seed}, trial {trial}");
            outcomes[expected ? 1 : 0]++;
        }

        Assert.True(outcomes.Min() > 100, $"both outcomes must be frequent: {outcomes[0]}, {outcomes[1]}");
    }

    /// <summary>Matrices of vectors, moved by amounts about the tolerance. What is semidefinite must pass, and what passes must be
    /// so once its diagonal is larger by a part in 2^17.</summary>
    [Fact]
    public void Accepts_what_is_semidefinite_and_nothing_beyond_the_tolerance()
    {
        var random = new Random(Seed);
        var seen = new Dictionary<(bool Exact, bool Accepted), int>();
        for (int trial = 0; trial < 1500; trial++)
        {
            int updates = random.Next(1, 9), publicRows = random.Next(0, 3);
            GramMatrix gram = Disturb(Draw(random, updates, publicRows), random);
            if (gram.CheckBounds(64) is not null) continue;
            bool exact = PositiveSemidefinite.Test(Full(gram, 0)), accepted = gram.FirstImpossibleRow() is null;
            Assert.True(accepted || !exact, $"seed {Seed}, trial {trial}: semidefinite, and refused");
            Assert.True(!accepted || PositiveSemidefinite.Test(Full(gram, 1)), $"seed {Seed}, trial {trial}: accepted beyond the tolerance");
            seen[(exact, accepted)] = seen.GetValueOrDefault((exact, accepted)) + 1;
        }

        Assert.True(seen.GetValueOrDefault((true, true)) > 100 && seen.GetValueOrDefault((false, false)) > 100, string.Join(", ", seen));
        Assert.True(seen.GetValueOrDefault((false, true)) > 10, string.Join(", ", seen));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(32, 2)]
    public void Accepts_rows_of_zeros_and_rows_that_are_all_alike(int updates, int publicRows)
    {
        short[] zeros = new short[8], ones = [.. Enumerable.Repeat((short)32767, 8)];
        long[] large = [.. Enumerable.Repeat(GramMatrix.MaxPublicEntry, 8)];
        foreach ((short[] row, long[] wide) in new[] { (zeros, new long[8]), (ones, large), (zeros, large), (ones, new long[8]) })
        {
            short[][] rows = [.. Enumerable.Repeat(row, updates)];
            long[][] wides = [.. Enumerable.Repeat(wide, publicRows)];
            Assert.Null(GramMatrix.Compute(row, rows, wides).FirstImpossibleRow());
        }
    }

    [Fact]
    public void Names_the_first_row_that_cannot_be()
    {
        // Cosines of 1 with two rows that are orthogonal to each other.
        GramMatrix gram = GramMatrix.FromLowerTriangle(2, 0, [900, 0, 900, 900, 900, 900]);
        Assert.Null(gram.CheckBounds(64));
        Assert.Equal(2, gram.FirstImpossibleRow());
    }

    private static GramMatrix Draw(Random random, int updates, int publicRows)
    {
        // Few dimensions, so that matrices are often singular.
        int dimension = random.Next(1, 12);
        short[][] rows = [.. Enumerable.Range(0, updates).Select(_ => GramFixture.Short(random, dimension))];
        long[][] wide = [.. Enumerable.Range(0, publicRows).Select(_ => GramFixture.Long(random, dimension))];
        return GramMatrix.Compute(GramFixture.Short(random, dimension), rows, wide);
    }

    /// <summary>Moves one entry off the diagonal by 2^-4 to 2^-30 of the two rows' lengths; leaves every fourth matrix as it is.</summary>
    private static GramMatrix Disturb(GramMatrix gram, Random random)
    {
        List<BigInteger> lower = [.. Enumerable.Range(0, gram.Rows).SelectMany(i => Enumerable.Range(0, i + 1).Select(j => gram[i, j]))];
        if (random.Next(4) != 0)
        {
            int row = random.Next(1, gram.Rows), column = random.Next(row);
            var step = (BigInteger)(Math.Sqrt((double)gram[row, row] * (double)gram[column, column]) * Math.Pow(2, -random.Next(4, 31)));
            lower[(row * (row + 1) / 2) + column] += random.Next(2) == 0 ? step : -step;
        }

        return GramMatrix.FromLowerTriangle(gram.Updates, gram.PublicRows, lower);
    }

    /// <summary>2^17·G, with <paramref name="parts"/> of 2^-17 more on the diagonal.</summary>
    private static BigInteger[,] Full(GramMatrix gram, int parts)
    {
        var full = new BigInteger[gram.Rows, gram.Rows];
        for (int i = 0; i < gram.Rows; i++)
        {
            for (int j = 0; j < gram.Rows; j++) full[i, j] = (gram[i, j] << 17) + (i == j ? parts * gram[i, i] : 0);
        }

        return full;
    }

    private static BigInteger Determinant(BigInteger[,] a, int[] rows)
    {
        if (rows.Length == 0) return 1;
        return Minor(rows, rows);

        BigInteger Minor(int[] r, int[] c)
        {
            if (r.Length == 1) return a[r[0], c[0]];
            BigInteger sum = 0;
            for (int k = 0; k < c.Length; k++)
            {
                BigInteger term = a[r[0], c[k]] * Minor(r[1..], [.. c[..k], .. c[(k + 1)..]]);
                sum += k % 2 == 0 ? term : -term;
            }

            return sum;
        }
    }
}
