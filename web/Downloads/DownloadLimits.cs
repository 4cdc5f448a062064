using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.RateLimiting;

namespace Marketplace.Web.Downloads;

/// <summary>Keeps downloads from taking the dashboard's memory and its store for themselves: few at once, and a pace for every address.</summary>
internal static class DownloadLimits
{
    public const string Pace = "downloads";

    // A download is in memory while it is verified, so this times the largest one bounds what downloads take.
    private const int AtOnce = 4;
    private const int Waiting = 64;
    private const int Burst = 60;
    private const int PerMinute = 120;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public static void AddDownloadLimits(this IServiceCollection services)
    {
        services.AddRateLimiter(limits =>
        {
            limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limits.OnRejected = (context, cancellationToken) => new ValueTask(
                context.HttpContext.Response.WriteAsync("There are too many downloads just now. Try again in a minute.", cancellationToken));
            limits.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, bool>(context => IsDownload(context)
                ? RateLimitPartition.GetConcurrencyLimiter(true, _ => new ConcurrencyLimiterOptions { PermitLimit = AtOnce, QueueLimit = Waiting })
                : RateLimitPartition.GetNoLimiter(false));
            limits.AddPolicy(Pace, context => RateLimitPartition.GetTokenBucketLimiter(
                context.Connection.RemoteIpAddress?.ToString() ?? "",
                _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = Burst,
                    TokensPerPeriod = PerMinute / 6,
                    ReplenishmentPeriod = TimeSpan.FromSeconds(10),
                }));
        });
        services.AddRequestTimeouts(timeouts => timeouts.AddPolicy(Pace, new RequestTimeoutPolicy
        {
            Timeout = Limit,
            TimeoutStatusCode = StatusCodes.Status504GatewayTimeout,
            WriteTimeoutResponse = context => context.Response.WriteAsync($"This took longer than {Limit.TotalMinutes:0} minutes, and was given up."),
        }));
    }

    private static bool IsDownload(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<EnableRateLimitingAttribute>()?.PolicyName == Pace;
}
