using System.Text.Json;
using System.Text.RegularExpressions;
using Marketplace.Testing.Files;
using Marketplace.Testing.Programs;
using Marketplace.Web.Tests.Support;
using Microsoft.Playwright;

namespace Marketplace.Web.Tests;

/// <summary>Pages can be used without a mouse and without good eyes: axe's rules for WCAG 2.2 A and AA, and the keyboard.</summary>
public sealed partial class AccessibilityTests(Chromium chromium, LiveMarket market)
{
    private const string Run =
        """
        async () => (await axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })).violations
          .flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.target.join(" ")}: ${node.html.slice(0, 200)}`))
        """;

    public static MatrixTheoryData<string, ColorScheme> PagesAndSchemes =>
        new(EveryPage.Paths.Select(row => row.Data), [ColorScheme.Light, ColorScheme.Dark]);

    [Theory]
    [MemberData(nameof(PagesAndSchemes))]
    public async Task A_page_breaks_no_rule(string path, ColorScheme scheme)
    {
        await (await NodeToolchain.FindAsync()).RequireRepositoryPackageAsync("axe-core", CancellationToken.None);
        IPage page = await chromium.OpenAsync(new BrowserNewContextOptions { ColorScheme = scheme });
        await ShowAsync(page, path);

        await page.EvaluateAsync(await File.ReadAllTextAsync(Repository.Path("node_modules", "axe-core", "axe.min.js")));
        string[] violations = JsonSerializer.Deserialize<string[]>((await page.EvaluateAsync(Run))!.Value)!;

        Assert.True(violations.Length == 0, $"/{path}, {scheme}:\n{string.Join('\n', violations)}");
    }

    [Fact]
    public async Task The_keyboard_skips_to_the_content()
    {
        IPage page = await chromium.OpenAsync();
        await ShowAsync(page, "how-it-works");
        await page.Locator(".brand").FocusAsync();

        await page.Keyboard.PressAsync("Shift+Tab");
        await page.Keyboard.PressAsync("Enter");

        await page.WaitForURLAsync("**/how-it-works#content");
        await Assertions.Expect(page.Locator("main")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_chosen_theme_stays()
    {
        IPage page = await chromium.OpenAsync(new BrowserNewContextOptions { ColorScheme = ColorScheme.Light });
        await ShowAsync(page, "");
        string light = await BackgroundAsync(page);

        await page.GetByRole(AriaRole.Button, new() { Name = "Use the dark theme" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Use the light theme" })).ToBeVisibleAsync();
        string dark = await BackgroundAsync(page);
        await page.ReloadAsync(new() { WaitUntil = WaitUntilState.NetworkIdle });

        Assert.NotEqual(light, dark);
        Assert.Equal(dark, await BackgroundAsync(page));
    }

    /// <summary>Opens a page and waits until it is there: on a loaded machine the network is idle before anything is rendered.</summary>
    private async Task ShowAsync(IPage page, string path)
    {
        await page.GotoAsync(market.Dashboard.At(path), new() { WaitUntil = WaitUntilState.NetworkIdle });
        await page.Locator("main h1").First.WaitForAsync();
        await Assertions.Expect(page).ToHaveTitleAsync(AnyTitle());
    }

    [GeneratedRegex(".")]
    private static partial Regex AnyTitle();

    private static Task<string> BackgroundAsync(IPage page) => page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
}
