using Marketplace.Laboratory.Rounds;
using Marketplace.Laboratory.Tasks;
using Marketplace.Learning.Data;
using Marketplace.Learning.Numerics;

namespace Marketplace.Laboratory.Attacks;

/// <summary>What somebody does who is one or more of the trainers, or has more names than it has data. One project each: it may remember.</summary>
public interface IAttack
{
    /// <summary>What a trainer of the attacker's trains on instead of its own samples.</summary>
    Dataset Poison(Dataset own, RandomStream random) => own;

    /// <summary>What the attacker's names submit in one round; the same number in every round.</summary>
    IReadOnlyList<short[]> Craft(AttackerView view);
}

/// <summary>What an attacker may know in a round. Each attack says in its comment what of it it uses.</summary>
/// <param name="Federation">Trains.</param>
/// <param name="Round">Which round.</param>
/// <param name="Models">All models so far, which are public; the last is the round's.</param>
/// <param name="Data">The attacker's data sets, one for each trainer that it is.</param>
/// <param name="Others">What the others submit: only a spy on all of them knows.</param>
/// <param name="Reference">r: only an accomplice of the aggregator knows it.</param>
/// <param name="Random">For what is to be random.</param>
public sealed record AttackerView(
    Federation Federation,
    int Round,
    IReadOnlyList<int[]> Models,
    IReadOnlyList<Dataset> Data,
    IReadOnlyList<short[]> Others,
    short[] Reference,
    RandomStream Random)
{
    private double[][]? _own;

    /// <summary>The updates that the attacker's data give, one for each trainer that it is.</summary>
    public IReadOnlyList<double[]> Own => _own ??= [.. Data.Select((data, i) => Vectors.ToDouble(Train(data, i)))];

    /// <summary>The others' updates as numbers.</summary>
    public IReadOnlyList<double[]> OthersAsVectors => [.. Others.Select(Vectors.ToDouble)];

    /// <summary>The update that some data give from the round's model.</summary>
    /// <param name="data">What to train on.</param>
    /// <param name="name">Another name sees the samples in another order.</param>
    public short[] Train(Dataset data, int name) => Federation.Train(Models[^1], data, Round, name);

    /// <summary>What a past round did to the model, public from its end on.</summary>
    /// <param name="age">1 for the last round, at most <see cref="Round"/>.</param>
    public double[] PastStep(int age) => [.. Models[^age].Zip(Models[^(age + 1)], (after, before) => (double)after - before)];

    /// <summary>One update for each trainer that the attacker is.</summary>
    public IReadOnlyList<short[]> ForEach(Func<double[], double[]> craft) => [.. Own.Select(own => Vectors.ToUpdate(craft(own)))];

    /// <summary>The same update for each trainer that the attacker is.</summary>
    public IReadOnlyList<short[]> ForAll(double[] update) => [.. Enumerable.Repeat(Vectors.ToUpdate(update), Data.Count)];
}
