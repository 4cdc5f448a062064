using Marketplace.Laboratory.Aggregators;
using Marketplace.Laboratory.Attacks;
using Marketplace.Laboratory.Reports;
using Marketplace.Laboratory.Rounds;
using Marketplace.Laboratory.Tasks;

namespace Marketplace.Laboratory.Experiments;

/// <summary>What three attackers among ten trainers do to the model, and what they are paid, by attack and rule.</summary>
public sealed class Robustness : IExperiment
{
    private const int Trainers = 10, Attackers = 3;

    private static readonly (string Name, Func<IAggregator> Create)[] Rules =
    [
        ("Marketplace", () => new ProductRule()),
        ("mean by size", () => new WeightedMean()),
        ("FLTrust", () => new FlTrust()),
        ("median", () => new CoordinateMedian()),
        ("trimmed mean", () => new TrimmedMean(Attackers)),
        ("geom. median", () => new GeometricMedian()),
        ("multi-Krum", () => new MultiKrum(Attackers)),
        ("NNM + g. m.", () => new NearestNeighbourMixing(Attackers)),
        ("clipping", () => new CentredClipping()),
    ];

    private static readonly (string Name, Func<IAttack> Create)[] All =
    [
        ("none", () => new HonestTrainer()),
        ("sign flip", () => new SignFlip()),
        ("label flip", () => new LabelFlip()),
        ("boosted label flip", () => new LabelFlip(boost: 10)),
        ("Gaussian", () => new GaussianNoise()),
        ("ALIE", () => new LittleIsEnough()),
        ("inner product", () => new InnerProductManipulation()),
        ("min-max", () => new MinMax()),
        ("mimic", () => new Mimic()),
        ("backdoor", () => new Backdoor()),
        ("pay without r", () => new PayMaximizer()),
        ("pay with r", () => new ReferenceCopy()),
    ];

    /// <inheritdoc/>
    public string Name => "robustness";

    /// <inheritdoc/>
    public IReadOnlyList<string> DefaultTasks => ["mnist"];

    /// <inheritdoc/>
    public IEnumerable<Trial> Plan(LearningTask task, LaboratoryOptions options)
    {
        (int samples, int test, int rounds) = options.IsQuick ? (100, 300, 4) : (300, 1000, 12);
        for (ulong seed = 1; seed <= (ulong)options.Seeds; seed++)
        {
            foreach (Division division in (Division[])[Division.Iid, Division.Dirichlet(0.5)])
            {
                ulong current = seed;
                Federation Deal() => Federation.Deal(task, division, Trainers, samples, samples, test, current);
                foreach ((string name, Func<IAttack> attack) in All.Where(attack => task.IsOfImages || attack.Name != "backdoor"))
                {
                    string where = $"{task.Name}, {division.Name}";
                    yield return new Trial($"{where}, {name}, seed {seed}", () => Rules.SelectMany(rule =>
                        Observe(where, rule.Name, name, Project.Play(Deal(), rule.Create(), rounds, attack(), Attackers))));
                }
            }
        }
    }

    private static IEnumerable<Observation> Observe(string where, string rule, string attack, Project project)
    {
        Federation federation = project.Federation;
        string file = TableKey.NameOf(where);
        Observation Of(string name, string title, int digits, double value) =>
            new(new TableKey($"{file}-{name}", $"{where}: {title}", digits), attack, rule, federation.Seed, value);
        yield return Of("accuracy", "accuracy at the end", 3, federation.Measure(project.Weights, federation.Test).Accuracy);
        yield return Of("pay", "pay of the 3 attackers of 10, as a share", 2, project.AttackersPay());
        if (attack == "backdoor")
            yield return Of("backdoor", "marked images taken for class 0", 2, Backdoor.SuccessRate(federation, project.Weights));
    }
}
