namespace Marketplace.Laboratory.Attacks;

/// <summary>
/// The others' mean the other way round (Xie et al., "Fall of empires: breaking Byzantine-tolerant SGD by inner product manipulation", UAI 2019).
/// Knows all updates.
/// </summary>
public sealed class InnerProductManipulation : IAttack
{
    private const double Reversed = 2;

    /// <inheritdoc/>
    public IReadOnlyList<short[]> Craft(AttackerView view) => Shift.AgainstMean(view).By(Reversed);
}
