using System.Globalization;
using System.Security.Cryptography;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Agents;

/// <summary>
/// Keeps updates as files, sealed with AES-256-GCM under a key derived from the party's account key. The round is authenticated
/// with them, so that no file passes for another's.
/// </summary>
/// <remarks>
/// A file is nonce (12 bytes), ciphertext and tag (16). It is written aside, flushed and renamed. Whoever sends a transaction flushes a
/// journal on the same disk first, which makes the rename last as well.
/// </remarks>
/// <param name="folder">Where the files are; made when it is needed.</param>
/// <param name="secrets">The party's.</param>
/// <param name="role">As what the party keeps them: one account may be both trainer and aggregator.</param>
/// <param name="dimension">d, the number of an update's entries.</param>
/// <param name="fractionBits">f, their fraction bits.</param>
public sealed class SealedUpdateStore(string folder, PartySecrets secrets, AgentRole role, int dimension, int fractionBits) : IUpdateStore
{
    private const int NonceLength = 12, TagLength = 16;
    private const string Extension = ".update";

    private readonly string _folder = Path.Combine(folder, $"{role}".ToLowerInvariant());

    public async Task<StoredUpdate?> FindAsync(RoundId round, CancellationToken cancellationToken)
    {
        string path = PathOf(round);
        if (!File.Exists(path))
            return null;
        try
        {
            long longest = NonceLength + StoredUpdate.MaxLength(dimension) + TagLength, length = new FileInfo(path).Length;
            if (length < NonceLength + TagLength || length > longest)
                throw new FormatException($"it has {length} bytes, expected {NonceLength + TagLength} to {longest}");
            byte[] content = Open(round, await File.ReadAllBytesAsync(path, cancellationToken));
            return StoredUpdate.Decode(content, dimension, fractionBits);
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw new StoredUpdateException($"the file '{path}' is damaged, or was not written by this account for {round}", e);
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new StoredUpdateException($"the file '{path}' cannot be read: {e.Message}", e);
        }
    }

    public async Task PutAsync(RoundId round, StoredUpdate update, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_folder);
        string path = PathOf(round), aside = $"{path}.new";
        await using (FileStream file = new(aside, FileMode.Create, FileAccess.Write, FileShare.None, 0, useAsync: true))
        {
            await file.WriteAsync(Seal(round, update.Encode()), cancellationToken);
            file.Flush(flushToDisk: true);
        }
        File.Move(aside, path, overwrite: true);
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

    private byte[] Seal(RoundId round, byte[] content)
    {
        var file = new byte[NonceLength + content.Length + TagLength];
        Span<byte> nonce = file.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using AesGcm cipher = CreateCipher();
        cipher.Encrypt(nonce, content, file.AsSpan(NonceLength, content.Length), file.AsSpan(NonceLength + content.Length), round.ToBytes());
        return file;
    }

    private byte[] Open(RoundId round, ReadOnlySpan<byte> file)
    {
        var content = new byte[file.Length - NonceLength - TagLength];
        using AesGcm cipher = CreateCipher();
        cipher.Decrypt(file[..NonceLength], file[NonceLength..^TagLength], file[^TagLength..], content, round.ToBytes());
        return content;
    }

    private AesGcm CreateCipher()
    {
        byte[] key = secrets.StorageKey($"{role}");
        try
        {
            return new AesGcm(key, TagLength);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}

/// <summary>What an account does in a project.</summary>
public enum AgentRole
{
    Trainer,
    Aggregator,
}
