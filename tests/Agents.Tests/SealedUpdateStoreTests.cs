using Marketplace.Algebra.Curves;
using Marketplace.Chain.Signing;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Protocol.Rounds;
using Marketplace.Testing.Files;
using Marketplace.Testing.Nodes;

namespace Marketplace.Agents.Tests;

/// <summary>Updates on disk: read back exactly by their owner, for their round; by nobody else, and never in part.</summary>
public sealed class SealedUpdateStoreTests : IDisposable
{
    private const int Dimension = 6;

    private static readonly byte[] Seed = [.. Enumerable.Range(0, 32).Select(k => (byte)k)];

    private static readonly StoredUpdate Update = new(
        new Cid(CidCodec.DagPb, [.. Enumerable.Range(0, 32).Select(k => (byte)k)]),
        new HyperParameters(12_345, 2, 64),
        new BlindedUpdate([1, -2, 0, 32767, -32767, 5], 14, Fr.FromUInt64(99)),
        G1.Generator,
        Sealing: new([9, 8, 7], Seed));

    private readonly TemporaryFolder _folder = new();
    private readonly PrivateKey _key = PrivateKey.Parse(EthereumNode.Keys[0]);
    private readonly PrivateKey _otherKey = PrivateKey.Parse(EthereumNode.Keys[1]);

    private string FileOfFirst => _folder["trainer", $"{MemoryMarket.Project}-0.update"];

