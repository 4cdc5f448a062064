using System.Text;
using System.Text.Json.Nodes;
using Marketplace.Chain;
using Marketplace.Crypto.Sealing;
using Marketplace.Protocol.Disputes;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Protocol.Tests.Disputes;

/// <summary>An opening that a panel alone can read, and everything that is none.</summary>
public sealed class SealedOpeningTests : IDisposable
{
    private const string Prefix = "data:application/json;base64,";

    private static readonly UpdateOpening Opening = new(Bytes32.Keccak("seed").ToArray());
    private static readonly Address Panel = Named(0x9A), Trainer = Named(0x7A), Other = Named(0x01);
    private static readonly RoundId Round = new(31337, Named(0x3A), 3, 5);

    private readonly SealingKey[] _keys = [SealingKey.Generate(), SealingKey.Generate(), SealingKey.Generate()];

    private PanelSeats Seats => new(Panel, 2, [.. _keys.Select((_, seat) => Named((byte)seat))], [.. _keys.Select(key => key.PublicKey)]);

    public void Dispose()
    {
        foreach (SealingKey key in _keys)
            key.Dispose();
    }

    [Fact]
    public void Every_auditor_reads_the_same()
    {
        SealedOpening envelope = ReadBack(SealedOpening.Seal(Opening, Round, Trainer, Seats));
        Assert.All(_keys.Index(), auditor => Assert.Equal(Opening, envelope.Open(Round, Trainer, KeyOf(auditor.Index))));
    }

    [Fact]
    public void Nobody_else_reads_anything()
    {
        string uri = SealedOpening.Seal(Opening, Round, Trainer, Seats).ToUri();
        string json = Encoding.UTF8.GetString(Convert.FromBase64String(uri[Prefix.Length..]));
        Assert.DoesNotContain(Convert.ToBase64String(Opening.EphemeralSeed)[..8], json, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexStringLower(Opening.EphemeralSeed)[..8], json, StringComparison.Ordinal);
        Assert.Null(UpdateOpening.TryParse(uri));
        using var stranger = SealingKey.Generate();
        Assert.Throws<SealingException>(() => SealedOpening.TryParse(uri)!.Open(Round, Trainer, new PanelAuditorKey(Panel, 0, stranger)));
    }

    [Fact]
    public void An_auditor_without_a_key_is_told_that_nothing_is_sealed_to_it()
    {
        PanelSeats seats = Seats with { Keys = [_keys[0].PublicKey, null, _keys[2].PublicKey] };
        SealedOpening envelope = ReadBack(SealedOpening.Seal(Opening, Round, Trainer, seats));
        Assert.Equal(Opening, envelope.Open(Round, Trainer, KeyOf(2)));
        Assert.Contains("not sealed to the auditor on seat 2", Refusal(envelope, Round, Trainer, KeyOf(1)), StringComparison.Ordinal);
        Assert.Contains("on seat 8", Refusal(envelope, Round, Trainer, new PanelAuditorKey(Panel, 7, _keys[0])), StringComparison.Ordinal);
    }

    [Fact]
    public void It_opens_in_its_own_case_alone()
    {
        SealedOpening envelope = SealedOpening.Seal(Opening, Round, Trainer, Seats);
        RoundId[] others =
            [Round with { ChainId = 1 }, Round with { Market = Other }, Round with { Project = 4 }, Round with { Round = 6 }];
        Assert.All(others, round => Refusal(envelope, round, Trainer, KeyOf(0)));
        Refusal(envelope, Round, Other, KeyOf(0));
        Refusal(envelope, Round, Trainer, KeyOf(0) with { Panel = Other });
        Refusal(envelope, Round, Trainer, KeyOf(0) with { Seat = 1 });
        Refusal(envelope, Round, Trainer, KeyOf(1) with { Seat = 0 });
    }

    [Fact]
    public void It_is_known_by_its_beginning()
    {
        Assert.True(SealedOpening.IsLike(SealedOpening.Seal(Opening, Round, Trainer, Seats).ToUri()[..110]));
        Assert.False(SealedOpening.IsLike(Opening.ToUri()));
        Assert.False(SealedOpening.IsLike(""));
    }

