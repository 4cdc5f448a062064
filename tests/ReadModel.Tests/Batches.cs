using Marketplace.ReadModel.Projection;
using Marketplace.ReadModel.Stores;
using Marketplace.Testing.Markets.Synthetic;

namespace Marketplace.ReadModel.Tests;

/// <summary>A chain's blocks as a follower hands them to a store.</summary>
internal static class Batches
{
    /// <summary>Blocks, both ends included.</summary>
    public static EventBatch Of(IReadOnlyList<SyntheticBlock> blocks, int from, int to) => new(
        PositionOf(blocks[to]),
        [
            .. blocks.Skip(from).Take(to - from + 1).SelectMany(block => block.Logs.Select(log =>
                MarketEvent.TryRead(log, new ChainMoment(block.Number, TimeOf(block), log.TransactionHash), out string? problem)
                    ?? throw new InvalidOperationException(problem))),
        ]);

    /// <summary>Applies what a store has not seen, in batches of random lengths.</summary>
    public static async Task ApplyAsync(MarketStore store, IReadOnlyList<SyntheticBlock> blocks, Random random)
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        await store.RepairAsync(cancellationToken);
        int from = (int)((await store.ReadPositionsAsync(cancellationToken)).LastOrDefault()?.Number + 1 ?? 0);
        while (from < blocks.Count)
        {
            int to = Math.Min(from + random.Next(10), blocks.Count - 1);
            await store.ApplyAsync(Of(blocks, from, to), null, cancellationToken);
            from = to + 1;
        }
    }

    private static BlockPosition PositionOf(SyntheticBlock block) => new(block.Number, block.Hash, TimeOf(block));

    private static DateTimeOffset TimeOf(SyntheticBlock block) => DateTimeOffset.FromUnixTimeSeconds((long)block.Timestamp);
}
