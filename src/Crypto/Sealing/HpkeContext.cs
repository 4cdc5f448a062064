using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Marketplace.Crypto.Sealing;

/// <summary>The authenticated ciphers of RFC 9180, section 7.3, that are used here, with their registered numbers.</summary>
internal enum HpkeAead : ushort
{
    Aes128Gcm = 0x0001,
    Aes256Gcm = 0x0002,
}

/// <summary>
/// An HPKE encryption context in base mode (RFC 9180, section 5): key, base nonce and sequence number. One side seals and the
/// other opens, in the same order. Not for use from several threads at once.
/// </summary>
internal sealed class HpkeContext : IDisposable
{
    /// <summary>Bytes of the authentication tag that ends a ciphertext.</summary>
    public const int TagSize = 16;

    private const int NonceSize = 12;
    private const byte BaseMode = 0;

    private readonly LabeledKdf _kdf;
    private readonly AesGcm _cipher;
    private readonly byte[] _baseNonce;
    private readonly byte[] _exporterSecret;
    private ulong _sequence;

    private HpkeContext(HpkeAead aead, ReadOnlySpan<byte> sharedSecret, ReadOnlySpan<byte> info)
    {
        // KeySchedule, section 5.1, with the empty psk and psk_id of the base mode.
        _kdf = LabeledKdf.ForSuite((ushort)aead);
        byte[] context = [BaseMode, .. _kdf.Extract([], "psk_id_hash"u8, []), .. _kdf.Extract([], "info_hash"u8, info)];
        byte[] secret = _kdf.Extract(sharedSecret, "secret"u8, []);
        byte[] key = _kdf.Expand(secret, "key"u8, context, aead == HpkeAead.Aes128Gcm ? 16 : 32);
        _baseNonce = _kdf.Expand(secret, "base_nonce"u8, context, NonceSize);
        _exporterSecret = _kdf.Expand(secret, "exp"u8, context, LabeledKdf.HashSize);
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

    /// <summary>Encrypts the next message: ciphertext ‖ tag, written to <paramref name="output"/>.</summary>
    /// <param name="output">Exactly as long as the plaintext and the tag.</param>
    public void Seal(ReadOnlySpan<byte> aad, ReadOnlySpan<byte> plaintext, Span<byte> output)
    {
        Span<byte> nonce = stackalloc byte[NonceSize];
        NextNonce(nonce);
        _cipher.Encrypt(nonce, plaintext, output[..plaintext.Length], output[plaintext.Length..], aad);
        _sequence++;
    }

    /// <summary>Decrypts the next message; a failure leaves the sequence number as it was.</summary>
    /// <exception cref="AuthenticationTagMismatchException">Key, nonce, associated data, ciphertext or tag differ.</exception>
    public byte[] Open(ReadOnlySpan<byte> aad, ReadOnlySpan<byte> ciphertext)
    {
        Span<byte> nonce = stackalloc byte[NonceSize];
        NextNonce(nonce);
        byte[] plaintext = new byte[ciphertext.Length - TagSize];
        _cipher.Decrypt(nonce, ciphertext[..^TagSize], ciphertext[^TagSize..], plaintext, aad);
        _sequence++;
        return plaintext;
    }

    /// <summary>Derives a further secret from the context (section 5.3).</summary>
    public byte[] Export(ReadOnlySpan<byte> exporterContext, int length) =>
        _kdf.Expand(_exporterSecret, "sec"u8, exporterContext, length);

    /// <summary>Goes to a later message; a sequence number is never used twice.</summary>
    public void SkipTo(ulong sequence)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sequence, _sequence);
        _sequence = sequence;
    }

    public void Dispose()
    {
        _cipher.Dispose();
        CryptographicOperations.ZeroMemory(_baseNonce);
        CryptographicOperations.ZeroMemory(_exporterSecret);
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

    /// <summary>
    /// ComputeNonce, section 5.2: base nonce xor sequence number. A wrap would reuse a nonce, so it is refused.
    /// </summary>
    private void NextNonce(Span<byte> nonce)
    {
        if (_sequence == ulong.MaxValue)
            throw new SealingException("This context has sealed as many messages as it may; set up a new one.");
        nonce.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(nonce[(NonceSize - sizeof(ulong))..], _sequence);
        for (int i = 0; i < NonceSize; i++)
            nonce[i] ^= _baseNonce[i];
    }
}
