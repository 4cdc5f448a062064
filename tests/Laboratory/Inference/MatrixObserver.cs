using Marketplace.Laboratory.Rounds;
using Marketplace.Proofs.Gram;

namespace Marketplace.Laboratory.Inference;

/// <summary>
/// Somebody who reads the public Gram matrices and knows what classes some trainers' data are of, as whoever is these trainers does. Updates of mixed
/// data are about mixtures of updates, so the mixture of known updates that comes nearest to the reference tells what the root set is made of.
/// </summary>
/// <param name="mixtures">The share of each class in the data of u_1, u_2, … that the observer knows.</param>
public sealed class MatrixObserver(IReadOnlyList<double[]> mixtures)
{
    /// <summary>The share of each class in the root set, as the observer estimates it; equal shares where no known update points along r.</summary>
    /// <param name="rounds">The matrices of some rounds, in each of which the known trainers are the first ones.</param>
    public double[] Estimate(IReadOnlyList<GramMatrix> rounds)
    {
        int known = mixtures.Count;
        var products = new double[known][];
        var target = new double[known];
        for (int i = 0; i < known; i++)
        {
            // Each round counts alike, however long its reference is.
            products[i] = [.. Enumerable.Range(0, known).Select(j => rounds.Sum(round => (double)round[1 + i, 1 + j] / (double)round[0, 0]))];
            target[i] = rounds.Sum(round => (double)round[1 + i, 0] / (double)round[0, 0]);
        }

        double[] factors = NonNegativeLeastSquares.Solve(products, target);
        double total = factors.Sum();
        return total > 0 ? Vectors.Scale(Vectors.Combine(mixtures, factors), 1 / total) : Vectors.Mean(mixtures);
    }
}
