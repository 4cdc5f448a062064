using System.Numerics;
using Marketplace.Algebra.Integers;

namespace Marketplace.Proofs.Gram;

/// <summary>
/// Whether real vectors with a Gram matrix exist, decided exactly as contracts/libraries/Semidefinite.sol does, on unbounded integers:
/// Cholesky's decomposition L·Lᵀ of the matrix with rows scaled to alike lengths and a little more on the diagonal, quotients and roots
/// cut to integers. Every positive semidefinite matrix is accepted, and of what is accepted Σ x_i·x_j·G_ij ≥ −2^−17·Σ x_i²·G_ii for
/// all x (docs/gram-proof.md).
/// </summary>
internal static class Semidefinite
{
    private static readonly BigInteger Slack = BigInteger.One << 34;

    /// <summary>The first row that the rows before it allow no real vector for; null when there is none. Assumes the bounds that
    /// <see cref="GramMatrix.CheckBounds"/> checks.</summary>
    public static int? FirstImpossibleRow(GramMatrix gram)
    {
        int[] scales = [.. Enumerable.Range(0, gram.Rows).Select(i => (76 + FloorOfLog2(gram[i, i])) / 2)];
        var factor = new BigInteger[gram.Rows, gram.Rows];
        for (int i = 0; i < gram.Rows; i++)
        {
            BigInteger pivot = Scaled(i, i) + Slack;
            for (int j = 0; j < i; j++)
            {
                factor[i, j] = (Scaled(i, j) - Inner(factor, i, j)) / factor[j, j];
                pivot -= factor[i, j] * factor[i, j];
            }
            if (pivot < Slack / 2)
                return i;
            factor[i, i] = IntegerRoot.Square(pivot);
        }
        return null;

        BigInteger Scaled(int i, int j) => (gram[i, j] << 128) >> (scales[i] + scales[j]);
    }

    /// <summary>Σ_{k &lt; j} L_ik·L_jk.</summary>
    private static BigInteger Inner(BigInteger[,] factor, int i, int j)
    {
        BigInteger sum = BigInteger.Zero;
        for (int k = 0; k < j; k++)
            sum += factor[i, k] * factor[j, k];
        return sum;
    }

    /// <summary>0 for 0, too.</summary>
    private static int FloorOfLog2(BigInteger value) => value.IsZero ? 0 : (int)value.GetBitLength() - 1;
}