    [Fact]
    public void A_full_panel_fits()
    {
        SealingPublicKey key = _keys[0].PublicKey;
        var full = new PanelSeats(
            Panel, 17, [.. Enumerable.Range(0, PanelSeats.Most).Select(seat => Named((byte)seat))], [.. Enumerable.Repeat(key, PanelSeats.Most)]);
        SealedOpening envelope = ReadBack(SealedOpening.Seal(Opening, Round, Trainer, full));
        Assert.Equal(Opening, envelope.Open(Round, Trainer, new PanelAuditorKey(Panel, PanelSeats.Most - 1, _keys[0])));
    }

    [Fact]
    public void What_was_changed_on_the_way_does_not_open()
    {
        byte[] part = Convert.FromBase64String(Document()["sealedSeeds"]![0]!.GetValue<string>());
        // The encapsulated key, the ciphertext and its tag.
        foreach (int at in new[] { 1, 64, 65, 96, 97, 112 })
        {
            byte[] changed = [.. part];
            changed[at] ^= 1;
            SealedOpening envelope = Parse(document => document["sealedSeeds"]![0] = Convert.ToBase64String(changed))!;
            Refusal(envelope, Round, Trainer, KeyOf(0));
            Assert.Equal(Opening, envelope.Open(Round, Trainer, KeyOf(1)));
        }
    }

    [Fact]
    public void Other_fields_are_refused()
    {
        Assert.NotNull(Parse(_ => { }));
        Assert.NotNull(Parse(document => document["more"] = "said"));
        Assert.Null(Parse(document => document.Remove("name")));
        Assert.Null(Parse(document => document["description"] = 5));
        Assert.Null(Parse(document => document.Remove("version")));
        Assert.Null(Parse(document => document["version"] = 2));
        Assert.Null(Parse(document => document["version"] = "1"));
        Assert.Null(Parse(document => document.Remove("sealedSeeds")));
        Assert.Null(Parse(document => document["sealedSeeds"] = null));
        Assert.Null(Parse(document => document["sealedSeeds"] = "AA=="));
        Assert.Null(Parse(document => document["sealedSeeds"] = new JsonArray()));
        Assert.Null(Parse(document => document["sealedSeeds"]![1] = "no base64"));
        Assert.Null(Parse(document => document["sealedSeeds"]![1] = Convert.ToBase64String(new byte[112])));
        Assert.Null(Parse(document => document["sealedSeeds"]![1] = Convert.ToBase64String(new byte[114])));
        Assert.Null(Parse(document => document["sealedSeeds"] =
            new JsonArray([.. Enumerable.Range(0, PanelSeats.Most + 1).Select(_ => (JsonNode?)null)])));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ipfs://bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy")]
    [InlineData("data:application/json;base64,%%%")]
    [InlineData("data:application/json;base64,W1tbW1tbWzFdXV1dXV1d")]
    public void Other_evidence_is_none(string evidence) => Assert.Null(SealedOpening.TryParse(evidence));

    [Fact]
    public void Long_evidence_is_not_read() =>
        Assert.Null(SealedOpening.TryParse(SealedOpening.Seal(Opening, Round, Trainer, Seats).ToUri() + new string(' ', 10_000)));

    private static Address Named(byte last) => Address.Parse($"0x{new string('0', 38)}{last:x2}");

    private static SealedOpening ReadBack(SealedOpening envelope) => SealedOpening.TryParse(envelope.ToUri())!;

    private static string Refusal(SealedOpening envelope, RoundId round, Address trainer, PanelAuditorKey auditor) =>
        Assert.Throws<SealingException>(() => envelope.Open(round, trainer, auditor)).Message;

    private PanelAuditorKey KeyOf(int seat) => new(Panel, seat, _keys[seat]);

    private JsonObject Document() => JsonNode.Parse(
        Convert.FromBase64String(SealedOpening.Seal(Opening, Round, Trainer, Seats).ToUri()[Prefix.Length..]))!.AsObject();

    private SealedOpening? Parse(Action<JsonObject> change)
    {
        JsonObject document = Document();
        change(document);
        return SealedOpening.TryParse(Prefix + Convert.ToBase64String(Encoding.UTF8.GetBytes(document.ToJsonString())));
    }
}
