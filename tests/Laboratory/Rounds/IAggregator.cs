namespace Marketplace.Laboratory.Rounds;

/// <summary>What an aggregator makes of a round.</summary>
/// <param name="Weights">The next model.</param>
/// <param name="Pay">What each submitter is paid, where the round's own reward is 1. A rule that pays nobody yet may pay more later.</param>
public sealed record Decision(int[] Weights, IReadOnlyList<double> Pay);

/// <summary>Combines the updates of each round of a project, from the first to the last. One project each: it may remember.</summary>
public interface IAggregator
{
    /// <summary>Decides about one round.</summary>
    Decision Decide(Submissions round);
}
