using System.Numerics;
using Marketplace.Chain;
using Marketplace.Protocol.Markets;

namespace Marketplace.ReadModel.Projection;

// What the database keeps and pages are given in another form. Amounts are in the smallest unit of the project's token.

/// <summary>What an account was credited.</summary>
public sealed class CreditRow
{
    public required ulong Block { get; init; }

    /// <summary>Position of the event in its block.</summary>
    public required long LogIndex { get; init; }

    public required long Project { get; init; }

    public required Address Account { get; init; }

    public required Address Token { get; init; }

    public required BigInteger Amount { get; init; }

    /// <summary>What of it was earned with it: neither before, in a settled round, nor the account's own money coming back.</summary>
    public BigInteger Earned { get; init; }

    public required CreditReason Reason { get; init; }

    public required DateTimeOffset Time { get; init; }

    public required Bytes32 Transaction { get; init; }
}

/// <summary>What an account withdrew.</summary>
public sealed class WithdrawalRow
{
    public required ulong Block { get; init; }

    /// <summary>Position of the event in its block.</summary>
    public required long LogIndex { get; init; }

    public required Address Account { get; init; }

    public required Address Token { get; init; }

    public required Address Receiver { get; init; }

    public required BigInteger Amount { get; init; }

    public required DateTimeOffset Time { get; init; }

    public required Bytes32 Transaction { get; init; }
}

/// <summary>What somebody has shown a court.</summary>
public sealed class EvidenceRow
{
    public required ulong Block { get; init; }

    /// <summary>Position of the event in its block.</summary>
    public required long LogIndex { get; init; }

    public required long Claim { get; init; }

    public required Address Party { get; init; }

    public required string Text { get; init; }

    public required DateTimeOffset Time { get; init; }

    public required Bytes32 Transaction { get; init; }
}
