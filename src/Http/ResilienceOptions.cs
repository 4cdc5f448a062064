namespace Marketplace.Http;

/// <summary>How one server is asked. A record for each kind of server, not for each request.</summary>
public sealed record ResilienceOptions
{
    /// <summary>Whether repeating a request does no harm; only such requests are sent a second time. By default none is.</summary>
    public Func<HttpRequestMessage, CancellationToken, ValueTask<bool>> IsIdempotent { get; init; } = (_, _) => ValueTask.FromResult(false);

    /// <summary>Whether an answer says no more than "not now". By default 408, 429, 502, 503 and 504 do.</summary>
    public Func<HttpResponseMessage, bool> IsTransient { get; init; } = response => (int)response.StatusCode is 408 or 429 or 502 or 503 or 504;

    /// <summary>
    /// Time for one attempt, up to the answer's headers, or to its end where <see cref="MaxBufferedBytes"/> is set; null for no limit.
    /// </summary>
    public TimeSpan? AttemptTimeout { get; init; }

    /// <summary>Time for all attempts and the waits between them; null for no limit.</summary>
    public TimeSpan? TotalTimeout { get; init; }

    /// <summary>Attempts after the first; default 3. With none, a server that always fails is not left alone for a while either.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>Median wait before the second attempt; grows exponentially, with jitter; default 250 ms.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Longest wait between attempts, a server's <c>Retry-After</c> included; default 10 s.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// When set, an answer is read to its end within the attempt, so that one that breaks off is repeated too; one that is longer than
    /// this many bytes is a <see cref="HttpRequestException"/> of <see cref="HttpRequestError.ConfigurationLimitExceeded"/>.
    /// </summary>
    public long? MaxBufferedBytes { get; init; }

    /// <summary>For the waits and the limits.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
