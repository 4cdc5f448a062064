namespace Marketplace.Laboratory.Inference;

/// <summary>
/// How to add vectors up to come nearest to another one with no negative factor, from their inner products alone: one factor after the other takes
/// its best value, until they have settled.
/// </summary>
public static class NonNegativeLeastSquares
{
    private const int Sweeps = 2000;

    /// <summary>The factors x ≥ 0 for which xᵀAx − 2bᵀx is smallest.</summary>
    /// <param name="products">A: the vectors' inner products with each other.</param>
    /// <param name="target">b: their inner products with what they are to come near to.</param>
    public static double[] Solve(double[][] products, double[] target)
    {
        var factors = new double[target.Length];
        for (int sweep = 0; sweep < Sweeps; sweep++)
        {
            for (int i = 0; i < factors.Length; i++)
            {
                double square = products[i][i];
                double rest = target[i] - products[i].Zip(factors, (product, factor) => product * factor).Sum() + square * factors[i];
                factors[i] = square > 0 ? Math.Max(0, rest / square) : 0;
            }
        }

        return factors;
    }
}