    [Fact]
    public async Task It_gives_back_what_was_decided_first()
    {
        SealedUpdateStore store = Open(_key);
        Assert.Null(await store.FindAsync(World.RoundOf(0), CancellationToken.None));
        Assert.Same(Update, await store.DecideAsync(World.RoundOf(0), Update, _ => true, CancellationToken.None));
        StoredUpdate other = Update with { Sealing = new([1], Seed) };
        Assert.Equal(
            Update.Sealing!.Payload, (await store.DecideAsync(World.RoundOf(0), other, _ => true, CancellationToken.None)).Sealing!.Payload);
        StoredUpdate read = (await Open(_key).FindAsync(World.RoundOf(0), CancellationToken.None))!;
        Assert.Equal(
            (Update.Model, Update.HyperParameters, Update.Commitment, Update.Update.Blinder, 14),
            (read.Model, read.HyperParameters, read.Commitment, read.Update.Blinder, read.Update.FractionBits));
        Assert.Equal(Update.Update.Entries, read.Update.Entries);
        Assert.Equal(Update.Sealing!.Payload, read.Sealing!.Payload);
        Assert.Equal(Seed, read.Sealing.EphemeralSeed);
        Assert.Equal([FileOfFirst], Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task What_does_not_fit_any_more_is_decided_anew()
    {
        SealedUpdateStore store = Open(_key);
        await store.DecideAsync(World.RoundOf(0), Update, _ => true, CancellationToken.None);
        StoredUpdate other = Update with { HyperParameters = new HyperParameters(1, 1, 1) };
        Assert.Same(
            other,
            await store.DecideAsync(
                World.RoundOf(0), other, kept => kept.HyperParameters == other.HyperParameters, CancellationToken.None));
        Assert.Equal(other.HyperParameters, (await store.FindAsync(World.RoundOf(0), CancellationToken.None))!.HyperParameters);
    }

    [Fact]
    public async Task It_opens_for_no_other_account_role_or_round()
    {
        await Open(_key).DecideAsync(World.RoundOf(0), Update, _ => true, CancellationToken.None);
        await RefusesAsync(Open(_otherKey), "is damaged, or was not written by this account");
        Directory.Move(_folder["trainer"], _folder["aggregator"]);
        await RefusesAsync(Open(_key, AgentRole.Aggregator), "is damaged");
        Directory.Move(_folder["aggregator"], _folder["trainer"]);
        File.Move(FileOfFirst, FileOfFirst.Replace("-0.", "-1.", StringComparison.Ordinal));
        await Assert.ThrowsAsync<StoredUpdateException>(() => Open(_key).FindAsync(World.RoundOf(1), CancellationToken.None));
    }

    [Fact]
    public async Task It_opens_altered_or_cut_nowhere()
    {
        await Open(_key).DecideAsync(World.RoundOf(0), Update, _ => true, CancellationToken.None);
        byte[] file = await File.ReadAllBytesAsync(FileOfFirst);
        for (int k = 0; k < file.Length; k++)
        {
            byte[] altered = [.. file];
            altered[k] ^= 1;
            await File.WriteAllBytesAsync(FileOfFirst, altered);
            await RefusesAsync(Open(_key), FileOfFirst);
            await File.WriteAllBytesAsync(FileOfFirst, file[..k]);
            await RefusesAsync(Open(_key), FileOfFirst);
        }
    }

    [Fact]
    public async Task It_opens_for_no_other_length_of_vectors()
    {
        await Open(_key).DecideAsync(World.RoundOf(0), Update, _ => true, CancellationToken.None);
        await RefusesAsync(Open(_key, dimension: Dimension + 1), "6 entries");
    }

    [Fact]
    public async Task It_shows_nothing_of_what_it_keeps_and_never_the_same_bytes_twice()
    {
        await Open(_key).DecideAsync(World.RoundOf(0), Update, _ => true, CancellationToken.None);
        byte[] first = await File.ReadAllBytesAsync(FileOfFirst);
        await Open(_key).DecideAsync(World.RoundOf(0), Update, _ => false, CancellationToken.None);
        byte[] second = await File.ReadAllBytesAsync(FileOfFirst);
        Assert.True(first.AsSpan().IndexOf(Update.Model.Digest) < 0);
        Assert.NotEqual(first[..12], second[..12]);
        Assert.NotEqual(first[12..], second[12..]);
    }

    [Fact]
    public async Task It_forgets_earlier_rounds_of_the_same_project_alone()
    {
        SealedUpdateStore store = Open(_key);
        RoundId[] rounds = [World.RoundOf(0), World.RoundOf(9), World.RoundOf(10), World.RoundOf(0) with { Project = 11 }];
        await store.ForgetBeforeAsync(rounds[2], CancellationToken.None);
        foreach (RoundId round in rounds)
            await store.DecideAsync(round, Update, _ => true, CancellationToken.None);
        await store.ForgetBeforeAsync(rounds[2], CancellationToken.None);
        Assert.Null(await store.FindAsync(rounds[0], CancellationToken.None));
        Assert.Null(await store.FindAsync(rounds[1], CancellationToken.None));
        Assert.NotNull(await store.FindAsync(rounds[2], CancellationToken.None));
        Assert.NotNull(await store.FindAsync(rounds[3], CancellationToken.None));
    }

    [Fact]
    public async Task What_a_crash_left_half_written_is_written_over()
    {
        SealedUpdateStore store = Open(_key);
        Directory.CreateDirectory(Path.GetDirectoryName(FileOfFirst)!);
        await File.WriteAllBytesAsync($"{FileOfFirst}.new", new byte[5000]);
        Assert.Null(await store.FindAsync(World.RoundOf(0), CancellationToken.None));
        await store.DecideAsync(World.RoundOf(0), Update, _ => true, CancellationToken.None);
        Assert.NotNull(await store.FindAsync(World.RoundOf(0), CancellationToken.None));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(117)]
    [InlineData(118)]
    public void An_entry_that_is_cut_off_is_refused(int length) =>
        Assert.ThrowsAny<FormatException>(() => StoredUpdate.Decode(Update.Encode().AsSpan(0, length), Dimension, 14));

    [Fact]
    public void An_entry_that_is_cut_off_in_its_seed_is_refused()
    {
        byte[] whole = Update.Encode();
        int cut = whole.Length - Update.Sealing!.Payload.Length - 1;
        Assert.ThrowsAny<FormatException>(() => StoredUpdate.Decode(whole.AsSpan(0, cut), Dimension, 14));
    }

    public void Dispose()
    {
        _key.Dispose();
        _otherKey.Dispose();
        _folder.Dispose();
    }

    private SealedUpdateStore Open(PrivateKey owner, AgentRole role = AgentRole.Trainer, int dimension = Dimension) =>
        new(_folder.Path, new UpdateSealing(new PartySecrets(owner), role, dimension, 14));

    private static async Task RefusesAsync(SealedUpdateStore store, string word) => Assert.Contains(
        word,
        (await Assert.ThrowsAsync<StoredUpdateException>(() => store.FindAsync(World.RoundOf(0), CancellationToken.None))).Message,
        StringComparison.Ordinal);
}
