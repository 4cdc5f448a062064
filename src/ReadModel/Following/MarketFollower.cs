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
    MarketChain chain, MarketStore store, FeedPublisher feed, ReadModelOptions options, ILogger logger, TimeProvider time)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    /// <summary>Follows until it is cancelled, whatever fails meanwhile.</summary>
    /// <exception cref="NotWriterException">Another process may write the store by now.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        TimeSpan pause = options.Poll;
        while (true)
        {
            try
            {
                await FollowAsync(() => pause = options.Poll, cancellationToken);
                await Task.Delay(options.Poll, time, cancellationToken);
            }
            catch (ReorganizationTooDeepException e)
            {
                logger.LogWarning("{Problem} Looking for a block that still stands", e.Message);
            }
            catch (Exception e) when (e is not NotWriterException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                feed.Lost(FollowFailure.Note(logger, e, pause));
                await Task.Delay(pause, time, cancellationToken);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    /// <summary>Follows until something goes wrong, or the chain moves while a block is read.</summary>
    /// <param name="advanced">Told after every step that went well.</param>
    private async Task FollowAsync(Action advanced, CancellationToken cancellationToken)
    {
        ulong chainId = await chain.Client.GetChainIdAsync(cancellationToken);
        if (chainId != chain.ChainId)
            throw new InvalidDataException($"the node at {chain.Client.Rpc.Host} now serves chain {chainId}, the market is on chain {chain.ChainId}");
        (BlockPosition? position, ulong? voidFrom) = await ResumeAsync(cancellationToken);
        Address claims = await chain.Contract.ClaimsAsync(cancellationToken: cancellationToken);
        var reader = new LogReader(
            chain.Client,
            new LogFilter { Addresses = [chain.Address, claims] },
            new LogReaderOptions { PollInterval = options.Poll, MaxRange = options.MaxRange },
            time);
        ulong from = position is null ? chain.DeployedAt : position.Number + 1;
        await foreach (LogUpdate update in reader.FollowAsync(from, position?.Hash, cancellationToken))
        {
            ulong head = await chain.Client.GetBlockNumberAsync(cancellationToken);
            switch (update)
            {
                case BlocksRolledBack back:
                    logger.LogInformation("The chain was reorganized from block {Block} on", back.FromBlock);
                    voidFrom = await VoidAsync(back.FromBlock, head, cancellationToken);
                    break;
                case BlocksRead read:
                    if (await ToBatchAsync(read, cancellationToken) is not { } batch)
                        return;
                    feed.Reached(batch.End, head, await store.ApplyAsync(batch, voidFrom, cancellationToken));
                    voidFrom = null;
                    break;
            }
            advanced();
        }
    }

    /// <summary>Finds the last block that was reached and still stands; null when there is none.</summary>
    /// <returns>With the first block that does not; null when all do.</returns>
    private async Task<(BlockPosition? Standing, ulong? VoidFrom)> ResumeAsync(CancellationToken cancellationToken)
    {
        await store.RepairAsync(cancellationToken);
        IReadOnlyList<BlockPosition> positions = await store.ReadPositionsAsync(cancellationToken);
        BlockPosition? standing = null;
        for (int i = positions.Count - 1; i >= 0 && standing is null; i--)
        {
            if ((await chain.Client.GetBlockAsync(positions[i].Number, cancellationToken))?.Hash == positions[i].Hash)
                standing = positions[i];
        }
        ulong head = await chain.Client.GetBlockNumberAsync(cancellationToken);
        ulong next = standing is null ? 0 : standing.Number + 1;
        if (standing != positions.LastOrDefault())
        {
            logger.LogInformation("The chain is another one from block {Block} on", Math.Max(next, chain.DeployedAt));
            return (standing, await VoidAsync(next, head, cancellationToken));
        }
        feed.Reached(standing, head);
        return (standing, null);
    }

    /// <summary>
    /// Names no block any more that does not count. Its rows stay until those that replace them are there, so that pages are not empty
    /// meanwhile; they go at once when the chain has none yet.
    /// </summary>
    /// <returns>From which block on the next batch replaces rows; null when they are gone.</returns>
    private async Task<ulong?> VoidAsync(ulong from, ulong head, CancellationToken cancellationToken)
    {
        BlockPosition? standing = (await store.ReadPositionsAsync(cancellationToken)).LastOrDefault(position => position.Number < from);
        feed.Reached(standing, head);
        if (Math.Max(from, chain.DeployedAt) <= head)
            return from;
        feed.Publish(await store.RollBackAsync(from, cancellationToken));
        return null;
    }

    /// <summary>Blocks with the times at which their events happened; null when the chain moved meanwhile.</summary>
    private async Task<EventBatch?> ToBatchAsync(BlocksRead read, CancellationToken cancellationToken)
    {
        Bytes32[] hashes = [.. read.Logs.Select(log => log.BlockHash).Append(read.ToBlockHash).Distinct()];
        Dictionary<Bytes32, DateTimeOffset> times = new(hashes.Length);
        foreach (Block? block in await chain.Client.GetBlocksAsync(hashes, cancellationToken))
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
            ChainMoment? last = events.Count > 0 ? events[^1].At : null;
            ChainMoment moment = last?.Transaction == log.TransactionHash && last.Block == log.BlockNumber
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
