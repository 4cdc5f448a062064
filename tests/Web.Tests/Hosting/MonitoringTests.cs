using Marketplace.Web.Tests.Support;

namespace Marketplace.Web.Tests.Hosting;

/// <summary>What the dashboard tells whoever watches over it.</summary>
public sealed class MonitoringTests(LiveMarket market)
{
    [Theory]
    [InlineData("marketplace_follower_lag")]
    [InlineData("marketplace_rpc_duration_seconds_count")]
    [InlineData("http_server_request_duration_seconds_count")]
    [InlineData("http_client_request_duration_seconds_count")]
    [InlineData("dotnet_gc_collections_total")]
    public async Task It_is_measured_under_the_names_that_are_documented(string name)
    {
        using var http = new HttpClient();
        // What a server has answered is known once it has answered it.
        await http.GetStringAsync(market.Dashboard.At(""));

        string metrics = await http.GetStringAsync(market.Dashboard.At("metrics"));

        Assert.Matches($@"(?m)^{name}(\{{| )", metrics);
        Assert.DoesNotContain($"{market.Gate.Url.Port}", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_is_said_to_machines()
    {
        using var http = new HttpClient();

        Assert.Equal("Healthy", await http.GetStringAsync(market.Dashboard.At("health/live")));
        Assert.Contains("\"status\":\"Healthy\"", await http.GetStringAsync(market.Dashboard.At("health/ready")), StringComparison.Ordinal);
    }
}
