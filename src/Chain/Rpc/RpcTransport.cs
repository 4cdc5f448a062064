// JSON-RPC 2.0 over HTTP, https://www.jsonrpc.org/specification, under Nethereum's services. The node is not trusted: answers are
// bounded in size and time, and their ids and shapes are checked.

using System.Buffers;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Marketplace.Http;
using Nethereum.JsonRpc.Client;

namespace Marketplace.Chain.Rpc;

/// <summary>Sends requests to one node; those that only read are repeated where that may help. Safe for concurrent use.</summary>
public sealed class RpcTransport : IDisposable
{
    private readonly HttpClient _http;
    private readonly RpcOptions _options;
    private readonly Uri _url;
    private readonly string[] _secrets;
    private long _lastId;

    /// <summary>Opens no connection yet.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="network">What sends the requests, for tests; disposed with this transport.</param>
    /// <exception cref="ArgumentException">The URL is neither http nor https.</exception>
    public RpcTransport(RpcOptions options, HttpMessageHandler? network = null)
    {
        if (!options.Url.IsAbsoluteUri || options.Url.Scheme is not ("http" or "https"))
            throw new ArgumentException("The node's URL must be absolute and http or https.", nameof(options));
        _options = options;
        _url = new UriBuilder(options.Url) { UserName = "", Password = "", Fragment = "" }.Uri;
        Host = options.Url.Authority;
        _http = new HttpClient(JsonRpcHttp.CreateHandler(network, JsonRpcHttp.Defaults with
        {
            AttemptTimeout = options.RequestTimeout,
            TotalTimeout = options.TotalTimeout,
            Retries = options.MaxAttempts - 1,
            FirstDelay = options.FirstBackoff,
            MaxDelay = options.MaxBackoff,
            MaxBufferedBytes = options.MaxResponseBytes,
        }))
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (options.Url.UserInfo.Length > 0)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(options.Url.UserInfo))));
        }

        // Providers put the access key into the path or the query, and some echo the URL in their messages.
        _secrets = [.. options.Url.PathAndQuery.Split('/', '?', '&', '=').Append(options.Url.UserInfo).Where(s => s.Length >= 8)];
    }

    /// <summary>Host and port of the node, for messages.</summary>
    public string Host { get; }

    /// <summary>
    /// A client for Nethereum's services. They take no cancellation token, so each call gets a client that carries its own.
    /// </summary>
    public IClient For(CancellationToken cancellationToken) => new TransportClient(this, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <exception cref="RpcTransportException">No proper answer came, after all attempts.</exception>
    internal async Task<RpcAnswer> SendAsync(RpcRequest request, CancellationToken cancellationToken) =>
        (await SendAsync([request], isBatch: false, cancellationToken))[0];

    /// <summary>Sends several requests at once; answers come in the order of the requests.</summary>
    /// <exception cref="RpcException">The node refused the batch as a whole.</exception>
    /// <exception cref="RpcTransportException">No proper answer came, after all attempts.</exception>
    internal async Task<IReadOnlyList<RpcAnswer>> SendBatchAsync(IReadOnlyList<RpcRequest> requests, CancellationToken cancellationToken)
    {
        List<RpcAnswer> answers = new(requests.Count);
        foreach (RpcRequest[] chunk in requests.Chunk(_options.MaxBatchSize))
            answers.AddRange(await SendAsync(chunk, isBatch: true, cancellationToken));
        return answers;
    }

    private async Task<RpcAnswer[]> SendAsync(RpcRequest[] requests, bool isBatch, CancellationToken cancellationToken)
    {
        string what = requests.Length == 1 ? requests[0].Method : $"batch of {requests.Length} from {requests[0].Method}";
        long firstId = Interlocked.Add(ref _lastId, requests.Length) - requests.Length + 1;
        try
        {
            using HttpRequestMessage message = new(HttpMethod.Post, _url) { Content = Content(requests, firstId, isBatch) };
            using HttpResponseMessage response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            byte[] body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return Parse(response, body, requests, firstId, isBatch, what);
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new RpcTransportException(Host, what, $"the answer is longer than {_options.MaxResponseBytes} bytes.", e) { IsTooLong = true };
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new RpcTransportException(Host, what, $"the connection failed: {Redact(e.Message)}", e);
        }
    }

    private static ByteArrayContent Content(RpcRequest[] requests, long firstId, bool isBatch)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            if (isBatch) writer.WriteStartArray();
            for (int i = 0; i < requests.Length; i++)
            {
                writer.WriteStartObject();
                writer.WriteString("jsonrpc", "2.0");
                writer.WriteNumber("id", firstId + i);
                writer.WriteString("method", requests[i].Method);
                writer.WritePropertyName("params");
                JsonSerializer.Serialize(writer, requests[i].RawParameters ?? [], JsonText.Options);
                writer.WriteEndObject();
            }

            if (isBatch) writer.WriteEndArray();
        }

        return new ByteArrayContent(buffer.WrittenSpan.ToArray()) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
    }

    private RpcAnswer[] Parse(HttpResponseMessage response, byte[] body, RpcRequest[] requests, long firstId, bool isBatch, string what)
    {
        int status = (int)response.StatusCode;
        JsonElement root;
        try
        {
            root = JsonText.Parse(body);
        }
        catch (JsonException e)
        {
            // The body is not quoted: error pages echo the URL.
            throw new RpcTransportException(
                Host,
                what,
                $"expected JSON, got {body.Length} bytes of {response.Content.Headers.ContentType?.MediaType ?? "unknown type"} with HTTP "
                    + $"status {status}.",
                e);
        }

        if (status is 429 or 408 or >= 500)
            throw new RpcTransportException(Host, what, $"HTTP status {status}.");
        // A batch as a whole is refused with a single error object.
        if (isBatch && root.ValueKind == JsonValueKind.Object && root.TryGetProperty("error", out _))
            throw ParseError(root, what) ?? (Exception)Malformed(what, "an error without code and message");
        JsonElement[] answers = isBatch && root.ValueKind == JsonValueKind.Array ? [.. root.EnumerateArray()] : [root];
        if (isBatch != (root.ValueKind == JsonValueKind.Array) || answers.Length != requests.Length)
            throw Malformed(what, $"{requests.Length} answers expected, got {answers.Length} in {root.ValueKind}, HTTP status {status}");
        RpcAnswer?[] ordered = new RpcAnswer?[requests.Length];
        foreach (JsonElement answer in answers)
        {
            if (answer.ValueKind != JsonValueKind.Object) throw Malformed(what, $"an object expected, got {answer.ValueKind}");
            if (!isBatch && !HasId(answer) && ParseError(answer, what) is RpcException refused) throw refused;
            int index = IndexOf(answer, firstId, requests.Length, what);
            if (ordered[index] is not null) throw Malformed(what, $"the id {firstId + index} came twice");
            ordered[index] = ParseAnswer(answer, requests[index].Method);
        }

        return [.. ordered.Select(o => o!.Value)];
    }

    private static bool HasId(JsonElement answer) => answer.TryGetProperty("id", out JsonElement id) && id.ValueKind != JsonValueKind.Null;

    private int IndexOf(JsonElement answer, long firstId, int count, string what) =>
        answer.TryGetProperty("id", out JsonElement id) && id.ValueKind == JsonValueKind.Number && id.TryGetInt64(out long number)
            && number >= firstId && number < firstId + count
            ? (int)(number - firstId)
            : throw Malformed(what, $"the answer's id is not the request's, {firstId}");

    private RpcAnswer ParseAnswer(JsonElement answer, string method)
    {
        if (answer.TryGetProperty("error", out JsonElement error) && error.ValueKind != JsonValueKind.Null)
            return new RpcAnswer(Host, method, default, ParseError(answer, method) ?? throw Malformed(method, "an error without code and message"));
        return answer.TryGetProperty("result", out JsonElement result)
            ? new RpcAnswer(Host, method, result, null)
            : throw Malformed(method, "neither result nor error");
    }

    private RpcException? ParseError(JsonElement answer, string method)
    {
        if (!answer.TryGetProperty("error", out JsonElement error) || error.ValueKind != JsonValueKind.Object
            || !error.TryGetProperty("code", out JsonElement code) || code.ValueKind != JsonValueKind.Number || !code.TryGetInt32(out int number)
            || !error.TryGetProperty("message", out JsonElement message) || JsonText.TryRead(message) is not string text)
        {
            return null;
        }

        return new RpcException(method, number, Redact(Printable.Line(text)), error.TryGetProperty("data", out JsonElement data) ? data : null);
    }

    private RpcTransportException Malformed(string what, string problem) => new(Host, what, $"malformed answer: {problem}.");

    private string Redact(string text)
    {
        foreach (string secret in _secrets) text = text.Replace(secret, "***", StringComparison.OrdinalIgnoreCase);
        return text;
    }
}
