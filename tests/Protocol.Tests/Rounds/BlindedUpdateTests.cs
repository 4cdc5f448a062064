using System.Buffers.Binary;
using System.IO.Compression;
using FsCheck;
using FsCheck.Fluent;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Protocol.Tests.Rounds;

public class BlindedUpdateTests
{
    private const int Header = 39;

    private static readonly Fr Blinder = Fr.FromUInt64(123456789);

    [Fact]
    public void Every_update_is_read_back() => Prop.ForAll(ArbMap.Default.ArbFor<short[]>(), entries =>
        IsReadBack([.. entries.Select(entry => Math.Max(entry, (short)-32767))])).QuickCheckThrowOnFailure();

    [Fact]
    public void Sparse_updates_are_read_back_and_short()
    {
        Gen<short[]> sparse = from length in Gen.Choose(1, 20_000)
                              from count in Gen.Choose(0, 20)
                              from places in Gen.Choose(0, length - 1).ArrayOf(count)
                              from values in Gen.Choose(-32767, 32767).ArrayOf(count)
                              select Place(length, places, values);
        Prop.ForAll(sparse.ToArbitrary(), entries => IsReadBack(entries) && Encode(entries).Length < Header + 200).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_worst_case_stays_within_its_bound(bool isSparse)
    {
        var random = new Random(5);
        short[] entries = [.. Enumerable.Range(0, 100_000).Select(k => isSparse && k % 3 != 0 ? (short)0 : (short)random.Next(-32767, 32768))];
        Assert.True(IsReadBack(entries));
        Assert.InRange(Encode(entries).Length, 1, BlindedUpdate.MaxLength(entries.Length));
    }

    [Theory]
    [InlineData(0, 2, "version")]
    [InlineData(1, 2, "codec")]
    [InlineData(2, 13, "fraction bits")]
    [InlineData(6, 5, "5 entries")]
    [InlineData(3, 255, "entries")]
    [InlineData(7, 255, "blinder")]
    [InlineData(Header, 255, "")]
    public void A_changed_header_is_refused(int position, byte value, string word)
    {
        byte[] bytes = Encode([1, 2, 3, 4]);
        bytes[position] = value;
        Refuses(bytes, 4, word);
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        byte[] bytes = Encode([.. Enumerable.Range(0, 500).Select(k => (short)(k * 37))]);
        for (int length = 0; length < bytes.Length - 1; length++)
            Refuses(bytes[..length], 500, "");
    }

    [Fact]
    public void Noise_is_refused_or_read_but_never_worse()
    {
        var random = new Random(17);
        for (int k = 0; k < 2000; k++)
        {
            byte[] bytes = Encode([1, 0, 0, 4, 0, 6]);
            bytes[random.Next(bytes.Length)] ^= (byte)random.Next(1, 256);
            try
            {
                Assert.Equal(6, BlindedUpdate.Decode(bytes, 6, 14).Entries.Length);
            }
            catch (MalformedUpdateException)
            {
                // Refused, as almost all are.
            }
        }
    }

    [Theory]
    [InlineData(0, 7, "dense body has 7 bytes")]
    [InlineData(0, 9, "more than the 8 bytes")]
    [InlineData(0, 100_000_000, "more than the 8 bytes")]
    [InlineData(1, 3, "at least 4")]
    [InlineData(1, 100_000_000, "more than the 12 bytes")]
    public void A_body_of_another_length_is_refused(byte codec, int length, string word) => Refuses(Payload(codec, new byte[length], 4), 4, word);

    [Theory]
    [InlineData("00000005", "5 entries, of at most 4")]
    [InlineData("ffffffff", "entries, of at most 4")]
    [InlineData("00000001 04 0001", "names entry 4 of 4")]
    [InlineData("00000001 80808080 80", "does not end")]
    [InlineData("00000001 ffffffff 7f 01", "names entry")]
    [InlineData("00000001 00 00", "ends within entry 0")]
    [InlineData("00000001", "does not end")]
    [InlineData("00000001 00 0000", "zero at entry 0")]
    [InlineData("00000001 00 8000", "entry 0 is -32768")]
    [InlineData("00000001 00 0001 ff", "1 bytes after")]
    [InlineData("00000002 03 0001 00 0001", "names entry 4 of 4")]
    public void A_malformed_sparse_body_is_refused(string hex, string word) =>
        Refuses(Payload(1, Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), 4), 4, word);

    [Fact]
    public void A_dense_body_with_the_number_that_has_no_opposite_is_refused() =>
        Refuses(Payload(0, [0, 0, 0, 0, 0, 0x80, 0, 0], 4), 4, "entry 1 is -32768");

    private static bool IsReadBack(short[] entries)
    {
        BlindedUpdate read = BlindedUpdate.Decode(Encode(entries), entries.Length, 14);
        return read.Entries.AsSpan().SequenceEqual(entries) && read.Blinder == Blinder && read.FractionBits == 14;
    }

    private static byte[] Encode(short[] entries) => new BlindedUpdate(entries, 14, Blinder).Encode();

    private static void Refuses(byte[] bytes, int dimension, string word) => Assert.Contains(
        word,
        Assert.Throws<MalformedUpdateException>(() => BlindedUpdate.Decode(bytes, dimension, 14)).Message.Replace('−', '-'),
        StringComparison.Ordinal);

    private static short[] Place(int length, int[] places, int[] values)
    {
        var entries = new short[length];
        foreach ((int place, int value) in places.Zip(values))
            entries[place] = (short)value;
        return entries;
    }

    private static byte[] Payload(byte codec, byte[] body, int dimension)
    {
        using var output = new MemoryStream();
        var header = new byte[Header];
        (header[0], header[1], header[2]) = (1, codec, 14);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(3), dimension);
        output.Write(header);
        using (var brotli = new BrotliStream(output, CompressionLevel.Fastest, leaveOpen: true))
            brotli.Write(body);
        return output.ToArray();
    }
}
