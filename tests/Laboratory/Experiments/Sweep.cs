using Marketplace.Laboratory.Reports;
using Marketplace.Laboratory.Tasks;
using Marketplace.Protocol.Scoring;

namespace Marketplace.Laboratory.Experiments;

/// <summary>One constant of the market's rule over a range, all others as the contract has them.</summary>
/// <param name="Name">Names files: small letters.</param>
/// <param name="Title">What is varied.</param>
/// <param name="Points">The constant's values, ascending.</param>
/// <param name="Losses">What an honest trainer or the owner may lose by it.</param>
/// <param name="Gains">What it is meant to make small.</param>
internal sealed record Sweep(
    string Name, string Title, IReadOnlyList<SweepPoint> Points, IReadOnlyList<Measure> Losses, IReadOnlyList<Measure> Gains)
{
    /// <summary>The curves of a task: a row for each point, a column for each measure, losses first.</summary>
    public TableKey TableOf(LearningTask task) => new(
        $"{task.Name}-{Name}",
        $"{task.Name}: {Title}",
        Digits: 3,
        new Curve(Losses.Count, Points.Single(point => point.Constants == ScoringConstants.Contract).Name));
}

/// <summary>The rule with one value of a constant.</summary>
/// <param name="Name">What tables call it.</param>
/// <param name="Constants">The rule.</param>
internal sealed record SweepPoint(string Name, ScoringConstants Constants);

/// <summary>A number that a rule is judged by.</summary>
/// <param name="Name">What tables call it.</param>
/// <param name="Of">From a task's yardsticks, a rule and a seed to the number.</param>
internal sealed record Measure(string Name, Func<Yardsticks, ScoringConstants, ulong, double> Of);
