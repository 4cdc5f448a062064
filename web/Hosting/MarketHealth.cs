using Marketplace.ReadModel;
using Marketplace.Web.Market;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Marketplace.Web.Hosting;

/// <summary>
/// Healthy when the market is on show and up with the chain; degraded while it is behind, or its content store
/// is away; unhealthy without a market or a node.
/// </summary>
internal sealed class MarketHealth(MarketHost host) : IHealthCheck
{
    public const string Readiness = "ready";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(host.State switch
        {
            MarketState.Connected connected => Describe(connected.Market.Feed.Status),
            MarketState.Starting starting => HealthCheckResult.Unhealthy(starting.Activity),
            MarketState.Failed failed => HealthCheckResult.Unhealthy(failed.Problem),
            _ => HealthCheckResult.Unhealthy(),
        });

    /// <summary>What a read model's state means for whoever asks.</summary>
    internal static HealthCheckResult Describe(FollowStatus status) => status.State switch
    {
        FollowState.Live or FollowState.CatchingUp when status.StoreProblem is { } problem => HealthCheckResult.Degraded(problem),
        FollowState.Live => HealthCheckResult.Healthy($"block {status.Block}"),
        FollowState.CatchingUp => HealthCheckResult.Degraded($"block {status.Block} of {status.Head}"),
        _ => HealthCheckResult.Unhealthy(status.Problem),
    };
}

/// <summary>Where machines ask: <c>/health/live</c> whether the process answers, <c>/health/ready</c> whether it shows the market.</summary>
internal static class MarketHealthEndpoints
{
    public static void MapMarketHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions
        {
            Predicate = check => check.Tags.Contains(MarketHealth.Readiness),
            ResponseWriter = (context, report) => context.Response.WriteAsJsonAsync(new
            {
                Status = report.Status.ToString(),
                Market = report.Entries.Values.Select(entry => entry.Description).FirstOrDefault(),
            }),
        });
    }
}
