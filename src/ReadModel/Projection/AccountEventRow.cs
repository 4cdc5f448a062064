using System.Numerics;
using Marketplace.Chain;
using Marketplace.Protocol.Disputes;
using Marketplace.Protocol.Markets;

namespace Marketplace.ReadModel.Projection;

/// <summary>Something that concerned an account; see <see cref="AccountEvent"/>. One event of the chain may concern several accounts.</summary>
public sealed class AccountEventRow
{
    public required Address Account { get; init; }

    public required ulong Block { get; init; }

    /// <summary>Position of the event in its block.</summary>
    public required long LogIndex { get; init; }

    public required AccountEventKind Kind { get; init; }

    public required DateTimeOffset Time { get; init; }

    public required Bytes32 Transaction { get; init; }

    public long? Project { get; init; }

    public int? Round { get; init; }

    public long? Claim { get; init; }

    public bool IsClaimant { get; init; }

    public ClaimVerdict? Verdict { get; init; }

    public CreditReason? Reason { get; init; }

    public BigInteger? Amount { get; init; }

    public Address? Token { get; init; }

    public Address? Receiver { get; init; }

    public DateTimeOffset? Until { get; init; }
}
