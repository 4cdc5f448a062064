namespace Marketplace.Laboratory.Attacks;

/// <summary>
/// A factor, not negative, by which something is large: steps that double while it grows, then shrink around the best, as in ByzFL (González et al.,
/// "ByzFL: research framework for robust federated learning", 2025).
/// </summary>
public static class LineSearch
{
    private const int Evaluations = 16;
    private const double Shrinking = 0.8;

    /// <summary>The best factor that was seen.</summary>
    /// <param name="of">What is to be large.</param>
    public static double Maximize(Func<double, double> of)
    {
        double best = 0, highest = of(0), step = 1, tried = 0;
        bool grows = true;
        for (int evaluation = 1; evaluation < Evaluations; evaluation++)
        {
            tried = grows ? best + step : tried < best ? tried + step : Math.Max(tried - step, tried / 2);
            double value = of(tried);
            bool isBetter = value > highest;
            if (isBetter)
                (best, highest) = (tried, value);
            grows &= isBetter;
            step *= grows ? 2 : Shrinking;
        }

        return best;
    }
}
