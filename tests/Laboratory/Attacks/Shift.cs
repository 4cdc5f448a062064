using Marketplace.Laboratory.Rounds;

namespace Marketplace.Laboratory.Attacks;

/// <summary>The others' mean moved against a direction. Attacks that know all updates differ in the direction, and in how far they go.</summary>
/// <param name="view">What the attacker knows.</param>
/// <param name="direction">What to move against.</param>
public sealed class Shift(AttackerView view, double[] direction)
{
    private const int Halvings = 20;
    private const double LargestFactor = 50;

    private readonly IReadOnlyList<double[]> _others = view.OthersAsVectors;
    private readonly double[] _mean = Vectors.Mean(view.OthersAsVectors);

    /// <summary>Against the others' deviation in every coordinate.</summary>
    public static Shift AgainstDeviation(AttackerView view) => new(view, Vectors.Deviation(view.OthersAsVectors));

    /// <summary>Against the others' mean itself.</summary>
    public static Shift AgainstMean(AttackerView view) => new(view, Vectors.Mean(view.OthersAsVectors));

    /// <summary>What all the attacker's trainers submit when they go this far.</summary>
    public IReadOnlyList<short[]> By(double factor) => view.ForAll(Moved(factor));

    /// <summary>As far as it can go without being further from the others than one of them is.</summary>
    /// <param name="distance">What is made of the squared distances to all others.</param>
    public IReadOnlyList<short[]> Within(Func<IEnumerable<double>, double> distance)
    {
        double DistanceOf(double[] update) => distance(_others.Select(other => Vectors.SquaredDistance(update, other)));
        double limit = _others.Max(DistanceOf), low = 0, high = LargestFactor;
        for (int i = 0; i < Halvings; i++)
        {
            double middle = (low + high) / 2;
            if (DistanceOf(Moved(middle)) <= limit)
                low = middle;
            else
                high = middle;
        }

        return By(low);
    }

    /// <summary>As far as does the most harm: where the rule's step is furthest from the others' mean.</summary>
    /// <param name="rule">The rule as it is in a project's first round, made anew for every try.</param>
    public IReadOnlyList<short[]> AgainstRule(Func<IAggregator> rule) => By(LineSearch.Maximize(factor => Harm(rule(), By(factor))));

    /// <summary>How far a rule's step is from the others' mean.</summary>
    public double Harm(IAggregator rule, IReadOnlyList<short[]> crafted)
    {
        short[][] updates = [.. crafted, .. view.Others];
        int[] weights = view.Models[^1];
        int[] next = rule.Decide(new Submissions(weights, view.Reference, updates, [.. updates.Select(_ => 1)])).Weights;
        return Math.Sqrt(Vectors.SquaredDistance([.. next.Zip(weights, (after, before) => (double)after - before)], _mean));
    }

    private double[] Moved(double factor) => Vectors.Combine([_mean, direction], [1, -factor]);
}
