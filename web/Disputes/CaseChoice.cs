using Marketplace.Chain;
using Marketplace.Contracts;
using Marketplace.Protocol.Disputes;
using Marketplace.ReadModel;

namespace Marketplace.Web.Disputes;

/// <summary>Something that an account may do in a case, by the rules of the contract of claims.</summary>
/// <param name="Name">Stable, such as <c>claim</c>.</param>
/// <param name="Label">What it is called on a button.</param>
/// <param name="Meaning">What happens then, in a sentence.</param>
/// <param name="Call">The call of the contract, with what is shown to the court.</param>
/// <param name="IsContest">Whether it takes evidence, and the court's cost along.</param>
public sealed record CaseChoice(string Name, string Label, string Meaning, Func<string, byte[]> Call, bool IsContest)
{
    /// <summary>What is open to an account.</summary>
    /// <param name="now">The chain's time.</param>
    public static CaseChoice? Of(ClaimSummary claim, Address account, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(claim);
        if (claim.IsOpen && claim.IsOverdue(now))
        {
            return new(
                "conclude", "Conclude", $"{ClaimWords.Due(claim, now)}. Nothing is paid for it.", _ => ClaimsContract.Calldata.Conclude(claim.Id),
                IsContest: false);
        }

        return claim.Stage switch
        {
            ClaimStage.Excluded when account == claim.Trainer => new(
                "claim", "Claim",
                "You say that your update is valid, and deposit what the court costs. You get it back unless the court finds otherwise; "
                    + "then it goes to whoever has denied, and your stake is burned.",
                evidence => ClaimsContract.Calldata.Claim(claim.Id, evidence), IsContest: true),
            ClaimStage.Claimed => new(
                "deny", "Deny",
                "You say that the update is invalid, and pay the court, which then decides. If it agrees, the trainer's deposit is yours; "
                    + "what you have paid is the court's in any case.",
                evidence => ClaimsContract.Calldata.Deny(claim.Id, evidence), IsContest: true),
            _ => null,
        };
    }
}
