namespace Marketplace.Laboratory.Attacks;

/// <summary>Maximises pay under the market's rule by submitting r itself, whose cosine is 1. Knows r, from the aggregator.</summary>
public sealed class ReferenceCopy : IAttack
{
    /// <inheritdoc/>
    public IReadOnlyList<short[]> Craft(AttackerView view) => [.. Enumerable.Repeat(view.Reference, view.Data.Count)];
}
