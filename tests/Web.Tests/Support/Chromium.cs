using Marketplace.Testing.Browsers;
using Marketplace.Web.Tests.Support;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace Marketplace.Web.Tests.Support;

/// <summary>The machine's own Chromium, without a window. Each page gets a profile of its own.</summary>
public sealed class Chromium : IAsyncLifetime
{
    /// <summary>For what a page needs milliseconds for, where all tests share two cores with a chain, agents and each other's processes.</summary>
    private const float PatienceMilliseconds = 90_000;

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (InstalledChromium.Path is not { } path)
            return;
        Assertions.SetDefaultExpectTimeout(PatienceMilliseconds);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = path, Args = InstalledChromium.Arguments });
    }

    /// <summary>A page in a profile of its own.</summary>
    /// <param name="options">Size, color scheme and the like.</param>
    public async Task<IPage> OpenAsync(BrowserNewContextOptions? options = null)
    {
        Assert.SkipWhen(_browser is null, InstalledChromium.WhyMissing ?? "");
        IBrowserContext context = await _browser.NewContextAsync(options ?? new BrowserNewContextOptions());
        context.SetDefaultTimeout(PatienceMilliseconds);
        return await context.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
