using Microsoft.Playwright;

namespace Marketplace.Web.Tests.Support;

/// <summary>What a person does with the wallet's button and sees in the list of transactions.</summary>
internal static class WalletPages
{
    public static Task ConnectInjectedAsync(this IPage page) => page.ConnectAsync("browser:test.wallet");

    /// <summary>Connects one of the offered wallets by its id.</summary>
    public static async Task ConnectAsync(this IPage page, string wallet)
    {
        // Wallets are offered once the page is alive; a menu that was opened before would close when it comes to life.
        ILocator option = page.Locator($"[data-test=connect-option][data-wallet='{wallet}']");
        await option.WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await page.Locator("[data-test=wallet-button]").ClickAsync();
        await option.ClickAsync();
        await Assertions.Expect(page.Locator("[data-test=wallet-button]"))
            .ToHaveAttributeAsync("data-account", new System.Text.RegularExpressions.Regex("^0x"));
        await page.Keyboard.PressAsync("Escape");
    }

    /// <summary>The newest transaction in a state such as <c>confirmed</c>.</summary>
    public static ILocator Transaction(this IPage page, string state) => page.Locator($"[data-test=transaction][data-state={state}]");
}
