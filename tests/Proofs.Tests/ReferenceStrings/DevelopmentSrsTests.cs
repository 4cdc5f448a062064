using System.Text.Json.Nodes;
using Marketplace.Algebra.Curves;
using Marketplace.Crypto;
using Marketplace.Proofs.Gram;
using Marketplace.Proofs.ReferenceStrings;
using Marketplace.Proofs.Tests.Gram;
using Marketplace.Testing.Files;

namespace Marketplace.Proofs.Tests.ReferenceStrings;

public sealed class DevelopmentSrsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Both window widths, and lengths around a chunk.
    [Theory]
    [InlineData(33)]
    [InlineData(1024)]
    [InlineData(1025)]
    [InlineData(1 << 14)]
    public void Holds_the_powers_of_the_public_secret(int length)
    {
        var srs = Srs.CreateDevelopment(length);
        Assert.Equal(length, srs.Length);
        Assert.Equal(length - 32, srs.MaxDimension);
        Assert.True(srs.IsDevelopment);
        Fr tau = DevelopmentSrs.Tau;
        foreach (int k in new[] { 0, 1, 2, 31, 32, length / 2, length - 2, length - 1 })
            Assert.Equal(G1.Generator * tau.Pow((ulong)k), srs.Powers[k]);
        Assert.Equal(G2.Generator * tau, srs.Tau);
        Assert.Equal(G2.Generator * (tau * tau), srs.TauSquared);
        srs.CheckConsistency();
    }

    [Fact]
    public void Gives_parts_without_copying_them()
    {
        var srs = Srs.CreateDevelopment(100);
        ReadOnlySpan<G1> part = srs.Part(10..20).Span;
        Assert.True(part.SequenceEqual(srs.Powers[10..20]));
        Assert.True(part.Overlaps(srs.Powers));
        Assert.Throws<ArgumentOutOfRangeException>(() => srs.Part(99..101));
    }

    [Theory]
    [InlineData(32)]
    [InlineData(0)]
    [InlineData(Srs.MaxLength + 1)]
    public void Refuses_lengths_out_of_range(int length) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Srs.CreateDevelopment(length));

    [Fact]
    public void Stops_when_cancelled() =>
        Assert.ThrowsAny<OperationCanceledException>(() => Srs.CreateDevelopment(100_000, null, new CancellationToken(canceled: true)));

    [Fact]
    public void Is_cached_and_made_again_when_damaged()
    {
        var first = Srs.OpenDevelopment(50, _folder.Path);
        Assert.Equal(64 + 32, first.Length);
        Assert.Equal(Srs.CreateDevelopment(64 + 32).Powers, first.Powers);
        string path = Assert.Single(Directory.GetFiles(_folder.Path));
        byte[] written = File.ReadAllBytes(path);

        // Read back, not made again: the file keeps its time.
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);
        var second = Srs.OpenDevelopment(64, _folder.Path);
        Assert.Equal(first.Id, second.Id);
        Assert.True(first.Powers.SequenceEqual(second.Powers));
        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(path));

        written[1000] ^= 1;
        File.WriteAllBytes(path, written);
        var third = Srs.OpenDevelopment(64, _folder.Path);
        Assert.True(first.Powers.SequenceEqual(third.Powers));
        Assert.Equal(first.Id, Srs.Load(path).Id);
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    // The id of the longest one is that of its parameters alone, and a short vector needs a short file.
    [Fact]
    public void Makes_only_the_powers_that_are_used()
    {
        var made = new List<int>();
        var srs = Srs.OpenDevelopment(GramMatrix.MaxDimension, _folder.Path, made.Add);
        Assert.Equal((Srs.MaxLength, GramMatrix.MaxDimension), (srs.Length, srs.MaxDimension));
        Assert.Equal(DevelopmentSrs.Parameters(Srs.MaxLength).Id, srs.Id);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));

        short[] vector = [.. Enumerable.Range(-350, 700).Select(entry => (short)entry)];
        Assert.Equal(Commitment.Commit(Srs.CreateDevelopment(732), vector, Fr.One), Commitment.Commit(srs, vector, Fr.One));
        Assert.Equal(G1.Generator * DevelopmentSrs.Tau.Pow(40), srs.First(41)[40]);
        Assert.Equal([1024 + 32], made);
        Assert.Equal(G1.Generator * DevelopmentSrs.Tau.Pow(1056), srs.First(1057)[1056]);
        Assert.Equal([1024 + 32, 2048 + 32], made);
        Assert.Throws<ArgumentOutOfRangeException>(() => srs.First(Srs.MaxLength + 1).Length);
    }

    [Theory]
    [InlineData(1, 33)]
    [InlineData(1 << 26, (1 << 26) + 32)]
    [InlineData((1 << 26) + 1, 1 << 27)]
    [InlineData(GramMatrix.MaxDimension, 1 << 27)]
    public void Has_a_power_of_two_and_32_powers_but_never_more_than_the_most(int dimension, int powers)
    {
        var srs = Srs.OpenDevelopment(dimension, _folder.Path);
        Assert.Equal(powers, srs.Length);
        Assert.InRange(dimension, 1, srs.MaxDimension);
        Assert.Throws<ArgumentOutOfRangeException>(() => Srs.OpenDevelopment(GramMatrix.MaxDimension + 1, _folder.Path));
    }

    [Fact]
    public void Proves_for_a_market_of_longer_vectors()
    {
        var srs = Srs.OpenDevelopment(GramMatrix.MaxDimension, _folder.Path);
        var fixture = GramFixture.Random(seed: 160, updates: 2, publicRows: 1, dimension: 300, srs);
        byte[] proof = fixture.Prove().ToBytes();
        Assert.True(GramVerifier.Verify(DevelopmentSrs.Parameters(Srs.MaxLength), fixture.Statement, proof).Accepted);
    }

    [Fact]
    public void File_round_trips()
    {
        var srs = Srs.CreateDevelopment(40);
        string path = _folder["a.srs"];
        srs.Save(path);
        srs.Save(path);
        var read = Srs.Load(path);
        Assert.True(srs.Powers.SequenceEqual(read.Powers));
        Assert.Equal(srs.Parameters, read.Parameters);
        Assert.Equal(srs.Id, read.Id);
    }

    [Fact]
    public void Every_damage_to_a_file_is_found()
    {
        string path = _folder["a.srs"];
        Srs.CreateDevelopment(33).Save(path);
        byte[] whole = File.ReadAllBytes(path);
        const int seed = 150;
        var random = new Random(seed);
        for (int trial = 0; trial < 300; trial++)
        {
            byte[] changed = [.. whole];
            int at = random.Next(whole.Length), bit = random.Next(8);
            changed[at] ^= (byte)(1 << bit);
            File.WriteAllBytes(path, changed);
            Expect($"seed {seed}, byte {at}, bit {bit}");
        }

        foreach (int length in new[] { 0, 1, 8, 268, 269, 270, whole.Length - 33, whole.Length - 1 })
        {
            File.WriteAllBytes(path, whole[..length]);
            Expect($"cut to {length} bytes");
        }

        File.WriteAllBytes(path, [.. whole, 0]);
        Expect("a byte too many");

        void Expect(string what)
        {
            foreach (Func<string, CancellationToken, Srs> read in (Func<string, CancellationToken, Srs>[])[Srs.Load, Srs.Open])
            {
                FormatException error = Assert.Throws<FormatException>(() => read(path, CancellationToken.None));
                Assert.True(error.Message.Contains("not a whole SRS file", StringComparison.Ordinal), $"{what}: {error.Message}");
            }
        }
    }

    [Fact]
    public void An_opened_file_is_checked_once_and_then_read_in_parts()
    {
        var srs = Srs.CreateDevelopment(100);
        string path = _folder["a.srs"];
        srs.Save(path);
        var opened = Srs.Open(path);
        Assert.Equal(srs.Parameters, opened.Parameters);
        Assert.Equal(srs.Id, opened.Id);
        Assert.True(opened.Powers.SequenceEqual(srs.Powers));

        // Power 50 is overwritten, which who reads others does not see.
        byte[] whole = File.ReadAllBytes(path);
        whole.AsSpan(269 + (50 * 64), 64).Fill(byte.MaxValue);
        File.WriteAllBytes(path, whole);
        Assert.True(opened.Part(20..50).Span.SequenceEqual(srs.Powers[20..50]));
        Assert.True(opened.Part(51..100).Span.SequenceEqual(srs.Powers[51..]));
        Expect("power 50 has a coordinate", () => opened.Part(49..60));
        Expect("power 50 has a coordinate", () => Srs.Open(path));

        Srs.CreateDevelopment(101).Save(path);
        Expect("another one than when it was opened", () => opened.Part(20..50));

        static void Expect(string part, Action action) =>
            Assert.Contains(part, Assert.Throws<FormatException>(action).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_unrelated_points_passes_only_the_integrity_check()
    {
        var srs = Srs.CreateDevelopment(40);
        G1[] powers = [.. srs.Powers];
        powers[20] = powers[21];
        string path = _folder["a.srs"];
        new Srs(powers, srs.Tau, srs.TauSquared, isDevelopment: false).Save(path);
        var read = Srs.Load(path);
        Assert.Contains("not successive powers", Assert.Throws<FormatException>(() => read.CheckConsistency()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parameters_round_trip_as_json()
    {
        SrsParameters parameters = Srs.CreateDevelopment(40).Parameters;
        string path = _folder["parameters.json"];
        await parameters.WriteAsync(path, CancellationToken.None);
        SrsParameters read = await SrsParameters.ReadAsync(path, CancellationToken.None);
        Assert.Equal(parameters, read);
        Assert.Equal(parameters.Id, read.Id);
    }

    [Fact]
    public void Identifier_hashes_the_documented_bytes()
    {
        SrsParameters parameters = Srs.CreateDevelopment(40).Parameters;
        byte[] length = new byte[32];
        length[31] = 40;
        Assert.Equal(
            Keccak256.HashData([
                .. parameters.Tau1.X.ToBytes(), .. parameters.Tau1.Y.ToBytes(),
                .. Words(parameters.Tau2), .. Words(parameters.TauSquared2), .. length,
            ]),
            parameters.Id);

        static byte[] Words(G2 point) =>
            [.. point.X.Imaginary.ToBytes(), .. point.X.Real.ToBytes(), .. point.Y.Imaginary.ToBytes(), .. point.Y.Real.ToBytes()];
    }

    public static TheoryData<string> Damages() =>
        ["id", "tau1", "tau2", "tauSquared2", "length", "development", "point", "short word", "length zero", "text", "array", "null"];

    [Theory]
    [MemberData(nameof(Damages))]
    public void Refuses_malformed_parameters(string damage)
    {
        string json = Srs.CreateDevelopment(40).Parameters.ToJson();
        JsonObject root = JsonNode.Parse(json)!.AsObject();
        if (root.ContainsKey(damage)) root.Remove(damage);
        else if (damage == "point") root["tau1"]![0] = $"0x{1:x64}";
        else if (damage == "short word") root["tau2"]![0] = "0x12";
        else if (damage == "length zero") root["length"] = 0;
        json = damage switch { "text" => "tau", "array" => "[]", "null" => "null", _ => root.ToJsonString() };
        Assert.Throws<FormatException>(() => SrsParameters.FromJson(json));
    }

    [Fact]
    public void Refuses_parameters_whose_id_is_of_other_points()
    {
        string json = Srs.CreateDevelopment(40).Parameters.ToJson().Replace("\"length\": 40", "\"length\": 41", StringComparison.Ordinal);
        Assert.Contains("id should be", Assert.Throws<FormatException>(() => SrsParameters.FromJson(json)).Message, StringComparison.Ordinal);
    }
}
