using Marketplace.Laboratory.Rounds;
using Marketplace.Protocol;

namespace Marketplace.Laboratory.Attacks;

/// <summary>
/// Maximises pay under the market's rule without r: its trainers pool what their data give, which is nearer to r than each of them, take out
/// what is public, for which nobody is paid, and submit the rest at full length. Knows its own data and the chain.
/// </summary>
public sealed class PayMaximizer : IAttack
{
    /// <inheritdoc/>
    public IReadOnlyList<short[]> Craft(AttackerView view)
    {
        double length = view.Own.Max(own => Vectors.Norm(own));
        double[] update = Vectors.Mean(view.Own);
        List<double[]> directions = [];
        for (int age = 1; age <= Math.Min(view.Round, MarketLimits.PublicRows); age++)
        {
            double[] direction = Without(view.PastStep(age), directions);
            if (Vectors.Norm(direction) > 0)
                directions.Add(direction);
        }

        update = Without(update, directions);
        double norm = Vectors.Norm(update);
        return view.ForAll(Vectors.Scale(update, norm > 0 ? length / norm : 0));
    }

    /// <summary>A vector less its projections on orthogonal directions.</summary>
    private static double[] Without(double[] vector, List<double[]> directions)
    {
        foreach (double[] direction in directions)
            vector = Vectors.Combine([vector, direction], [1, -Vectors.Dot(vector, direction) / Vectors.Dot(direction, direction)]);
        return vector;
    }
}
