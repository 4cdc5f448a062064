using System.Numerics;
using Marketplace.Chain;
using Marketplace.Protocol.Disputes;
using Marketplace.Testing.Markets;
using Marketplace.Web.Tests.Support;
using Microsoft.Playwright;

namespace Marketplace.Web.Tests.Disputes;

/// <summary>A case as people live it: claimed and denied by wallets in the browser, and ruled by a court.</summary>
public sealed class DisputeTests(Chromium chromium, LiveMarket market)
{
    [Fact]
    public async Task A_trainer_claims_somebody_denies_and_the_court_rules()
    {
        ContestedProject contested = market.Contested;
        BigInteger claim = await contested.ExcludeAsync();

        IPage trainer = await OpenAsync(claim, ContestedProject.Trainer);
        await Assertions.Expect(trainer.Locator("[data-test=cost] .amount")).ToHaveAttributeAsync("data-amount", $"{OneAuditorPanel.Fee}");
        await ShowAsync(trainer, "claim", "it is valid, believe me");
        await Assertions.Expect(trainer.Locator("#evidence-problem")).ToContainTextAsync("Expected an address");
        await ShowAsync(trainer, "claim", new UpdateOpening(ExcludedUpdate.Seed).ToUri());
        await Assertions.Expect(trainer.Transaction("confirmed")).ToBeVisibleAsync();
        await Assertions.Expect(trainer.Locator("h1 .stage")).ToHaveTextAsync("Claimed");
        Assert.Equal(OneAuditorPanel.Fee, (await contested.StateAsync(claim)).Deposit);
        await Assertions.Expect(trainer.Locator("[data-test=case-deposit] .amount")).ToHaveAttributeAsync("data-amount", $"{OneAuditorPanel.Fee}");

        IPage denier = await OpenAsync(claim, ContestedProject.Owner);
        await ShowAsync(denier, "deny", "https://example.org/why");
        await Assertions.Expect(denier.Transaction("confirmed")).ToBeVisibleAsync();
        await Assertions.Expect(trainer.Locator("h1 .stage")).ToHaveTextAsync("Before the court");
        await Assertions.Expect(trainer.Locator("[data-test=evidence] a")).ToHaveAttributeAsync("href", "https://example.org/why");
        Assert.Equal(ContestedProject.Owner, (await contested.StateAsync(claim)).Defender);

        await contested.RuleAsync(claim, ClaimVerdict.Valid);
        await Assertions.Expect(trainer.Locator("h1 .stage")).ToHaveTextAsync("Valid");
        await Assertions.Expect(trainer.Locator("li.decided")).ToContainTextAsync("is paid to the trainer");
        await Assertions.Expect(trainer.Locator("[data-test=case-actions]")).ToHaveCountAsync(0);

        await trainer.GotoAsync(market.Dashboard.At($"trainer/{ContestedProject.Trainer}"), new() { WaitUntil = WaitUntilState.NetworkIdle });
        await Assertions.Expect(trainer.Locator($"[data-test=claims] a[href='dispute/{claim}']")).ToBeVisibleAsync();
        Assert.Equal(OneAuditorPanel.Fee, await contested.DepositsAsync(ContestedProject.Trainer));
        await trainer.Locator("[data-test=withdraw-deposits]").ClickAsync();
        await Assertions.Expect(trainer.Locator("[data-test=deposits]")).ToHaveCountAsync(0, new() { Timeout = 30_000 });
        Assert.Equal(BigInteger.Zero, await contested.DepositsAsync(ContestedProject.Trainer));
        await trainer.Context.CloseAsync();
        await denier.Context.CloseAsync();
    }

    [Fact]
    public async Task A_case_is_found_from_its_round_its_project_and_the_list()
    {
        IPage page = await chromium.OpenAsync();
        await page.GotoAsync(market.Dashboard.At("project/2/round/1"), new() { WaitUntil = WaitUntilState.NetworkIdle });
        await page.Locator("[data-test=submission][data-outcome=invalid] a[href='dispute/1']").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Case 1");
        await page.GotoAsync(market.Dashboard.At("project/2"), new() { WaitUntil = WaitUntilState.NetworkIdle });
        await Assertions.Expect(page.Locator("[data-test=open-claims]")).ToHaveTextAsync("1 of 1 open");
        await Assertions.Expect(page.Locator("[data-test=no-court]")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Link, new() { Name = "Disputes" }).First.ClickAsync();
        await Assertions.Expect(page.Locator("[data-test=cases] a[href='dispute/1']")).ToBeVisibleAsync();
        await page.Context.CloseAsync();
    }

    private async Task<IPage> OpenAsync(BigInteger claim, Address account)
    {
        IPage page = await chromium.OpenAsync();
        await new InjectedWallet(market.Chain.Client, account).InjectAsync(page);
        await page.GotoAsync(market.Dashboard.At($"dispute/{claim}"), new() { WaitUntil = WaitUntilState.NetworkIdle });
        await page.ConnectInjectedAsync();
        return page;
    }

    private static async Task ShowAsync(IPage page, string choice, string evidence)
    {
        await page.Locator("[data-test=evidence-input]").FillAsync(evidence);
        await page.Locator($"[data-test=case-{choice}]").ClickAsync();
    }
}
