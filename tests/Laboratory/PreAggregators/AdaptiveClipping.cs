using Marketplace.Laboratory.Rounds;

namespace Marketplace.Laboratory.PreAggregators;

/// <summary>
/// ARC: shortens the ⌊2f·(n − f)/n⌋ longest updates to the length of the longest one that it leaves (Allouah et al., "The vital role of gradient
/// clipping in Byzantine-resilient distributed learning", 2024).
/// </summary>
/// <param name="attackers">f: how many attackers there may be, at most half.</param>
public sealed class AdaptiveClipping(int attackers) : IPreAggregator
{
    /// <inheritdoc/>
    public IReadOnlyList<double[]> Factors(IReadOnlyList<double[]> updates)
    {
        int count = updates.Count, clipped = 2 * attackers * (count - attackers) / count;
        return StaticClipping.Clip(updates, updates.Select(Vectors.Norm).Order().ElementAt(count - clipped - 1));
    }
}
