using System.Text.Json;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Chain.Sending;
using Marketplace.Chain.Signing;
using Marketplace.Testing;
using Marketplace.Testing.Networks;
using Marketplace.Testing.Nodes;

namespace Marketplace.Fleet.Tests;

/// <summary>What every journal must do: whoever opens it next goes on where the one before was, and nothing is done twice.</summary>
public abstract class JournalTests
{
    /// <summary>Opens the journal of an account, each time as a process or machine that knows nothing else.</summary>
    private protected abstract Task<ITransactionJournal> OpenAsync(ChainAccount account, CancellationToken cancellationToken);

    [Theory]
    [InlineData("signing", false)]
    [InlineData("signed", false)]
    [InlineData("journaled", true)]
    [InlineData("broadcast", true)]
    [InlineData("mined", true)]
    public async Task An_intent_is_carried_out_once_wherever_its_sender_ends(string step, bool isJournaled)
    {
        await using AnvilNode node = await AnvilNode.StartAsync();
        using EthereumClient client = new(node.Url);
        using PrivateKey key = Payments.OpenKey();
        await using (Gate gate = new(node.Url))
        using (EthereumClient doomed = new(gate.Url))
        using (CancellationTokenSource killed = new())
        {
            await using TransactionSender first = await TransactionSender.OpenAsync(
                doomed, key, OpenAsync, Payments.Fast with { Checkpoint = Die });
            Assert.NotNull(await Record.ExceptionAsync(() => first
                .SendAsync("pay", new TransactionRequest(Payments.PayeeOf("pay"), default) { Value = 1 }, killed.Token)
                .WaitAsync(Payments.Patience)));

            void Die(string name)
            {
                if (name != step) return;
                gate.Close();
                killed.Cancel();
                throw new InvalidOperationException($"killed at {name}");
            }
        }

        await using TransactionSender second = await TransactionSender.OpenAsync(client, key, OpenAsync, Payments.Fast);
        SignedTransaction? journaled = (await second.PendingAsync(default)).SingleOrDefault()?.Attempts.Single();
        Assert.Equal(isJournaled, journaled is not null || await second.IsConfirmedAsync("pay"));
        // What was signed first counts, not what is asked for now.
        Receipt receipt = await second.PayAsync("pay", isJournaled ? 1000 : 1);
        if (journaled is not null) Assert.Equal(journaled.Hash, receipt.TransactionHash);
        await Payments.AssertPaidOnceAsync(client, key.Address, "pay");
        Assert.True(await second.IsConfirmedAsync("pay"));
    }

    [Fact]
    public async Task The_next_sender_goes_on_with_the_fee_that_was_raised_last()
    {
        await using AnvilNode node = await AnvilNode.StartAsync("--no-mining");
        using EthereumClient client = new(node.Url);
        using PrivateKey key = Payments.OpenKey();
        Bytes32 raised;
        await using (TransactionSender first = await TransactionSender.OpenAsync(
            client, key, OpenAsync, Payments.Fast with { BumpAfter = TimeSpan.FromMilliseconds(200) }))
        {
            Task<Receipt> waiting = first.PayAsync("pay");
            await Polling.WaitUntilAsync(
                async () => (await first.PendingAsync(default)) is [{ Attempts.Count: 2 }], Payments.Patience, () => "the fee is not raised");
            raised = (await first.PendingAsync(default))[0].Attempts[1].Hash;
            await first.DisposeAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        }

        await node.SendAsync("anvil_dropAllTransactions");
        await using TransactionSender second = await TransactionSender.OpenAsync(client, key, OpenAsync, Payments.Fast);
        Receipt receipt = await Payments.MineUntilAsync(node, second.PayAsync("pay"));
        Assert.Equal(raised, receipt.TransactionHash);
        await Payments.AssertPaidOnceAsync(client, key.Address, "pay");
    }

    [Fact]
    public async Task An_intent_whose_nonce_a_foreign_transaction_used_has_another_one()
    {
        await using AnvilNode node = await AnvilNode.StartAsync("--no-mining");
        using EthereumClient client = new(node.Url);
        using PrivateKey key = Payments.OpenKey();
        Receipt receipt;
        await using (TransactionSender first = await TransactionSender.OpenAsync(
            client, key, OpenAsync, Payments.Fast with { ReplacedDepth = 3 }))
        {
            Task<Receipt> sending = first.PayAsync("pay");
            await Polling.WaitUntilAsync(
                async () => await client.GetTransactionCountAsync(key.Address, BlockTag.Pending) == 1,
                Payments.Patience,
                () => "nothing is pending");
            Transaction foreign = new()
            {
                ChainId = first.ChainId,
                GasLimit = 21_000,
                To = key.Address,
                MaxFeePerGas = Units.ParseGwei("50"),
                MaxPriorityFeePerGas = Units.ParseGwei("10"),
            };
            await client.SendRawTransactionAsync(foreign.Sign(key).Raw);
            receipt = await Payments.MineUntilAsync(node, sending);
        }

        await using TransactionSender second = await TransactionSender.OpenAsync(client, key, OpenAsync, Payments.Fast);
        Assert.Equal(receipt.TransactionHash, (await second.PayAsync("pay")).TransactionHash);
        Assert.Equal(1, await client.GetBalanceAsync(Payments.PayeeOf("pay")));
        Assert.Equal(2UL, await client.GetTransactionCountAsync(key.Address));
    }

