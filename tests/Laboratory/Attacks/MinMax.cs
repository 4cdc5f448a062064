namespace Marketplace.Laboratory.Attacks;

/// <summary>
/// As far from the others' mean, against their deviation, as it can be without being further from any of them than two of them are from each
/// other (Shejwalkar and Houmansadr, "Manipulating the Byzantine", NDSS 2021). Knows all updates.
/// </summary>
public sealed class MinMax : IAttack
{
    /// <inheritdoc/>
    public IReadOnlyList<short[]> Craft(AttackerView view) => Shift.AgainstDeviation(view).Within(distances => distances.Max());
}
