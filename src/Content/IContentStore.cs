namespace Marketplace.Content;

/// <summary>
/// Where files are put and found by their CID. What comes back is verified against the CID, block by block, before a byte of it
/// reaches the caller.
/// </summary>
/// <remarks>Every implementation can be used from several threads at once.</remarks>
public interface IContentStore : IDisposable
{
    /// <summary>Where this store is, for messages: a folder or an address, without credentials.</summary>
    string Location { get; }

    /// <summary>Stores a file, read to its end.</summary>
    /// <returns>Its CID: the one that <c>ipfs add --cid-version=1 --raw-leaves</c> gives.</returns>
    /// <exception cref="ContentStoreException">It could not be stored.</exception>
    Task<Cid> AddAsync(Stream content, CancellationToken cancellationToken = default);

    /// <summary>Writes a file to <paramref name="destination"/>.</summary>
    /// <param name="cid">The file.</param>
    /// <param name="destination">Gets verified bytes only; on an error, part of the file may have been written.</param>
    /// <param name="maxBytes">Largest file to accept, in bytes. What claims to be larger is refused before anything is
    /// written.</param>
    /// <param name="cancellationToken">Ends the transfer.</param>
    /// <exception cref="ContentNotFoundException">The store does not have it.</exception>
    /// <exception cref="ContentMismatchException">The bytes that came are others than the CID names.</exception>
    /// <exception cref="ContentTooLargeException">The file, or one block of it, is larger than allowed.</exception>
    /// <exception cref="MalformedContentException">The CID does not name a well-formed file.</exception>
    /// <exception cref="ContentStoreException">The store failed otherwise.</exception>
    Task GetAsync(Cid cid, Stream destination, long maxBytes, CancellationToken cancellationToken = default);

    /// <summary>Says that a file that was added here is not needed any more. A store that looks after its space drops it some time.</summary>
    /// <exception cref="ContentStoreException">It could not be told.</exception>
    Task ReleaseAsync(Cid cid, CancellationToken cancellationToken = default) => Task.CompletedTask;
}

/// <summary>The same with bytes in memory.</summary>
public static class ContentStoreExtensions
{
    /// <summary>Stores a file that is in memory; see <see cref="IContentStore.AddAsync"/>.</summary>
    public static Task<Cid> AddAsync(this IContentStore store, byte[] content, CancellationToken cancellationToken = default) =>
        store.AddAsync(new MemoryStream(content, writable: false), cancellationToken);

    /// <summary>Fetches a file into memory; see <see cref="IContentStore.GetAsync"/>.</summary>
    /// <param name="store">Where from.</param>
    /// <param name="cid">The file.</param>
    /// <param name="maxBytes">Largest file to accept, in bytes; at most what an array holds.</param>
    /// <param name="cancellationToken">Ends the transfer.</param>
    public static async Task<byte[]> GetAsync(
        this IContentStore store, Cid cid, long maxBytes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        using MemoryStream destination = new();
        await store.GetAsync(cid, destination, Math.Min(maxBytes, Array.MaxLength), cancellationToken).ConfigureAwait(false);
        return destination.ToArray();
    }
}
