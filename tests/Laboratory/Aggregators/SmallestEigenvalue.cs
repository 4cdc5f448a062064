using Marketplace.Laboratory.Rounds;

namespace Marketplace.Laboratory.Aggregators;

/// <summary>
/// SMEA: the mean of those n − f updates whose covariance has the smallest largest eigenvalue (Allouah et al., "On the privacy-robustness-utility
/// trilemma in distributed learning", ICML 2023). Pays those alike.
/// </summary>
/// <param name="attackers">f: how many attackers there may be.</param>
public sealed class SmallestEigenvalue(int attackers) : IAggregator
{
    /// <inheritdoc/>
    public Decision Decide(Submissions round)
    {
        int count = round.Updates.Count;
        Covariance covariance = new(round.Vectors);
        return round.MoveByMeanOf(Subsets.Of(count, count - attackers).MinBy(subset => covariance.Largest(round.EqualShares(subset)).Eigenvalue)!);
    }
}
