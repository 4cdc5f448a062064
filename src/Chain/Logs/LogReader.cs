using System.Runtime.CompilerServices;
using Marketplace.Chain.Rpc;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC.Eth.Blocks;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.RPC.Eth.Filters;
using Block = Marketplace.Chain.Rpc.Block;

namespace Marketplace.Chain.Logs;

/// <summary>What a reader of logs learns next.</summary>
public abstract record LogUpdate;

/// <summary>Further blocks. Their logs are complete, in chain order.</summary>
/// <param name="FromBlock">First block.</param>
/// <param name="ToBlock">Last block.</param>
/// <param name="ToBlockHash">Hash of the last block: with its number, where to resume.</param>
/// <param name="Logs">The matching logs; may be empty.</param>
public sealed record BlocksRead(ulong FromBlock, ulong ToBlock, Bytes32 ToBlockHash, IReadOnlyList<Log> Logs) : LogUpdate;

/// <summary>
/// A reorganization: everything reported from <paramref name="FromBlock"/> on is void, and will be reported anew as it is now.
/// Blocks are voided in the units in which they were reported, so some may come back unchanged.
/// </summary>
/// <param name="FromBlock">First void block.</param>
/// <param name="ToBlock">Last void block.</param>
public sealed record BlocksRolledBack(ulong FromBlock, ulong ToBlock) : LogUpdate;

/// <summary>How much is asked at once, how often, and how deep a block must lie to count.</summary>
public sealed record LogReaderOptions
{
    /// <summary>Most blocks in one query; halved when the node finds it too much; default 2,000.</summary>
    public ulong MaxRange { get; init; } = 2_000;

    /// <summary>Blocks that must lie on top of a block before it is read; default 0.</summary>
    public ulong Confirmations { get; init; }

    /// <summary>Pause before asking for new blocks at the head; default 1 s.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many block hashes are remembered, one for each reported range, to find the fork of a reorganization; default 256.</summary>
    public int MaxRemembered { get; init; } = 256;
}

/// <summary>A reorganization reaches further back than the reader remembers.</summary>
public sealed class ReorganizationTooDeepException(ulong block)
    : Exception($"The chain was reorganized at or before block {block}, the oldest that is remembered; read again from the beginning.");

/// <summary>Reads a contract's events in order, follows the head, and notices reorganizations.</summary>
public sealed class LogReader(EthereumClient client, LogFilter filter, LogReaderOptions? options = null, TimeProvider? time = null)
{
    private readonly LogReaderOptions _options = options ?? new();
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>The logs of blocks that exist now, from <paramref name="fromBlock"/> to the head less the confirmations.</summary>
    /// <exception cref="RpcException">The node refused, even for a single block.</exception>
    /// <exception cref="RpcTransportException">The node cannot be reached.</exception>
    public IAsyncEnumerable<LogUpdate> ReadToHeadAsync(ulong fromBlock, CancellationToken cancellationToken = default) =>
        ReadAsync(fromBlock, previousHash: null, follow: false, cancellationToken);

    /// <summary>All logs from <paramref name="fromBlock"/> on, without end: at the head it waits for new blocks.</summary>
    /// <param name="fromBlock">First block.</param>
    /// <param name="previousHash">
    /// Hash of the block before it, when resuming. If the chain no longer holds that block, the reading fails, and the caller
    /// resumes further back.
    /// </param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ReorganizationTooDeepException">A reorganization reaches further back than is remembered.</exception>
    /// <exception cref="RpcException">The node refused, even for a single block.</exception>
    /// <exception cref="RpcTransportException">The node cannot be reached.</exception>
    public IAsyncEnumerable<LogUpdate> FollowAsync(
        ulong fromBlock, Bytes32? previousHash = null, CancellationToken cancellationToken = default) =>
        ReadAsync(fromBlock, previousHash, follow: true, cancellationToken);

