namespace Marketplace.Chain.Rpc;

/// <summary>How to talk to a node.</summary>
/// <param name="Url">http or https. A user and password in it are sent as basic authentication. Never logged.</param>
public sealed record RpcOptions(Uri Url)
{
    /// <summary>Time for one attempt, from sending to the last byte; default 30 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time for all attempts and the waits between them; default 2 minutes.</summary>
    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Attempts at a request that can be repeated without harm; default 5.</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>Mean wait before the second attempt; doubles with each further one; default 250 ms.</summary>
    public TimeSpan FirstBackoff { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Longest wait between attempts; default 10 s.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest answer in bytes, after decompression; default 64 MiB.</summary>
    public int MaxResponseBytes { get; init; } = 64 << 20;

    /// <summary>Most requests in one batch; longer batches are cut; default 50.</summary>
    public int MaxBatchSize { get; init; } = 50;

    /// <summary>Names the host only: the rest of the URL is often a credential.</summary>
    public override string ToString() => $"node at {Url.Authority}";
}
