using System.Text.Json;
using Marketplace.Telemetry;

namespace Marketplace.Http;

/// <summary>
/// The way to a JSON-RPC node over HTTP: what only reads is repeated, what sends a transaction is sent once; every attempt is measured.
/// </summary>
public static class JsonRpcHttp
{
    private const int MaxRefusalBytes = 4096;

    /// <summary>How a node is asked unless somebody says otherwise.</summary>
    public static readonly ResilienceOptions Defaults = new()
    {
        AttemptTimeout = TimeSpan.FromSeconds(30),
        TotalTimeout = TimeSpan.FromMinutes(2),
        Retries = 4,
        // Nodes answer 500 when they are overloaded.
        IsTransient = response => (int)response.StatusCode is 408 or 429 or >= 500 || IsRateLimit(response),
        // Answers of an honest node stay far below; logs of many blocks are the longest.
        MaxBufferedBytes = 64 << 20,
    };

    /// <summary>A handler for a client of one node.</summary>
    /// <param name="inner">What sends the requests, disposed with this handler; by default one of its own that follows no redirects.</param>
    /// <param name="options">How the node is asked, answers in memory in any case; what may be repeated is decided here.</param>
    public static HttpMessageHandler CreateHandler(HttpMessageHandler? inner = null, ResilienceOptions? options = null) => new ResilientHandler(
        new MeasuringHandler(inner ?? new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = System.Net.DecompressionMethods.All,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        }),
        (options ?? Defaults) with
        {
            MaxBufferedBytes = options?.MaxBufferedBytes ?? Defaults.MaxBufferedBytes,
            IsIdempotent = async (request, cancellationToken) =>
                AreAllIdempotent(await ReadMethodsAsync(request, cancellationToken).ConfigureAwait(false)),
        });

    /// <summary>Whether repeating a method does no harm: all that reads. Sending transactions and a development node's commands do.</summary>
    public static bool IsIdempotent(string method) =>
        method.Split('_')[0] is "eth" or "net" or "web3"
        && !method.StartsWith("eth_send", StringComparison.Ordinal)
        && !method.StartsWith("eth_submit", StringComparison.Ordinal);

    private static bool AreAllIdempotent(IReadOnlyList<string> methods) => methods.Count > 0 && methods.All(IsIdempotent);

    /// <summary>The methods that a request asks for; none when its body is no JSON-RPC.</summary>
    private static async Task<IReadOnlyList<string>> ReadMethodsAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is null)
            return [];
        try
        {
            using var body = JsonDocument.Parse(await request.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
            IEnumerable<JsonElement> calls = body.RootElement.ValueKind == JsonValueKind.Array
                ? body.RootElement.EnumerateArray()
                : [body.RootElement];
            return [.. calls.Select(call => call.GetProperty("method").GetString() ?? "")];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return [];
        }
    }

    /// <summary>Whether the node refuses because of the request rate; many do so by JSON-RPC errors with HTTP status 200.</summary>
    private static bool IsRateLimit(HttpResponseMessage response)
    {
        if (response.Content.Headers.ContentLength is null or > MaxRefusalBytes)
            return false;
        try
        {
            // The answer is in memory already, see MaxBufferedBytes; its only stream is left to the client.
            using MemoryStream answer = new();
            response.Content.CopyTo(answer, null, CancellationToken.None);
            using var body = JsonDocument.Parse(answer.GetBuffer().AsMemory(0, (int)answer.Length));
            JsonElement error = body.RootElement.GetProperty("error");
            int code = error.GetProperty("code").GetInt32();
            // The second code also says that a query has too many results, which asking again does not change.
            return code == 429
                || (code == -32005 && (error.GetProperty("message").GetString() ?? "").Contains("rate", StringComparison.OrdinalIgnoreCase));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return false;
        }
    }

    private sealed class MeasuringHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            IReadOnlyList<string> methods = await ReadMethodsAsync(request, cancellationToken).ConfigureAwait(false);
            using TimedWork attempt = MarketTelemetry.RpcAttempt(methods.Count == 1 ? methods[0] : "batch");
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
                attempt.Succeed();
            return response;
        }
    }
}
