using System.Globalization;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Agents;

/// <summary>Keeps a party's sealed updates as files of one process.</summary>
/// <remarks>
/// A file is written aside, flushed and renamed. Whoever sends a transaction flushes a journal on the same disk first, which makes the
/// rename last as well.
/// </remarks>
/// <param name="folder">Where the files are; made when it is needed.</param>
/// <param name="sealing">Seals them, for their party and its role.</param>
public sealed class SealedUpdateStore(string folder, UpdateSealing sealing) : IUpdateStore
{
    private const string Extension = ".update";

    private readonly string _folder = Path.Combine(folder, $"{sealing.Role}".ToLowerInvariant());

    public async Task<StoredUpdate?> FindAsync(RoundId round, CancellationToken cancellationToken)
    {
        string path = PathOf(round), where = $"the file '{path}'";
        if (!File.Exists(path))
            return null;
        try
        {
            sealing.RequireLength(new FileInfo(path).Length, where);
            return sealing.Open(round, await File.ReadAllBytesAsync(path, cancellationToken), where);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoredUpdateException($"{where} cannot be read: {e.Message}", e);
        }
    }

    public async Task<StoredUpdate> DecideAsync(
        RoundId round, StoredUpdate update, Func<StoredUpdate, bool> fits, CancellationToken cancellationToken)
    {
        try
        {
            if (await FindAsync(round, cancellationToken) is { } kept && fits(kept))
                return kept;
        }
        catch (StoredUpdateException)
        {
            // What cannot be read any more decides nothing, and is written over.
        }

        Directory.CreateDirectory(_folder);
        string path = PathOf(round), aside = $"{path}.new";
        await using (FileStream file = new(aside, FileMode.Create, FileAccess.Write, FileShare.None, 0, useAsync: true))
        {
            await file.WriteAsync(sealing.Seal(round, update), cancellationToken);
            file.Flush(flushToDisk: true);
        }
        File.Move(aside, path, overwrite: true);
        return update;
    }

    public Task ForgetBeforeAsync(RoundId round, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(_folder))
            return Task.CompletedTask;
        string prefix = $"{round.Project}-";
        foreach (string path in Directory.EnumerateFiles(_folder, $"{prefix}*{Extension}"))
        {
            string number = Path.GetFileNameWithoutExtension(path)[prefix.Length..];
            if (int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < round.Round)
                File.Delete(path);
        }
        return Task.CompletedTask;
    }

    private string PathOf(RoundId round) => Path.Combine(_folder, $"{round.Project}-{round.Round}{Extension}");
}
