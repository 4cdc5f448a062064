using Marketplace.Learning.Data;
using Marketplace.Learning.Models;
using Marketplace.Learning.Numerics;
using Marketplace.Learning.Torch;
using Marketplace.Learning.Training;

namespace Marketplace.Laboratory.Tasks;

/// <summary>One task in the hands of trainers, an aggregator and a judge, with the training and measuring that all of them do.</summary>
/// <param name="Model">The model that all train.</param>
/// <param name="Training">How each trains in one round.</param>
/// <param name="Trainers">Each trainer's samples.</param>
/// <param name="Root">The aggregator's samples.</param>
/// <param name="Test">The judge's samples: nobody trains or decides by them.</param>
/// <param name="Seed">What initial weights, order of samples and noise derive from.</param>
public sealed record Federation(
    ModelSpecification Model, LocalTraining Training, IReadOnlyList<Dataset> Trainers, Dataset Root, Dataset Test, ulong Seed)
{
    /// <summary>f: a weight is an integer in units of 2^−f. The same as a project document's default.</summary>
    public const int FractionBits = 14;

    /// <summary>Whose training the reference is, where trainers are numbered from 0.</summary>
    public const int Aggregator = -1;

    private const ulong DealingStream = 0x6465616C;
    private const double OwnShare = 2.0 / 3;

    /// <summary>Deals a pool by a division.</summary>
    /// <param name="task">What to learn.</param>
    /// <param name="division">How to divide the trainers' samples.</param>
    /// <param name="trainers">Number of trainers.</param>
    /// <param name="samples">Samples a trainer on average.</param>
    /// <param name="root">Samples of the root set.</param>
    /// <param name="test">Samples of the test set; fewer where the task has fewer.</param>
    /// <param name="seed">Decides everything.</param>
    /// <exception cref="ArgumentException">The pool has too few samples.</exception>
    public static Federation Deal(LearningTask task, Division division, int trainers, int samples, int root, int test, ulong seed)
    {
        int needed = trainers * samples + root;
        if (task.Pool.Count < needed)
            throw new ArgumentException($"{task.Name} has {task.Pool.Count} samples; {trainers} trainers and the root set need {needed}.");
        var random = new RandomStream(seed, DealingStream);
        Dataset dealt = Datasets.Draw(task.Pool, needed, random);
        IReadOnlyList<Dataset> parts = division.Divide(dealt.Slice(root, trainers * samples), trainers, seed);
        return new Federation(task.Model, task.Training, parts, dealt.Slice(0, root), Datasets.Draw(task.Held, test, random), seed);
    }

    /// <summary>
    /// Every owner trains on two thirds of what it has; root and test set are drawn from the rest of all of them, the root set first.
    /// </summary>
    /// <param name="task">A task with owners.</param>
    /// <param name="root">Samples of the root set.</param>
    /// <param name="seed">Decides everything.</param>
    public static Federation OfOwners(LearningTask task, int root, ulong seed)
    {
        var random = new RandomStream(seed, DealingStream);
        List<Dataset> parts = [];
        List<Dataset> rest = [];
        foreach (int[] owner in task.Owners ?? throw new ArgumentException($"{task.Name} has no owners.", nameof(task)))
        {
            Dataset shuffled = Datasets.Draw(task.Pool.Subset(owner), owner.Length, random);
            int own = (int)(OwnShare * owner.Length);
            parts.Add(shuffled.Slice(0, own));
            rest.Add(shuffled.Slice(own, owner.Length - own));
        }

        Dataset common = Datasets.Join(rest);
        common = Datasets.Draw(common, common.Count, random);
        return new Federation(task.Model, task.Training, parts, common.Slice(0, root), common.Slice(root, common.Count - root), seed);
    }

    /// <summary>The weights that the first round starts from, d fixed-point numbers.</summary>
    public int[] InitialWeights() => Quantization.ToFixed(Model.DrawInitialWeights(Seed), FractionBits);

    /// <summary>One party's update of one round, as the product makes it.</summary>
    /// <param name="weights">The round's model.</param>
    /// <param name="data">What the party trains on.</param>
    /// <param name="round">Which round.</param>
    /// <param name="party">Which party; parties of different numbers see their samples in different orders.</param>
    /// <returns>d entries; all 0 where there is nothing to train on.</returns>
    public short[] Train(int[] weights, Dataset data, int round, int party)
    {
        if (data.Count == 0)
            return new short[weights.Length];
        ulong seed = new RandomStream(Seed, ((ulong)round << 32) + (uint)party).NextUInt64();
        float[] start = Quantization.ToFloat(weights, FractionBits);
        TrainingResult result = TorchEngine.Cpu.Train(Model, start, data, Training with { Seed = seed });
        return Quantization.QuantizeUpdate(result.Weights, weights, FractionBits);
    }

    /// <summary>Loss and accuracy of a model.</summary>
    public Evaluation Measure(int[] weights, Dataset data) => TorchEngine.Cpu.Evaluate(Model, Quantization.ToFloat(weights, FractionBits), data);

    /// <summary>The gradient of the mean loss, d values: what one step of size 1 over all samples subtracts.</summary>
    public double[] Gradient(int[] weights, Dataset data)
    {
        float[] start = Quantization.ToFloat(weights, FractionBits);
        LocalTraining step = new() { LearningRate = 1, BatchSize = data.Count };
        float[] end = TorchEngine.Cpu.Train(Model, start, data, step).Weights;
        return [.. start.Zip(end, (before, after) => (double)before - after)];
    }
}
