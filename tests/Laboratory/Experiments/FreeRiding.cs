using Marketplace.Laboratory.Attacks;
using Marketplace.Laboratory.Reports;
using Marketplace.Laboratory.Rounds;
using Marketplace.Laboratory.Tasks;

namespace Marketplace.Laboratory.Experiments;

/// <summary>
/// What one trainer of six gains under the market's rule by not training, or by having several names, compared with being honest; how many rounds
/// nobody earns; and what poisoners earn once honest updates have become small.
/// </summary>
public sealed class FreeRiding : IExperiment
{
    private const int Trainers = 6, LateTrainers = 10, LateAttackers = 3;
    private const double FadingMemory = 0.8, CloneNoise = 0.4;

    private static readonly int[] Names = [2, 4, 8, 16];
    private static readonly Division[] Divisions = [Division.Iid, Division.Dirichlet(0.5)];

    /// <summary>One of the riders: a trainer that does nothing of the kind.</summary>
    internal const string Honest = "honest";

    /// <summary>What one trainer may do under one name.</summary>
    internal static IReadOnlyList<(string Name, Func<IAttack> Create)> Riders { get; } =
    [
        (Honest, () => new HonestTrainer()),
        ("replays the last aggregate", () => new Replay()),
        ("replays a fading average", () => new Replay(FadingMemory)),
        ("replays all aggregates", () => new Replay(1)),
        ("replays a fading average, with noise", () => new Replay(FadingMemory, noise: 1)),
        ("repeats its first update", () => new StaleUpdate()),
    ];

    /// <summary>What it may do under several.</summary>
    internal static IReadOnlyList<(string Name, Func<int, IAttack> Create)> Sybils { get; } =
    [
        ("copies", names => new Clones(names)),
        ("noisy copies", names => new Clones(names, CloneNoise)),
        ("retrained copies", names => new RetrainedClones(names)),
        ("split data", names => new SplitData(names)),
    ];

    /// <inheritdoc/>
    public string Name => "freeride";

    /// <inheritdoc/>
    public string Question => "What does it pay not to train, or to have many names?";

    /// <inheritdoc/>
    public IReadOnlyList<string> DefaultTasks => ["mnist"];

    /// <inheritdoc/>
    public IEnumerable<Trial> Plan(LearningTask task, LaboratoryOptions options)
    {
        Sizes sizes = Sizes.Of(options);
        for (ulong seed = 1; seed <= (ulong)options.Seeds; seed++)
        {
            foreach (Division division in Divisions)
            {
                Setting setting = new(task, division, options, seed);
                string where = $"{task.Name}, {division.Name}";
                yield return new Trial($"{where}, free riders, seed {seed}", () => Riders.Select(rider =>
                    Pay(RidersTable(task), rider.Name, division.Name, Play(setting, new ProductRule(), rider.Create()))));
                foreach ((string name, Func<int, IAttack> create) in Sybils)
                {
                    yield return new Trial($"{where}, {name}, seed {seed}", () => Names.Select(names =>
                        Pay(SybilsTable(task, division), name, $"{names} names", Play(setting, new ProductRule(), create(names)))));
                }

                foreach (int root in sizes.Roots)
                {
                    yield return new Trial($"{where}, root set of {root}, seed {seed}", () => RootSet(setting, root));
                }

                foreach ((string name, IAttack attack) in ((string, IAttack)[])[("label flip", new LabelFlip()), ("Gaussian", new GaussianNoise())])
                {
                    yield return new Trial($"{where}, late {name}, seed {seed}", () => Late(setting, name, attack));
                }
            }
        }
    }

    /// <summary>A project in which the first trainer does something else than to train, or has several names.</summary>
    internal static Project Play(Setting setting, IAggregator rule, IAttack attack)
    {
        Sizes sizes = Sizes.Of(setting.Options);
        return Project.Play(setting.Deal(Trainers, sizes.Samples, sizes.Root, sizes.Test), rule, sizes.Rounds, attack, attackers: 1);
    }

    /// <summary>A project of poisoners that comes near its end, and the round from which on it is late.</summary>
    internal static (Project Project, int Late) PlayLong(Setting setting, IAggregator rule, IAttack attack)
    {
        Sizes sizes = Sizes.Of(setting.Options);
        Federation federation = setting.Deal(LateTrainers, sizes.Samples, sizes.Root, sizes.Test);
        return (Project.Play(federation, rule, sizes.LongRounds, attack, LateAttackers), sizes.LongRounds / 2);
    }

