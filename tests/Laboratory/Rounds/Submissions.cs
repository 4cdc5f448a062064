namespace Marketplace.Laboratory.Rounds;

/// <summary>What an aggregator has of a round.</summary>
/// <param name="Weights">The round's model, d weights in units of 2^−f.</param>
/// <param name="Reference">r, the update of the root set.</param>
/// <param name="Updates">What was submitted, d entries each, in units of 2^−f.</param>
/// <param name="Sizes">How many samples each submitter says it has.</param>
public sealed record Submissions(int[] Weights, short[] Reference, IReadOnlyList<short[]> Updates, IReadOnlyList<int> Sizes)
{
    private double[][]? _vectors;

    /// <summary>The updates as numbers.</summary>
    public IReadOnlyList<double[]> Vectors => _vectors ??= [.. Updates.Select(Rounds.Vectors.ToDouble)];

    /// <summary>Each submitter's share of all samples.</summary>
    public IReadOnlyList<double> SizeShares
    {
        get
        {
            double total = Sizes.Sum();
            return [.. Sizes.Select(size => size / total)];
        }
    }

    /// <summary>A decision by one step of the model.</summary>
    /// <param name="step">d values in units of 2^−f.</param>
    /// <param name="shares">What each submitter is paid of the round's reward.</param>
    public Decision Move(double[] step, IReadOnlyList<double> shares) => new(Rounds.Vectors.Move(Weights, step), shares);

    /// <summary>A decision by the mean of some updates, which share the reward.</summary>
    public Decision MoveByMeanOf(IReadOnlyCollection<int> selected) =>
        Move(Rounds.Vectors.Mean([.. selected.Select(i => Vectors[i])]), EqualShares(selected));

    /// <summary>A decision coordinate by coordinate, for which all are paid alike.</summary>
    /// <param name="ofSorted">The step in one coordinate, from all updates' values there, ascending.</param>
    public Decision MoveByCoordinates(Func<double[], double> ofSorted)
    {
        var step = new double[Weights.Length];
        var values = new double[Updates.Count];
        for (int k = 0; k < step.Length; k++)
        {
            for (int i = 0; i < values.Length; i++)
                values[i] = Vectors[i][k];
            Array.Sort(values);
            step[k] = ofSorted(values);
        }

        return Move(step, EqualShares([.. Enumerable.Range(0, Updates.Count)]));
    }

    /// <summary>Equal parts for some, nothing for the others.</summary>
    public double[] EqualShares(IReadOnlyCollection<int> selected) =>
        [.. Enumerable.Range(0, Updates.Count).Select(i => selected.Contains(i) ? 1.0 / selected.Count : 0)];
}
