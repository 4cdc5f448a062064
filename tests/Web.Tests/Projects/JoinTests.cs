using System.Numerics;
using Marketplace.Chain;
using Marketplace.Testing.Markets;
using Marketplace.Web.Tests.Support;
using Microsoft.Playwright;

namespace Marketplace.Web.Tests.Projects;

/// <summary>A trainer joins from the project's page.</summary>
public sealed class JoinTests(Chromium chromium, LiveMarket market)
{
    [Fact]
    public async Task A_connected_account_joins_with_its_stake_and_is_told_what_comes_next()
    {
        Address trainer = DevelopmentAccounts.AddressOf(7);
        BigInteger project = await IdleProject.CreateFromAsync(market, DevelopmentAccounts.AddressOf(5));
        InjectedWallet wallet = new(market.Chain.Client, trainer);
        IPage page = await chromium.OpenAsync();
        await wallet.InjectAsync(page);
        await page.GotoAsync(market.Dashboard.At($"?search={project}"));
        await page.Locator($"a[href='project/{project}']").ClickAsync();
        ILocator state = page.Locator("[data-test=join-state]");
        await Assertions.Expect(state).ToContainTextAsync("Connect a wallet");
        await page.ConnectInjectedAsync();

        await page.Locator("[data-test=join-button]").ClickAsync();

        await Assertions.Expect(page.Transaction("confirmed")).ToBeVisibleAsync();
        await Assertions.Expect(state).ToContainTextAsync("must run with this account's key");
        await Assertions.Expect(page.Locator("[data-test=join-button]")).ToHaveCountAsync(0);
        Assert.True((await market.Chain.Contract.MemberAsync(project, trainer)).Joined);
    }
}
