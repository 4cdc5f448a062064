namespace Marketplace.Content.Tests;

public sealed class CidTests
{
    /// <summary>The raw leaf "hello world", as IPFS's own documents write it.</summary>
    private const string HelloWorld = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";

    /// <summary>The CID specification's example in its version 0.</summary>
    private const string Version0 = "QmY7Yh4UquoXHLPFo2XbhXkhBvFoPwmQUSa92pxnxjQuPU";

    [Fact]
    public void A_raw_block_has_its_known_cid()
    {
        Cid cid = Cid.Of(CidCodec.Raw, "hello world"u8);
        Assert.Equal(HelloWorld, cid.ToString());
        Assert.Equal(cid, new Cid(cid.Codec, cid.Digest));
        Assert.Equal("b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9", Convert.ToHexStringLower(cid.Digest));
        Assert.True(cid.Matches("hello world"u8));
        Assert.False(cid.Matches("hello worlD"u8));
    }

    [Fact]
    public void Every_base_reads_the_same()
    {
        Cid cid = Cid.Parse(HelloWorld);
        string hex = Convert.ToHexStringLower(cid.ToBytes());
        string base64 = Convert.ToBase64String(cid.ToBytes()).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        foreach (string text in new[]
        {
            HelloWorld.ToUpperInvariant(),
            "f" + hex,
            "F" + hex.ToUpperInvariant(),
            "u" + base64,
            "z" + Multibase.EncodeBase58(cid.ToBytes()),
        })
        {
            Assert.Equal(cid, Cid.Parse(text));
        }
    }

    [Fact]
    public void Base36_and_base58_are_those_of_the_specifications()
    {
        // From multibase's test vectors: "yes mani !".
        byte[] expected = "yes mani !"u8.ToArray();
        Assert.Equal(expected, Multibase.Decode("z7paNL19xttacUY"));
        Assert.Equal(expected, Multibase.Decode("k2lcpzo5yikidynfl"));
        Assert.Equal(expected, Multibase.Decode("K2LCPZO5YIKIDYNFL"));
        Assert.Equal(expected, Multibase.Decode("bpfsxgidnmfxgsibb"));
        Assert.Equal(expected, Multibase.Decode("ueWVzIG1hbmkgIQ"));
        // Leading zeros, likewise from there.
        byte[] zeros = [0, 0, .. expected];
        Assert.Equal(zeros, Multibase.Decode("z117paNL19xttacUY"));
        Assert.Equal(zeros, Multibase.Decode("k002lcpzo5yikidynfl"));
        Assert.Equal(zeros, Multibase.Decode("baaahszltebwwc3tjeaqq"));
    }

    [Fact]
    public void Version_0_is_version_1_with_dag_pb()
    {
        Cid zero = Cid.Parse(Version0);
        Assert.Equal((0, CidCodec.DagPb), (zero.Version, zero.Codec));
        Assert.Equal(Version0, zero.ToString());
        Assert.Equal(34, zero.ToBytes().Length);
        Cid one = zero.ToVersion1();
        Assert.NotEqual(zero, one);
        Assert.Equal("bafybeierhgbz4zp2x2u67urqrgfnrnlukciupzenpqpipiz5nwtq7uxpx4", one.ToString());
        Assert.Equal(zero.Digest, one.Digest);
    }

    [Fact]
    public void Random_cids_round_trip()
    {
        Random random = TestFiles.SeededRandom();
        for (int i = 0; i < 200; i++)
        {
            byte[] digest = random.NextBytes(32);
            Cid cid = new(i % 2 == 0 ? CidCodec.Raw : CidCodec.DagPb, digest);
            Assert.Equal(cid, Cid.Parse(cid.ToString()));
            Assert.Equal(digest, cid.Digest);
            Assert.True(Cid.TryFromBytes(cid.ToBytes(), out Cid again));
            Assert.Equal(cid, again);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("b")]
    [InlineData("hello")]
    [InlineData("Qm")]
    [InlineData("bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5")]
    [InlineData("bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5ea")]
    [InlineData("bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5f")]
    [InlineData("bAFKREIfzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e")]
    [InlineData("bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n1e")]
    [InlineData("QmY7Yh4UquoXHLPFo2XbhXkhBvFoPwmQUSa92pxnxjQuP0")]
    [InlineData("zQmY7Yh4UquoXHLPFo2XbhXkhBvFoPwmQUSa92pxnxjQuPU")]
    [InlineData("xafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e")]
    public void Other_texts_are_refused(string text)
    {
        Assert.False(Cid.TryParse(text, out Cid cid));
        Assert.Equal(default, cid);
        Assert.Throws<FormatException>(() => Cid.Parse(text));
    }

    [Fact]
    public void Long_texts_are_refused_unread() =>
        Assert.InRange(Assert.Throws<FormatException>(() => Cid.Parse("z" + new string('2', 1_000_000))).Message.Length, 1, 600);

    [Theory]
    [InlineData("01551220", 31)]
    [InlineData("01551220", 33)]
    [InlineData("0155121f", 31)]
    [InlineData("01551221", 33)]
    [InlineData("01551240", 64)]
    [InlineData("01551340", 64)]
    [InlineData("01551120", 32)]
    [InlineData("01711220", 32)]
    [InlineData("00551220", 32)]
    [InlineData("02551220", 32)]
    [InlineData("8100551220", 32)]
    [InlineData("01d5001220", 32)]
    [InlineData("0155122000", 32)]
    [InlineData("0155ffffffffffffffffffff", 32)]
    [InlineData("1220", 31)]
    [InlineData("1220", 33)]
    [InlineData("", 0)]
    public void Other_bytes_are_refused(string head, int digestSize) =>
        Assert.False(Cid.TryFromBytes([.. Convert.FromHexString(head), .. new byte[digestSize]], out _));

    [Fact]
    public void The_constructor_checks_its_arguments()
    {
        Assert.Throws<ArgumentException>(() => new Cid((CidCodec)0x71, new byte[32]));
        Assert.Throws<ArgumentException>(() => new Cid(CidCodec.Raw, new byte[31]));
        Assert.Equal("(no CID)", default(Cid).ToString());
    }

    [Fact]
    public void Varints_are_shortest_and_bounded()
    {
        byte[] buffer = new byte[Varint.MaxSize];
        foreach (ulong value in new ulong[] { 0, 1, 127, 128, 255, 300, 16383, 16384, 1UL << 56, long.MaxValue })
        {
            int size = Varint.Write(buffer, value);
            Assert.Equal(size, Varint.SizeOf(value));
            Assert.True(Varint.TryRead(buffer.AsSpan(0, size), out ulong read, out int consumed));
            Assert.Equal((value, size), (read, consumed));
            Assert.False(Varint.TryRead(buffer.AsSpan(0, size - 1), out _, out _));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => Varint.Write(buffer, 1UL << 63));
        foreach (string hex in new[] { "", "80", "8000", "ff00", "818000", "ffffffffffffffffff01", "80808080808080808001" })
            Assert.False(Varint.TryRead(Convert.FromHexString(hex), out _, out _), hex);
    }
}
