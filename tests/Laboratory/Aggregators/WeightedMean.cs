using Marketplace.Laboratory.Rounds;

namespace Marketplace.Laboratory.Aggregators;

/// <summary>
/// The mean by size (McMahan et al., "Communication-efficient learning of deep networks from decentralized data", AISTATS 2017). Pays by size.
/// </summary>
public sealed class WeightedMean : IAggregator
{
    /// <inheritdoc/>
    public Decision Decide(Submissions round) => round.Move(Vectors.Combine(round.Vectors, round.SizeShares), round.SizeShares);
}