    [Fact]
    public async Task A_transaction_that_a_reorganization_took_back_is_sent_again_as_it_is()
    {
        await using AnvilNode node = await AnvilNode.StartAsync();
        using EthereumClient client = new(node.Url);
        using PrivateKey key = Payments.OpenKey();
        string before = await node.TakeSnapshotAsync();
        Bytes32 hash;
        await using (TransactionSender first = await TransactionSender.OpenAsync(client, key, OpenAsync, Payments.Fast))
            hash = (await first.PayAsync("pay")).TransactionHash;
        await node.RevertAsync(before);
        await using (TransactionSender second = await TransactionSender.OpenAsync(client, key, OpenAsync, Payments.Fast))
            Assert.Equal(hash, (await second.PayAsync("pay")).TransactionHash);
        await using TransactionSender third = await TransactionSender.OpenAsync(client, key, OpenAsync, Payments.Fast);
        Assert.True(await third.IsConfirmedAsync("pay"));
        await Payments.AssertPaidOnceAsync(client, key.Address, "pay");
    }

    /// <summary>Random histories: who opens the journal after any entry knows what its writer knew.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task What_is_read_is_what_was_written(int seed)
    {
        using PrivateKey key = Payments.OpenKey();
        ChainAccount account = new(31337, Bytes32.Keccak($"genesis {seed}"), key.Address);
        Random random = new(seed);
        IntentTable expected = new();
        ulong next = 0;
        for (int k = 0; k < 60; k++)
        {
            await using ITransactionJournal journal = await OpenAsync(account, CancellationToken.None);
            IntentTable read = new();
            read.Load(await journal.ReadAsync(CancellationToken.None));
            Assert.Equal(Describe(expected), Describe(read));
            JournalEntry entry = Next();
            await journal.AppendAsync(entry);
            expected.Apply(entry);
            // The same process reads it too, when it is not sure of what it wrote.
            read.Load(await journal.ReadAsync(CancellationToken.None));
            Assert.Equal(Describe(expected), Describe(read));
        }

        JournalEntry Next()
        {
            string name = $"intent/{random.Next(6)} 'ä\"";
            Intent? intent = expected.Find(name);
            return intent switch
            {
                null or { Attempts.Count: 0 } => new JournalEntry.Signed(name, Sign(next++, random.Next(1, 100))),
                { Receipt: not null } => new JournalEntry.Reopened(name),
                _ => random.Next(4) switch
                {
                    0 => new JournalEntry.Replaced(name),
                    1 => new JournalEntry.Mined(name, ReceiptOf(intent.Attempts[random.Next(intent.Attempts.Count)])),
                    _ => new JournalEntry.Signed(name, Sign(intent.Nonce, intent.Attempts.Count + 100)),
                },
            };
        }

        SignedTransaction Sign(ulong nonce, int fee) =>
            new Transaction { ChainId = 31337, Nonce = nonce, GasLimit = 21_000, To = key.Address, MaxFeePerGas = fee }.Sign(key);
    }

    private static string[] Describe(IntentTable table) =>
    [
        $"next nonce {table.NextNonce}",
        .. table.All.Where(intent => intent.Attempts.Count > 0).OrderBy(intent => intent.Key, StringComparer.Ordinal).Select(
            intent => $"{intent.Key} {intent.Nonce} {intent.Receipt?.TransactionHash} {string.Join(' ', intent.Attempts.Select(a => a.Hash))}"),
    ];

    private static string ReceiptOf(SignedTransaction transaction)
    {
        string zero = Address.Zero.ToString(), block = Bytes32.Keccak("block").ToString();
        return JsonSerializer.Serialize(new Dictionary<string, object?>
        {
            ["transactionHash"] = transaction.Hash.ToString(),
            ["status"] = "0x1",
            ["blockNumber"] = "0x2",
            ["blockHash"] = block,
            ["transactionIndex"] = "0x0",
            ["from"] = zero,
            ["to"] = zero,
            ["gasUsed"] = "0x5208",
            ["logs"] = Array.Empty<object>(),
        });
    }
}