    /// <summary>
    /// Shares become multiples of what the same trainer is paid when honest, on average over the seeds; where that is nothing, they are left out.
    /// </summary>
    public IEnumerable<Observation> Conclude(IReadOnlyList<Observation> observations)
    {
        ILookup<(string Task, string Division), double> honest = observations
            .Where(observation => observation.Table.Name.EndsWith("-riders", StringComparison.Ordinal) && observation.Row == Honest)
            .ToLookup(observation => (TaskOf(observation.Table), observation.Column), observation => observation.Value);
        foreach (Observation observation in observations)
        {
            string? division = observation.Table.Name switch
            {
                var name when name.EndsWith("-riders", StringComparison.Ordinal) => observation.Column,
                var name when name.Contains("-names-", StringComparison.Ordinal) =>
                    Divisions.Single(division => name.EndsWith(TableKey.NameOf(division.Name), StringComparison.Ordinal)).Name,
                _ => null,
            };
            if (division is null)
                yield return observation;
            else if (honest[(TaskOf(observation.Table), division)].Average() is > 0 and var one)
                yield return observation with { Value = observation.Value / one };
        }
    }

    private static string TaskOf(TableKey table) => table.Title[..table.Title.IndexOfAny([',', ':'])];

    private static TableKey RidersTable(LearningTask task) => new($"{task.Name}-riders", $"{task.Name}: pay, where 1 is the honest trainer's");

    private static TableKey SybilsTable(LearningTask task, Division division) => new(
        $"{task.Name}-names-{TableKey.NameOf(division.Name)}",
        $"{task.Name}, {division.Name}: pay of all names together, where 1 is the honest trainer's");

    private static Observation Pay(TableKey table, string row, string column, Project project) =>
        new(table, row, column, project.Federation.Seed, project.AttackersPay());

    private static IEnumerable<Observation> RootSet(Setting setting, int root)
    {
        Sizes sizes = Sizes.Of(setting.Options);
        Federation federation = setting.Deal(Trainers, sizes.Samples, root, sizes.Test);
        int rounds = sizes.LongRounds;
        Project project = Project.Play(federation, new ProductRule(), rounds);
        (string task, string row) = (setting.Task.Name, FormattableString.Invariant($"root set of {root}"));
        Observation Of(string name, string title, int digits, double value) =>
            new(new TableKey($"{task}-{name}", $"{task}: {title}", digits), row, setting.Division.Name, setting.Seed, value);
        yield return Of("empty", $"rounds of {rounds} that nobody earns", 1, project.Rounds.Count(round => round.IsEmpty));
        yield return Of("root-accuracy", $"accuracy after {rounds} rounds", 3, federation.Measure(project.Weights, federation.Test).Accuracy);
    }

    private static IEnumerable<Observation> Late(Setting setting, string name, IAttack attack)
    {
        (Project project, int late) = PlayLong(setting, new ProductRule(), attack);
        string title = $"{setting.Task.Name}: pay of {LateAttackers} attackers of {LateTrainers}, as a share, in {project.Rounds.Count} rounds";
        TableKey table = new($"{setting.Task.Name}-late", title, Digits: 3);
        yield return new Observation(table, name, $"{setting.Division.Name}, all", setting.Seed, project.AttackersPay());
        yield return new Observation(table, name, $"{setting.Division.Name}, late", setting.Seed, project.AttackersPay(late));
    }

    /// <summary>How large everything is.</summary>
    /// <param name="Samples">Samples a trainer on average, and of the root set unless it is varied.</param>
    /// <param name="Test">Samples of the test set.</param>
    /// <param name="Rounds">Rounds of a project with a free rider.</param>
    /// <param name="LongRounds">Rounds of a project that is to come near its end.</param>
    /// <param name="Roots">Sizes of root sets.</param>
    private sealed record Sizes(int Samples, int Test, int Rounds, int LongRounds, IReadOnlyList<int> Roots)
    {
        /// <summary>The root set, as large as a trainer's set.</summary>
        public int Root => Samples;

        /// <summary>As large as options ask for.</summary>
        public static Sizes Of(LaboratoryOptions options) =>
            options.IsQuick ? new(100, 300, 4, 6, [50, 100]) : new(300, 500, 12, 25, [100, 300, 1000, 5000]);
    }
}
