using Marketplace.Laboratory.Rounds;

namespace Marketplace.Laboratory.Attacks;

/// <summary>Submits what its data give: what every attack is measured against.</summary>
public sealed class HonestTrainer : IAttack
{
    /// <inheritdoc/>
    public IReadOnlyList<short[]> Craft(AttackerView view) => [.. view.Own.Select(Vectors.ToUpdate)];
}
