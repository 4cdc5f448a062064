using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.ReadModel.Projection;
using Marketplace.ReadModel.Stores;

namespace Marketplace.ReadModel.Tables;

// Rows that no event changes: what the market is, how far it was read, and the events themselves.

/// <summary>Which market the database is of: one row.</summary>
internal sealed class MarketRow
{
    public int Id { get; init; } = 1;

    public required ulong ChainId { get; init; }

    public required Address Address { get; init; }

    public MarketIdentity Identity => new(ChainId, Address);
}

/// <summary>A block that was reached.</summary>
internal sealed class BlockRow
{
    public required ulong Number { get; init; }

    public required Bytes32 Hash { get; init; }

    public required DateTimeOffset Time { get; init; }

    public static BlockRow Of(BlockPosition position) => new() { Number = position.Number, Hash = position.Hash, Time = position.Time };

    public BlockPosition ToPosition() => new(Number, Hash, Time);
}

/// <summary>An event as the chain has it.</summary>
internal sealed class EventRow
{
    public required ulong Block { get; init; }

    /// <summary>Position in the block.</summary>
    public required long LogIndex { get; init; }

    public required Bytes32 BlockHash { get; init; }

    public required DateTimeOffset Time { get; init; }

    public required Bytes32 Transaction { get; init; }

    /// <summary>The contract that emitted it: the market, or its claims.</summary>
    public required Address Contract { get; init; }

    /// <summary>Position of the transaction in the block.</summary>
    public required long TransactionIndex { get; init; }

    /// <summary>Null for what is about an account or a contract alone.</summary>
    public required long? Project { get; init; }

    /// <summary>The event's name, for people.</summary>
    public required string Name { get; init; }

    /// <summary>Words of 32 bytes, one after the other.</summary>
    public required byte[] Topics { get; init; }

    public required byte[] Data { get; init; }

    public static EventRow Of(MarketEvent @event)
    {
        Log log = @event.Event.Log;
        return new EventRow
        {
            Block = log.BlockNumber,
            LogIndex = (long)log.LogIndex,
            BlockHash = log.BlockHash,
            Time = @event.At.Time,
            Transaction = log.TransactionHash,
            Contract = log.Address,
            TransactionIndex = (long)log.TransactionIndex,
            Project = @event.Project,
            Name = @event.Event.GetType().Name,
            Topics = [.. log.Topics.SelectMany(topic => topic.ToArray())],
            Data = log.Data.ToArray(),
        };
    }

    /// <summary>The event, decoded again.</summary>
    /// <exception cref="InvalidDataException">The row was changed by somebody else.</exception>
    public MarketEvent ToEvent()
    {
        Log log = new(
            Contract,
            [.. Topics.Chunk(Bytes32.Size).Select(topic => new Bytes32(topic))],
            Data,
            Block,
            BlockHash,
            Transaction,
            (ulong)TransactionIndex,
            (ulong)LogIndex);
        MarketEvent read = MarketEvent.TryRead(log, new ChainMoment(Block, Time, Transaction), out string? problem)
            ?? throw new InvalidDataException($"the database holds {log}, which is no event of the market: {problem}");
        return read with { Project = Project };
    }
}
