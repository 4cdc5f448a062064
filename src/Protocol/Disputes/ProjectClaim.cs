using System.Globalization;
using System.Numerics;
using Marketplace.Chain;
using Marketplace.Contracts;

namespace Marketplace.Protocol.Disputes;

/// <summary>Where a claim stands, as the contract numbers it.</summary>
public enum ClaimStage : byte
{
    None,
    Excluded,
    Claimed,
    Disputed,
    Concluded,
}

/// <summary>What is decided about an update, as the contract and the court number it.</summary>
public enum ClaimVerdict : byte
{
    Refused,
    Valid,
    Invalid,
}

/// <summary>What a trainer can claim, or has claimed, for an update that was declared invalid.</summary>
/// <param name="Id">Its number, from 1.</param>
/// <param name="State">What the contract holds of it.</param>
public sealed record ProjectClaim(BigInteger Id, ClaimState State)
{
    public Address Trainer => State.Trainer;

    /// <summary>The round, from 0.</summary>
    public int Round => State.Round;

    public ClaimStage Stage => (ClaimStage)State.Stage;

    /// <summary>Whether somebody has let the time pass, so that anybody can conclude it.</summary>
    /// <param name="now">The chain's time, Unix seconds.</param>
    public bool IsOverdue(ulong now) => Stage is not (ClaimStage.None or ClaimStage.Concluded) && now > State.Until;

    /// <summary>Where it stands and what comes next, in words.</summary>
    public string Describe() => Stage switch
    {
        ClaimStage.Excluded => $"to be claimed until {UntilText}",
        ClaimStage.Claimed => $"claimed, to be denied until {UntilText}",
        ClaimStage.Disputed => $"denied, before the court as case {State.DisputeId}",
        ClaimStage.Concluded => "concluded",
        _ => "unknown",
    };

    private string UntilText => DateTimeOffset
        .FromUnixTimeSeconds(Math.Min((long)State.Until, DateTimeOffset.MaxValue.ToUnixTimeSeconds()))
        .ToString("u", CultureInfo.InvariantCulture);
}
