using System.Numerics;
using Marketplace.Chain;
using Marketplace.Content;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;

namespace Marketplace.ReadModel.Projection;

// What both stores keep, a class a table. Amounts are in the smallest unit of the project's token.

/// <summary>A project; the terms that are not here are in its creation event.</summary>
public sealed class ProjectRow
{
    public required long Id { get; init; }

    public required Address Owner { get; init; }

    public required Address Aggregator { get; init; }

    public required Address Token { get; init; }

    public required Cid Document { get; init; }

    public required BigInteger Bounty { get; init; }

    public required BigInteger AggregatorBond { get; init; }

    public required BigInteger TrainerStake { get; init; }

    public required int Rounds { get; init; }

    public required int MinTrainers { get; init; }

    public required int MaxTrainers { get; init; }

    /// <summary>Seconds in which a round has to be opened.</summary>
    public required long OpenDuration { get; init; }

    public required ChainMoment Created { get; init; }

    public ProjectStatus Status { get; set; }

    public ChainMoment? Bonded { get; set; }

    public ChainMoment? Started { get; set; }

    public ChainMoment? Ended { get; set; }

    public DateTimeOffset? OpenBy { get; set; }

    /// <summary>Bounty and fee that the contract still holds.</summary>
    public BigInteger Remaining { get; set; }

    /// <summary>What is left of the aggregator's bond.</summary>
    public BigInteger Bond { get; set; }

    /// <summary>Rewards credited so far.</summary>
    public BigInteger Paid { get; set; }

    public int SettledRounds { get; set; }

    public int ExpiredRounds { get; set; }

    public int Trainers { get; set; }
}

/// <summary>A round that was opened, or that expired without.</summary>
public sealed class RoundRow
{
    public required long Project { get; init; }

    public required int Index { get; init; }

    public RoundStage Stage { get; set; }

    public ChainMoment? Opened { get; set; }

    public DateTimeOffset? TrainingEnds { get; set; }

    public DateTimeOffset? SettleBy { get; set; }

    public ChainMoment? Ended { get; set; }

    public Cid? Model { get; set; }

    public Cid? Aggregate { get; set; }

    public Cid? Report { get; set; }

    public int Submissions { get; set; }

    public int Kept { get; set; }

    public int Invalid { get; set; }

    public BigInteger Paid { get; set; }
}

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

    public required BigInteger Amount { get; init; }

    public required DateTimeOffset Time { get; init; }

    public required Bytes32 Transaction { get; init; }
}
