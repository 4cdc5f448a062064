using System.Net;
using Marketplace.Learning.Storage;
using Marketplace.Web.Tests.Support;
using Microsoft.Playwright;

namespace Marketplace.Web.Tests.Models;

/// <summary>The model of a finished project: its card, its files, and answers to what somebody draws.</summary>
public sealed class ModelPageTests(Chromium chromium, LiveMarket market)
{
    [Fact]
    public async Task A_drawing_is_answered_and_an_empty_one_refused()
    {
        IPage page = await chromium.OpenAsync();
        await page.GotoAsync(market.Dashboard.At($"project/{market.Project}"), new() { WaitUntil = WaitUntilState.NetworkIdle });
        await page.Locator("[data-test=model]").ClickAsync();
        await Assertions.Expect(page.Locator("[data-test=model-rounds]")).ToContainTextAsync("rounds", new() { Timeout = 30_000 });

        await page.Locator("[data-test=ask]").ClickAsync();
        await Assertions.Expect(page.Locator("[data-test=try-refusal]")).ToContainTextAsync("draw one");

        LocatorBoundingBoxResult box = (await page.Locator("image-pad canvas").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + box.Width / 2, box.Y + box.Height / 5);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + box.Width / 2, box.Y + 4 * box.Height / 5, new() { Steps = 5 });
        await page.Mouse.UpAsync();
        await page.Locator("[data-test=ask]").ClickAsync();

        await Assertions.Expect(page.Locator("[data-test=answer]")).ToContainTextAsync("The model says");
        await Assertions.Expect(page.Locator("[data-test=try-refusal]")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_model_and_its_card_are_files()
    {
        using var http = new HttpClient();

        byte[] file = await http.GetByteArrayAsync(market.Dashboard.At($"project/{market.Project}/model.safetensors"));
        string card = await http.GetStringAsync(market.Dashboard.At($"project/{market.Project}/model.md"));
        using HttpResponseMessage missing = await http.GetAsync(market.Dashboard.At("project/999/model.md"));

        TrainedModel model = TrainedModel.Read(file);
        Assert.Equal($"{market.Project}", model.Origin.Project);
        Assert.Contains(model.Origin.ModelCid, card, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }
}
