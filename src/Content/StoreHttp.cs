using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Marketplace.Http;

namespace Marketplace.Content;

/// <summary>
/// Requests to one server that is not trusted: bounded answers, bounded time, and errors that name the server and say what to do.
/// </summary>
internal sealed class StoreHttp : IDisposable
{
    private const int MaxErrorSize = 2048;

    /// <summary>
    /// All that is asked may be asked again, also by Kubo's POST; an upload has a body, and its source can be read once only.
    /// 500 is no passing fault: Kubo answers it to everything, 504 says that a gateway has found nobody who has the content.
    /// </summary>
    private static readonly ResilienceOptions Resilience = new()
    {
        IsIdempotent = (request, _) => ValueTask.FromResult(request.Content is null),
        IsTransient = response => (int)response.StatusCode is 408 or 429 or 502 or 503,
    };

    private readonly HttpClient _client;
    private readonly string _advice;

    /// <summary>
    /// Prepares requests below <paramref name="address"/>; user and password in it become basic authentication.
    /// </summary>
    public StoreHttp(Uri address, ContentStoreOptions options, string advice)
    {
        Source = address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/');
        _advice = advice;
        BlockTimeout = options.BlockTimeout ?? TimeSpan.FromSeconds(60);
        FileTimeout = options.FileTimeout ?? TimeSpan.FromMinutes(30);
        HttpMessageHandler handler = options.Handler ?? new SocketsHttpHandler
        {
            UseProxy = !address.IsLoopback,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        _client = new HttpClient(new ResilientHandler(handler, Resilience), disposeHandler: options.Handler is null)
        {
            Timeout = Timeout.InfiniteTimeSpan,
            BaseAddress = new Uri(Source + "/"),
        };
        if (address.UserInfo.Length > 0)
        {
            _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(address.UserInfo))));
        }
    }

    /// <summary>The server's address without credentials.</summary>
    public string Source { get; }

    public TimeSpan BlockTimeout { get; }

    public TimeSpan FileTimeout { get; }

    /// <summary>
    /// Sends a request and lets <paramref name="read"/> read the answer, all within <paramref name="timeout"/>.
    /// </summary>
    /// <exception cref="ContentStoreException">No answer in time, or the connection failed.</exception>
    public async Task<T> SendAsync<T>(
        HttpRequestMessage request,
        TimeSpan timeout,
        Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken)
    {
        // A limit of the handler's would end with the answer's headers; this one holds for its last byte too.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            using HttpResponseMessage response = await _client
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token)
                .ConfigureAwait(false);
            return await read(response, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ContentStoreException($"{Source} did not answer within {timeout.TotalSeconds:0.###} s. {_advice}");
        }
        catch (Exception e) when (e is not ContentStoreException and (HttpRequestException or IOException))
        {
            throw new ContentStoreException($"The connection to {Source} failed: {e.Message} {_advice}", e);
        }
    }

    /// <exception cref="ContentTooLargeException">More bytes came than a block may have.</exception>
    public static async Task<byte[]> ReadBlockAsync(Cid cid, HttpContent content, CancellationToken cancellationToken)
    {
        byte[]? block = await ReadAtMostAsync(content, UnixFsReader.MaxBlockSize, cancellationToken).ConfigureAwait(false);
        return block ?? throw new ContentTooLargeException(
            cid, UnixFsReader.MaxBlockSize, "that is the most that one block may have, and more came.");
    }

    /// <summary>Reads an answer of at most <paramref name="limit"/> bytes; null if it is longer.</summary>
    public static async Task<byte[]?> ReadAtMostAsync(HttpContent content, int limit, CancellationToken cancellationToken)
    {
        // The announced length is a hint: it saves reading what is too long, and nothing is allocated on its word.
        if (content.Headers.ContentLength > limit)
            return null;
        await using Stream stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        using MemoryStream bytes = new();
        byte[] buffer = new byte[32 * 1024];
        int count;
        while ((count = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            if (bytes.Length + count > limit)
                return null;
            bytes.Write(buffer, 0, count);
        }

        return bytes.ToArray();
    }

    /// <summary>What the server says of its error: Kubo's message or the body's beginning, in one printable line.</summary>
    public static async Task<string> ReadErrorAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        byte[] body = await ReadAtMostAsync(response.Content, MaxErrorSize, cancellationToken).ConfigureAwait(false) ?? [];
        string text = Encoding.UTF8.GetString(body);
        try
        {
            using var json = JsonDocument.Parse(text);
            if (json.RootElement.ValueKind == JsonValueKind.Object &&
                json.RootElement.TryGetProperty("Message", out JsonElement message))
            {
                text = message.ToString();
            }
        }
        catch (JsonException)
        {
            // Not Kubo's form of an error; the text itself is what there is to show.
        }

        return Printable.Line(text);
    }

    /// <summary>The error for an answer that is neither success nor "not found".</summary>
    public ContentStoreException Failure(HttpResponseMessage response, string message) =>
        new($"{Source} answered {(int)response.StatusCode} {response.ReasonPhrase} " +
            $"({(message.Length > 0 ? message : "no text")}). {_advice}");

    public void Dispose() => _client.Dispose();
}
