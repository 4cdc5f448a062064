using System.Security.Cryptography;
using System.Text;
using Marketplace.Crypto.Sealing;

namespace Marketplace.Crypto.Tests.Sealing;

public sealed class HpkeTests
{
    private static readonly byte[] Info = "chain 1, market, project 7"u8.ToArray();
    private static readonly byte[] Aad = "round 3, trainer 5"u8.ToArray();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(1000)]
    [InlineData(5_000_000)]
    public void What_is_sealed_opens(int length)
    {
        using var key = SealingKey.Generate();
        byte[] plaintext = RandomNumberGenerator.GetBytes(length);
        byte[] message = Hpke.Seal(key.PublicKey, Info, Aad, plaintext);
        Assert.Equal(length + Hpke.Overhead, message.Length);
        Assert.Equal(plaintext, Hpke.Open(key, Info, Aad, message));
    }

    [Fact]
    public void The_sender_can_show_what_it_has_sealed()
    {
        using SealingKey key = SealingKey.Generate(), ephemeral = SealingKey.Generate(), other = SealingKey.Generate();
        byte[] message = Hpke.Seal(ephemeral, key.PublicKey, Info, Aad, "shown"u8);
        Assert.Equal("shown"u8.ToArray(), Hpke.Open(key, Info, Aad, message));
        Assert.Equal("shown"u8.ToArray(), Hpke.OpenAsSender(ephemeral, key.PublicKey, Info, Aad, message));
        Assert.Throws<SealingException>(() => Hpke.OpenAsSender(other, key.PublicKey, Info, Aad, message));
        Assert.Throws<SealingException>(() => Hpke.OpenAsSender(ephemeral, other.PublicKey, Info, Aad, message));
        Assert.Throws<SealingException>(() => Hpke.OpenAsSender(ephemeral, key.PublicKey, Aad, Aad, message));
        Assert.Throws<SealingException>(() => Hpke.OpenAsSender(ephemeral, key.PublicKey, Info, Info, message));
        for (int length = 0; length < message.Length; length++)
            Assert.Throws<SealingException>(() => Hpke.OpenAsSender(ephemeral, key.PublicKey, Info, Aad, message.AsSpan(0, length)));
    }

    [Fact]
    public void A_sender_cannot_show_what_the_recipient_does_not_get()
    {
        // The ciphertext is of one ephemeral key, and another one's public half comes along: the recipient opens nothing.
        using SealingKey key = SealingKey.Generate(), ephemeral = SealingKey.Generate(), other = SealingKey.Generate();
        byte[] message = [.. other.PublicKey.Uncompressed.Span, .. Hpke.Seal(ephemeral, key.PublicKey, Info, Aad, "shown"u8)[65..]];
        Assert.Throws<SealingException>(() => Hpke.Open(key, Info, Aad, message));
        Assert.Throws<SealingException>(() => Hpke.OpenAsSender(ephemeral, key.PublicKey, Info, Aad, message));
        Assert.Throws<SealingException>(() => Hpke.OpenAsSender(other, key.PublicKey, Info, Aad, message));
    }

    [Fact]
    public void Empty_info_and_associated_data_are_allowed()
    {
        using var key = SealingKey.Generate();
        Assert.Equal("x"u8.ToArray(), Hpke.Open(key, [], [], Hpke.Seal(key.PublicKey, [], [], "x"u8)));
    }

    [Fact]
    public void The_same_plaintext_is_never_sealed_alike()
    {
        using var key = SealingKey.Generate();
        byte[] first = Hpke.Seal(key.PublicKey, Info, Aad, "same"u8), second = Hpke.Seal(key.PublicKey, Info, Aad, "same"u8);
        Assert.NotEqual(first[..65], second[..65]);
        Assert.NotEqual(first[65..], second[65..]);
    }

    [Fact]
    public void Every_byte_is_protected()
    {
        using var key = SealingKey.Generate();
        byte[] message = Hpke.Seal(key.PublicKey, Info, Aad, "forty-two bytes are enough for this purpose"u8);
        for (int i = 0; i < message.Length; i++)
        {
            byte[] changed = [.. message];
            changed[i] ^= (byte)(1 << (i % 8));
            Assert.Throws<SealingException>(() => Hpke.Open(key, Info, Aad, changed));
        }
    }

    [Fact]
    public void Every_truncation_and_extension_is_refused()
    {
        using var key = SealingKey.Generate();
        byte[] message = Hpke.Seal(key.PublicKey, Info, Aad, "short"u8);
        for (int length = 0; length < message.Length; length++)
            Assert.Throws<SealingException>(() => Hpke.Open(key, Info, Aad, message.AsSpan(0, length)));
        Assert.Throws<SealingException>(() => Hpke.Open(key, Info, Aad, [.. message, 0]));
    }

    [Fact]
    public void Wrong_info_associated_data_or_key_is_refused()
    {
        using var key = SealingKey.Generate();
        using var other = SealingKey.Generate();
        byte[] message = Hpke.Seal(key.PublicKey, Info, Aad, "secret"u8);
        Assert.Throws<SealingException>(() => Hpke.Open(other, Info, Aad, message));
        Assert.Throws<SealingException>(() => Hpke.Open(key, [.. Info, 0], Aad, message));
        Assert.Throws<SealingException>(() => Hpke.Open(key, Info, [.. Aad, 0], message));
        Assert.Throws<SealingException>(() => Hpke.Open(key, [.. Info, .. Aad], [], message));
        Assert.Throws<SealingException>(() => Hpke.Open(key, Aad, Info, message));
    }

    [Fact]
    public void Another_encapsulated_key_is_refused()
    {
        using var key = SealingKey.Generate();
        using var other = SealingKey.Generate();
        byte[] message = Hpke.Seal(key.PublicKey, Info, Aad, "secret"u8);
        other.PublicKey.Uncompressed.Span.CopyTo(message);
        Assert.Throws<SealingException>(() => Hpke.Open(key, Info, Aad, message));
    }

    [Fact]
    public void Encapsulated_infinity_is_refused()
    {
        using var key = SealingKey.Generate();
        byte[] message = Hpke.Seal(key.PublicKey, Info, Aad, "secret"u8);
        message.AsSpan(0, 65).Clear();
        Assert.Throws<SealingException>(() => Hpke.Open(key, Info, Aad, message));
        message[0] = 4;
        Assert.Throws<SealingException>(() => Hpke.Open(key, Info, Aad, message));
    }

    [Fact]
    public void Errors_hold_neither_plaintext_nor_key()
    {
        byte[] ikm = Enumerable.Range(0, 32).Select(i => (byte)(0xa0 + i)).ToArray();
        using var key = SealingKey.DeriveFrom(ikm);
        byte[] message = Hpke.Seal(key.PublicKey, Info, Aad, "the secret text"u8);
        message[^1] ^= 1;
        string error = Assert.Throws<SealingException>(() => Hpke.Open(key, Info, Aad, message)).ToString();
        Assert.DoesNotContain("the secret text", error, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexStringLower(Encoding.UTF8.GetBytes("the secret text")), error, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexStringLower(ikm), error, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexStringLower(ikm), key.ToString(), StringComparison.Ordinal);
    }
}
