using System.Numerics;
using Marketplace.Chain;
using Marketplace.Protocol.Disputes;
using Marketplace.Protocol.Markets;

namespace Marketplace.ReadModel;

/// <summary>What can happen that concerns an account: to itself, or to what it owns, aggregates or trains for.</summary>
public enum AccountEventKind
{
    /// <summary>It posted a project.</summary>
    Posted,

    /// <summary>A new project names it as its aggregator, whose bond is awaited.</summary>
    Named,
    Bonded,
    Joined,
    Left,
    Started,

    /// <summary>A round was opened in which it has a seat: its update is awaited until <see cref="AccountEvent.Until"/>.</summary>
    RoundAwaits,

    /// <summary>A settled round in which it had a seat, and that it neither submitted to nor refused.</summary>
    RoundMissed,

    /// <summary>Its update was an outlier.</summary>
    UpdateDropped,

    /// <summary>Its update was declared invalid, where there is no court to turn to.</summary>
    UpdateInvalid,

    /// <summary>Its update was kept, and brought nothing.</summary>
    UpdateUnpaid,
    RoundSettled,

    /// <summary>Settled, and no update was kept.</summary>
    RoundEmpty,

    /// <summary>Not opened or not settled in time.</summary>
    RoundExpired,
    RoundFailed,
    StakeForfeited,
    Stopping,
    Cancelled,
    Aborted,
    Completed,

    /// <summary>An update was declared invalid, which its trainer can claim until <see cref="AccountEvent.Until"/>.</summary>
    UpdateExcluded,
    ClaimMade,
    ClaimDenied,
    ClaimRuled,
    ClaimConcluded,

    /// <summary>Money that it can withdraw now.</summary>
    Credited,
    Withdrawn,

    /// <summary>Most of the last cohort have refused the model that a completed project has led to.</summary>
    ModelRefused,

    /// <summary>Its update of a settled round earned a reward, which is credited later.</summary>
    Earned,
}

/// <summary>Something that concerned an account. What it is not about is null.</summary>
public sealed record AccountEvent
{
    public required Address Account { get; init; }

    public required AccountEventKind Kind { get; init; }

    public required ChainMoment At { get; init; }

    /// <summary>Position of the event in its block.</summary>
    public required long LogIndex { get; init; }

    /// <summary>Null for a withdrawal, which is of all projects.</summary>
    public long? Project { get; init; }

    /// <summary>From 0.</summary>
    public int? Round { get; init; }

    public long? Claim { get; init; }

    /// <summary>Whether the account is the trainer whose update a claim is about.</summary>
    public bool IsClaimant { get; init; }

    public ClaimVerdict? Verdict { get; init; }

    /// <summary>Why it was credited.</summary>
    public CreditReason? Reason { get; init; }

    /// <summary>In the token's smallest unit.</summary>
    public BigInteger? Amount { get; init; }

    /// <summary>Zero for the native currency.</summary>
    public Address? Token { get; init; }

    /// <summary>Who got a withdrawal.</summary>
    public Address? Receiver { get; init; }

    /// <summary>The last second for what is to come next.</summary>
    public DateTimeOffset? Until { get; init; }
}

/// <param name="Account">Whose events.</param>
/// <param name="Skip">How many of the newest to leave out.</param>
/// <param name="Take">How many to return at most; 100 are the most that anybody gets.</param>
public sealed record AccountEventQuery(Address Account, int Skip = 0, int Take = 20);

/// <param name="Total">How many there are, on all pages.</param>
/// <param name="Events">Newest first.</param>
public sealed record AccountEventPage(int Total, IReadOnlyList<AccountEvent> Events);
