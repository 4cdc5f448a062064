using Marketplace.Testing.Markets.Synthetic;

namespace Marketplace.Benchmarks.ReadModel;

/// <summary>The market that the read model and the dashboard are measured with.</summary>
internal static class LargeMarket
{
    public const int RoundsOfAProject = 20, TrainersOfAProject = 15;

    private const int EventsOfABlock = 100;

    /// <summary>All blocks of a market whose projects have all ended; the last ones end the last projects.</summary>
    public static IReadOnlyList<SyntheticBlock> Grow(int projects)
    {
        IReadOnlyList<SyntheticBlock> blocks = SyntheticHistory.Grow(
            projects, RoundsOfAProject, TrainersOfAProject, EventsOfABlock, seed: 1).Chain.Blocks;
        Console.WriteLine(
            $"{projects:N0} projects, {projects * RoundsOfAProject:N0} rounds, {projects * RoundsOfAProject * TrainersOfAProject:N0} "
                + $"submissions: {blocks.Sum(block => block.Logs.Count):N0} events in {blocks.Count:N0} blocks");
        return blocks;
    }
}
