namespace Marketplace.Content;

/// <summary>
/// A folder of blocks: the store that needs no service. A block is the file <c>{two characters}/{CID}</c>, the characters being
/// the last but one two of the CID, so that no folder grows large. Files appear complete or not at all (written aside, then
/// renamed), so any number of processes may share the folder. Every block is verified when it is read.
/// </summary>
public sealed class BlockDirectory : IContentStore
{
    /// <summary>Age at which a file aside is one that a dead process left behind.</summary>
    private static readonly TimeSpan AbandonedAge = TimeSpan.FromDays(1);

    private readonly string _path;
    private readonly string _aside;

    /// <summary>Opens a folder.</summary>
    /// <param name="path">Where.</param>
    /// <param name="isForReading">Whether nothing is to be stored, so that a folder that is not there is not made.</param>
    /// <exception cref="ContentStoreException">It is a file, or cannot be made or written to.</exception>
    public BlockDirectory(string path, bool isForReading = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        _path = Path.GetFullPath(path);
        _aside = Path.Combine(_path, "aside");
        if (isForReading)
        {
            if (File.Exists(_path))
                throw new ContentStoreException($"{_path} is a file, and no folder that can hold a block store; check its path.");
            return;
        }
        try
        {
            Directory.CreateDirectory(_aside);
            foreach (FileInfo file in new DirectoryInfo(_aside).EnumerateFiles())
            {
                if (DateTime.UtcNow - file.LastWriteTimeUtc > AbandonedAge)
                    file.Delete();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ContentStoreException($"The folder {_path} cannot hold a block store; check its path and permissions.", e);
        }
    }

    /// <inheritdoc/>
    public string Location => _path;

    /// <inheritdoc/>
    public Task<Cid> AddAsync(Stream content, CancellationToken cancellationToken = default) =>
        UnixFsBuilder.BuildAsync(content, PutBlockAsync, cancellationToken);

    /// <inheritdoc/>
    public Task GetAsync(Cid cid, Stream destination, long maxBytes, CancellationToken cancellationToken = default) =>
        UnixFsReader.ReadAsync(cid, FetchAsync, _path, destination, maxBytes, cancellationToken);

    /// <summary>Nothing is held open.</summary>
    public void Dispose()
    {
    }

    /// <summary>The file in which a block is kept.</summary>
    internal string PathOf(Cid cid)
    {
        string name = cid.ToVersion1().ToString();
        return Path.Combine(_path, name[^3..^1], name);
    }

    /// <summary>Stores a block that <paramref name="cid"/> names; one that is there and intact stays.</summary>
    private async ValueTask PutBlockAsync(Cid cid, ReadOnlyMemory<byte> block, CancellationToken cancellationToken)
    {
        string path = PathOf(cid), aside = Path.Combine(_aside, Guid.NewGuid().ToString("N"));
        try
        {
            if (File.Exists(path) && cid.Matches(await ReadAsync(path, cancellationToken).ConfigureAwait(false)))
                return;
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await using (FileStream file = new(aside, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, useAsync: true))
            {
                await file.WriteAsync(block, cancellationToken).ConfigureAwait(false);
                file.Flush(flushToDisk: true);
            }

            File.Move(aside, path, overwrite: true);
        }
        catch (Exception e) when (e is not ContentStoreException and (IOException or UnauthorizedAccessException))
        {
            throw new ContentStoreException($"{cid} could not be written to {path}; check space and permissions.", e);
        }
        finally
        {
            File.Delete(aside);
        }
    }

    private async Task<byte[]> FetchAsync(Cid cid, CancellationToken cancellationToken)
    {
        string path = PathOf(cid);
        byte[] block;
        try
        {
            block = await ReadAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Directory.Exists(_path)
                ? new ContentNotFoundException(cid, _path, "Add the file to this store first, or open the store that has it.")
                : new ContentStoreException($"There is no folder {_path}, from which {cid} was to be read; open the store that has it.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ContentStoreException($"{path} could not be read.", e);
        }

        return cid.Matches(block)
            ? block
            : throw new ContentMismatchException(
                cid, path, $"the file of {block.Length} bytes was corrupted on disk. Delete it and add the content again.");
    }

    /// <summary>Reads at most one byte more than a block may have: what is longer cannot match its CID.</summary>
    private static async Task<byte[]> ReadAsync(string path, CancellationToken cancellationToken)
    {
        // Sharing deletion lets another process rename its own copy over this file, on Windows too.
        await using FileStream file = new(
            path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 0, useAsync: true);
        byte[] block = new byte[Math.Min(file.Length, UnixFsReader.MaxBlockSize + 1)];
        int length = await file.ReadAtLeastAsync(block, block.Length, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false);
        return block[..length];
    }
}
