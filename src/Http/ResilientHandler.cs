using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Marketplace.Http;

/// <summary>
/// Sends requests by Microsoft's resilience strategies: a limit for all, retries with jitter of what may be repeated, a circuit breaker,
/// a limit for each attempt. Whatever ends a request other than its caller is a <see cref="HttpRequestException"/>.
/// </summary>
public sealed class ResilientHandler : DelegatingHandler
{
    private static readonly TimeSpan BreakDuration = TimeSpan.FromSeconds(5);

    /// <param name="inner">What sends the requests; disposed with this handler.</param>
    /// <param name="options">How the server is asked.</param>
    public ResilientHandler(HttpMessageHandler inner, ResilienceOptions options)
        : base(new ResilienceHandler(Build(options))
        {
            InnerHandler = options.MaxBufferedBytes is { } bytes ? new BufferingHandler(inner, bytes) : inner
        })
    {
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutRejectedException e)
        {
            throw new HttpRequestException($"no answer within {e.Timeout.TotalSeconds:0.###} s", e);
        }
        catch (BrokenCircuitException e)
        {
            throw new HttpRequestException($"the server has failed too often lately and is left alone for {BreakDuration.TotalSeconds} s", e);
        }
    }

    private static ResiliencePipeline<HttpResponseMessage> Build(ResilienceOptions options)
    {
        var builder = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = options.Time };
        if (options.TotalTimeout is { } total)
            builder.AddTimeout(new HttpTimeoutStrategyOptions { Timeout = total });
        // Who sends once decides alone when to send again.
        if (options.Retries > 0)
            builder.AddRetry(Retry(options)).AddCircuitBreaker(Breaker(options));
        if (options.AttemptTimeout is { } attempt)
            builder.AddTimeout(new HttpTimeoutStrategyOptions { Timeout = attempt });
        return builder.Build();
    }

    private static HttpRetryStrategyOptions Retry(ResilienceOptions options) => new()
    {
        MaxRetryAttempts = options.Retries,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = options.FirstDelay,
        MaxDelay = options.MaxDelay,
        // A server's own wish is kept to, within reason: it is not trusted.
        ShouldRetryAfterHeader = false,
        DelayGenerator = arguments => ValueTask.FromResult(
            arguments.Outcome.Result?.Headers.RetryAfter?.Delta is { } wished ? Least(wished, options.MaxDelay) : (TimeSpan?)null),
        ShouldHandle = async arguments => IsFault(arguments.Outcome, options)
            && arguments.Context.GetRequestMessage() is { } request
            && await options.IsIdempotent(request, arguments.Context.CancellationToken).ConfigureAwait(false),
    };

    private static HttpCircuitBreakerStrategyOptions Breaker(ResilienceOptions options) => new()
    {
        ShouldHandle = arguments => ValueTask.FromResult(IsFault(arguments.Outcome, options)),
        FailureRatio = 0.9,
        MinimumThroughput = 20,
        SamplingDuration = TimeSpan.FromSeconds(30),
        BreakDuration = BreakDuration,
    };

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static bool IsFault(Outcome<HttpResponseMessage> outcome, ResilienceOptions options) => outcome switch
    {
        { Result: { } response } => options.IsTransient(response),
        // An answer that is too long is too long again.
        { Exception: HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } } => false,
        { Exception: HttpRequestException or IOException or TimeoutRejectedException } => true,
        _ => false,
    };

    /// <summary>Reads every answer to its end, up to a bound.</summary>
    private sealed class BufferingHandler(HttpMessageHandler inner, long maxBytes) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            try
            {
                await response.Content.LoadIntoBufferAsync(maxBytes, cancellationToken).ConfigureAwait(false);
                return response;
            }
            catch
            {
                response.Dispose();
                throw;
            }
        }
    }
}
