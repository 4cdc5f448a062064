using Marketplace.Chain;
using Marketplace.Contracts;
using Marketplace.Protocol.Disputes;
using Marketplace.ReadModel;
using Marketplace.Testing.Markets.Synthetic;
using Marketplace.Web.Disputes;
using Marketplace.Web.Logic.Tests.Support;

namespace Marketplace.Web.Logic.Tests.Disputes;

/// <summary>What an account can do in a case, at every stage and on both sides of its deadline.</summary>
public sealed class CaseChoiceTests
{
    private static readonly Address Stranger = SyntheticMarket.AccountOf("stranger");
    private static readonly DateTimeOffset Now = MadeUpProject.Now;

    [Fact]
    public void Only_the_trainer_claims_and_until_its_deadline()
    {
        ClaimSummary claim = MadeUpClaim.Of(4, ClaimStage.Excluded);
        CaseChoice choice = CaseChoice.Of(claim, MadeUpClaim.Trainer, claim.Until!.Value)!;
        Assert.Equal(("claim", true), (choice.Name, choice.IsContest));
        Assert.Equal(ClaimsContract.Calldata.Claim(4, "ipfs://x"), choice.Call("ipfs://x"));
        Assert.Null(CaseChoice.Of(claim, Stranger, Now));
        Assert.Equal("conclude", CaseChoice.Of(claim, MadeUpClaim.Trainer, claim.Until.Value.AddSeconds(1))!.Name);
    }

    [Fact]
    public void Anybody_denies_until_the_deadline()
    {
        ClaimSummary claim = MadeUpClaim.Of(4, ClaimStage.Claimed);
        CaseChoice choice = CaseChoice.Of(claim, Stranger, Now)!;
        Assert.Equal(("deny", true), (choice.Name, choice.IsContest));
        Assert.Equal(ClaimsContract.Calldata.Deny(4, "https://x"), choice.Call("https://x"));
        Assert.Contains("Not denied in time", CaseChoice.Of(claim, Stranger, Now.AddHours(2))!.Meaning, StringComparison.Ordinal);
    }

    [Fact]
    public void Anybody_concludes_what_is_overdue_and_nobody_what_is_over()
    {
        ClaimSummary claim = MadeUpClaim.Of(4, ClaimStage.Disputed);
        Assert.Null(CaseChoice.Of(claim, Stranger, Now));
        CaseChoice choice = CaseChoice.Of(claim, Stranger, Now.AddHours(2))!;
        Assert.Equal(("conclude", false), (choice.Name, choice.IsContest));
        Assert.Equal(ClaimsContract.Calldata.Conclude(4), choice.Call(""));
        Assert.Null(CaseChoice.Of(MadeUpClaim.Of(4, ClaimStage.Concluded, ClaimVerdict.Valid), MadeUpClaim.Trainer, Now.AddYears(9)));
    }
}
