using System.Net;
using System.Text.RegularExpressions;
using Marketplace.Learning.Storage;
using Marketplace.Testing.Files;
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
    public async Task An_image_file_is_answered_and_what_is_none_is_said()
    {
        IPage page = await chromium.OpenAsync();
        await page.GotoAsync(market.Dashboard.At($"project/{market.Project}/model"));
        await Assertions.Expect(page.Locator("[data-test=model-rounds]")).ToContainTextAsync("rounds", new() { Timeout = 30_000 });
        ILocator file = page.Locator("image-pad input[type=file]");

        await file.SetInputFilesAsync(new FilePayload { Name = "not.png", MimeType = "image/png", Buffer = "no image"u8.ToArray() });
        await Assertions.Expect(page.Locator("image-pad [role=alert]")).ToContainTextAsync("cannot read “not.png”");

        byte[] paper = PngFile.Grey(4, 4, [.. Enumerable.Repeat((byte)255, 16)]);
        await file.SetInputFilesAsync(new FilePayload { Name = "paper.png", MimeType = "image/png", Buffer = paper });
        ILocator pixels = page.Locator("[data-test=pixels]");
        await Assertions.Expect(pixels).ToHaveValueAsync(new Regex("^/+"));
        await page.GetByLabel("Swap the file's light and dark").CheckAsync();
        await Assertions.Expect(pixels).ToHaveValueAsync(new Regex("^A+"));
        await page.Locator("[data-test=ask]").ClickAsync();
        await Assertions.Expect(page.Locator("[data-test=answer]")).ToContainTextAsync("The model says");
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
