using System.Numerics;
using Marketplace.Testing.Markets;
using Marketplace.Web.Tests.Support;
using Microsoft.Playwright;

namespace Marketplace.Web.Tests.Market;

/// <summary>What readers see while the node is gone, and after a reorganization.</summary>
public sealed class ConnectionTests(Chromium chromium, LiveMarket market)
{
    [Fact]
    public async Task A_node_that_is_gone_is_said_and_what_was_read_stays_until_it_is_back()
    {
        IPage page = await chromium.OpenAsync();
        await page.GotoAsync(market.Dashboard.At($"project/{market.Project}"));
        ILocator badge = page.Locator("header [role=status]");
        await Assertions.Expect(badge).ToContainTextAsync("Block");

        market.Gate.Close();
        try
        {
            await Assertions.Expect(badge).ToHaveTextAsync("Node not reachable", new() { Timeout = 60_000 });
            await page.ReloadAsync();
            await Assertions.Expect(page.Locator("[data-test=paid] .amount")).ToBeVisibleAsync();
        }
        finally
        {
            market.Gate.Open();
        }

        await Assertions.Expect(badge).ToContainTextAsync("Block", new() { Timeout = 60_000 });
    }

    [Fact]
    public async Task What_a_reorganization_takes_back_leaves_the_pages_by_itself()
    {
        IPage page = await chromium.OpenAsync();
        string snapshot = await market.Node.TakeSnapshotAsync();
        BigInteger project = await IdleProject.CreateFromAsync(market, DevelopmentAccounts.AddressOf(5));
        await page.GotoAsync(market.Dashboard.At($"?search={project}"));
        ILocator link = page.Locator($"a[href='project/{project}']");
        await Assertions.Expect(link).ToBeVisibleAsync();

        await market.Node.RevertAsync(snapshot);
        await market.Node.SendAsync("anvil_mine", """["0x8"]""");

        await Assertions.Expect(link).ToHaveCountAsync(0);
        Assert.Equal(project - 1, await market.Chain.Contract.ProjectCountAsync());
    }
}
