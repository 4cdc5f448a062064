using Marketplace.Learning.Numerics;

namespace Marketplace.Laboratory.Rounds;

/// <summary>Arithmetic on updates in floating point, for the rivals of the product's rule; the rule itself computes in integers.</summary>
public static class Vectors
{
    /// <summary>⟨a, b⟩.</summary>
    public static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int k = 0; k < a.Length; k++)
            sum += a[k] * b[k];
        return sum;
    }

    /// <summary>‖a‖.</summary>
    public static double Norm(double[] a) => Math.Sqrt(Dot(a, a));

    /// <summary>‖a − b‖².</summary>
    public static double SquaredDistance(double[] a, double[] b)
    {
        double sum = 0;
        for (int k = 0; k < a.Length; k++)
            sum += (a[k] - b[k]) * (a[k] - b[k]);
        return sum;
    }

    /// <summary>The cosine of the angle between two vectors; 0 where one of them is 0.</summary>
    public static double Cosine(double[] a, double[] b)
    {
        double norms = Norm(a) * Norm(b);
        return norms > 0 ? Dot(a, b) / norms : 0;
    }

    /// <summary>Σ w_i·v_i.</summary>
    public static double[] Combine(IReadOnlyList<double[]> vectors, IReadOnlyList<double> weights)
    {
        var result = new double[vectors[0].Length];
        for (int i = 0; i < vectors.Count; i++)
        {
            double weight = weights[i];
            if (weight == 0)
                continue;
            double[] vector = vectors[i];
            for (int k = 0; k < result.Length; k++)
                result[k] += weight * vector[k];
        }

        return result;
    }

    /// <summary>The mean.</summary>
    public static double[] Mean(IReadOnlyList<double[]> vectors) => Combine(vectors, [.. vectors.Select(_ => 1.0 / vectors.Count)]);

    /// <summary>s·v.</summary>
    public static double[] Scale(double[] vector, double factor) => Array.ConvertAll(vector, value => factor * value);

    /// <summary>v with normal noise added.</summary>
    /// <param name="vector">v.</param>
    /// <param name="noise">Expected length of the noise, in lengths of v.</param>
    /// <param name="random">What it is drawn from.</param>
    public static double[] AddNoise(double[] vector, double noise, RandomStream random)
    {
        double deviation = noise * Norm(vector) / Math.Sqrt(vector.Length);
        return Array.ConvertAll(vector, entry => entry + deviation * random.NextNormal());
    }

    /// <summary>Each coordinate's standard deviation.</summary>
    public static double[] Deviation(IReadOnlyList<double[]> vectors)
    {
        double[] mean = Mean(vectors);
        var squares = new double[mean.Length];
        foreach (double[] vector in vectors)
        {
            for (int k = 0; k < squares.Length; k++)
                squares[k] += (vector[k] - mean[k]) * (vector[k] - mean[k]);
        }

        return Array.ConvertAll(squares, sum => Math.Sqrt(sum / vectors.Count));
    }

    /// <summary>An update's entries as numbers.</summary>
    public static double[] ToDouble(short[] update) => Array.ConvertAll(update, entry => (double)entry);

    /// <summary>The nearest update that can be submitted.</summary>
    public static short[] ToUpdate(double[] vector) => Array.ConvertAll(
        vector,
        value => (short)Math.Clamp(Math.Round(value, MidpointRounding.ToEven), -Quantization.MaxUpdateEntry, Quantization.MaxUpdateEntry));

    /// <summary>Weights moved by a step, rounded and saturated in int32.</summary>
    public static int[] Move(int[] weights, double[] step)
    {
        var result = new int[weights.Length];
        for (int k = 0; k < result.Length; k++)
            result[k] = (int)Math.Clamp(Math.Round(weights[k] + step[k], MidpointRounding.ToEven), int.MinValue, int.MaxValue);
        return result;
    }
}
