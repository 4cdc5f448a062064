using System.Globalization;
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
        Dictionary<string, byte[]> setup = ReadBaseMode().Setup;
        foreach (string side in new[] { "E", "R" })
        {
            using var derived = SealingKey.DeriveFrom(setup["ikm" + side]);
            using var given = SealingKey.FromScalar(setup[$"sk{side}m"]);
            Assert.Equal(setup[$"pk{side}m"], derived.PublicKey.Uncompressed.ToArray());
            Assert.Equal(derived.PublicKey, given.PublicKey);
        }
    }

    [Fact]
    public void Encryptions_are_those_of_the_RFC()
    {
        var (setup, encryptions, _) = ReadBaseMode();
        using var ephemeral = SealingKey.DeriveFrom(setup["ikmE"]);
        using var recipient = SealingKey.DeriveFrom(setup["ikmR"]);
        var encapsulation = SealingPublicKey.FromUncompressed(setup["enc"]);
        using var sender = HpkeContext.ForSender(HpkeAead.Aes128Gcm, ephemeral, recipient.PublicKey, setup["info"]);
        using var receiver = HpkeContext.ForRecipient(HpkeAead.Aes128Gcm, recipient, encapsulation, setup["info"]);
        Assert.Equal(6, encryptions.Count);
        foreach (var (sequence, fields) in encryptions)
        {
            sender.SkipTo(sequence);
            receiver.SkipTo(sequence);
            byte[] ciphertext = new byte[fields["ct"].Length];
            sender.Seal(fields["aad"], fields["pt"], ciphertext);
            Assert.Equal(fields["ct"], ciphertext);
            Assert.Equal(fields["pt"], receiver.Open(fields["aad"], ciphertext));
        }
    }

    [Fact]
    public void Single_shot_is_the_first_encryption()
    {
        var (setup, encryptions, _) = ReadBaseMode();
        var (_, first) = encryptions[0];
        using var ephemeral = SealingKey.DeriveFrom(setup["ikmE"]);
        var recipient = SealingPublicKey.FromUncompressed(setup["pkRm"]);
        byte[] message = Hpke.Seal(HpkeAead.Aes128Gcm, ephemeral, recipient, setup["info"], first["aad"], first["pt"]);
        Assert.Equal([.. setup["enc"], .. first["ct"]], message);
    }

    [Fact]
    public void Exports_are_those_of_the_RFC()
    {
        var (setup, _, exports) = ReadBaseMode();
        using var recipient = SealingKey.DeriveFrom(setup["ikmR"]);
        var encapsulation = SealingPublicKey.FromUncompressed(setup["enc"]);
        using var context = HpkeContext.ForRecipient(HpkeAead.Aes128Gcm, recipient, encapsulation, setup["info"]);
        Assert.Equal(3, exports.Count);
        foreach (var (exporterContext, value) in exports)
            Assert.Equal(value, context.Export(exporterContext, value.Length));
    }

    private sealed record BaseMode(
        Dictionary<string, byte[]> Setup,
        List<(ulong Sequence, Dictionary<string, byte[]> Fields)> Encryptions,
        List<(byte[] Context, byte[] Value)> Exports);

    private static BaseMode ReadBaseMode()
    {
        Assert.SkipUnless(File.Exists(VectorFile), $"SKIPPED: RFC 9180's vectors are not at {VectorFile}; set MARKETPLACE_SHARED.");
        string text = File.ReadAllText(VectorFile);
        string[] blocks = text[..text.IndexOf("### PSK Setup", StringComparison.Ordinal)].Split("~~~");
        Dictionary<string, byte[]> setup = ParseFields(blocks[1]).ToDictionary(
            field => field.Name, field => field.Name is "mode" or "kem_id" or "kdf_id" or "aead_id" ? [] : field.Bytes());
        List<(ulong, Dictionary<string, byte[]>)> encryptions = [];
        foreach (string paragraph in blocks[3].Split("\n\n"))
        {
            var fields = ParseFields(paragraph).ToList();
            encryptions.Add((
                ulong.Parse(fields[0].Text, CultureInfo.InvariantCulture),
                fields.Skip(1).ToDictionary(field => field.Name, field => field.Bytes())));
        }

        List<(byte[], byte[])> exports = [];
        foreach (string paragraph in blocks[5].Split("\n\n"))
        {
            var fields = ParseFields(paragraph).ToDictionary(field => field.Name, field => field);
            exports.Add((fields["exporter_context"].Bytes(), fields["exported_value"].Bytes()));
        }

        return new BaseMode(setup, encryptions, exports);
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
