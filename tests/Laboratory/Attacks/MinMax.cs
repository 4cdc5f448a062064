using Marketplace.Laboratory.Rounds;

namespace Marketplace.Laboratory.Attacks;

/// <summary>
/// As far from the others' mean, against their deviation, as it can be without being further from any of them than two of them are from each
/// other (Shejwalkar and Houmansadr, "Manipulating the Byzantine", NDSS 2021). Knows all updates.
/// </summary>
public sealed class MinMax : IAttack
{
    private const int Halvings = 20;
    private const double LargestFactor = 50;

    /// <inheritdoc/>
    public IReadOnlyList<short[]> Craft(AttackerView view)
    {
        IReadOnlyList<double[]> others = view.OthersAsVectors;
        double[] mean = Vectors.Mean(others), deviation = Vectors.Deviation(others);
        double limit = others.Max(a => others.Max(b => Vectors.SquaredDistance(a, b)));
        double low = 0, high = LargestFactor;
        for (int i = 0; i < Halvings; i++)
        {
            double middle = (low + high) / 2;
            double[] candidate = Vectors.Combine([mean, deviation], [1, -middle]);
            if (others.Max(other => Vectors.SquaredDistance(candidate, other)) <= limit)
                low = middle;
            else
                high = middle;
        }

        return view.ForAll(Vectors.Combine([mean, deviation], [1, -low]));
    }
}
