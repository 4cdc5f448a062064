using Marketplace.Laboratory.Inference;
using Marketplace.Laboratory.Reports;
using Marketplace.Laboratory.Rounds;
using Marketplace.Laboratory.Tasks;
using Marketplace.Learning.Data;
using Marketplace.Learning.Numerics;
using Marketplace.Proofs.Gram;

namespace Marketplace.Laboratory.Experiments;

/// <summary>
/// What the public matrices tell about the classes of the owner's root set, which are uneven, to somebody who is as many sellers as there are
/// classes: each of one class alone, or half of it and half of all. Four honest sellers of all classes take part.
/// </summary>
internal static class RootSetInference
{
    private const int HonestSellers = 4;
    private const double Concentration = 0.5;
    private const ulong DealingStream = 0x696E666572;

    private static readonly (string Name, double OwnClass)[] Observers = [("sellers of one class", 1), ("sellers of half a class", 0.5)];

    /// <summary>Plays one project with each observer.</summary>
    /// <param name="task">What to learn, of which nobody has what the owner has.</param>
    /// <param name="samples">Samples of each seller and of the root set.</param>
    /// <param name="rounds">Rounds.</param>
    /// <param name="seed">Decides everything.</param>
    public static IEnumerable<Observation> Observe(LearningTask task, int samples, int rounds, ulong seed)
    {
        var random = new RandomStream(seed, DealingStream);
        Dataset pool = Datasets.Draw(task.Pool, task.Pool.Count, random);
        int half = pool.Count / 2, classes = pool.ClassCount;
        Dataset offered = pool.Slice(half, pool.Count - half);
        double[] drawn = [.. Enumerable.Range(0, classes).Select(_ => random.NextGamma(Concentration))];
        Dataset root = Datasets.OfClasses(pool.Slice(0, half), Vectors.Scale(drawn, samples / drawn.Sum()), random);
        double[] truth = Datasets.ClassShares(root);
        Observation Of(string row, string column, double value) => new(
            new TableKey($"{task.Name}-root-set", $"{task.Name}: what is inferred about the root set's classes"), row, column, seed, value);

        List<Observation> observations = [.. Compare("guess of equal shares", [.. truth.Select(_ => 1.0 / classes)])];
        foreach ((string name, double ownClass) in Observers)
        {
            Dataset[] probes =
            [
                .. Enumerable.Range(0, classes).Select(own => Datasets.OfClasses(
                    offered,
                    [.. Enumerable.Range(0, classes).Select(other => samples * ((1 - ownClass) / classes + (other == own ? ownClass : 0)))],
                    random)),
            ];
            IEnumerable<Dataset> honest = Enumerable.Range(0, HonestSellers).Select(_ => Datasets.Draw(offered, samples, random));
            Federation federation = new(task.Model, task.Training, [.. probes, .. honest], root, task.Held, seed);
            MatrixObserver observer = new([.. probes.Select(Datasets.ClassShares)]);
            GramMatrix[] matrices =
            [
                .. Project.Play(federation, new ProductRule(), rounds).Rounds
                    .Select(round => GramMatrix.Compute(round.Submissions.Reference, round.Submissions.Updates, [])),
            ];
            observations.AddRange(Compare($"{name}, first round", observer.Estimate(matrices[..1])));
            observations.AddRange(Compare($"{name}, {rounds} rounds", observer.Estimate(matrices)));
        }

        return observations;

        IEnumerable<Observation> Compare(string row, double[] estimate)
        {
            yield return Of(row, "correlation", Correlation.Pearson(estimate, truth));
            yield return Of(row, "total variation distance", truth.Zip(estimate, (a, b) => Math.Abs(a - b)).Sum() / 2);
            int[] named = [.. Enumerable.Range(0, classes).Where(label => estimate[label] == estimate.Max())];
            yield return Of(row, "most frequent class named", named.Average(label => truth[label] == truth.Max() ? 1 : 0));
        }
    }
}
