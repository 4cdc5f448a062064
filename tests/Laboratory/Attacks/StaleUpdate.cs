using Marketplace.Laboratory.Rounds;

namespace Marketplace.Laboratory.Attacks;

/// <summary>Trains in the first round only and submits the same update ever after. Knows its own data.</summary>
public sealed class StaleUpdate : IAttack
{
    private IReadOnlyList<short[]>? _first;

    /// <inheritdoc/>
    public IReadOnlyList<short[]> Craft(AttackerView view) => _first ??= [.. view.Own.Select(Vectors.ToUpdate)];
}
