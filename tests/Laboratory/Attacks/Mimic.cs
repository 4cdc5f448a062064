namespace Marketplace.Laboratory.Attacks;

/// <summary>
/// Copies always the same honest trainer, so that it counts more than the others (Karimireddy et al., "Byzantine-robust learning on heterogeneous
/// datasets via bucketing", ICLR 2022, which searches for the trainer; here it is the first). Knows one other's update, which sealing prevents.
/// </summary>
public sealed class Mimic : IAttack
{
    /// <inheritdoc/>
    public IReadOnlyList<short[]> Craft(AttackerView view) => [.. Enumerable.Repeat(view.Others[0], view.Data.Count)];
}
