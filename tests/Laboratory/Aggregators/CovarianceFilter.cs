using Marketplace.Laboratory.Rounds;

namespace Marketplace.Laboratory.Aggregators;

/// <summary>
/// CAF: takes weight from the updates that are far from the mean where they vary most, until only n − 2f are left, and moves by that mean on the way
/// around which they varied least (Allouah, Guerraoui and Stephan, "Towards trustworthy federated learning with untrusted participants", ICML 2025).
/// Pays by weight.
/// </summary>
/// <param name="attackers">f: how many attackers there may be, below half.</param>
public sealed class CovarianceFilter(int attackers) : IAggregator
{
    /// <inheritdoc/>
    public Decision Decide(Submissions round)
    {
        int count = round.Updates.Count;
        Covariance covariance = new(round.Vectors);
        double[] weights = [.. Enumerable.Repeat(1.0, count)], best = [];
        double least = double.PositiveInfinity;
        do
        {
            double[] shares = Vectors.Scale(weights, 1 / weights.Sum());
            (double eigenvalue, double[] deviations) = covariance.Largest(shares);
            if (eigenvalue < least)
                (least, best) = (eigenvalue, shares);
            double furthest = deviations.Where((_, i) => weights[i] > 0).Max();
            if (furthest == 0)
                break;
            weights = [.. weights.Zip(deviations, (weight, deviation) => weight * (1 - deviation / furthest))];
        }
        while (weights.Sum() > count - 2 * attackers);

        return round.Move(Vectors.Combine(round.Vectors, best), best);
    }
}
