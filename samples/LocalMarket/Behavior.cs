using Marketplace.Learning.Data;
using Marketplace.Learning.Numerics;

namespace Marketplace.LocalMarket;

/// <summary>How a trainer behaves.</summary>
public enum Behavior
{
    Honest,

    /// <summary>40 % of its labels are random.</summary>
    Noisy,

    /// <summary>Every label is another class than it should be.</summary>
    Flipping,

    /// <summary>Trains nothing and submits what everybody knows: the previous round's aggregate.</summary>
    Replaying,
}

/// <summary>What a behavior makes of data.</summary>
public static class Behaviors
{
    private const double NoisyShare = 0.4;

    /// <summary>The labels that a trainer which behaves so trains on.</summary>
    /// <param name="behavior">How it behaves.</param>
    /// <param name="data">Samples with labels.</param>
    /// <param name="random">Decides which labels are random.</param>
    public static Dataset Relabel(this Behavior behavior, Dataset data, RandomStream random) =>
        data.WithLabels([.. data.Labels!.Select(label => behavior switch
        {
            Behavior.Noisy when random.NextDouble() < NoisyShare => random.NextInt32(data.ClassCount),
            Behavior.Flipping => data.ClassCount - 1 - label,
            _ => label,
        })]);
}
