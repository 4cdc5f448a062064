using Marketplace.Laboratory.Aggregators;
using Marketplace.Laboratory.Attacks;
using Marketplace.Laboratory.PreAggregators;
using Marketplace.Laboratory.Reports;
using Marketplace.Laboratory.Rounds;
using Marketplace.Laboratory.Tasks;

namespace Marketplace.Laboratory.Experiments;

/// <summary>
/// What three attackers among ten trainers do to the model, and what they are paid, by attack and rule. Of all that a pre-aggregator can stand before
/// there are the mean, which clipping alone is meant for; the geometric median after bucketing and after mixing; and the trimmed mean after adaptive
/// clipping and mixing.
/// </summary>
public sealed class Robustness : IExperiment
{
    private const int Trainers = 10, Attackers = 3, BucketSize = 2;

    /// <summary>A length of 1, in units of 2^−f: honest updates of images are longer in the first rounds and shorter later.</summary>
    private const double ClippingRadius = 1 << Federation.FractionBits;

    private static readonly (string Name, Func<ulong, IAggregator> Create)[] Rules =
    [
        ("Marketplace", _ => new ProductRule()),
        ("mean by size", _ => new WeightedMean()),
        ("FLTrust", _ => new FlTrust()),
        ("median", _ => new CoordinateMedian()),
        ("MeaMed", _ => new MeanAroundMedian(Attackers)),
        ("geom. median", _ => new GeometricMedian()),
        ("multi-Krum", _ => new MultiKrum(Attackers)),
        ("MDA", _ => new MinimumDiameter(Attackers)),
        ("SMEA", _ => new SmallestEigenvalue(Attackers)),
        ("CAF", _ => new CovarianceFilter(Attackers)),
        ("centred clipping", _ => new CentredClipping()),
        ("clipping + mean", _ => new PreAggregated(new StaticClipping(ClippingRadius), new WeightedMean())),
        ("bucketing + g. m.", seed => new PreAggregated(new Bucketing(BucketSize, seed), new GeometricMedian())),
        ("NNM + g. m.", _ => new PreAggregated(new NearestNeighbourMixing(Attackers), new GeometricMedian())),
        ("ARC + NNM + t. m.", _ => new PreAggregated(
            new AdaptiveClipping(Attackers), new PreAggregated(new NearestNeighbourMixing(Attackers), new TrimmedMean(Attackers)))),
    ];

    private static readonly (string Name, Func<Func<IAggregator>, IAttack> Create)[] All =
    [
        ("none", _ => new HonestTrainer()),
        ("sign flip", _ => new SignFlip()),
        ("label flip", _ => new LabelFlip()),
        ("boosted label flip", _ => new LabelFlip(boost: 10)),
        ("Gaussian", _ => new GaussianNoise()),
        ("ALIE", _ => new LittleIsEnough()),
        ("optimal ALIE", rule => new OptimalLittleIsEnough(rule)),
        ("inner product", _ => new InnerProductManipulation()),
        ("optimal inner product", rule => new OptimalInnerProduct(rule)),
        ("min-max", _ => new MinMax()),
        ("min-sum", _ => new MinSum()),
        ("PoisonedFL", _ => new ConstantSigns()),
        ("mimic", _ => new Mimic()),
        ("backdoor", _ => new Backdoor()),
        ("pay without r", _ => new PayMaximizer()),
        ("pay with r", _ => new ReferenceCopy()),
    ];

    /// <inheritdoc/>
    public string Name => "robustness";

    /// <inheritdoc/>
    public string Question => "What do attacks do to the model, and what are attackers paid, by this rule and others?";

    /// <inheritdoc/>
    public IReadOnlyList<string> DefaultTasks => ["mnist"];

    /// <inheritdoc/>
    public IEnumerable<Trial> Plan(LearningTask task, LaboratoryOptions options)
    {
        if (options.Rules.Except(Rules.Select(rule => rule.Name)).FirstOrDefault() is { } unknown)
            throw new ArgumentException($"'{unknown}' is none of the rules: {string.Join(", ", Rules.Select(rule => rule.Name))}");
        var rules = Rules.Where(rule => options.Rules.Count == 0 || options.Rules.Contains(rule.Name)).ToArray();
        for (ulong seed = 1; seed <= (ulong)options.Seeds; seed++)
        {
            foreach (Division division in (Division[])[Division.Iid, Division.Dirichlet(0.5)])
            {
                Setting setting = new(task, division, options, seed);
                foreach (string name in AttacksOn(task))
                {
                    string where = $"{task.Name}, {division.Name}";
                    yield return new Trial($"{where}, {name}, seed {seed}", () => rules.SelectMany(rule =>
                        Observe(where, rule.Name, name, Play(setting, () => rule.Create(setting.Seed), name))));
                }
            }
        }
    }

    /// <summary>The attacks' names; "none" is one of them.</summary>
    internal static IEnumerable<string> AttacksOn(LearningTask task) =>
        All.Select(attack => attack.Name).Where(name => task.IsOfImages || name != "backdoor");

    /// <summary>A project of ten trainers, of whom three are one of the attackers by name.</summary>
    internal static Project Play(Setting setting, Func<IAggregator> rule, string attack)
    {
        (int samples, int test, int rounds) = setting.Options.IsQuick ? (100, 300, 4) : (300, 1000, 12);
        IAttack attacker = All.Single(candidate => candidate.Name == attack).Create(rule);
        return Project.Play(setting.Deal(Trainers, samples, samples, test), rule(), rounds, attacker, Attackers);
    }

    /// <summary>One of the rules by name.</summary>
    internal static IAggregator Rule(string name, ulong seed) => Rules.Single(rule => rule.Name == name).Create(seed);

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
