using Marketplace.Content;

namespace Marketplace.Protocol.Markets;

/// <summary>The CID of bytes that are not stored anywhere.</summary>
public static class ContentId
{
    /// <summary>The CID under which any IPFS node that cuts files as Kubo does would publish <paramref name="content"/>.</summary>
    public static async Task<Cid> OfAsync(byte[] content, CancellationToken cancellationToken) =>
        await UnixFsBuilder.BuildAsync(new MemoryStream(content, writable: false), cancellationToken: cancellationToken);
}