    private async IAsyncEnumerable<LogUpdate> ReadAsync(
        ulong fromBlock, Bytes32? previousHash, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Ends of reported ranges, oldest first; the first entry's range begins where reading began.
        List<(ulong From, ulong To, Bytes32 Hash)> reported = [];
        if (previousHash is Bytes32 hash && fromBlock > 0) reported.Add((fromBlock - 1, fromBlock - 1, hash));
        // Whether the beginning of the remembered ranges is the beginning of all, so that everything may be void.
        bool isWhole = reported.Count == 0;
        ulong next = fromBlock;
        ulong range = _options.MaxRange;
        while (true)
        {
            ulong head = await client.GetBlockNumberAsync(cancellationToken);
            ulong? target = head >= _options.Confirmations ? head - _options.Confirmations : null;
            if (reported.Count > 0 && await FindForkAsync(reported, cancellationToken) is ulong fork)
            {
                if (reported.Count == 0 && !isWhole) throw new ReorganizationTooDeepException(fork);
                yield return new BlocksRolledBack(fork, next - 1);
                next = fork;
                continue;
            }

            if (target is not ulong last || next > last)
            {
                if (!follow) yield break;
                await Task.Delay(_options.PollInterval, _time, cancellationToken);
                continue;
            }

            ulong to = last - next < range ? last : next + range - 1;
            BlocksRead? read;
            try
            {
                read = await ReadRangeAsync(next, to, reported.Count > 0 ? reported[^1].Hash : null, cancellationToken);
                if (range < _options.MaxRange) range = Math.Min(_options.MaxRange, range + range / 4 + 1);
            }
            catch (Exception e) when (to > next && e is RpcException { IsTooManyResults: true } or RpcTransportException { IsTooLong: true })
            {
                range = (to - next + 1) / 2;
                continue;
            }

            if (read is null)
            {
                // The chain moved, or the node's parts disagree.
                await Task.Delay(_options.PollInterval, _time, cancellationToken);
                continue;
            }

            reported.Add((next, to, read.ToBlockHash));
            if (reported.Count > _options.MaxRemembered)
            {
                reported.RemoveAt(0);
                isWhole = false;
            }

            next = to + 1;
            yield return read;
        }
    }

    /// <summary>
    /// The logs of a range that was the same chain throughout, on top of the given block; null when the chain moved while reading.
    /// </summary>
    private async Task<BlocksRead?> ReadRangeAsync(ulong from, ulong to, Bytes32? previousHash, CancellationToken cancellationToken)
    {
        IClient rpc = client.Rpc.For(cancellationToken);
        EthGetBlockWithTransactionsHashesByNumber blocks = new(rpc);
        RpcRequest lastBlock = blocks.BuildRequest(new BlockParameter(to));
        IReadOnlyList<RpcAnswer> answers = await client.Rpc.SendBatchAsync(
            [
                lastBlock,
                blocks.BuildRequest(new BlockParameter(from)),
                new EthGetLogs(rpc).BuildRequest(NodeModels.ToInput(filter, from, to)),
                lastBlock,
            ],
            cancellationToken);
        Block? Read(int index) => answers[index].Read<BlockWithTransactionHashes, Block?>(EthereumClient.BlockOrNull);
        Log[] logs = answers[2].Read<FilterLog[], Log[]>(l => NodeModels.ToLogs(l, filter, from, to));
        bool isSteady = Read(0) is Block before && Read(3) is Block after && Read(1) is Block first
            && before.Hash == after.Hash
            && (previousHash is null || first.ParentHash == previousHash)
            && logs.All(l => l.BlockNumber != to || l.BlockHash == after.Hash)
            && logs.All(l => l.BlockNumber != from || l.BlockHash == first.Hash);
        return isSteady ? new BlocksRead(from, to, Read(3)!.Hash, logs) : null;
    }

    /// <summary>
    /// Forgets reported ranges that are not of the chain any more and returns the first block that is void; null when all stand.
    /// </summary>
    private async Task<ulong?> FindForkAsync(List<(ulong From, ulong To, Bytes32 Hash)> reported, CancellationToken cancellationToken)
    {
        ulong? fork = null;
        while (reported.Count > 0)
        {
            (ulong from, ulong to, Bytes32 hash) = reported[^1];
            Block? block = await client.GetBlockAsync(BlockTag.Number(to), cancellationToken);
            if (block?.Hash == hash) return fork;
            reported.RemoveAt(reported.Count - 1);
            fork = from;
        }

        return fork;
    }
}
