using System.Numerics;
using Marketplace.Chain;
using Marketplace.Testing.Markets;
using Marketplace.Web.Tests.Support;
using Microsoft.Playwright;

namespace Marketplace.Web.Tests.Accounts;

/// <summary>What concerned an account is on its page.</summary>
public sealed class AccountEventTests(Chromium chromium, LiveMarket market)
{
    [Fact]
    public async Task A_trainer_reads_what_happened_to_it_with_links_to_the_rounds()
    {
        IPage page = await chromium.OpenAsync();
        // She trains for the market's own project alone, so that what other tests do does not fill her page.
        await page.GotoAsync(market.Dashboard.At($"trainer/{new LocalMarket.LocalParty("dora").Address}"));

        ILocator awaits = page.Locator($"[data-test=event][data-kind=RoundAwaits][href='project/{market.Project}/round/3']");
        await Assertions.Expect(awaits).ToHaveTextAsync("Round 3 was opened for this account's update");
        await Assertions.Expect(page.Locator("[data-test=event]").Filter(new() { HasText = "Reward for round 3" })).ToBeVisibleAsync();
        await awaits.ClickAsync();
        await page.WaitForURLAsync($"**/project/{market.Project}/round/3");
    }

    [Fact]
    public async Task What_happens_now_appears_without_a_reload()
    {
        Address owner = DevelopmentAccounts.AddressOf(5);
        IPage page = await chromium.OpenAsync();
        await page.GotoAsync(market.Dashboard.At($"trainer/{owner}"));
        await Assertions.Expect(page.Locator("[data-test=events]")).ToBeVisibleAsync();

        BigInteger project = await IdleProject.CreateFromAsync(market, owner);

        await Assertions.Expect(page.Locator($"[data-test=event][data-kind=Posted][href='project/{project}']")).ToBeVisibleAsync();
    }
}
