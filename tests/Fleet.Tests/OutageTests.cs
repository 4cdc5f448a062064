using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Chain.Sending;
using Marketplace.Chain.Signing;
using Marketplace.Fleet.Databases;
using Marketplace.Fleet.Journals;
using Marketplace.Testing.Databases;
using Marketplace.Testing.Nodes;

namespace Marketplace.Fleet.Tests;

/// <summary>A database that goes away and comes back: nothing is signed meanwhile, and everything goes on after.</summary>
public sealed class OutageTests : IAsyncLifetime
{
    private PostgresServer _server = null!;
    private FleetDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(PostgresServer.WhyMissing is not null, PostgresServer.WhyMissing ?? "");
        _server = await PostgresServer.StartAsync();
        _database = await FleetDatabase.OpenAsync(await _server.CreateDatabaseAsync(), CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (_database is not null) await _database.DisposeAsync();
        if (_server is not null) await _server.DisposeAsync();
    }

    [Fact]
    public async Task Without_the_database_nothing_is_signed_and_with_it_sending_goes_on()
    {
        await using AnvilNode node = await AnvilNode.StartAsync();
        using EthereumClient client = new(node.Url);
        using PrivateKey key = Payments.OpenKey();
        List<string> steps = [];
        await using TransactionSender sender = await OpenAsync(client, key, Payments.Fast with { Checkpoint = steps.Add });
        await sender.PayAsync("one");
        steps.Clear();

        await _server.StopServerAsync();
        for (int k = 0; k < 2; k++)
        {
            JournalUnavailableException away = await Assert.ThrowsAsync<JournalUnavailableException>(() => sender.PayAsync("two"));
            Assert.Contains("The journal in the database market1 at 127.0.0.1", away.Message, StringComparison.Ordinal);
            Assert.Contains("nothing is signed until it can", away.Message, StringComparison.Ordinal);
        }

        await Assert.ThrowsAsync<JournalUnavailableException>(() => OpenAsync(client, key, Payments.Fast));
        Assert.Empty(steps);
        await _server.StartServerAsync();
        await sender.PayAsync("two");
        await Payments.AssertPaidOnceAsync(client, key.Address, "one", "two");
    }

    [Fact]
    public async Task What_was_signed_when_the_database_went_away_is_not_broadcast()
    {
        await using AnvilNode node = await AnvilNode.StartAsync();
        using EthereumClient client = new(node.Url);
        using PrivateKey key = Payments.OpenKey();
        using Halt halt = new("signed");
        await using TransactionSender sender = await OpenAsync(client, key, Payments.Fast with { Checkpoint = halt.Checkpoint });
        Task<Receipt> paying = sender.PayAsync("pay");
        await halt.Reached;
        await _server.StopServerAsync();
        halt.LetGo();
        await Assert.ThrowsAsync<JournalUnavailableException>(() => paying);
        Assert.Equal(0UL, await client.GetTransactionCountAsync(key.Address, BlockTag.Pending));
        await _server.StartServerAsync();
        await sender.PayAsync("pay");
        await Payments.AssertPaidOnceAsync(client, key.Address, "pay");
    }

    [Fact]
    public async Task Who_waits_for_a_receipt_gets_it_once_the_database_is_back()
    {
        await using AnvilNode node = await AnvilNode.StartAsync("--no-mining");
        using EthereumClient client = new(node.Url);
        using PrivateKey key = Payments.OpenKey();
        using Halt halt = new("broadcast");
        Reports reports = new();
        await using TransactionSender sender = await OpenAsync(
            client, key, Payments.Fast with { Checkpoint = halt.Checkpoint, Progress = reports });
        Task<Receipt> paying = sender.PayAsync("pay");
        await halt.Reached;
        await _server.StopServerAsync();
        halt.LetGo();
        await node.SendAsync("evm_mine");
        await reports.WaitForAsync("Looking after pending transactions failed, trying again: The journal in the database");
        Assert.False(paying.IsCompleted);
        await _server.StartServerAsync();
        Assert.True((await paying).IsSuccess);
        Assert.True(await sender.IsConfirmedAsync("pay"));
        await Payments.AssertPaidOnceAsync(client, key.Address, "pay");
    }

    /// <summary>The answer to any write can be lost, after the database has done it.</summary>
    [Theory]
    [InlineData(typeof(JournalEntry.Signed))]
    [InlineData(typeof(JournalEntry.Mined))]
    public async Task A_write_whose_answer_was_lost_is_found_and_not_repeated(Type lost)
    {
        await using AnvilNode node = await AnvilNode.StartAsync();
        using EthereumClient client = new(node.Url);
        using PrivateKey key = Payments.OpenKey();
        await using TransactionSender sender = await TransactionSender.OpenAsync(
            client,
            key,
            async (account, cancellationToken) =>
                new LosingJournal(await PostgresJournal.OpenAsync(_database, account, cancellationToken), lost),
            Payments.Fast);
        Exception? first = await Record.ExceptionAsync(() => sender.PayAsync("pay"));
        Assert.Equal(lost == typeof(JournalEntry.Signed), first is JournalUnavailableException);
        await sender.PayAsync("pay", wei: 1000);
        await Payments.AssertPaidOnceAsync(client, key.Address, "pay");
    }

    private Task<TransactionSender> OpenAsync(EthereumClient client, PrivateKey key, TransactionSenderOptions options) =>
        TransactionSender.OpenAsync(
            client,
            key,
            async (account, cancellationToken) => await PostgresJournal.OpenAsync(_database, account, cancellationToken),
            options);

    /// <summary>Loses the answer to the first write of a kind.</summary>
    private sealed class LosingJournal(ITransactionJournal journal, Type kind) : ITransactionJournal
    {
        private bool _hasLost;

        public Task<IReadOnlyList<JournalEntry>> ReadAsync(CancellationToken cancellationToken) => journal.ReadAsync(cancellationToken);

        public async Task AppendAsync(JournalEntry entry)
        {
            await journal.AppendAsync(entry);
            if (_hasLost || entry.GetType() != kind) return;
            _hasLost = true;
            throw new JournalUnavailableException("the database", new IOException("the connection broke"));
        }

        public Task ConfirmOwnerAsync(CancellationToken cancellationToken) => journal.ConfirmOwnerAsync(cancellationToken);

        public ValueTask DisposeAsync() => journal.DisposeAsync();
    }
}
