using Marketplace.Protocol.Disputes;
using Marketplace.ReadModel;
using Marketplace.Testing.Markets.Synthetic;
using Marketplace.Web.Disputes;
using Marketplace.Web.Logic.Tests.Support;
using Marketplace.Web.Shared;

namespace Marketplace.Web.Logic.Tests.Disputes;

/// <summary>A case's life in steps.</summary>
public sealed class CaseStepTests
{
    private static readonly DateTimeOffset Now = MadeUpProject.Now;

    [Theory]
    [InlineData(ClaimStage.Excluded, "Declared invalid, Claim, Conclusion")]
    [InlineData(ClaimStage.Claimed, "Declared invalid, Claimed, Denial, Conclusion")]
    [InlineData(ClaimStage.Disputed, "Declared invalid, Claimed, Denied, Ruling, Conclusion")]
    public void An_open_case_says_what_comes_next_and_until_when(ClaimStage stage, string names)
    {
        ClaimSummary claim = MadeUpClaim.Of(1, stage);
        IReadOnlyList<CaseStep> steps = CaseStep.Of(MadeUpClaim.Details(claim), Now);
        Assert.Equal(names, string.Join(", ", steps.Select(step => step.Name)));
        Assert.Equal(claim.Until, Assert.Single(steps, step => step.State == StepState.Current).Deadline);
        CaseStep late = CaseStep.Of(MadeUpClaim.Details(claim), Now.AddHours(2)).Single(step => step.State == StepState.Current);
        Assert.Null(late.Deadline);
        Assert.Contains("anybody can conclude it", late.About, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ClaimVerdict.Valid, "paid to the trainer", "the trainer's again")]
    [InlineData(ClaimVerdict.Invalid, "stake was burned", "whose denial was right")]
    [InlineData(ClaimVerdict.Refused, "nobody is punished", "halved")]
    public void A_ruling_ends_with_what_follows_from_it(ClaimVerdict verdict, string part, string deposit)
    {
        IReadOnlyList<CaseStep> steps = CaseStep.Of(MadeUpClaim.Details(MadeUpClaim.Of(1, ClaimStage.Concluded, verdict, isRuled: true)), Now);
        Assert.Equal(["Declared invalid", "Claimed", "Denied", "Ruled"], steps.Take(4).Select(step => step.Name));
        Assert.Equal(MadeUpClaim.Court, steps[3].Who);
        Assert.Contains(part, steps[4].About, StringComparison.Ordinal);
        Assert.Contains(deposit, steps[4].About, StringComparison.Ordinal);
    }

    [Fact]
    public void A_silence_ends_without_a_ruling()
    {
        ClaimSummary claim = MadeUpClaim.Of(1, ClaimStage.Concluded, ClaimVerdict.Valid);
        IReadOnlyList<CaseStep> steps = CaseStep.Of(MadeUpClaim.Details(claim), Now);
        Assert.Equal(["Declared invalid", "Claimed", "Concluded: valid"], steps.Select(step => step.Name));
        Assert.StartsWith("Not denied in time. ", steps[^1].About, StringComparison.Ordinal);
        steps = CaseStep.Of(MadeUpClaim.Details(MadeUpClaim.Of(1, ClaimStage.Concluded, ClaimVerdict.Invalid) with { Claimed = null }), Now);
        Assert.StartsWith("Not claimed in time. ", steps[^1].About, StringComparison.Ordinal);
        Assert.DoesNotContain("deposit", steps[^1].About, StringComparison.Ordinal);
    }

    [Fact]
    public void Evidence_stands_with_the_step_that_brought_it_or_where_it_was_shown()
    {
        ClaimEvidence
            early = new(SyntheticMarket.AccountOf("stranger"), "early", MadeUpClaim.At(10)),
            opening = new(MadeUpClaim.Trainer, "opening", MadeUpClaim.At(11)),
            late = new(MadeUpClaim.Trainer, "late", MadeUpClaim.At(13));
        early = early with { At = early.At with { Transaction = Chain.Bytes32.Keccak("another") } };
        IReadOnlyList<CaseStep> steps = CaseStep.Of(MadeUpClaim.Details(MadeUpClaim.Of(1, ClaimStage.Disputed), early, opening, late), Now);
        Assert.Equal(
            "Declared invalid: ; Evidence: early; Claimed: opening; Denied: ; Evidence: late; Ruling: ; Conclusion: ",
            string.Join("; ", steps.Select(step => $"{step.Name}: {string.Join(',', step.Evidence.Select(shown => shown.Text))}")));
    }
}
