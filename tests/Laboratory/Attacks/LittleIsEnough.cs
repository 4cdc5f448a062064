namespace Marketplace.Laboratory.Attacks;

/// <summary>
/// ALIE: the others' mean, less 1.5 of their deviations in every coordinate, which hides among them (Baruch et al., "A little is enough:
/// circumventing defenses for distributed learning", NeurIPS 2019). Knows all updates.
/// </summary>
public sealed class LittleIsEnough : IAttack
{
    private const double Deviations = 1.5;

    /// <inheritdoc/>
    public IReadOnlyList<short[]> Craft(AttackerView view) => Shift.AgainstDeviation(view).By(Deviations);
}
