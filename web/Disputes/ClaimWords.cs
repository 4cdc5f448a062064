using Marketplace.Protocol.Disputes;
using Marketplace.ReadModel;

namespace Marketplace.Web.Disputes;

/// <summary>Where a claim stands, as people say it.</summary>
public static class ClaimWords
{
    /// <summary>The stage, or how it ended.</summary>
    public static string Stage(ClaimSummary claim) => claim switch
    {
        { Verdict: { } verdict } => Verdict(verdict),
        { Stage: ClaimStage.Excluded } => "To be claimed",
        { Stage: ClaimStage.Claimed } => "Claimed",
        _ => "Before the court",
    };

    public static string Verdict(ClaimVerdict verdict) => verdict switch
    {
        ClaimVerdict.Valid => "Valid",
        ClaimVerdict.Invalid => "Invalid",
        _ => "Not ruled",
    };

    /// <summary>What is due, to be followed by the time until when; after that time or the end, why nothing is.</summary>
    public static string Due(ClaimSummary claim, DateTimeOffset now) => claim.IsOpen
        ? $"{(claim.IsOverdue(now) ? Missed(claim) : Awaited(claim))}"
        : claim.IsRuled ? "The court has ruled" : Silence(claim);

    private static string Awaited(ClaimSummary claim) => claim.Stage switch
    {
        ClaimStage.Excluded => "The trainer can claim it until",
        ClaimStage.Claimed => "Anybody can deny it until",
        _ => "The court is to rule until",
    };

    private static string Missed(ClaimSummary claim) => $"{Silence(claim)}: anybody can conclude it";

    private static string Silence(ClaimSummary claim) => claim switch
    {
        { Claimed: null } => "Not claimed in time",
        { Denied: null } => "Not denied in time",
        _ => "No ruling in time",
    };
}
