namespace Marketplace.Laboratory.Attacks;

/// <summary>
/// As far from the others' mean, against their deviation, as it can be without its squared distances to all of them being more together than those of
/// one of them (Shejwalkar and Houmansadr, "Manipulating the Byzantine", NDSS 2021). Knows all updates.
/// </summary>
public sealed class MinSum : IAttack
{
    /// <inheritdoc/>
    public IReadOnlyList<short[]> Craft(AttackerView view) => Shift.AgainstDeviation(view).Within(distances => distances.Sum());
}
