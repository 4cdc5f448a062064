using System.Security.Cryptography;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Agents;

/// <summary>
/// Seals what a party keeps of its rounds with AES-256-GCM under a key derived from its account key. The round is authenticated with it,
/// so that nothing passes for another round's, and the role is part of the key: one account may be both trainer and aggregator.
/// </summary>
/// <remarks>Sealed are nonce (12 bytes), ciphertext and tag (16).</remarks>
/// <param name="secrets">The party's.</param>
/// <param name="role">As what the party keeps them.</param>
/// <param name="dimension">d, the number of an update's entries.</param>
/// <param name="fractionBits">f, their fraction bits.</param>
public sealed class UpdateSealing(PartySecrets secrets, AgentRole role, int dimension, int fractionBits)
{
    private const int NonceLength = 12, TagLength = 16;

    public AgentRole Role => role;

    /// <summary>Most bytes that a sealed update has.</summary>
    public long MaxLength => NonceLength + StoredUpdate.MaxLength(dimension) + TagLength;

    /// <returns>Other bytes every time.</returns>
    public byte[] Seal(RoundId round, StoredUpdate update)
    {
        byte[] content = update.Encode(), bytes = new byte[NonceLength + content.Length + TagLength];
        Span<byte> nonce = bytes.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using AesGcm cipher = CreateCipher();
        cipher.Encrypt(nonce, content, bytes.AsSpan(NonceLength, content.Length), bytes.AsSpan(NonceLength + content.Length), round.ToBytes());
        return bytes;
    }

    /// <param name="round">The round that it was sealed for.</param>
    /// <param name="bytes">What <see cref="Seal"/> gave.</param>
    /// <param name="where">Where it was kept, for the message.</param>
    /// <exception cref="StoredUpdateException">It is damaged, another round's, another role's or another account's.</exception>
    public StoredUpdate Open(RoundId round, ReadOnlySpan<byte> bytes, string where)
    {
        try
        {
            RequireLength(bytes.Length, where);
            var content = new byte[bytes.Length - NonceLength - TagLength];
            using AesGcm cipher = CreateCipher();
            cipher.Decrypt(bytes[..NonceLength], bytes[NonceLength..^TagLength], bytes[^TagLength..], content, round.ToBytes());
            return StoredUpdate.Decode(content, dimension, fractionBits);
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw new StoredUpdateException($"{where} is damaged, or was not written by this account for {round}", e);
        }
        catch (FormatException e)
        {
            throw new StoredUpdateException($"{where} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Refuses a length that nothing sealed has; worth asking before it is read.</summary>
    /// <exception cref="StoredUpdateException">It has none.</exception>
    public void RequireLength(long length, string where)
    {
        if (length < NonceLength + TagLength || length > MaxLength)
            throw new StoredUpdateException($"{where} cannot be read: it has {length} bytes, expected {NonceLength + TagLength} to {MaxLength}");
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
