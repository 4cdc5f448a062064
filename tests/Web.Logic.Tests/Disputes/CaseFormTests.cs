using System.Numerics;
using Bunit;
using Marketplace.Chain;
using Marketplace.Protocol.Disputes;
using Marketplace.ReadModel;
using Marketplace.Web.Disputes;
using Marketplace.Web.Logic.Tests.Support;

namespace Marketplace.Web.Logic.Tests.Disputes;

/// <summary>What is asked and said before somebody claims, denies or concludes.</summary>
public sealed class CaseFormTests(SyntheticEnd end) : ComponentTest(end)
{
    private readonly List<string> _sent = [];

    [Fact]
    public void A_claim_says_its_deposit_and_takes_evidence()
    {
        IRenderedComponent<CaseForm> form = Form(MadeUpClaim.Of(1, ClaimStage.Excluded), Units.ParseEther("0.01"));
        Assert.Contains("Deposit, as much as the court costs: 0.01 ETH", Plain(form.Find("[data-test=cost]").TextContent), StringComparison.Ordinal);
        form.Find("[data-test=case-claim]").Click();
        Assert.Empty(_sent);
        Assert.StartsWith("Expected an address", form.Find("#evidence-problem").TextContent, StringComparison.Ordinal);
        form.Find("[data-test=evidence-input]").Input("javascript:alert(1)");
        form.Find("[data-test=case-claim]").Click();
        Assert.Empty(_sent);
        Assert.Equal("true", form.Find("[data-test=evidence-input]").GetAttribute("aria-invalid"));
        form.Find("[data-test=evidence-input]").Input(" https://example.org/a ");
        form.Find("[data-test=case-claim]").Click();
        Assert.Equal(["https://example.org/a"], _sent);
    }

    [Fact]
    public void A_claim_leads_to_the_command_that_shows_what_a_panel_judges_by()
    {
        CaseChoice choice = CaseChoice.Of(MadeUpClaim.Of(1, ClaimStage.Excluded), MadeUpClaim.Trainer, MadeUpProject.Now)!;
        string command = CaseCommand.Of("claim", 1, Address.Zero, "--state FOLDER");
        Assert.StartsWith("marketplace claim 1 \\\n  --market 0x0000000000000000000000000000000000000000", command, StringComparison.Ordinal);
        IRenderedComponent<CaseForm> form = Show<CaseForm>(parameters => parameters
            .Add(form => form.Choice, choice).Add(form => form.Cost, BigInteger.One).Add(form => form.Command, command));
        Assert.Equal(command, form.Find("[data-test=claim-command]").TextContent);
        Assert.Empty(Form(MadeUpClaim.Of(1, ClaimStage.Claimed), BigInteger.One).FindAll("[data-test=claim-command]"));
    }

    [Fact]
    public void Nothing_is_sent_to_a_court_that_does_not_say_what_it_costs()
    {
        IRenderedComponent<CaseForm> form = Form(MadeUpClaim.Of(1, ClaimStage.Claimed), cost: null, problem: "The court does not say");
        Assert.True(form.Find("[data-test=case-deny]").HasAttribute("disabled"));
        Assert.Contains("does not say", form.Find("[data-test=case-problem]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void To_conclude_takes_neither_evidence_nor_money()
    {
        IRenderedComponent<CaseForm> form = Form(MadeUpClaim.Of(1, ClaimStage.Claimed) with { Until = MadeUpProject.Now.AddHours(-1) }, cost: null);
        Assert.Empty(form.FindAll("input"));
        form.Find("[data-test=case-conclude]").Click();
        Assert.Equal([""], _sent);
    }

    private IRenderedComponent<CaseForm> Form(ClaimSummary claim, BigInteger? cost, string? problem = null)
    {
        CaseChoice choice = CaseChoice.Of(claim, MadeUpClaim.Trainer, MadeUpProject.Now)!;
        return Show<CaseForm>(parameters => parameters
            .Add(form => form.Choice, choice).Add(form => form.Cost, cost).Add(form => form.Problem, problem)
            .Add(form => form.OnSend, _sent.Add));
    }

    private static string Plain(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
