using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Marketplace.Chain;
using Marketplace.Chain.Signing;
using Marketplace.Crypto.Sealing;

namespace Marketplace.Protocol.Rounds;

/// <summary>The secrets that a party derives from its account key.</summary>
/// <remarks>HKDF-SHA256 (RFC 5869) with a label for each purpose; none of them tells anything about the key or about another.</remarks>
public sealed class PartySecrets(PrivateKey key)
{
    /// <summary>
    /// The blinder of the commitment to <paramref name="vector"/>. It depends on the vector, so that two vectors of one round never
    /// share a blinder (the difference of their commitments would show the difference of the vectors).
    /// </summary>
    public Fr Blinder(RoundId round, ReadOnlySpan<short> vector)
    {
        byte[] vectorHash = SHA256.HashData(MemoryMarshal.AsBytes(vector));
        byte[] label = [.. "Marketplace.Blinder.v1"u8, .. round.ToBytes(), .. vectorHash];
        // 64 bytes reduced modulo a 254-bit prime are uniform to within 2^-256.
        return Fr.FromBytesReduced(Derive(label, 64));
    }

    /// <summary>
    /// The key to which others seal what is meant for this account at a contract: updates for the aggregator at a market, openings for an
    /// auditor at a panel.
    /// </summary>
    public SealingKey SealingKey(ulong chainId, Address contract) =>
        Crypto.Sealing.SealingKey.DeriveFrom(
            Derive(
                [.. "Marketplace.SealingKey.v1"u8, .. new RoundId(chainId, contract, 0, 0).ToBytes()],
                Crypto.Sealing.SealingKey.MinimumInputKeyMaterial));

    /// <summary>The AES-256 key under which a party keeps what it must not lose and nobody else may read.</summary>
    /// <param name="purpose">What is kept; each purpose has a key of its own.</param>
    public byte[] StorageKey(string purpose) =>
        Derive([.. "Marketplace.Storage.v1"u8, .. System.Text.Encoding.UTF8.GetBytes(purpose)], 32);

    private byte[] Derive(byte[] label, int length)
    {
        Span<byte> secret = stackalloc byte[PrivateKey.Size];
        key.ExportTo(secret);
        var output = new byte[length];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, output, salt: [], info: label);
        CryptographicOperations.ZeroMemory(secret);
        return output;
    }
}
