using Marketplace.Testing.Databases;
using Marketplace.Testing.Programs;
using Marketplace.Web.Tests.Support;
using Microsoft.Playwright;

namespace Marketplace.Web.Tests.Market;

/// <summary>The dashboard on PostgreSQL. What the read model itself does there is tested with it.</summary>
public sealed class DatabaseTests(Chromium chromium, LiveMarket market)
{
    private const string Password = "not-for-any-log";

    [Fact]
    public async Task A_market_in_PostgreSQL_is_shown_as_it_is_from_a_file()
    {
        Assert.SkipWhen(PostgresServer.WhyMissing is not null, PostgresServer.WhyMissing ?? "");
        await using PostgresServer server = await PostgresServer.StartAsync();
        string connection = $"{await server.CreateDatabaseAsync()};Password={Password}";
        await using DashboardProgram dashboard = await DashboardProgram.StartAsync([.. market.DashboardArguments, "--postgres", connection]);
        await dashboard.CatchUpAsync();
        IPage page = await chromium.OpenAsync();
        string path = $"project/{market.Project}";

        await page.GotoAsync(market.Dashboard.At(path));
        string expected = await page.Locator("[data-test=paid] .amount").InnerTextAsync();
        await page.GotoAsync(dashboard.At(path));

        await Assertions.Expect(page.Locator("[data-test=paid] .amount")).ToHaveTextAsync(expected);
        Assert.DoesNotContain(Password, dashboard.Program.Written, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_said_without_its_password()
    {
        await using DashboardProgram dashboard = await DashboardProgram.StartAsync(
            [.. market.DashboardArguments, "--postgres", $"Host=127.0.0.1;Port=1;Database=none;Username=nobody;Password={Password};Timeout=5"]);
        IPage page = await chromium.OpenAsync();

        await page.GotoAsync(dashboard.At(""));

        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("There is no market to show");
        await Assertions.Expect(page.Locator("main")).Not.ToContainTextAsync(Password);
        Assert.DoesNotContain(Password, dashboard.Program.Written, StringComparison.Ordinal);
    }
}
