using Marketplace.Chain;
using Marketplace.Chain.Sending;
using Marketplace.Chain.Signing;
using Marketplace.Fleet.Databases;
using Marketplace.Fleet.Journals;
using Npgsql;

namespace Marketplace.Fleet.Tests;

/// <summary>The journal in PostgreSQL, and what the database itself refuses.</summary>
public sealed class PostgresJournalTests(PostgresFixture fixture) : JournalTests, IAsyncLifetime
{
    private FleetDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await fixture.CreateDatabaseAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Two_intents_never_share_a_nonce()
    {
        using PrivateKey key = Payments.OpenKey();
        await using ITransactionJournal journal = await OpenAsync(AccountOf(key), CancellationToken.None);
        await journal.AppendAsync(new JournalEntry.Signed("one", Sign(key, 5)));
        InvalidDataException refusal = await Assert.ThrowsAsync<InvalidDataException>(
            () => journal.AppendAsync(new JournalEntry.Signed("other", Sign(key, 5, fee: 9))));
        Assert.Contains("another intent with the nonce of other", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("one", Assert.Single(await journal.ReadAsync(CancellationToken.None)).Key);
        await journal.AppendAsync(new JournalEntry.Replaced("one"));
        await journal.AppendAsync(new JournalEntry.Signed("other", Sign(key, 5, fee: 9)));
    }

    [Fact]
    public async Task An_intent_never_has_two_nonces()
    {
        using PrivateKey key = Payments.OpenKey();
        await using ITransactionJournal journal = await OpenAsync(AccountOf(key), CancellationToken.None);
        await journal.AppendAsync(new JournalEntry.Signed("one", Sign(key, 5)));
        await Assert.ThrowsAsync<InvalidDataException>(() => journal.AppendAsync(new JournalEntry.Signed("one", Sign(key, 6))));
        Assert.Single(await journal.ReadAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Accounts_chains_and_chains_that_began_anew_know_nothing_of_each_other()
    {
        using PrivateKey key = Payments.OpenKey(), otherKey = PrivateKey.Generate();
        ChainAccount account = AccountOf(key);
        await using ITransactionJournal journal = await OpenAsync(account, CancellationToken.None);
        await journal.AppendAsync(new JournalEntry.Signed("one", Sign(key, 5)));
        foreach (ChainAccount other in new[]
        {
            account with { ChainId = 1 }, account with { Genesis = Bytes32.Keccak("another") }, account with { Address = otherKey.Address },
        })
        {
            await using ITransactionJournal beside = await OpenAsync(other, CancellationToken.None);
            Assert.Empty(await beside.ReadAsync(CancellationToken.None));
            await beside.AppendAsync(new JournalEntry.Signed("one", Sign(key, 5)));
        }

        await journal.ConfirmOwnerAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Who_was_followed_neither_reads_nor_writes()
    {
        using PrivateKey key = Payments.OpenKey();
        await using ITransactionJournal first = await OpenAsync(AccountOf(key), CancellationToken.None);
        await first.AppendAsync(new JournalEntry.Signed("one", Sign(key, 0)));
        await using ITransactionJournal second = await OpenAsync(AccountOf(key), CancellationToken.None);
        foreach (JournalEntry entry in new JournalEntry[]
        {
            new JournalEntry.Signed("one", Sign(key, 0, fee: 9)), new JournalEntry.Signed("two", Sign(key, 1)), new JournalEntry.Reopened("one"),
            new JournalEntry.Replaced("one"),
        })
        {
            await Assert.ThrowsAsync<AccountTakenOverException>(() => first.AppendAsync(entry));
        }

        await Assert.ThrowsAsync<AccountTakenOverException>(() => first.ReadAsync(CancellationToken.None));
        AccountTakenOverException over = await Assert.ThrowsAsync<AccountTakenOverException>(() => first.ConfirmOwnerAsync(CancellationToken.None));
        Assert.Contains($"The account {key.Address} was taken over", over.Message, StringComparison.Ordinal);
        Assert.Single(await second.ReadAsync(CancellationToken.None));
    }

    /// <summary>A write that is under way when the account is taken counts, and the next owner sees it.</summary>
    [Fact]
    public async Task Taking_an_account_waits_for_a_write_that_is_under_way()
    {
        using PrivateKey key = Payments.OpenKey();
        await using ITransactionJournal first = await OpenAsync(AccountOf(key), CancellationToken.None);
        await using NpgsqlConnection blocker = await _database.Source.OpenConnectionAsync();
        await using NpgsqlTransaction block = await blocker.BeginTransactionAsync();
        // Holds the write within its statement, after it has found that the account is its writer's: the same key may be there or not.
        await using (NpgsqlCommand hold = new("INSERT INTO fleet.intents (account, key, nonce) VALUES (1, 'one', 0)", blocker, block))
            await hold.ExecuteNonQueryAsync();
        Task writing = first.AppendAsync(new JournalEntry.Signed("one", Sign(key, 0)));
        await _database.WaitForWaitingAsync(1);
        Task<ITransactionJournal> taking = OpenAsync(AccountOf(key), CancellationToken.None);
        await _database.WaitForWaitingAsync(2);
        Assert.False(writing.IsCompleted);
        await block.RollbackAsync();
        await using ITransactionJournal second = await taking;
        await writing;
        Assert.Equal("one", Assert.Single(await second.ReadAsync(CancellationToken.None)).Key);
        await Assert.ThrowsAsync<AccountTakenOverException>(() => first.AppendAsync(new JournalEntry.Signed("two", Sign(key, 1))));
    }

    [Theory]
    [InlineData("UPDATE fleet.intents SET nonce = 6", "is not the one that its row names")]
    [InlineData("UPDATE fleet.attempts SET hash = sha256('other')", "is not the one that its row names")]
    [InlineData("UPDATE fleet.attempts SET raw = '\\x00'", "Expected a signed transaction")]
    [InlineData("UPDATE fleet.intents SET receipt = '{'", "receipt")]
    public async Task Damage_is_refused_and_says_where_it_is(string damage, string words)
    {
        using PrivateKey key = Payments.OpenKey();
        await using ITransactionJournal journal = await OpenAsync(AccountOf(key), CancellationToken.None);
        await journal.AppendAsync(new JournalEntry.Signed("one", Sign(key, 5)));
        await using (NpgsqlCommand command = _database.Source.CreateCommand(damage))
            Assert.Equal(1, await command.ExecuteNonQueryAsync());
        InvalidDataException refusal = await Assert.ThrowsAsync<InvalidDataException>(() => journal.ReadAsync(CancellationToken.None));
        Assert.Contains($"The journal of {key.Address} in market", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("is damaged at one", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }

    private protected override async Task<ITransactionJournal> OpenAsync(ChainAccount account, CancellationToken cancellationToken) =>
        await PostgresJournal.OpenAsync(_database, account, cancellationToken);

    private static ChainAccount AccountOf(PrivateKey key) => new(31337, Bytes32.Keccak("genesis"), key.Address);

    private static SignedTransaction Sign(PrivateKey key, ulong nonce, int fee = 1) =>
        new Transaction { ChainId = 31337, Nonce = nonce, GasLimit = 21_000, To = key.Address, MaxFeePerGas = fee }.Sign(key);
}
