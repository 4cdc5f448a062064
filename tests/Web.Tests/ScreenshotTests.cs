using Marketplace.Testing.Files;
using Marketplace.Web.Tests.Support;
using Microsoft.Playwright;

namespace Marketplace.Web.Tests;

/// <summary>
/// Draws every page at desktop and phone width, light and dark, into <c>screenshots/</c>, for people to look at: <c>npm run screenshots</c>.
/// What can be checked of a picture without eyes is checked.
/// </summary>
public sealed class ScreenshotTests(Chromium chromium, LiveMarket market)
{
    private static readonly (string Name, int Width, int Height)[] Sizes = [("desktop", 1280, 900), ("phone", 390, 844)];

    [Theory]
    [MemberData(nameof(EveryPage.Paths), MemberType = typeof(EveryPage))]
    public async Task A_page_fits_its_window(string path)
    {
        Directory.CreateDirectory(Repository.Path("screenshots"));
        foreach ((string size, int width, int height) in Sizes)
        {
            foreach (ColorScheme scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
            {
                IPage page = await chromium.OpenAsync(
                    new BrowserNewContextOptions { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = height } });
                await page.GotoAsync(market.Dashboard.At(path), new() { WaitUntil = WaitUntilState.NetworkIdle });
                await Assertions.Expect(page.Locator("[aria-busy=true]")).ToHaveCountAsync(0);

                byte[] picture = await page.ScreenshotAsync(
                    new() { FullPage = true, Path = Repository.Path("screenshots", FileName(path, size, scheme)) });

                int excess = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth");
                Assert.True(excess <= 0, $"/{path} is {excess} pixels wider than a {size}");
                Assert.NotEmpty(picture);
                await page.Context.CloseAsync();
            }
        }
    }

    private static string FileName(string path, string size, ColorScheme scheme)
    {
        string page = path.Length == 0 ? "projects" : path.Replace(EveryPage.Ada.ToString(), "ada", StringComparison.Ordinal).Replace('/', '-');
        return $"{page}-{size}-{scheme.ToString().ToLowerInvariant()}.png";
    }
}
