using Marketplace.Web.Tests.Support;
using Microsoft.Playwright;

namespace Marketplace.Web.Tests.Layout;

/// <summary>Links lead to their pages, also before a page has come to life.</summary>
public sealed class NavigationTests(Chromium chromium, LiveMarket market)
{
    [Fact]
    public async Task A_link_that_is_followed_early_loads_its_page_whole()
    {
        IPage page = await chromium.OpenAsync();
        // No page comes to life: what a link does then is the browser's or the script's, never the circuit's.
        await page.RouteAsync("**/_blazor/negotiate*", _ => Task.CompletedTask);
        List<string> kinds = [];
        page.Request += (_, request) =>
        {
            if (request.Url.EndsWith($"/project/{market.Project}", StringComparison.Ordinal))
                kinds.Add(request.ResourceType);
        };
        // Other tests post projects, and the list begins with the newest; but those stay open.
        await page.GotoAsync(market.Dashboard.At("?status=completed"));

        await page.Locator($"a[href='project/{market.Project}']").ClickAsync();

        // What of the page is still under way behind what is asked for is none of this test's.
        await page.WaitForURLAsync($"**/project/{market.Project}", new() { WaitUntil = WaitUntilState.Commit });
        await Assertions.Expect(page.Locator("[aria-labelledby=rounds]")).ToBeVisibleAsync();
        Assert.Equal(["document"], kinds);
    }
}
