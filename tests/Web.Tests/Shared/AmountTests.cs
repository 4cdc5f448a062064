using System.Numerics;
using Marketplace.Chain;
using Marketplace.Web.Tests.Support;
using Microsoft.Playwright;

namespace Marketplace.Web.Tests.Shared;

/// <summary>Amounts are rounded for reading, and exact once they are copied.</summary>
public sealed class AmountTests(Chromium chromium, LiveMarket market)
{
    private const string Copy =
        """
        (element) => {
          document.getSelection().selectAllChildren(element);
          const event = new ClipboardEvent("copy", { clipboardData: new DataTransfer(), bubbles: true, cancelable: true });
          element.dispatchEvent(event);
          return event.clipboardData.getData("text/plain");
        }
        """;

    [Fact]
    public async Task What_is_copied_is_exact_and_what_is_shown_stays_as_it_is()
    {
        IPage page = await chromium.OpenAsync();
        await page.GotoAsync(market.Dashboard.At($"trainer/{EveryPage.Ada}"), new() { WaitUntil = WaitUntilState.NetworkIdle });
        ILocator place = page.Locator("[data-test=earned]").First;
        string shown = await place.InnerTextAsync();
        string exact = Units.FormatEther(BigInteger.Parse((await place.Locator(".amount").GetAttributeAsync("data-amount"))!, null));
        Assert.NotEqual($"{exact} ETH", shown);

        Assert.Equal($"{exact} ETH", await place.EvaluateAsync<string>(Copy));
        Assert.Contains($"{exact} ETH", await page.Locator("main").EvaluateAsync<string>(Copy), StringComparison.Ordinal);

        Assert.Equal(shown, await place.InnerTextAsync());
        await page.Context.CloseAsync();
    }
}
