using Marketplace.Laboratory.Rounds;

namespace Marketplace.Laboratory.PreAggregators;

/// <summary>
/// NNM: each update becomes the mean of its n − f nearest, itself among them (Allouah et al., "Fixing by mixing", AISTATS 2023).
/// </summary>
/// <param name="attackers">f: how many attackers there may be.</param>
public sealed class NearestNeighbourMixing(int attackers) : IPreAggregator
{
    /// <inheritdoc/>
    public IReadOnlyList<double[]> Factors(IReadOnlyList<double[]> updates)
    {
        int mixed = updates.Count - attackers;
        return [.. updates.Select(update => RowOf([.. NearestTo(update).Take(mixed)]))];

        IEnumerable<int> NearestTo(double[] update) =>
            Enumerable.Range(0, updates.Count).OrderBy(other => Vectors.SquaredDistance(update, updates[other]));

        double[] RowOf(HashSet<int> members) => [.. Enumerable.Range(0, updates.Count).Select(i => members.Contains(i) ? 1.0 / mixed : 0)];
    }
}
