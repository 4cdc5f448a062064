using Marketplace.Laboratory.Rounds;
using Marketplace.Laboratory.Tasks;
using Marketplace.Learning.Data;
using Marketplace.Learning.Numerics;

namespace Marketplace.Laboratory.Attacks;

/// <summary>
/// Trains on its samples with class l called C − 1 − l (Tolpegin et al., "Data poisoning attacks against federated learning systems",
/// ESORICS 2020), and may enlarge the update (Bhagoji et al., "Analyzing federated learning through an adversarial lens", ICML 2019).
/// Knows its own data.
/// </summary>
/// <param name="boost">What the update is multiplied by.</param>
public sealed class LabelFlip(double boost = 1) : IAttack
{
    /// <inheritdoc/>
    public Dataset Poison(Dataset own, RandomStream random) => Datasets.WithFlippedLabels(own);

    /// <inheritdoc/>
    public IReadOnlyList<short[]> Craft(AttackerView view) => view.ForEach(own => Vectors.Scale(own, boost));
}
