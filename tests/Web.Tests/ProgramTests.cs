using Marketplace.Support;
using Marketplace.Web.Tests.Support;
using Microsoft.Playwright;

namespace Marketplace.Web.Tests;

/// <summary>The dashboard's program as somebody meets it who runs it for the first time.</summary>
public sealed class ProgramTests(Chromium chromium)
{
    [Fact]
    public async Task Without_a_market_it_starts_one_and_shows_its_project_being_trained()
    {
        await using Dashboard dashboard = await Dashboard.StartAsync();
        IPage page = await chromium.OpenAsync();

        await page.GotoAsync(dashboard.At(""));
        await page.GetByRole(AriaRole.Link, new() { Name = "Reading drawn digits" }).ClickAsync();

        await Assertions.Expect(page.Locator("h1 .status")).ToHaveTextAsync("Running", new() { Timeout = 120_000 });
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Round 1" })).ToBeVisibleAsync(new() { Timeout = 120_000 });
    }

    [Fact]
    public async Task While_there_is_no_node_the_page_says_what_it_waits_for()
    {
        string deployment = Path.GetTempFileName();
        await File.WriteAllTextAsync(deployment, $$"""{ "market": "{{TestProject.Nobody}}", "chainId": 31337, "block": 0 }""");
        await using MarketProgram program = MarketProgram.Start(
            "Web",
            [
                "--urls", "http://127.0.0.1:0", "--rpc", "http://127.0.0.1:1", "--deployment", deployment, "--data-folder",
                Path.GetDirectoryName(deployment)!
            ]);
        string line = await program.WaitForLineAsync(text => text.StartsWith("The dashboard is at ", StringComparison.Ordinal));
        IPage page = await chromium.OpenAsync();

        await page.GotoAsync(line["The dashboard is at ".Length..]);

        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Getting the market ready");
        await Assertions.Expect(page.Locator("main [role=status]")).ToContainTextAsync("waiting for the chain's node");
        File.Delete(deployment);
    }

    [Theory]
    [InlineData("--poll", "soon", "--poll must be a number of seconds")]
    [InlineData("--log-format", "xml", "--log-format must be text or json")]
    [InlineData("--nothing", "1", "--nothing")]
    public async Task A_wrong_option_is_said_and_ends_the_program(string option, string value, string expected)
    {
        (int code, _, string log) = await MarketProgram.RunAsync("Web", ["--urls", "http://127.0.0.1:0", option, value]);

        Assert.Equal(2, code);
        Assert.Contains(expected, log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_teaches()
    {
        (int code, string output, _) = await MarketProgram.RunAsync("Web", ["--help"]);

        Assert.Equal(0, code);
        Assert.Contains("dotnet run --project web", output, StringComparison.Ordinal);
        Assert.Contains("--postgres", output, StringComparison.Ordinal);
    }
}
