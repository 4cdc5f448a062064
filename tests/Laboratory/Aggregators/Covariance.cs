using Marketplace.Laboratory.Rounds;

namespace Marketplace.Laboratory.Aggregators;

/// <summary>
/// The covariance of weighted vectors where it is largest, from their inner products: n vectors of any length need a matrix of n × n.
/// </summary>
internal sealed class Covariance
{
    private const int Iterations = 200;

    private readonly double[][] _products;

    /// <summary>Of these vectors.</summary>
    public Covariance(IReadOnlyList<double[]> vectors) => _products = [.. vectors.Select(a => vectors.Select(b => Vectors.Dot(a, b)).ToArray())];

    /// <summary>The largest eigenvalue, and each vector's squared distance from the mean along its direction; power iteration.</summary>
    /// <param name="shares">Each vector's weight, none negative; together 1.</param>
    public (double Eigenvalue, double[] Deviations) Largest(IReadOnlyList<double> shares)
    {
        double[] weights = [.. shares];
        double[] toMean = [.. _products.Select(row => Vectors.Dot(row, weights))];
        double meanSquare = Vectors.Dot(toMean, weights);
        double[][] centred = [.. _products.Select((row, i) => row.Select((product, j) => product - toMean[i] - toMean[j] + meanSquare).ToArray())];

        // The direction is Σ factor_i·(x_i − μ). It starts from where no symmetry of the vectors is likely to hide the largest.
        double[] factors = [.. weights.Select((weight, i) => weight * Math.Sqrt(i + 1))], along = factors;
        double eigenvalue = 0;
        for (int step = 0; step < Iterations; step++)
        {
            along = [.. centred.Select(row => Vectors.Dot(row, factors))];
            double length = Math.Sqrt(Math.Max(0, Vectors.Dot(factors, along)));
            if (length == 0)
                return (0, new double[weights.Length]);
            along = Vectors.Scale(along, 1 / length);
            factors = [.. weights.Zip(along, (weight, value) => weight * value)];
            eigenvalue = Vectors.Dot(factors, along);
        }

        return (eigenvalue, [.. along.Select(value => value * value)]);
    }
}
