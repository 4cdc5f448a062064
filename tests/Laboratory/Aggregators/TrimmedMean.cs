using Marketplace.Laboratory.Rounds;

namespace Marketplace.Laboratory.Aggregators;

/// <summary>
/// Each coordinate's mean without its f smallest and f largest values (Yin et al., "Byzantine-robust distributed learning", ICML 2018).
/// Pays all alike.
/// </summary>
/// <param name="attackers">f: how many attackers there may be, below half.</param>
public sealed class TrimmedMean(int attackers) : IAggregator
{
    /// <inheritdoc/>
    public Decision Decide(Submissions round) => Trim(round, attackers);

    /// <summary>Moves by the coordinates' trimmed means.</summary>
    /// <param name="round">The updates.</param>
    /// <param name="trimmed">How many values to leave out at each end, below half.</param>
    internal static Decision Trim(Submissions round, int trimmed)
    {
        int count = round.Updates.Count, left = count - 2 * trimmed;
        var step = new double[round.Weights.Length];
        var values = new double[count];
        for (int k = 0; k < step.Length; k++)
        {
            for (int i = 0; i < count; i++)
                values[i] = round.Vectors[i][k];
            Array.Sort(values);
            for (int i = trimmed; i < trimmed + left; i++)
                step[k] += values[i] / left;
        }

        return round.Move(step, round.EqualShares([.. Enumerable.Range(0, count)]));
    }
}
