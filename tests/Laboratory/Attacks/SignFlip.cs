using Marketplace.Laboratory.Rounds;

namespace Marketplace.Laboratory.Attacks;

/// <summary>
/// The own update the other way round and three times as long (Li et al., "RSA: Byzantine-robust stochastic aggregation methods", AAAI 2019).
/// Knows its own data.
/// </summary>
public sealed class SignFlip : IAttack
{
    private const double Factor = -3;

    /// <inheritdoc/>
    public IReadOnlyList<short[]> Craft(AttackerView view) => view.ForEach(own => Vectors.Scale(own, Factor));
}
