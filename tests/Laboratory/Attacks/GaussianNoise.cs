using Marketplace.Laboratory.Rounds;

namespace Marketplace.Laboratory.Attacks;

/// <summary>
/// Noise as long as the own update (Blanchard et al., "Machine learning with adversaries", NeurIPS 2017). Knows its own data, for the length alone.
/// </summary>
public sealed class GaussianNoise : IAttack
{
    /// <inheritdoc/>
    public IReadOnlyList<short[]> Craft(AttackerView view) => view.ForEach(own =>
    {
        double deviation = Vectors.Norm(own) / Math.Sqrt(own.Length);
        return [.. own.Select(_ => deviation * view.Random.NextNormal())];
    });
}
