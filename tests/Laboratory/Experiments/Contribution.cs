using Marketplace.Laboratory.Aggregators;
using Marketplace.Laboratory.Games;
using Marketplace.Laboratory.Methods;
using Marketplace.Laboratory.Reports;
using Marketplace.Laboratory.Rounds;
using Marketplace.Laboratory.Tasks;

namespace Marketplace.Laboratory.Experiments;

/// <summary>
/// Whether pay follows contribution: every method's judgement beside two exact Shapley values, of retraining with every coalition, and of every
/// round's updates by the loss on the test set. The market's rule is judged in the project that it decided, its rivals in one of federated averaging.
/// </summary>
public sealed class Contribution : IExperiment
{
    private const string Owners = "hospitals";

    /// <inheritdoc/>
    public string Name => "contribution";

    /// <inheritdoc/>
    public string Question => "Does pay follow contribution, beside exact Shapley values and other methods?";

    /// <inheritdoc/>
    public IReadOnlyList<string> DefaultTasks => ["mnist", "fashion-mnist", "heart-disease", "adult"];

    /// <inheritdoc/>
    public IEnumerable<Trial> Plan(LearningTask task, LaboratoryOptions options)
    {
        Sizes sizes = Sizes.Of(options);
        for (ulong seed = 1; seed <= (ulong)options.Seeds; seed++)
        {
            ulong current = seed;
            if (task.Owners is not null)
            {
                yield return new Trial(
                    $"{task.Name}, {Owners}, seed {seed}",
                    () => Observe(task, Owners, Federation.OfOwners(task, sizes.OwnersRoot, current), sizes.Rounds));
                continue;
            }

            foreach (Division division in Division.All)
            {
                yield return new Trial($"{task.Name}, {division.Name}, seed {seed}", () => Observe(
                    task,
                    division.Name,
                    Deal(new Setting(task, division, options, current)),
                    sizes.Rounds));
            }
        }
    }

    /// <summary>Who has what where trainers' pay is compared with what they bring.</summary>
    internal static Federation Deal(Setting setting)
    {
        Sizes sizes = Sizes.Of(setting.Options);
        return setting.Deal(sizes.Trainers, sizes.Samples, sizes.Root, sizes.Test);
    }

    /// <summary>A project in which all are honest, under a rule.</summary>
    internal static Project Play(Setting setting, IAggregator rule) => Project.Play(Deal(setting), rule, Sizes.Of(setting.Options).Rounds);

    /// <summary>Each trainer's exact Shapley value of retraining with every coalition.</summary>
    internal static double[] ShapleyOfRetraining(Setting setting) =>
        FederatedGames.OfRetraining(Deal(setting), Sizes.Of(setting.Options).Rounds).Shapley();

    private static IEnumerable<Observation> Observe(LearningTask task, string column, Federation federation, int rounds)
    {
        Project market = Project.Play(federation, new ProductRule(), rounds);
        Project averaged = Project.Play(federation, new WeightedMean(), rounds);
        CoalitionGame game = FederatedGames.OfRetraining(federation, rounds);
        double[] retraining = game.Shapley();
        double untrained = federation.Measure(federation.InitialWeights(), federation.Test).Accuracy;
        double[] alone = [.. Enumerable.Range(0, game.Players).Select(player => untrained + game.Value(1u << player))];
        double[] marketRounds = ShapleyOfRounds(market), averagedRounds = ShapleyOfRounds(averaged);
        List<Observation> observations =
        [
            .. Compare(new ProductPay(), market, marketRounds),
            .. ContributionMethods.Rivals.SelectMany(rival => Compare(rival, averaged, averagedRounds)),
            Spread("Marketplace", market.PayShares()),
            Spread("exact, retraining", retraining),
            Spread("exact, rounds", averagedRounds),
            Accuracy("Marketplace", AtTheEnd(market)),
            Accuracy("mean by size", AtTheEnd(averaged)),
            Accuracy("a trainer alone, the best", alone.Max()),
            Accuracy("a trainer alone, on average", alone.Average()),
        ];
        // Owners are the same in every seed, so that each has an accuracy of its own.
        if (task.Owners is not null)
            observations.AddRange(alone.Select((accuracy, i) => Accuracy($"alone, {federation.Trainers[i].Count} samples", accuracy)));
        return observations;

        IEnumerable<Observation> Compare(IContributionMethod method, Project project, double[] ofRounds)
        {
            Credit credit = method.Judge(project);
            Observation Of(string name, string title, double value, int digits = 2) =>
                new(Table(name, title, digits), method.Name, column, federation.Seed, value);
            foreach ((string name, double[] exact) in ((string, double[])[])[("retraining", retraining), ("rounds", ofRounds)])
            {
                yield return Of($"rank-{name}", $"rank correlation with exact Shapley of {name}", Correlation.Rank(credit.Shares, exact));
                yield return Of($"linear-{name}", $"linear correlation with exact Shapley of {name}", Correlation.Pearson(credit.Shares, exact));
            }

            yield return Of("evaluations", "models measured on the root set a round", credit.Evaluations, digits: 1);
        }

        Observation Spread(string row, IReadOnlyList<double> shares) =>
            new(Table("spread", "coefficient of variation of what trainers get"), row, column, federation.Seed, Correlation.Variation(shares));

        Observation Accuracy(string row, double accuracy) =>
            new(Table("accuracy", "accuracy at the end", 3), row, column, federation.Seed, accuracy);

        double AtTheEnd(Project project) => federation.Measure(project.Weights, federation.Test).Accuracy;

        TableKey Table(string name, string title, int digits = 2) => new($"{task.Name}-{name}", $"{task.Name}: {title}", digits);
    }

    private static double[] ShapleyOfRounds(Project project) =>
        [.. RoundByRound.Add(project, project.Federation.Test, (game, _) => game.Shapley()).Shares];

    /// <summary>How large everything is.</summary>
    /// <param name="Trainers">Trainers; every coalition of them is retrained.</param>
    /// <param name="Samples">Samples a trainer on average.</param>
    /// <param name="Root">Samples of the root set.</param>
    /// <param name="Test">Samples of the test set.</param>
    /// <param name="Rounds">Rounds.</param>
    private sealed record Sizes(int Trainers, int Samples, int Root, int Test, int Rounds)
    {
        /// <summary>Root set of owners, who keep only some hundred samples back.</summary>
        public int OwnersRoot => Math.Min(Root, 100);

        /// <summary>As large as options ask for.</summary>
        public static Sizes Of(LaboratoryOptions options) => options.IsQuick ? new(4, 150, 150, 300, 4) : new(6, 300, 300, 1000, 10);
    }
}
