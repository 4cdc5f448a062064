using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Contracts;

namespace Marketplace.ReadModel.Projection;

/// <summary>A block that the read model has reached: where following can go on.</summary>
public sealed record BlockPosition(ulong Number, Bytes32 Hash, DateTimeOffset Time);

/// <summary>An event of the market and its moment on the chain.</summary>
public sealed record MarketEvent(IContractEvent Event, ChainMoment At)
{
    /// <summary>The project that it is about; null for withdrawals, which are about an account alone.</summary>
    public long? Project { get; } = Event is MarketEvents.Withdrawn ? null : (long)Event.Log.Topics[1].ToBigInteger();

    /// <summary>A log as an event; null when it is none that the contract can have emitted.</summary>
    /// <param name="problem">Why it is none.</param>
    public static MarketEvent? TryRead(Log log, ChainMoment at, out string? problem)
    {
        try
        {
            IContractEvent? decoded = MarketEvents.TryDecode(log);
            problem = decoded is null ? "its topics are of no event of the market"
                : decoded is not MarketEvents.Withdrawn && !IsProject(log.Topics[1].ToBigInteger()) ? "no market has so many projects"
                : null;
            return problem is null ? new MarketEvent(decoded!, at) : null;
        }
        catch (Exception e) when (e is Chain.Abi.AbiException or OverflowException or InvalidCastException)
        {
            problem = e.Message;
            return null;
        }
    }

    private static bool IsProject(BigInteger id) => id > 0 && id <= long.MaxValue;
}

/// <summary>The events of consecutive blocks, in the order of the chain.</summary>
/// <param name="End">The last of the blocks.</param>
/// <param name="Events">May be none.</param>
public sealed record EventBatch(BlockPosition End, IReadOnlyList<MarketEvent> Events);
