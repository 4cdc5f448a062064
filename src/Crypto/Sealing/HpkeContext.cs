using System.Security.Cryptography;

namespace Marketplace.Crypto.Sealing;

/// <summary>The authenticated ciphers of RFC 9180, section 7.3, that are used here, with their registered numbers.</summary>
internal enum HpkeAead : ushort
{
    Aes128Gcm = 0x0001,
    Aes256Gcm = 0x0002,
}

/// <summary>
/// An HPKE encryption context in base mode (RFC 9180, section 5) for a single message, the one with sequence number 0: one side seals
/// it, the other opens it.
/// </summary>
internal sealed class HpkeContext : IDisposable
{
    /// <summary>Bytes of the authentication tag that ends a ciphertext.</summary>
    public const int TagSize = 16;

    private const int NonceSize = 12;
    private const byte BaseMode = 0;

    private readonly AesGcm _cipher;
    private readonly byte[] _baseNonce;

    private HpkeContext(HpkeAead aead, ReadOnlySpan<byte> sharedSecret, ReadOnlySpan<byte> info)
    {
        // KeySchedule, section 5.1, with the empty psk and psk_id of the base mode.
        var kdf = LabeledKdf.ForSuite((ushort)aead);
        byte[] context = [BaseMode, .. kdf.Extract([], "psk_id_hash"u8, []), .. kdf.Extract([], "info_hash"u8, info)];
        byte[] secret = kdf.Extract(sharedSecret, "secret"u8, []);
        byte[] key = kdf.Expand(secret, "key"u8, context, aead == HpkeAead.Aes128Gcm ? 16 : 32);
        _baseNonce = kdf.Expand(secret, "base_nonce"u8, context, NonceSize);
        _cipher = new AesGcm(key, TagSize);
        CryptographicOperations.ZeroMemory(secret);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>SetupBaseS with a given ephemeral key; its public half is the encapsulation to send along.</summary>
    public static HpkeContext ForSender(
        HpkeAead aead, SealingKey ephemeral, SealingPublicKey recipient, ReadOnlySpan<byte> info) =>
        Create(aead, ephemeral.Agree(recipient), ephemeral.PublicKey, recipient, info);

    /// <summary>SetupBaseR.</summary>
    public static HpkeContext ForRecipient(
        HpkeAead aead, SealingKey recipient, SealingPublicKey encapsulation, ReadOnlySpan<byte> info) =>
        Create(aead, recipient.Agree(encapsulation), encapsulation, recipient.PublicKey, info);

    /// <summary>Encrypts the message: ciphertext ‖ tag, written to <paramref name="output"/>.</summary>
    /// <param name="output">Exactly as long as the plaintext and the tag.</param>
    public void Seal(ReadOnlySpan<byte> aad, ReadOnlySpan<byte> plaintext, Span<byte> output) =>
        _cipher.Encrypt(_baseNonce, plaintext, output[..plaintext.Length], output[plaintext.Length..], aad);

    /// <summary>Decrypts the message.</summary>
    /// <exception cref="AuthenticationTagMismatchException">Key, nonce, associated data, ciphertext or tag differ.</exception>
    public byte[] Open(ReadOnlySpan<byte> aad, ReadOnlySpan<byte> ciphertext)
    {
        byte[] plaintext = new byte[ciphertext.Length - TagSize];
        _cipher.Decrypt(_baseNonce, ciphertext[..^TagSize], ciphertext[^TagSize..], plaintext, aad);
        return plaintext;
    }

    public void Dispose()
    {
        _cipher.Dispose();
        CryptographicOperations.ZeroMemory(_baseNonce);
    }

    private static HpkeContext Create(
        HpkeAead aead, byte[] agreement, SealingPublicKey encapsulation, SealingPublicKey recipient, ReadOnlySpan<byte> info)
    {
        // Encap and Decap, section 4.1: shared_secret = ExtractAndExpand(dh, enc ‖ pkRm).
        byte[] extracted = LabeledKdf.Kem.Extract([], "eae_prk"u8, agreement);
        byte[] kemContext = [.. encapsulation.Uncompressed.Span, .. recipient.Uncompressed.Span];
        byte[] sharedSecret = LabeledKdf.Kem.Expand(extracted, "shared_secret"u8, kemContext, LabeledKdf.HashSize);
        try
        {
            return new HpkeContext(aead, sharedSecret, info);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(agreement);
            CryptographicOperations.ZeroMemory(extracted);
            CryptographicOperations.ZeroMemory(sharedSecret);
        }
    }
}
