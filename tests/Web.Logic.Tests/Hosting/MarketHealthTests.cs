using System.CommandLine;
using Marketplace.Hosting;
using Marketplace.ReadModel;
using Marketplace.Web.Hosting;
using Marketplace.Web.Market;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.Web.Logic.Tests.Hosting;

/// <summary>What the dashboard tells machines about itself.</summary>
public sealed class MarketHealthTests
{
    [Theory]
    [InlineData(FollowState.Live, HealthStatus.Healthy, "block 5")]
    [InlineData(FollowState.CatchingUp, HealthStatus.Degraded, "block 5 of 9")]
    [InlineData(FollowState.Disconnected, HealthStatus.Unhealthy, "the node is away")]
    public void Health_is_how_well_the_chain_is_followed(FollowState state, HealthStatus status, string words)
    {
        HealthCheckResult health = MarketHealth.Describe(new FollowStatus(state, 5, null, 9, "the node is away", default));
        Assert.Equal((status, words), (health.Status, health.Description));
    }

    [Fact]
    public void A_content_store_that_is_gone_is_said_while_the_chain_is_followed()
    {
        FollowStatus status = new(FollowState.Live, 5, null, 5, null, default, "the store is away");
        Assert.Equal((HealthStatus.Degraded, "the store is away"), (MarketHealth.Describe(status).Status, MarketHealth.Describe(status).Description));
        FollowStatus lost = status with { State = FollowState.Disconnected, Problem = "the node is away" };
        Assert.Equal((HealthStatus.Unhealthy, "the node is away"), (MarketHealth.Describe(lost).Status, MarketHealth.Describe(lost).Description));
    }

    [Fact]
    public async Task A_dashboard_that_has_no_market_yet_is_not_healthy()
    {
        using var host = new MarketHost(new SettingsReader(new RootCommand().Parse([])), NullLoggerFactory.Instance);
        HealthCheckResult health = await new MarketHealth(host).CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken);
        Assert.Equal((HealthStatus.Unhealthy, "connecting to the chain"), (health.Status, health.Description));
    }
}
