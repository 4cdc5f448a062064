using Marketplace.Protocol.Markets;
using Marketplace.ReadModel.Projection;
using Marketplace.ReadModel.Stores;
using Microsoft.Extensions.Logging;

namespace Marketplace.ReadModel.Following;

/// <summary>Takes turns at writing a store that several processes may share. While another one writes, passes on what it tells.</summary>
internal sealed class TurnTaking(
    MarketChain chain, MarketStore store, FeedPublisher feed, ReadModelOptions options, ILogger logger, TimeProvider time)
{
    /// <param name="write">What the writer does, until it is cancelled or is the writer no longer.</param>
    public async Task RunAsync(Func<CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (await store.TryBecomeWriterAsync(cancellationToken))
                {
                    logger.LogInformation("This process keeps the read model up to date");
                    await write(cancellationToken);
                }
                await ListenAsync(cancellationToken);
            }
            catch (NotWriterException e)
            {
                logger.LogWarning("{Problem}", e.Message);
            }
            catch (Exception e)
            {
                cancellationToken.ThrowIfCancellationRequested();
                feed.Lost(FollowFailure.Note(logger, e, options.Poll));
                await Task.Delay(options.Poll, time, cancellationToken);
            }
        }
    }

    /// <summary>Waits for the writer's next change, for one polling interval at most, and says where the rows are.</summary>
    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        // As it is before the wait: the writer has a polling interval to reach it.
        ulong head = await chain.Client.GetBlockNumberAsync(cancellationToken);
        IReadOnlyList<MarketChange> changes = await store.WaitForChangesAsync(options.Poll, cancellationToken);
        BlockPosition? last = (await store.ReadPositionsAsync(cancellationToken)).LastOrDefault();
        feed.Reached(last, head, changes);
    }
}
