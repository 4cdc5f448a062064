using System.Text.RegularExpressions;
using Marketplace.Crypto.Sealing;
using Marketplace.Testing.Files;

namespace Marketplace.Crypto.Tests.Sealing;

/// <summary>
/// The vectors of RFC 9180's appendix for DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, base mode. Apart from the cipher's
/// key length and number everything is the suite that is used.
/// </summary>
public sealed partial class HpkeVectorTests
{
    private static readonly string VectorFile = Repository.SharedPath("vectors", "hpke-rfc9180-p256-aes128gcm.txt");

    [Fact]
    public void Keys_are_derived_as_in_the_RFC()
    {
        var (setup, _) = ReadBaseMode();
        foreach (string side in new[] { "E", "R" })
        {
            using var derived = SealingKey.DeriveFrom(setup["ikm" + side]);
            using var given = SealingKey.FromScalar(setup[$"sk{side}m"]);
            Assert.Equal(setup[$"pk{side}m"], derived.PublicKey.Uncompressed.ToArray());
            Assert.Equal(derived.PublicKey, given.PublicKey);
        }
    }

    [Fact]
    public void A_message_is_sealed_and_opened_as_in_the_RFC()
    {
        var (setup, first) = ReadBaseMode();
        using var ephemeral = SealingKey.DeriveFrom(setup["ikmE"]);
        using var recipient = SealingKey.DeriveFrom(setup["ikmR"]);
        byte[] message = Hpke.Seal(HpkeAead.Aes128Gcm, ephemeral, recipient.PublicKey, setup["info"], first["aad"], first["pt"]);
        Assert.Equal([.. setup["enc"], .. first["ct"]], message);
        var encapsulation = SealingPublicKey.FromUncompressed(setup["enc"]);
        using var receiver = HpkeContext.ForRecipient(HpkeAead.Aes128Gcm, recipient, encapsulation, setup["info"]);
        Assert.Equal(first["pt"], receiver.Open(first["aad"], first["ct"]));
    }

    /// <summary>The keys, and the encryption with sequence number 0.</summary>
    private static (Dictionary<string, byte[]> Setup, Dictionary<string, byte[]> First) ReadBaseMode()
    {
        Assert.SkipUnless(File.Exists(VectorFile), $"SKIPPED: RFC 9180's vectors are not at {VectorFile}; set MARKETPLACE_SHARED.");
        string text = File.ReadAllText(VectorFile);
        string[] blocks = text[..text.IndexOf("### PSK Setup", StringComparison.Ordinal)].Split("~~~");
        Dictionary<string, byte[]> setup = ParseFields(blocks[1]).ToDictionary(
            field => field.Name, field => field.Name is "mode" or "kem_id" or "kdf_id" or "aead_id" ? [] : field.Bytes());
        Field[] first = [.. ParseFields(blocks[3].Split("\n\n")[0])];
        Assert.Equal("0", first[0].Text);
        return (setup, first.Skip(1).ToDictionary(field => field.Name, field => field.Bytes()));
    }

    private sealed record Field(string Name, string Text)
    {
        public byte[] Bytes() => Convert.FromHexString(Text);
    }

    /// <summary>Fields "name: value", where a value may go on over several lines.</summary>
    private static IEnumerable<Field> ParseFields(string block) =>
        FieldPattern().Matches(block).Select(match => new Field(
            match.Groups[1].Value, string.Concat(match.Groups[2].Value.Where(c => !char.IsWhiteSpace(c)))));

    [GeneratedRegex(@"^([A-Za-z_ ]+):((?:(?!^[A-Za-z_ ]+:)[\s\S])*)", RegexOptions.Multiline)]
    private static partial Regex FieldPattern();
}
