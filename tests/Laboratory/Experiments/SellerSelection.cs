using Marketplace.Laboratory.Aggregators;
using Marketplace.Laboratory.Methods;
using Marketplace.Laboratory.Reports;
using Marketplace.Laboratory.Rounds;
using Marketplace.Laboratory.Tasks;
using Marketplace.Learning.Data;
using Marketplace.Learning.Numerics;

namespace Marketplace.Laboratory.Experiments;

/// <summary>
/// What a buyer gets and sellers are paid where good data and bad are on offer: four good sellers, one with a third of their samples, two whose
/// labels are wrong at 40 % and 80 %, and one whose labels are flipped. Every round costs the buyer one reward. And what the buyer gives away.
/// </summary>
public sealed class SellerSelection : IExperiment
{
    private const int Sellers = 8, GoodSellers = 4, SmallSeller = 4;
    private const double SomeNoise = 0.4, MuchNoise = 0.8, TargetShare = 0.95;

    /// <summary>What pays sellers who only harm.</summary>
    private static readonly int[] BadSellers = [6, 7];

    private static readonly (string Name, Func<Federation, IAggregator> Create)[] Rules =
    [
        ("Marketplace", _ => new ProductRule()),
        ("FLTrust", _ => new FlTrust()),
        ("martFL", federation => new MartFl(federation)),
        ("mean by size", _ => new WeightedMean()),
    ];

    /// <inheritdoc/>
    public string Name => "market";

    /// <inheritdoc/>
    public string Question => "What does a buyer get where good data and bad are on offer, and what does the buyer give away?";

    /// <inheritdoc/>
    public IReadOnlyList<string> DefaultTasks => ["mnist"];

    /// <inheritdoc/>
    public IEnumerable<Trial> Plan(LearningTask task, LaboratoryOptions options)
    {
        (int samples, int test, int rounds) = options.IsQuick ? (150, 300, 4) : (300, 500, 15);
        for (ulong seed = 1; seed <= (ulong)options.Seeds; seed++)
        {
            ulong current = seed;
            foreach (Division division in (Division[])[Division.Iid, Division.Dirichlet(0.5)])
            {
                yield return new Trial(
                    $"{task.Name}, {division.Name}, seed {seed}",
                    () => Observe(task, division, Federation.Deal(task, division, Sellers, samples, samples, test, current), rounds));
            }

            yield return new Trial(
                $"{task.Name}, classes of the root set, seed {seed}", () => RootSetInference.Observe(task, samples, rounds, current));
        }
    }

    private static IEnumerable<Observation> Observe(LearningTask task, Division division, Federation dealt, int rounds)
    {
        var random = new RandomStream(dealt.Seed, Sellers);
        Federation federation = dealt with { Trainers = [.. dealt.Trainers.Select((data, seller) => Offer(data, seller, random))] };
        Federation good = federation with { Trainers = [.. federation.Trainers.Take(GoodSellers)] };
        double target = TargetShare * Accuracy(Project.Play(good, new WeightedMean(), rounds).Weights);
        foreach ((string rule, Func<Federation, IAggregator> create) in Rules)
        {
            Project project = Project.Play(federation, create(federation), rounds);
            int reached = project.Rounds.Select(round => Accuracy(round.Decision.Weights)).TakeWhile(accuracy => accuracy < target).Count();
            double[] pay = project.PayShares();
            IReadOnlyList<double> value = RoundByRound.Add(project, federation.Test, (game, _) => game.Shapley()).Shares;
            Observation Of(string name, string title, int digits, double number) =>
                new(new TableKey($"{task.Name}-{name}", $"{task.Name}: {title}", digits), rule, division.Name, federation.Seed, number);
            yield return Of("cost", $"rounds paid until 95 % of what good sellers alone reach in {rounds}; {rounds + 1} is never", 1, reached + 1);
            yield return Of("accuracy", "accuracy at the end", 3, Accuracy(project.Weights));
            yield return Of("fairness", "rank correlation of pay with exact Shapley of rounds", 2, Correlation.Rank(pay, value));
            yield return Of("bad-pay", "pay of the two worst sellers of eight, as a share", 3, BadSellers.Sum(seller => pay[seller]));
            yield return Of("stability", "overlap (Jaccard) of who is paid in one round and in the next", 2, Stability(project));
        }

        double Accuracy(int[] weights) => federation.Measure(weights, federation.Test).Accuracy;
    }

    private static Dataset Offer(Dataset data, int seller, RandomStream random) => seller switch
    {
        < GoodSellers => data,
        SmallSeller => data.Slice(0, Math.Max(1, data.Count / 3)),
        5 => Datasets.WithLabelNoise(data, SomeNoise, random),
        6 => Datasets.WithLabelNoise(data, MuchNoise, random),
        _ => Datasets.WithFlippedLabels(data),
    };

    private static double Stability(Project project)
    {
        int[][] paid = [.. project.Rounds.Select(round => Enumerable.Range(0, Sellers).Where(i => round.Decision.Pay[i] > 0).ToArray())];
        return paid.Zip(paid.Skip(1), (now, next) =>
            now.Union(next).Any() ? (double)now.Intersect(next).Count() / now.Union(next).Count() : 1).Average();
    }
}
