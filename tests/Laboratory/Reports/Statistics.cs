namespace Marketplace.Laboratory.Reports;

/// <summary>A mean over seeds with its 95 % confidence interval by Student's t.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="HalfWidth">Half the interval's width; NaN for fewer than two values.</param>
/// <param name="Count">How many values.</param>
public readonly record struct Estimate(double Mean, double HalfWidth, int Count)
{
    // The distribution's 97.5 % points for 1 to 30 degrees of freedom.
    private static readonly double[] Points =
    [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
        2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
    ];

    private const double NormalPoint = 1.960;

    /// <summary>Estimates from independent values, at least one.</summary>
    public static Estimate Of(IReadOnlyList<double> values)
    {
        double mean = values.Average();
        int freedom = values.Count - 1;
        if (freedom == 0)
            return new Estimate(mean, double.NaN, 1);
        double variance = values.Sum(value => (value - mean) * (value - mean)) / freedom;
        double point = freedom <= Points.Length ? Points[freedom - 1] : NormalPoint;
        return new Estimate(mean, point * Math.Sqrt(variance / values.Count), values.Count);
    }
}

/// <summary>How two lists of numbers go together.</summary>
public static class Correlation
{
    /// <summary>Linear correlation. 0 where one list is constant: it says nothing about the other.</summary>
    public static double Pearson(IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        double meanA = a.Average(), meanB = b.Average();
        double covariance = a.Zip(b, (x, y) => (x - meanA) * (y - meanB)).Sum();
        double spread = Math.Sqrt(a.Sum(x => (x - meanA) * (x - meanA)) * b.Sum(y => (y - meanB) * (y - meanB)));

        // Sums of equal numbers may differ from each other in their last bits.
        return spread > 1e-12 * Math.Max(1e-12, a.Sum(Math.Abs) * b.Sum(Math.Abs)) ? covariance / spread : 0;
    }

    /// <summary>Spearman's correlation: that of ranks, where equal numbers share their mean rank.</summary>
    public static double Rank(IReadOnlyList<double> a, IReadOnlyList<double> b) => Pearson(Ranks(a), Ranks(b));

    /// <summary>Standard deviation over mean; 0 where the mean is 0.</summary>
    public static double Variation(IReadOnlyList<double> values)
    {
        double mean = values.Average();
        return mean == 0 ? 0 : Math.Sqrt(values.Average(value => (value - mean) * (value - mean))) / Math.Abs(mean);
    }

    private static double[] Ranks(IReadOnlyList<double> values) =>
        [.. values.Select(value => values.Count(other => other < value) + (values.Count(other => other == value) - 1) / 2.0)];
}
