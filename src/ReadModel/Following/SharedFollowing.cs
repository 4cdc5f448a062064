using Marketplace.Chain.Rpc;
using Marketplace.Protocol.Markets;
using Marketplace.ReadModel.Projection;
using Marketplace.ReadModel.Stores;
using Microsoft.Extensions.Logging;

namespace Marketplace.ReadModel.Following;

/// <summary>Takes turns at writing a store that several processes share. While another one writes, passes on what it tells.</summary>
internal sealed class SharedFollowing(
    MarketChain chain, IMarketStore store, ISharedStore turns, FeedPublisher feed, ReadModelOptions options, ILogger logger, TimeProvider time)
{
    /// <param name="write">What the writer does, until it is cancelled or is the writer no longer.</param>
    public async Task RunAsync(Func<CancellationToken, Task> write, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                if (await turns.TryBecomeWriterAsync(cancellation))
                {
                    logger.LogInformation("This process keeps the read model up to date");
                    await write(cancellation);
                }
                await ListenAsync(cancellation);
            }
            catch (NotWriterException e)
            {
                logger.LogWarning("{Problem}", e.Message);
            }
            catch (Exception e) when (e is RpcException or RpcTransportException or IOException)
            {
                feed.Lost(e.Message);
                await Task.Delay(options.Poll, time, cancellation);
            }
        }
    }

    /// <summary>Waits for the writer's next change, for one polling interval at most, and says where the rows are.</summary>
    private async Task ListenAsync(CancellationToken cancellation)
    {
        ulong head = await chain.Client.GetBlockNumberAsync(cancellation);
        foreach (MarketChange change in await turns.WaitForChangesAsync(options.Poll, cancellation))
            feed.Publish(change);
        // The head as it was before the wait: the writer has had a polling interval to reach it.
        BlockPosition? last = (await store.ReadPositionsAsync(cancellation)).LastOrDefault();
        feed.Reached(last?.Number >= head ? FollowState.Live : FollowState.CatchingUp, last?.Number ?? 0, last?.Time, head);
    }
}
