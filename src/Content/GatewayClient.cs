using System.Net;

namespace Marketplace.Content;

/// <summary>
/// A gateway, for reading only. It is asked for single blocks (https://specs.ipfs.tech/http-gateways/trustless-gateway/), which
/// are verified one by one. One that serves whole files only is used where it can be verified: the file is kept aside until its
/// CID, recomputed in the layout of <see cref="UnixFsBuilder"/>, is the one asked for.
/// </summary>
public sealed class GatewayClient : IContentStore
{
    private const string RawBlock = "application/vnd.ipld.raw";

    private readonly StoreHttp _http;

    /// <summary>Makes a client; nothing is sent yet.</summary>
    /// <param name="address">The gateway's address, above <c>/ipfs</c>.</param>
    /// <param name="options">Timeouts.</param>
    public GatewayClient(Uri address, ContentStoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        _http = new StoreHttp(
            address,
            options ?? new ContentStoreOptions(),
            "Check the gateway's address, try again later, or use another gateway.");
    }

    /// <inheritdoc/>
    public string Location => _http.Source;

    /// <summary>A gateway takes nothing.</summary>
    /// <exception cref="ContentStoreException">Always.</exception>
    public Task<Cid> AddAsync(Stream content, CancellationToken cancellationToken = default) =>
        throw new ContentStoreException(
            $"The gateway {Location} is for reading only. To publish, use a folder (dir:PATH) or a node's RPC " +
            "(http://HOST:5001).");

    /// <inheritdoc/>
    public async Task GetAsync(Cid cid, Stream destination, long maxBytes, CancellationToken cancellationToken = default)
    {
        cid.ThrowIfDefault();
        byte[]? root = await TryFetchAsync(cid, cancellationToken).ConfigureAwait(false);
        if (root is null)
            await GetWholeAsync(cid, destination, maxBytes, cancellationToken).ConfigureAwait(false);
        else
            await UnixFsReader.ReadAsync(cid, FetchAsync, Location, destination, maxBytes, cancellationToken).ConfigureAwait(false);

        async Task<byte[]> FetchAsync(Cid part, CancellationToken cancellationToken)
        {
            // The first block is there already; it is asked for once.
            if (part == cid)
                return root;
            return await TryFetchAsync(part, cancellationToken).ConfigureAwait(false) ?? throw new ContentMismatchException(
                part, Location, "a web page or a file came where a block was asked for.");
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _http.Dispose();

    private static bool IsAbsent(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone or HttpStatusCode.GatewayTimeout;

    /// <summary>A block's bytes, or null if the gateway does not serve blocks.</summary>
    private async Task<byte[]?> TryFetchAsync(Cid cid, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, $"ipfs/{cid}?format=raw");
        request.Headers.Accept.ParseAdd(RawBlock);
        return await _http.SendAsync(request, _http.BlockTimeout, ReadAsync, cancellationToken).ConfigureAwait(false);

        async Task<byte[]?> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
        {
            if (response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.NotAcceptable or HttpStatusCode.NotImplemented)
                return null;
            await CheckAsync(cid, response, cancellationToken).ConfigureAwait(false);
            // A raw block is the same in both manners of serving; of a node, the type says which one this is.
            bool isBlock = cid.Codec == CidCodec.Raw || response.Content.Headers.ContentType?.MediaType == RawBlock;
            return isBlock ? await StoreHttp.ReadBlockAsync(cid, response.Content, cancellationToken).ConfigureAwait(false) : null;
        }
    }

    private async Task GetWholeAsync(Cid cid, Stream destination, long maxBytes, CancellationToken cancellationToken)
    {
        await using FileStream aside = new(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.None,
            64 * 1024,
            FileOptions.Asynchronous | FileOptions.DeleteOnClose);
        using HttpRequestMessage request = new(HttpMethod.Get, $"ipfs/{cid}");
        Cid actual = await _http.SendAsync(request, _http.FileTimeout, ReadAsync, cancellationToken).ConfigureAwait(false);
        if (actual != cid.ToVersion1())
        {
            throw new ContentMismatchException(
                cid,
                Location,
                $"the gateway serves whole files only, and this one of {aside.Length} bytes has {actual} in the usual layout. " +
                "Either it is another file, or it was added with other settings; use a gateway that serves blocks, or a node.");
        }

        aside.Position = 0;
        await aside.CopyToAsync(destination, cancellationToken).ConfigureAwait(false);

        async Task<Cid> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
        {
            await CheckAsync(cid, response, cancellationToken).ConfigureAwait(false);
            UnixFsBuilder builder = new();
            await using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            byte[] buffer = new byte[64 * 1024];
            int count;
            while ((count = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                if (builder.Length + count > maxBytes)
                    throw new ContentTooLargeException(cid, maxBytes, $"{Location} sends more than that.");
                await builder.AppendAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                await aside.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            }

            return await builder.FinishAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task CheckAsync(Cid cid, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
            return;
        string message = await StoreHttp.ReadErrorAsync(response, cancellationToken).ConfigureAwait(false);
        throw IsAbsent(response)
            ? new ContentNotFoundException(cid, Location, $"It says: {message}. Ask whoever has it to keep it available.")
            : _http.Failure(response, message);
    }
}
