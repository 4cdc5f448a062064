namespace Marketplace.Content;

/// <summary>How a store is used, and for how long one behind HTTP is waited for.</summary>
/// <param name="BlockTimeout">For one block or one question; default 60 seconds.</param>
/// <param name="FileTimeout">For the transfer of a whole file in one request; default 30 minutes.</param>
/// <param name="Handler">What sends the requests; default the platform's. Not disposed with the store.</param>
/// <param name="IsForReading">Whether nothing is to be stored, so that a folder that is not there is not made.</param>
public sealed record ContentStoreOptions(
    TimeSpan? BlockTimeout = null, TimeSpan? FileTimeout = null, HttpMessageHandler? Handler = null, bool IsForReading = false);

/// <summary>Opens a store by its location.</summary>
public static class ContentStore
{
    private const string DirectoryPrefix = "dir:";
    private const string GatewayPrefix = "gateway+";

    /// <summary>
    /// Opens a store: <c>dir:PATH</c> or a plain path is a folder of blocks, <c>http(s)://HOST:5001</c> a node with Kubo's RPC,
    /// <c>gateway+http(s)://HOST</c> a gateway, for reading only.
    /// </summary>
    /// <exception cref="FormatException">The location is of none of these forms.</exception>
    /// <exception cref="ContentStoreException">The folder cannot be used.</exception>
    public static IContentStore Open(string location, ContentStoreOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(location);
        options ??= new ContentStoreOptions();
        if (location.StartsWith(DirectoryPrefix, StringComparison.Ordinal) && location.Length > DirectoryPrefix.Length)
            return new BlockDirectory(location[DirectoryPrefix.Length..], options.IsForReading);
        if (location.StartsWith(GatewayPrefix, StringComparison.OrdinalIgnoreCase) &&
            TryParseHttp(location[GatewayPrefix.Length..], out Uri? gateway))
        {
            return new GatewayClient(gateway, options);
        }

        if (TryParseHttp(location, out Uri? node))
            return new KuboClient(node, options);
        if (location.Contains("://", StringComparison.Ordinal) || location.StartsWith(DirectoryPrefix, StringComparison.Ordinal))
        {
            throw new FormatException(
                $"'{location}' is not the location of a content store. Expected 'dir:PATH' or a path, 'http://HOST:5001' for a " +
                "node with Kubo's RPC, or 'gateway+https://HOST' for a gateway.");
        }

        return new BlockDirectory(location, options.IsForReading);
    }

    private static bool TryParseHttp(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Uri? uri) =>
        Uri.TryCreate(text, UriKind.Absolute, out uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);
}
