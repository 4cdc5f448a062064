using Marketplace.Laboratory.Reports;
using Marketplace.Laboratory.Tasks;
using Marketplace.Protocol.Scoring;

namespace Marketplace.Laboratory.Experiments;

/// <summary>
/// What the market's rule would gain and lose by other constants than the contract's: for each constant a curve of what it is meant to stop over what
/// honest trainers or the owner lose by it. The games are those of the other experiments, and the rule is the product's own, in integers.
/// </summary>
public sealed class Tradeoffs : IExperiment
{
    private static readonly Division Uneven = Division.Dirichlet(0.5);

    /// <summary>What honest trainers who are alike may lose when likeness is taken for copying.</summary>
    private static readonly Measure[] LookAlikes =
    [
        Measures.Spread(Division.Iid), Measures.Rank(Uneven), Measures.FirstTrainersPay(Division.ClassesOfTwo, trainers: 2),
        Measures.Accuracy(Uneven),
    ];

    private static readonly Measure[] Sybils =
        [.. FreeRiding.Sybils.Select(sybil => Measures.PayOfNames(Division.Iid, sybil.Name)), Measures.PayOfNoisyNames(Division.Iid)];

    /// <summary>The attacks under which the rule ends farthest below the best rival with uneven data, each beside that rival.</summary>
    private static readonly Measure[] Farthest =
    [
        Measures.AccuracyBelow("MDA", "boosted label flip", Uneven),
        Measures.AccuracyBelow("SMEA", "PoisonedFL", Uneven),
        Measures.AccuracyBelow("mean by size", "pay with r", Uneven),
    ];

    private static readonly Sweep[] Sweeps =
    [
        new(
            "novelty",
            "power of novelty in pay",
            Points(power => new() { NoveltyExponent = power }, [0, 1, 2, 3, 4, 6, 8], unit: 1),
            [Measures.Rank(Division.UnequalSizes), Measures.Rank(Uneven), Measures.Spread(Division.Iid)],
            [
                .. new[] { "replays all aggregates", "replays a fading average, with noise", "repeats its first update" }
                    .Select(rider => Measures.PayOfRider(Division.Iid, rider)),
            ]),
        new(
            "copies",
            "unexplained likeness from which on two updates are wholly copies",
            Points(share => new() { FullCopy = share }, [0.3, 0.4, 0.5, 0.6, 0.8, 1]),
            LookAlikes,
            Sybils),
        new(
            "granted",
            "unexplained likeness up to which two updates are no copies",
            Points(share => new() { GrantedLikeness = share }, [0, 0.1, 0.2, 0.25, 0.3, 0.4]),
            LookAlikes,
            Sybils),
        new(
            "floor",
            "share of the mean cosine up to which there is no trust",
            Points(share => new() { NoTrust = share }, [0, 0.1, 0.2, 0.3, 0.4, 0.49]),
            [Measures.FirstTrainersPay(Division.HeldClasses, trainers: 1), Measures.Accuracy(Division.HeldClasses), Measures.Rank(Uneven)],
            [Measures.LatePayOfFlippers(Division.Iid), Measures.LatePayOfFlippers(Uneven)]),
        new(
            "trust",
            "share of the mean cosine from which on trust is full",
            Points(share => new() { FullTrust = share }, [0.01, 0.1, 0.25, 0.5, 0.75, 1]),
            [
                Measures.LatePayOfFlippers(Division.Iid), Measures.LatePayOfFlippers(Uneven), Measures.LatePayOfNoise(Division.Iid),
                Measures.LatePayOfNoise(Uneven), Measures.Rank(Uneven), Measures.Rank(Division.LabelNoise),
            ],
            [.. Farthest, Measures.WorstAttack(Uneven), Measures.WorstAttack(Division.Iid)]),
        new(
            "norms",
            "share of the updates that are not longer than the cap of norms",
            Points(share => new() { CapQuantile = share }, [0, 0.25, 0.5, 0.75, 1]),
            [Measures.Rank(Division.UnequalSizes), Measures.Rank(Uneven), Measures.LatePayOfFlippers(Uneven)],
            [.. Farthest, Measures.WorstAttack(Uneven)]),
    ];

    /// <inheritdoc/>
    public string Name => "tradeoffs";

    /// <inheritdoc/>
    public string Question => "What would other constants of the rule gain and lose? Draws a curve for each constant.";

    /// <inheritdoc/>
    public IReadOnlyList<string> DefaultTasks => ["mnist"];

    /// <inheritdoc/>
    public IEnumerable<Trial> Plan(LearningTask task, LaboratoryOptions options)
    {
        Yardsticks yardsticks = new(task, options);
        foreach (Sweep sweep in Sweeps)
        {
            TableKey table = sweep.TableOf(task);
            foreach (Measure measure in sweep.Losses.Concat(sweep.Gains))
            {
                for (ulong seed = 1; seed <= (ulong)options.Seeds; seed++)
                {
                    ulong current = seed;
                    yield return new Trial($"{task.Name}, {sweep.Name}, {measure.Name}, seed {seed}", () => sweep.Points.Select(point =>
                        new Observation(table, point.Name, measure.Name, current, measure.Of(yardsticks, point.Constants, current))));
                }
            }
        }
    }

    /// <param name="create">The rule with a value of the constant.</param>
    /// <param name="values">The values.</param>
    /// <param name="unit">How many units of the constant are 1.</param>
    private static SweepPoint[] Points(Func<int, ScoringConstants> create, double[] values, int unit = RoundScoring.One) =>
    [
        .. values.Select(value =>
        {
            ScoringConstants constants = create((int)Math.Round(value * unit));
            string mark = constants == ScoringConstants.Contract ? " (contract)" : "";
            return new SweepPoint(FormattableString.Invariant($"{value}{mark}"), constants);
        }),
    ];
}
