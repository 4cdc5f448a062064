using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text;
using System.Text.Json;

namespace Marketplace.Content;

/// <summary>
/// A node that speaks Kubo's RPC (https://docs.ipfs.tech/reference/kubo/rpc/). Nothing that it says is believed: the CID of what
/// is added is computed here too, and what is fetched comes block by block and is verified.
/// </summary>
public sealed class KuboClient : IContentStore
{
    private const int MaxAddAnswer = 64 * 1024;
    private const string AddQuery =
        "cid-version=1&raw-leaves=true&chunker=size-262144&pin=true&progress=false&cid-base=base32";

    private static readonly string[] AbsenceWords = ["not found", "deadline", "timed out", "timeout", "could not find"];

    private readonly StoreHttp _http;

    /// <summary>Makes a client; nothing is sent yet.</summary>
    /// <param name="address">The RPC's address, for example <c>http://127.0.0.1:5001</c>; user and password are allowed.</param>
    /// <param name="options">Timeouts.</param>
    public KuboClient(Uri address, ContentStoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        _http = new StoreHttp(
            address,
            options ?? new ContentStoreOptions(),
            "Check that an IPFS node runs there ('ipfs daemon') and that the address is that of its RPC, by default port 5001.");
    }

    /// <inheritdoc/>
    public string Location => _http.Source;

    /// <summary>Sends a file in one request and pins it; see <see cref="IContentStore.AddAsync"/>.</summary>
    /// <exception cref="ContentMismatchException">The node's CID differs from the one computed here.</exception>
    public async Task<Cid> AddAsync(Stream content, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        FileContent file = new(content);
        using MultipartFormDataContent form = new() { { file, "file", "file" } };
        using HttpRequestMessage request = new(HttpMethod.Post, $"api/v0/add?{AddQuery}") { Content = form };
        string answered = await _http.SendAsync(request, _http.FileTimeout, ReadAddedAsync, cancellationToken)
            .ConfigureAwait(false);
        Cid computed = file.Cid
            ?? throw new ContentStoreException($"{Location} answered before it had the whole file; add it again.");
        if (!Cid.TryParse(answered, out Cid cid) || cid != computed)
        {
            throw new ContentMismatchException(
                computed,
                Location,
                $"the node calls it '{answered}'. It cuts files in another way than asked; remove the settings under 'Import' " +
                "from its configuration.");
        }

        return computed;
    }

    /// <inheritdoc/>
    public Task GetAsync(Cid cid, Stream destination, long maxBytes, CancellationToken cancellationToken = default) =>
        UnixFsReader.ReadAsync(cid, FetchAsync, Location, destination, maxBytes, cancellationToken);

    /// <summary>Unpins a file: the node's garbage collection may take it.</summary>
    /// <exception cref="ContentStoreException">The node does not answer, or refuses.</exception>
    public async Task ReleaseAsync(Cid cid, CancellationToken cancellationToken = default)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, $"api/v0/pin/rm?arg={cid}");
        await _http.SendAsync(
            request,
            _http.BlockTimeout,
            async (response, cancellationToken) =>
            {
                if (response.IsSuccessStatusCode)
                    return true;
                string message = await StoreHttp.ReadErrorAsync(response, cancellationToken).ConfigureAwait(false);
                return message.Contains("not pinned", StringComparison.OrdinalIgnoreCase) ? true : throw _http.Failure(response, message);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _http.Dispose();

    private async Task<byte[]> FetchAsync(Cid cid, CancellationToken cancellationToken)
    {
        // The node is to give up before this does, so that what comes is its answer that nobody has the block.
        using HttpRequestMessage request = new(
            HttpMethod.Post, $"api/v0/block/get?arg={cid}&timeout={Seconds(_http.BlockTimeout * 0.75)}");
        return await _http.SendAsync(
            request,
            _http.BlockTimeout,
            async (response, cancellationToken) => response.IsSuccessStatusCode
                ? await StoreHttp.ReadBlockAsync(cid, response.Content, cancellationToken).ConfigureAwait(false)
                : throw await ReadFailureAsync(cid, response, cancellationToken).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The hash that the last line of the answer names (one JSON object a line).</summary>
    private async Task<string> ReadAddedAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
            throw _http.Failure(response, await StoreHttp.ReadErrorAsync(response, cancellationToken).ConfigureAwait(false));
        byte[]? answer = await StoreHttp.ReadAtMostAsync(response.Content, MaxAddAnswer, cancellationToken).ConfigureAwait(false);
        string last = Encoding.UTF8.GetString(answer ?? []).TrimEnd().Split('\n')[^1];
        try
        {
            using var json = JsonDocument.Parse(last);
            if (json.RootElement.ValueKind == JsonValueKind.Object &&
                json.RootElement.TryGetProperty("Hash", out JsonElement hash) && hash.ValueKind == JsonValueKind.String)
            {
                string text = hash.GetString()!;
                return text.Length <= Multibase.MaxLength ? text : text[..Multibase.MaxLength] + "…";
            }
        }
        catch (JsonException)
        {
            // Reported below, like JSON of another shape.
        }

        throw new ContentStoreException(
            $"{Location} answered the upload with something else than Kubo's JSON; check that the address is that of a " +
            "node's RPC.");
    }

    /// <summary>Kubo answers 500 for everything; only its words tell that a block is absent.</summary>
    private async Task<ContentStoreException> ReadFailureAsync(
        Cid cid, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        string message = await StoreHttp.ReadErrorAsync(response, cancellationToken).ConfigureAwait(false);
        bool absent = response.StatusCode is HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout &&
            AbsenceWords.Any(words => message.Contains(words, StringComparison.OrdinalIgnoreCase));
        return absent
            ? new ContentNotFoundException(
                cid, Location, $"It says: {message}. Ask whoever has it to keep it available, or connect the node to theirs.")
            : _http.Failure(response, message);
    }

    private static string Seconds(TimeSpan time) =>
        Math.Max(1, (long)time.TotalSeconds).ToString(CultureInfo.InvariantCulture) + "s";

    /// <summary>The file on its way to the node; its CID is computed from the bytes that are sent.</summary>
    private sealed class FileContent : HttpContent
    {
        private readonly Stream _content;
        private int _started;

        public FileContent(Stream content)
        {
            _content = content;
            Headers.ContentType = new MediaTypeHeaderValue(MediaTypeNames.Application.Octet);
        }

        /// <summary>Set when all was sent.</summary>
        public Cid? Cid { get; private set; }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(
            Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            if (Interlocked.Exchange(ref _started, 1) != 0)
                throw new IOException("The upload was interrupted and its source can be read once only; add the file again.");
            UnixFsBuilder builder = new();
            byte[] buffer = new byte[64 * 1024];
            int count;
            while ((count = await _content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                await builder.AppendAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                await stream.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            }

            Cid = await builder.FinishAsync(cancellationToken).ConfigureAwait(false);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
