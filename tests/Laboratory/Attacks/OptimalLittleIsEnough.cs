using Marketplace.Laboratory.Rounds;

namespace Marketplace.Laboratory.Attacks;

/// <summary>
/// ALIE with the number of deviations that does the most harm in each round (Allouah et al., "Fixing by mixing", AISTATS 2023). Knows all updates
/// and tries the rule on them, with the reference where it has one.
/// </summary>
/// <param name="rule">Makes the rule under attack.</param>
public sealed class OptimalLittleIsEnough(Func<IAggregator> rule) : IAttack
{
    /// <inheritdoc/>
    public IReadOnlyList<short[]> Craft(AttackerView view) => Shift.AgainstDeviation(view).AgainstRule(rule);
}
