using System.Security.Cryptography;

namespace Marketplace.Crypto.Sealing;

/// <summary>
/// Hybrid public-key encryption, single shot (RFC 9180, section 6.1): base mode, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256,
/// AES-256-GCM. A sealed message is enc ‖ ciphertext ‖ tag: 65 bytes of the sender's ephemeral public key, as many bytes as the
/// plaintext, 16 bytes of tag. Base mode does not say who sealed; what binds a message to its place is <c>info</c> and
/// <c>aad</c>.
/// </summary>
public static class Hpke
{
    /// <summary>How many bytes longer a sealed message is than its plaintext.</summary>
    public const int Overhead = SealingPublicKey.UncompressedSize + HpkeContext.TagSize;

    /// <summary>Seals <paramref name="plaintext"/> to a recipient with a fresh ephemeral key.</summary>
    /// <param name="recipient">Whose private key opens it.</param>
    /// <param name="info">Context that sender and recipient agree on; must be the same when opening.</param>
    /// <param name="aad">Further data to authenticate, not sent along; must be the same when opening.</param>
    /// <param name="plaintext">At most int.MaxValue − <see cref="Overhead"/> bytes.</param>
    /// <returns>enc ‖ ciphertext ‖ tag.</returns>
    /// <exception cref="SealingException">The plaintext is too long or the platform refused the keys.</exception>
    public static byte[] Seal(
        SealingPublicKey recipient, ReadOnlySpan<byte> info, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> plaintext)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        using var ephemeral = SealingKey.Generate();
        return Seal(ephemeral, recipient, info, aad, plaintext);
    }

    /// <summary>Seals with a given ephemeral key, with which the sender can show later what it has sealed.</summary>
    /// <param name="ephemeral">Must never seal anything else to the same recipient: both messages could be read.</param>
    /// <param name="recipient">Whose private key opens it.</param>
    /// <param name="info">Context that sender and recipient agree on; must be the same when opening.</param>
    /// <param name="aad">Further data to authenticate, not sent along; must be the same when opening.</param>
    /// <param name="plaintext">At most int.MaxValue − <see cref="Overhead"/> bytes.</param>
    /// <returns>enc ‖ ciphertext ‖ tag.</returns>
    /// <exception cref="SealingException">The plaintext is too long or the platform refused the keys.</exception>
    public static byte[] Seal(
        SealingKey ephemeral, SealingPublicKey recipient, ReadOnlySpan<byte> info, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> plaintext) =>
        Seal(HpkeAead.Aes256Gcm, ephemeral, recipient, info, aad, plaintext);

    /// <summary>Opens a sealed message.</summary>
    /// <param name="recipient">The private key it was sealed to.</param>
    /// <param name="info">As given when sealing.</param>
    /// <param name="aad">As given when sealing.</param>
    /// <param name="sealedMessage">enc ‖ ciphertext ‖ tag, from anyone.</param>
    /// <returns>The plaintext.</returns>
    /// <exception cref="SealingException">Too short, an invalid encapsulated key, or not sealed so to this key.</exception>
    public static byte[] Open(
        SealingKey recipient, ReadOnlySpan<byte> info, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> sealedMessage)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        SealingPublicKey encapsulation = EncapsulationOf(sealedMessage);
        using var context = HpkeContext.ForRecipient(HpkeAead.Aes256Gcm, recipient, encapsulation, info);
        return Open(context, recipient.PublicKey, aad, sealedMessage);
    }

    /// <summary>Opens a sealed message with the ephemeral key that sealed it: how a sender shows others what it has sealed.</summary>
    /// <param name="ephemeral">The key that it was sealed with.</param>
    /// <param name="recipient">To whom it was sealed.</param>
    /// <param name="info">As given when sealing.</param>
    /// <param name="aad">As given when sealing.</param>
    /// <param name="sealedMessage">enc ‖ ciphertext ‖ tag, from anyone.</param>
    /// <returns>The plaintext, which is what the recipient gets too.</returns>
    /// <exception cref="SealingException">Too short, sealed with another key, or not sealed so to this recipient.</exception>
    public static byte[] OpenAsSender(
        SealingKey ephemeral, SealingPublicKey recipient, ReadOnlySpan<byte> info, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> sealedMessage)
    {
        ArgumentNullException.ThrowIfNull(ephemeral);
        // Else the recipient would derive another secret from what came along, and open nothing.
        if (!EncapsulationOf(sealedMessage).Uncompressed.Span.SequenceEqual(ephemeral.PublicKey.Uncompressed.Span))
            throw new SealingException($"The message was not sealed with the {ephemeral}.");
        using var context = HpkeContext.ForSender(HpkeAead.Aes256Gcm, ephemeral, recipient, info);
        return Open(context, recipient, aad, sealedMessage);
    }

    private static SealingPublicKey EncapsulationOf(ReadOnlySpan<byte> sealedMessage) => sealedMessage.Length >= Overhead
        ? SealingPublicKey.FromUncompressed(sealedMessage[..SealingPublicKey.UncompressedSize])
        : throw new SealingException(
            $"A sealed message has at least {Overhead} bytes (encapsulated key and tag); {sealedMessage.Length} came.");

    private static byte[] Open(HpkeContext context, SealingPublicKey recipient, ReadOnlySpan<byte> aad, ReadOnlySpan<byte> sealedMessage)
    {
        try
        {
            return context.Open(aad, sealedMessage[SealingPublicKey.UncompressedSize..]);
        }
        catch (CryptographicException)
        {
            // The inner exception says nothing more; a decryption failure has one face.
            throw new SealingException(
                $"The message of {sealedMessage.Length} bytes was not sealed to {recipient} with this info and " +
                "associated data, or was changed on the way.");
        }
    }

    internal static byte[] Seal(
        HpkeAead aead,
        SealingKey ephemeral,
        SealingPublicKey recipient,
        ReadOnlySpan<byte> info,
        ReadOnlySpan<byte> aad,
        ReadOnlySpan<byte> plaintext)
    {
        if (plaintext.Length > Array.MaxLength - Overhead)
        {
            throw new SealingException(
                $"At most {Array.MaxLength - Overhead} bytes can be sealed at once; {plaintext.Length} came.");
        }

        using var context = HpkeContext.ForSender(aead, ephemeral, recipient, info);
        byte[] output = new byte[plaintext.Length + Overhead];
        ephemeral.PublicKey.Uncompressed.Span.CopyTo(output);
        context.Seal(aad, plaintext, output.AsSpan(SealingPublicKey.UncompressedSize));
        return output;
    }
}
