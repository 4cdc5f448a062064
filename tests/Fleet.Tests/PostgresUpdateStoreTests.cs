using Marketplace.Agents;
using Marketplace.Algebra.Curves;
using Marketplace.Chain;
using Marketplace.Chain.Sending;
using Marketplace.Chain.Signing;
using Marketplace.Content;
using Marketplace.Contracts;
using Marketplace.Fleet.Accounts;
using Marketplace.Fleet.Databases;
using Marketplace.Fleet.Updates;
using Marketplace.Protocol.Rounds;
using Marketplace.Testing.Files;
using Npgsql;

namespace Marketplace.Fleet.Tests;

/// <summary>Updates that are decided once for all machines, small ones in the database and large ones in the content store.</summary>
public sealed class PostgresUpdateStoreTests(PostgresFixture fixture) : IAsyncLifetime
{
    /// <summary>Numbers of entries whose updates are kept in the one place and in the other.</summary>
    private const int Small = 6, Large = 50_000;

    private static readonly Address Market = new(Bytes32.Keccak("market").ToArray().AsSpan(12));

    private readonly TemporaryFolder _folder = new();
    private readonly PrivateKey _key = Payments.OpenKey();
    private readonly PrivateKey _otherKey = PrivateKey.Generate();
    private FleetDatabase _database = null!;
    private CountingContent _content = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await fixture.CreateDatabaseAsync();
        _content = new CountingContent(new BlockDirectory(_folder.Path));
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _content.Dispose();
        _key.Dispose();
        _otherKey.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(Small, 0)]
    [InlineData(Large, 1)]
    public async Task It_gives_back_what_was_decided_first(int dimension, int published)
    {
        OwnedAccount owner = await TakeAsync(_key);
        PostgresUpdateStore store = Open(owner, dimension);
        Assert.Null(await store.FindAsync(RoundOf(0), CancellationToken.None));
        StoredUpdate first = UpdateOf(dimension, 1);
        Assert.Same(first, await store.DecideAsync(RoundOf(0), first, _ => true, CancellationToken.None));
        AssertSame(first, await store.DecideAsync(RoundOf(0), UpdateOf(dimension, 2), _ => true, CancellationToken.None));
        AssertSame(first, await Open(owner, dimension).FindAsync(RoundOf(0), CancellationToken.None));
        Assert.Equal(published, _content.Live);
    }

    [Theory]
    [InlineData(Small)]
    [InlineData(Large)]
    public async Task Of_many_that_decide_at_once_one_decides_for_all(int dimension)
    {
        OwnedAccount owner = await TakeAsync(_key);
        StoredUpdate[] decided = await _database.OverlapAsync(
            "fleet.updates", 12, k => Open(owner, dimension).DecideAsync(RoundOf(0), UpdateOf(dimension, k), _ => true, CancellationToken.None));
        StoredUpdate kept = (await Open(owner, dimension).FindAsync(RoundOf(0), CancellationToken.None))!;
        Assert.All(decided, one => AssertSame(kept, one));
        Assert.Equal(dimension == Large ? 1 : 0, _content.Live);
    }

    [Theory]
    [InlineData(Small)]
    [InlineData(Large)]
    public async Task The_next_machine_goes_on_with_it_and_the_one_before_decides_nothing_more(int dimension)
    {
        OwnedAccount first = await TakeAsync(_key);
        StoredUpdate decided = UpdateOf(dimension, 1);
        await Open(first, dimension).DecideAsync(RoundOf(0), decided, _ => true, CancellationToken.None);
        OwnedAccount second = await TakeAsync(_key);
        AssertSame(decided, await Open(second, dimension).DecideAsync(RoundOf(0), UpdateOf(dimension, 2), _ => true, CancellationToken.None));
        PostgresUpdateStore before = Open(first, dimension);
        await Assert.ThrowsAsync<AccountTakenOverException>(
            () => before.DecideAsync(RoundOf(0), UpdateOf(dimension, 3), _ => false, CancellationToken.None));
        await Assert.ThrowsAsync<AccountTakenOverException>(
            () => before.DecideAsync(RoundOf(1), UpdateOf(dimension, 3), _ => true, CancellationToken.None));
        await Assert.ThrowsAsync<AccountTakenOverException>(() => before.ForgetBeforeAsync(RoundOf(9), CancellationToken.None));
        AssertSame(decided, await Open(second, dimension).FindAsync(RoundOf(0), CancellationToken.None));
        Assert.Null(await Open(second, dimension).FindAsync(RoundOf(1), CancellationToken.None));
    }

    [Theory]
    [InlineData(Small)]
    [InlineData(Large)]
    public async Task What_does_not_fit_any_more_is_decided_anew_and_once(int dimension)
    {
        OwnedAccount owner = await TakeAsync(_key);
        await Open(owner, dimension).DecideAsync(RoundOf(0), UpdateOf(dimension, 1), _ => true, CancellationToken.None);
        StoredUpdate[] decided = await _database.OverlapAsync("fleet.updates", 8, k => Open(owner, dimension).DecideAsync(
            RoundOf(0), UpdateOf(dimension, k + 2), kept => kept.HyperParameters.LearningRate > 1, CancellationToken.None));
        StoredUpdate kept = (await Open(owner, dimension).FindAsync(RoundOf(0), CancellationToken.None))!;
        Assert.NotEqual(1U, kept.HyperParameters.LearningRate);
        Assert.All(decided, one => AssertSame(kept, one));
    }

    [Theory]
    [InlineData(Small, "UPDATE fleet.updates SET sealed = set_byte(sealed, length(sealed) / 2, get_byte(sealed, length(sealed) / 2) # 1)")]
    [InlineData(Small, "UPDATE fleet.updates SET sealed = substr(sealed, 1, 5)")]
    [InlineData(Small, "UPDATE fleet.updates SET round = 1 - round")]
    [InlineData(Small, "UPDATE fleet.updates SET role = 'aggregator'")]
    [InlineData(Large, "UPDATE fleet.updates SET round = 1 - round")]
    [InlineData(Large, "UPDATE fleet.updates SET content = 'b'")]
    public async Task What_was_tampered_with_in_the_database_is_refused(int dimension, string tampering)
    {
        OwnedAccount owner = await TakeAsync(_key);
        await Open(owner, dimension).DecideAsync(RoundOf(0), UpdateOf(dimension, 1), _ => true, CancellationToken.None);
        await ExecuteAsync(tampering);
        AgentRole role = tampering.Contains("role", StringComparison.Ordinal) ? AgentRole.Aggregator : AgentRole.Trainer;
        int round = tampering.Contains("round", StringComparison.Ordinal) ? 1 : 0;
        PostgresUpdateStore store = Open(owner, dimension, role: role);
        StoredUpdateException refusal = await Assert.ThrowsAsync<StoredUpdateException>(
            () => store.FindAsync(RoundOf(round), CancellationToken.None));
        Assert.Contains($"the update of {RoundOf(round)} in the database market", refusal.Message, StringComparison.Ordinal);
        // It decides nothing.
        StoredUpdate other = UpdateOf(dimension, 2);
        Assert.Same(other, await store.DecideAsync(RoundOf(round), other, _ => true, CancellationToken.None));
        AssertSame(other, await store.FindAsync(RoundOf(round), CancellationToken.None));
    }

    [Fact]
    public async Task What_was_tampered_with_in_the_content_store_is_refused()
    {
        OwnedAccount owner = await TakeAsync(_key);
        await Open(owner, Large).DecideAsync(RoundOf(0), UpdateOf(Large, 1), _ => true, CancellationToken.None);
        foreach (string block in Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories))
        {
            byte[] bytes = await File.ReadAllBytesAsync(block);
            bytes[bytes.Length / 2] ^= 1;
            await File.WriteAllBytesAsync(block, bytes);
        }

        await Assert.ThrowsAsync<StoredUpdateException>(() => Open(owner, Large).FindAsync(RoundOf(0), CancellationToken.None));
    }

    [Fact]
    public async Task What_the_content_store_does_not_have_for_now_is_not_decided_anew()
    {
        OwnedAccount owner = await TakeAsync(_key);
        await Open(owner, Large).DecideAsync(RoundOf(0), UpdateOf(Large, 1), _ => true, CancellationToken.None);
        using TemporaryFolder empty = new();
        using BlockDirectory elsewhere = new(empty.Path);
        PostgresUpdateStore store = Open(owner, Large, elsewhere);
        await Assert.ThrowsAsync<ContentNotFoundException>(() => store.FindAsync(RoundOf(0), CancellationToken.None));
        await Assert.ThrowsAsync<ContentNotFoundException>(
            () => store.DecideAsync(RoundOf(0), UpdateOf(Large, 2), _ => true, CancellationToken.None));
        AssertSame(UpdateOf(Large, 1), await Open(owner, Large).FindAsync(RoundOf(0), CancellationToken.None));
    }

    [Fact]
    public async Task It_opens_for_no_other_account()
    {
        OwnedAccount owner = await TakeAsync(_key);
        await Open(owner, Small).DecideAsync(RoundOf(0), UpdateOf(Small, 1), _ => true, CancellationToken.None);
        await Assert.ThrowsAsync<StoredUpdateException>(() => Open(owner, Small, key: _otherKey).FindAsync(RoundOf(0), CancellationToken.None));
        Assert.Null(await Open(await TakeAsync(_otherKey), Small, key: _otherKey).FindAsync(RoundOf(0), CancellationToken.None));
    }

    [Theory]
    [InlineData(Small)]
    [InlineData(Large)]
    public async Task It_forgets_earlier_rounds_of_the_same_project_alone(int dimension)
    {
        PostgresUpdateStore store = Open(await TakeAsync(_key), dimension);
        RoundId[] rounds = [RoundOf(0), RoundOf(9), RoundOf(10), RoundOf(0) with { Project = 11 }, RoundOf(0) with { Market = Address.Zero }];
        foreach (RoundId round in rounds)
            await store.DecideAsync(round, UpdateOf(dimension, 1), _ => true, CancellationToken.None);
        await store.ForgetBeforeAsync(rounds[2], CancellationToken.None);
        foreach ((RoundId round, bool isKept) in rounds.Zip([false, false, true, true, true]))
            Assert.Equal(isKept, await store.FindAsync(round, CancellationToken.None) is not null);
        Assert.Equal(dimension == Large ? 3 : 0, _content.Live);
        await store.ForgetBeforeAsync(RoundOf(int.MaxValue), CancellationToken.None);
        Assert.Null(await store.FindAsync(rounds[2], CancellationToken.None));
    }

    [Fact]
    public async Task A_database_that_cannot_be_reached_is_said_to_be_so()
    {
        PostgresUpdateStore store = Open(await TakeAsync(_key), Small);
        await ExecuteAsync("ALTER SCHEMA fleet RENAME TO away");
        UpdateStoreUnavailableException away = await Assert.ThrowsAsync<UpdateStoreUnavailableException>(
            () => store.FindAsync(RoundOf(0), CancellationToken.None));
        Assert.Contains("The updates in the database market", away.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<UpdateStoreUnavailableException>(
            () => store.DecideAsync(RoundOf(0), UpdateOf(Small, 1), _ => true, CancellationToken.None));
    }

    private static RoundId RoundOf(int round) => new(31337, Market, 7, round);

    /// <summary>An update of its own for every number; the learning rate tells which.</summary>
    private static StoredUpdate UpdateOf(int dimension, int number)
    {
        Random random = new(number);
        short[] entries = [.. Enumerable.Range(0, dimension).Select(_ => (short)random.Next(-32767, 32768))];
        return new StoredUpdate(
            new Cid(CidCodec.DagPb, Bytes32.Keccak("model").ToArray()),
            new HyperParameters((uint)number, 2, 64),
            new BlindedUpdate(entries, 14, Fr.FromUInt64((ulong)number)),
            G1.Generator);
    }

    private static void AssertSame(StoredUpdate expected, StoredUpdate? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Encode(), actual.Encode());
    }

    private Task<OwnedAccount> TakeAsync(PrivateKey key) =>
        OwnedAccount.TakeAsync(_database, new ChainAccount(31337, Bytes32.Keccak("genesis"), key.Address), CancellationToken.None);

    private PostgresUpdateStore Open(
        OwnedAccount owner, int dimension, IContentStore? content = null, PrivateKey? key = null, AgentRole role = AgentRole.Trainer) =>
        new(owner, new UpdateSealing(new PartySecrets(key ?? _key), role, dimension, 14), content ?? _content);

    private async Task ExecuteAsync(string sql)
    {
        await using NpgsqlCommand command = _database.Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Counts what was added and not let go of.</summary>
    private sealed class CountingContent(IContentStore store) : IContentStore
    {
        private int _live;

        public int Live => _live;

        public string Location => store.Location;

        public async Task<Cid> AddAsync(Stream content, CancellationToken cancellationToken = default)
        {
            Cid added = await store.AddAsync(content, cancellationToken);
            Interlocked.Increment(ref _live);
            return added;
        }

        public Task GetAsync(Cid cid, Stream destination, long maxBytes, CancellationToken cancellationToken = default) =>
            store.GetAsync(cid, destination, maxBytes, cancellationToken);

        public Task ReleaseAsync(Cid cid, CancellationToken cancellationToken = default)
        {
            Interlocked.Decrement(ref _live);
            return store.ReleaseAsync(cid, cancellationToken);
        }

        public void Dispose() => store.Dispose();
    }
}
