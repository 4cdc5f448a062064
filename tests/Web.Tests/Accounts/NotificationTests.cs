using System.Numerics;
using Marketplace.Chain;
using Marketplace.Testing.Markets;
using Marketplace.Web.Tests.Support;
using Microsoft.Playwright;

namespace Marketplace.Web.Tests.Accounts;

/// <summary>The browser tells of an account's news, where its reader has asked for that.</summary>
public sealed class NotificationTests(Chromium chromium, LiveMarket market)
{
    /// <summary>Notes what the page asks of the browser, and what the browser shows; all of it stays the browser's own.</summary>
    private const string Observer =
        """
        window.asked = 0;
        window.shown = [];
        const own = Notification;
        const ask = own.requestPermission.bind(own);
        window.Notification = class extends own {
          constructor(title, options) {
            super(title, options);
            this.addEventListener("show", () => {
              window.shown.push(`${title}: ${options.body}`);
              document.documentElement.dataset.shown = window.shown.length;
            });
          }
          static requestPermission() { window.asked++; return ask(); }
        };
        """;

    private const string On = "[data-test=notify-on]", Off = "[data-test=notify-off]", State = "[data-test=notify-state]";

    [Fact]
    public async Task Who_follows_an_account_is_told_on_any_page_until_it_is_switched_off()
    {
        Address owner = DevelopmentAccounts.AddressOf(3);
        IPage page = await OpenAsync(owner, "notifications");
        Assert.Equal(0, await page.EvaluateAsync<int>("window.asked"));

        await page.Locator(On).ClickAsync();
        await Assertions.Expect(page.Locator(State)).ToContainTextAsync("This browser shows you");
        await page.GotoAsync(market.Dashboard.At("trainers"));
        await WaitForWatchAsync(page);
        BigInteger project = await IdleProject.CreateFromAsync(market, owner);

        await page.Locator("html[data-shown='1']").WaitForAsync();
        string shown = Assert.Single(await page.EvaluateAsync<string[]>("window.shown"));
        Assert.EndsWith($", project {project}: Posted the project.", shown, StringComparison.Ordinal);

        await page.GotoAsync(market.Dashboard.At($"trainer/{owner}"));
        await page.Locator(Off).ClickAsync();
        await Assertions.Expect(page.Locator(On)).ToBeEnabledAsync();
        BigInteger next = await IdleProject.CreateFromAsync(market, owner);
        await Assertions.Expect(page.Locator($"[data-test=event][href='project/{next}']")).ToBeVisibleAsync();
        Assert.Empty(await page.EvaluateAsync<string[]>("window.shown"));
        Assert.Null(await page.EvaluateAsync<string?>("localStorage.getItem('marketplace.notify')"));
    }

    [Fact]
    public async Task What_the_browser_denies_is_said()
    {
        IPage page = await OpenAsync(DevelopmentAccounts.AddressOf(3));
        await page.Locator(On).ClickAsync();
        await Assertions.Expect(page.Locator(State)).ToContainTextAsync("has denied notifications");
        await Assertions.Expect(page.Locator(On)).ToBeEnabledAsync();
        Assert.Null(await page.EvaluateAsync<string?>("localStorage.getItem('marketplace.notify')"));
    }

    private async Task<IPage> OpenAsync(Address account, params string[] permissions)
    {
        IPage page = await chromium.OpenAsync();
        await page.Context.GrantPermissionsAsync(permissions, new() { Origin = market.Dashboard.At("").TrimEnd('/') });
        await page.AddInitScriptAsync(Observer);
        await page.GotoAsync(market.Dashboard.At($"trainer/{account}"));
        await Assertions.Expect(page.Locator(On)).ToBeEnabledAsync();
        return page;
    }

    /// <summary>Waits until the page knows what it follows, and has seen what was before.</summary>
    private static Task WaitForWatchAsync(IPage page) =>
        page.Locator("[data-test=watch][data-following='1']").WaitForAsync(new() { State = WaitForSelectorState.Attached });
}
