using Marketplace.Chain;
using Marketplace.Chain.Logs;
using Marketplace.Chain.Rpc;
using Marketplace.Protocol.Markets;
using Marketplace.ReadModel.Projection;
using Marketplace.ReadModel.Stores;
using Microsoft.Extensions.Logging;

namespace Marketplace.ReadModel.Following;

/// <summary>
/// Keeps a store up with the chain: reads history, then follows the head. It outlasts nodes that fail, reorganizations (also those
/// that happened while it did not run) and local chains that begin anew.
/// </summary>
internal sealed class MarketFollower(
    MarketChain chain, IMarketStore store, FeedPublisher feed, ReadModelOptions options, ILogger logger, TimeProvider time)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    /// <summary>Follows until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        TimeSpan pause = options.Poll;
        while (true)
        {
            try
            {
                await FollowAsync(() => pause = options.Poll, cancellation);
                await Task.Delay(options.Poll, time, cancellation);
            }
            catch (ReorganizationTooDeepException e)
            {
                logger.LogWarning("{Problem} Looking for a block that still stands", e.Message);
            }
            catch (Exception e) when (e is RpcException or RpcTransportException or IOException or InvalidDataException)
            {
                feed.Lost(e.Message);
                logger.LogWarning("Not following the chain, trying again in {Pause}: {Problem}", pause, e.Message);
                await Task.Delay(pause, time, cancellation);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    /// <summary>Follows until something goes wrong, or the chain moves while a block is read.</summary>
    /// <param name="advanced">Told after every step that went well.</param>
    private async Task FollowAsync(Action advanced, CancellationToken cancellation)
    {
        ulong chainId = await chain.Client.GetChainIdAsync(cancellation);
        if (chainId != chain.ChainId)
            throw new InvalidDataException($"the node at {chain.Client.Rpc.Host} now serves chain {chainId}, the market is on chain {chain.ChainId}");
        BlockPosition? position = await ResumeAsync(cancellation);
        var reader = new LogReader(
            chain.Client,
            new LogFilter { Addresses = [chain.Address] },
            new LogReaderOptions { PollInterval = options.Poll, MaxRange = options.MaxRange },
            time);
        ulong from = position is null ? chain.DeployedAt : position.Number + 1;
        await foreach (LogUpdate update in reader.FollowAsync(from, position?.Hash, cancellation))
        {
            switch (update)
            {
                case BlocksRolledBack back:
                    logger.LogInformation("The chain was reorganized from block {Block} on", back.FromBlock);
                    feed.Publish(await store.RollBackAsync(back.FromBlock, cancellation));
                    break;
                case BlocksRead read:
                    ulong head = await chain.Client.GetBlockNumberAsync(cancellation);
                    if (await ToBatchAsync(read, cancellation) is not { } batch)
                        return;
                    feed.Publish(await store.ApplyAsync(batch, cancellation));
                    feed.Reached(read.ToBlock >= head ? FollowState.Live : FollowState.CatchingUp, read.ToBlock, batch.End.Time, head);
                    break;
            }
            advanced();
        }
    }

    /// <summary>Goes back to the last block that was reached and still stands; null when there is none.</summary>
    private async Task<BlockPosition?> ResumeAsync(CancellationToken cancellation)
    {
        IReadOnlyList<BlockPosition> positions = await store.ReadPositionsAsync(cancellation);
        BlockPosition? standing = null;
        for (int i = positions.Count - 1; i >= 0 && standing is null; i--)
        {
            if ((await chain.Client.GetBlockAsync(positions[i].Number, cancellation))?.Hash == positions[i].Hash)
                standing = positions[i];
        }
        if (positions.Count > 0 && standing != positions[^1])
        {
            logger.LogInformation("The chain is another one from block {Block} on", standing is null ? chain.DeployedAt : standing.Number + 1);
            feed.Publish(await store.RollBackAsync(standing is null ? 0 : standing.Number + 1, cancellation));
        }
        ulong head = await chain.Client.GetBlockNumberAsync(cancellation);
        feed.Reached(
            standing is not null && standing.Number >= head ? FollowState.Live : FollowState.CatchingUp,
            standing?.Number ?? 0,
            standing?.Time,
            head);
        return standing;
    }

    /// <summary>Blocks with the times at which their events happened; null when the chain moved meanwhile.</summary>
    private async Task<EventBatch?> ToBatchAsync(BlocksRead read, CancellationToken cancellation)
    {
        Bytes32[] hashes = [.. read.Logs.Select(log => log.BlockHash).Append(read.ToBlockHash).Distinct()];
        Dictionary<Bytes32, DateTimeOffset> times = new(hashes.Length);
        foreach (Block? block in await chain.Client.GetBlocksAsync(hashes, cancellation))
        {
            if (block is null)
                return null;
            times[block.Hash] = UnixTime.FromSeconds(block.Timestamp);
        }
        List<MarketEvent> events = new(read.Logs.Count);
        foreach (Log log in read.Logs)
        {
            if (!times.TryGetValue(log.BlockHash, out DateTimeOffset at))
                return null;
            // Events of one transaction share their moment: there are many.
            ChainMoment moment = events.Count > 0 && events[^1].At is var last && last.Transaction == log.TransactionHash && last.Block == log.BlockNumber
                ? last
                : new ChainMoment(log.BlockNumber, at, log.TransactionHash);
            if (MarketEvent.TryRead(log, moment, out string? problem) is { } @event)
                events.Add(@event);
            else
                logger.LogWarning("Leaving out {Log}: {Problem}", log.ToString(), problem);
        }
        return times.TryGetValue(read.ToBlockHash, out DateTimeOffset end)
            ? new EventBatch(new BlockPosition(read.ToBlock, read.ToBlockHash, end), events)
            : null;
    }
}
