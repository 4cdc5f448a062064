using System.Numerics;
using Marketplace.Web.Tests.Support;
using Microsoft.Playwright;

namespace Marketplace.Web.Tests;

/// <summary>What people write into projects is shown as text, and does nothing.</summary>
public sealed class HostileTextTests(Chromium chromium, LiveMarket market)
{
    public static TheoryData<string> Titles =>
    [
        "<script>window.owned = 1</script>",
        "<img src=x onerror='window.owned = 1'>",
        "\"><svg onload=window.owned=1>",
        "javascript:window.owned=1",
        "{{constructor.constructor('window.owned=1')()}}",
        "‮dlrow olleh",
        "&lt;b&gt;already encoded&lt;/b&gt;",
        new string('W', 200),
    ];

    [Theory]
    [MemberData(nameof(Titles))]
    public async Task A_title_is_only_ever_text(string title)
    {
        BigInteger id = await IdleProject.PostAsync(market, title, description: title);
        IPage page = await chromium.OpenAsync();
        await page.GotoAsync(market.Dashboard.At($"project/{id}"));
        ILocator heading = page.GetByRole(AriaRole.Heading, new() { Level = 1 });
        string visible = string.Concat(title.Where(character => character != '‮'));

        await Assertions.Expect(heading).ToContainTextAsync(visible[..Math.Min(20, visible.Length)]);
        await Assertions.Expect(page.Locator("[data-test=description]")).ToContainTextAsync(visible[..Math.Min(20, visible.Length)]);
        await Assertions.Expect(page.Locator("[data-test=join]")).ToContainTextAsync($"run --project {id} --data FOLDER --keystore");

        foreach (string path in new[] { $"project/{id}", $"?search={id}", $"audit/{id}" })
        {
            await page.GotoAsync(market.Dashboard.At(path));
            await Assertions.Expect(page.Locator("main")).ToContainTextAsync($"{id}");
            Assert.False(await page.EvaluateAsync<bool>("'owned' in window"), $"{path}: the title ran as a program");
            Assert.Equal(0, await page.EvaluateAsync<int>("document.querySelectorAll('main script, main img[onerror], main svg[onload]').length"));
            Assert.True(
                await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"),
                $"{path}: the title makes the page wider than the window");
        }
    }
}
