using Marketplace.Laboratory.Rounds;

namespace Marketplace.Laboratory.Aggregators;

/// <summary>Each coordinate's median (Yin et al., "Byzantine-robust distributed learning", ICML 2018). Pays all alike.</summary>
public sealed class CoordinateMedian : IAggregator
{
    /// <inheritdoc/>
    public Decision Decide(Submissions round) => TrimmedMean.Trim(round, (round.Updates.Count - 1) / 2);
}
