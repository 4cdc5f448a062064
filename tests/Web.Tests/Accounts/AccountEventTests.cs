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
        await page.GotoAsync(market.Dashboard.At($"trainer/{EveryPage.Ada}"));

        ILocator awaits = page.Locator($"[data-test=event][data-kind=RoundAwaits][href='project/{market.Project}/round/3']");
        await TurnToAsync(page, page.Locator("[data-test=event]").Filter(new() { HasText = "Reward for round 3" }));
        await TurnToAsync(page, awaits);
        await Assertions.Expect(awaits).ToHaveTextAsync("Round 3 was opened for this account's update");
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

    /// <summary>Turns the pages until an event is there: what other tests have done since stands before it.</summary>
    private static async Task TurnToAsync(IPage page, ILocator wanted)
    {
        ILocator transaction = page.Locator("[data-test=events] tbody tr").First.Locator("td").Last;
        await Assertions.Expect(transaction).ToBeVisibleAsync();
        while (await wanted.CountAsync() == 0)
        {
            string before = await transaction.InnerTextAsync();
            await page.Locator("[data-test=events] button.go-next").ClickAsync();
            await Assertions.Expect(transaction).Not.ToHaveTextAsync(before);
        }
    }
}
