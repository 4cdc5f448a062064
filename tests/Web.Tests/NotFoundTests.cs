using System.Numerics;
using Marketplace.Testing.Markets;
using Marketplace.Web.Tests.Support;
using Microsoft.Playwright;

namespace Marketplace.Web.Tests;

/// <summary>Addresses of nothing answer 404, with a page that helps.</summary>
public sealed class NotFoundTests(Chromium chromium, LiveMarket market)
{
    [Theory]
    [InlineData("nothing")]
    [InlineData("project/999999")]
    [InlineData("project/abc")]
    [InlineData("project/99999999999999999999999999")]
    [InlineData("project/1/round/999")]
    [InlineData("project/1/round/0")]
    [InlineData("trainer/0x1234")]
    [InlineData("audit/999999")]
    public async Task An_address_of_nothing_is_not_found(string path)
    {
        IPage page = await chromium.OpenAsync();

        IResponse? answer = await page.GotoAsync(market.Dashboard.At(path));

        Assert.Equal(404, answer!.Status);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("There is nothing here");
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "See all projects" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_project_that_a_later_block_brings_takes_the_place_of_nothing()
    {
        IPage page = await chromium.OpenAsync();
        BigInteger next = await market.Chain.Contract.ProjectCountAsync() + 1;
        await page.GotoAsync(market.Dashboard.At($"project/{next}"));
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("There is nothing here");

        Assert.Equal(next, await IdleProject.CreateFromAsync(market, DevelopmentAccounts.AddressOf(6)));

        await Assertions.Expect(page.Locator("[data-test=escrow] .amount")).ToBeVisibleAsync();
    }
}
