using System.Numerics;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Contracts;

namespace Marketplace.ReadModel.Projection;

/// <summary>A block that the read model has reached: where following can go on.</summary>
public sealed record BlockPosition(ulong Number, Bytes32 Hash, DateTimeOffset Time);

/// <summary>An event of the market, or of its claims, and its moment on the chain.</summary>
/// <param name="Event">The event.</param>
/// <param name="At">When.</param>
/// <param name="Project">The project that it is about, as far as that is known; see <see cref="IsAboutNoProject"/>.</param>
public sealed record MarketEvent(IContractEvent Event, ChainMoment At, long? Project)
{
    /// <summary>Whether it is about an account or a contract alone.</summary>
    public bool IsAboutNoProject => Event is MarketEvents.Withdrawn or ClaimsEvents.DepositWithdrawn or ClaimsEvents.MetaEvidence;

    /// <summary>A log as an event, with the project that it names; null when it is none that the contracts can have emitted.</summary>
    /// <param name="problem">Why it is none.</param>
    public static MarketEvent? TryRead(Log log, ChainMoment at, out string? problem)
    {
        try
        {
            IContractEvent? decoded = MarketEvents.TryDecode(log) ?? ClaimsEvents.TryDecode(log);
            BigInteger? project = decoded switch
            {
                null or MarketEvents.Withdrawn => null,
                ClaimsEvents.UpdateExcluded e => e.ProjectId,
                ClaimsEvents.ClaimConcluded e => e.ProjectId,
                ClaimsEvents.ClaimMade or ClaimsEvents.ClaimDenied or ClaimsEvents.Evidence or ClaimsEvents.Dispute or ClaimsEvents.Ruling
                    or ClaimsEvents.DepositWithdrawn or ClaimsEvents.MetaEvidence => null,
                _ => log.Topics[1].ToBigInteger(),
            };
            problem = decoded is null ? "its topics are of no event of the market or of its claims"
                : project is { } named && !IsNumber(named) ? "no market has so many projects"
                : decoded is (ClaimsEvents.UpdateExcluded or ClaimsEvents.ClaimConcluded) && !IsNumber(log.Topics[1].ToBigInteger())
                    ? "no market has so many claims"
                : null;
            return problem is null ? new MarketEvent(decoded!, at, (long?)project) : null;
        }
        catch (Exception e) when (e is Chain.Abi.AbiException or OverflowException or InvalidCastException)
        {
            problem = e.Message;
            return null;
        }
    }

    private static bool IsNumber(BigInteger id) => id > 0 && id <= long.MaxValue;
}

/// <summary>The events of consecutive blocks, in the order of the chain.</summary>
/// <param name="End">The last of the blocks.</param>
/// <param name="Events">May be none.</param>
public sealed record EventBatch(BlockPosition End, IReadOnlyList<MarketEvent> Events);
