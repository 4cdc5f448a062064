using System.Collections.Concurrent;
using Marketplace.Chain.Rpc;
using Marketplace.Chain.Sending;
using Marketplace.Chain.Signing;
using Marketplace.Contracts;
using Marketplace.Testing;
using Marketplace.Testing.Files;
using Marketplace.Testing.Nodes;

namespace Marketplace.Chain.Tests;

public sealed class TransactionSenderTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Money_is_held_by_one_at_a_time()
    {
        await using AnvilNode node = await AnvilNode.StartAsync();
        using EthereumClient client = new(node.Url);
        using PrivateKey key = Chain.Key(3);
        TestTokenContract token = new(client, await Chain.DeployTokenAsync(client));
        await using TransactionSender sender = await TransactionSender.OpenAsync(client, key, _folder.Path, Chain.Fast);
        IMoneyHold first = await sender.HoldMoneyAsync();
        Task<IMoneyHold> second = sender.HoldMoneyAsync();
        await first.SendAsync("mint", token.Mint(key.Address, 7)).WaitAsync(Patience);
        Assert.False(second.IsCompleted);

        await first.DisposeAsync();
        await using IMoneyHold held = await second.WaitAsync(Patience);
        Assert.Equal(7, await token.BalanceOfAsync(key.Address));
    }

    [Theory]
    [InlineData("signing", false)]
    [InlineData("signed", false)]
    [InlineData("journaled", true)]
    [InlineData("unsent", true)]
    [InlineData("delivered", true)]
    [InlineData("broadcast", true)]
    [InlineData("mined", true)]
    public async Task Executes_once_whenever_it_is_killed(string step, bool isJournaled)
    {
        await using AnvilNode node = await AnvilNode.StartAsync();
        using EthereumClient client = new(node.Url);
        using PrivateKey key = Chain.Key(3);
        TestTokenContract token = new(client, await Chain.DeployTokenAsync(client));
        using (KillableClient doomed = new(node.Url, step))
        {
            await using TransactionSender first = await TransactionSender.OpenAsync(doomed.Client, key, _folder.Path, doomed.Options);
            Exception? death = await Record.ExceptionAsync(
                () => first.SendAsync("mint", token.Mint(key.Address, 7), doomed.Killed).WaitAsync(Patience));
            Assert.True(
                death is InvalidOperationException or SenderStoppedException or OperationCanceledException or RpcTransportException,
                $"{step}: {death}");
        }

        string journal = await File.ReadAllTextAsync(Directory.GetFiles(_folder.Path).Single());
        Assert.Equal(isJournaled, journal.Contains("\"signed\"", StringComparison.Ordinal));

        await using (TransactionSender second = await TransactionSender.OpenAsync(client, key, _folder.Path, Chain.Fast))
        {
            if (isJournaled)
            {
                // The restarted process settles what the journal holds, even if nobody asks for it.
                foreach (Intent pending in await second.PendingAsync(default)) await pending.Completion.WaitAsync(Patience);
                Assert.Equal(7, await token.BalanceOfAsync(key.Address));
            }

            // Another amount: the transaction that was signed first counts, not this request.
            Receipt receipt = await second.SendAsync("mint", token.Mint(key.Address, isJournaled ? 1000 : 7)).WaitAsync(Patience);
            if (isJournaled) Assert.Contains(receipt.TransactionHash.ToString(), journal, StringComparison.Ordinal);
        }

        await using (TransactionSender third = await TransactionSender.OpenAsync(client, key, _folder.Path, Chain.Fast))
            await third.SendAsync("mint", token.Mint(key.Address, 7)).WaitAsync(Patience);
        Assert.Equal(7, await token.BalanceOfAsync(key.Address));
        Assert.Equal(1UL, await client.GetTransactionCountAsync(key.Address));
    }

    [Fact]
    public async Task Concurrent_intents_get_nonces_of_their_own_and_each_is_sent_once()
    {
        await using AnvilNode node = await AnvilNode.StartAsync();
        using EthereumClient client = new(node.Url);
        using PrivateKey key = Chain.Key(3);
        TestTokenContract token = new(client, await Chain.DeployTokenAsync(client));
        await using TransactionSender sender = await TransactionSender.OpenAsync(client, key, _folder.Path, Chain.Fast);
        await Task.WhenAll(Enumerable.Range(0, 36).Select(i => sender.SendAsync($"mint/{i % 12}", token.Mint(key.Address, 1)))).WaitAsync(Patience);
        Assert.Equal(12, await token.BalanceOfAsync(key.Address));
        Assert.Equal(12UL, await client.GetTransactionCountAsync(key.Address));

        AccountInUseException busy = await Assert.ThrowsAsync<AccountInUseException>(
            () => TransactionSender.OpenAsync(client, key, _folder.Path, Chain.Fast));
        Assert.Contains("another process", busy.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Raises_the_fee_of_what_is_stuck_and_sends_again_what_was_dropped()
    {
        await using AnvilNode node = await AnvilNode.StartAsync("--no-mining");
        using EthereumClient client = new(node.Url);
        using PrivateKey key = Chain.Key(3);
        Reports reports = new();
        await using TransactionSender sender = await TransactionSender.OpenAsync(
            client, key, _folder.Path, Chain.Fast with { BumpAfter = TimeSpan.FromMilliseconds(300), Progress = reports });
        Task<Receipt> sending = sender.SendAsync("pay", new TransactionRequest(key.Address, default) { Value = 5 });
        await reports.WaitForAsync("raising its fee").WaitAsync(Patience);
        await sender.PendingAsync(default).WaitAsync(Patience); // Waits for the step that raises the fee to end.
        await node.SendAsync("anvil_dropAllTransactions");
        await reports.WaitForAsync("again").WaitAsync(Patience);
        Receipt receipt = await MineUntilAsync(node, sending);
        Assert.True(receipt.IsSuccess);
        Assert.Equal(1UL, await client.GetTransactionCountAsync(key.Address));
        string journal = await ReadJournalAsync(sender);
        Assert.Contains(receipt.TransactionHash.ToString(), journal, StringComparison.Ordinal);
        Assert.True(journal.Split("\"kind\":\"signed\"").Length > 2, "The journal holds both signatures.");
    }

    [Fact]
    public async Task Signs_anew_only_after_a_foreign_transaction_has_used_the_nonce()
    {
        await using AnvilNode node = await AnvilNode.StartAsync("--no-mining");
        using EthereumClient client = new(node.Url);
        using PrivateKey key = Chain.Key(3);
        Reports reports = new();
        Address target = new(Bytes32.Keccak("target").ToArray().AsSpan(12));
        await using TransactionSender sender = await TransactionSender.OpenAsync(
            client, key, _folder.Path, Chain.Fast with { ReplacedDepth = 3, Progress = reports });
        Task<Receipt> sending = sender.SendAsync("pay", new TransactionRequest(target, default) { Value = 5 });
        await Polling.WaitUntilAsync(
            async () => await client.GetTransactionCountAsync(key.Address, BlockTag.Pending) == 1, Patience, () => "nothing is pending");
        await Chain.BroadcastPlainlyAsync(client, key, new TransactionRequest(key.Address, default), nonce: 0);
        Receipt receipt = await MineUntilAsync(node, sending);
        Assert.True(receipt.IsSuccess);
        Assert.Equal(5, await client.GetBalanceAsync(target));
        Assert.Equal(2UL, await client.GetTransactionCountAsync(key.Address));
    }

    [Fact]
    public async Task Fills_a_gap_that_a_dropped_foreign_transaction_left()
    {
        await using AnvilNode node = await AnvilNode.StartAsync("--no-mining");
        using EthereumClient client = new(node.Url);
        using PrivateKey key = Chain.Key(3);
        Reports reports = new();
        Bytes32 foreign = await Chain.BroadcastPlainlyAsync(client, key, new TransactionRequest(key.Address, default), nonce: 0);
        await using TransactionSender sender = await TransactionSender.OpenAsync(
            client, key, _folder.Path, Chain.Fast with { BumpAfter = TimeSpan.FromMilliseconds(300), Progress = reports });
        Task<Receipt> sending = sender.SendAsync("pay", new TransactionRequest(key.Address, default) { Value = 5 });
        await Polling.WaitUntilAsync(async () => (await sender.PendingAsync(default)).Length == 1, Patience, () => "no intent is pending");
        await node.SendAsync("anvil_dropTransaction", $"[\"{foreign}\"]");
        await reports.WaitForAsync("empty transfer").WaitAsync(Patience);
        Assert.True((await MineUntilAsync(node, sending)).IsSuccess);
        Assert.Equal(2UL, await client.GetTransactionCountAsync(key.Address));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Explains_reverts_before_and_after_mining(bool isHardhat)
    {
        await using EthereumNode node = isHardhat ? await HardhatNode.StartAsync() : await AnvilNode.StartAsync();
        using EthereumClient client = new(node.Url);
        using PrivateKey key = Chain.Key(3);
        TestTokenContract token = new(client, await Chain.DeployTokenAsync(client));
        await using TransactionSender sender = await TransactionSender.OpenAsync(client, key, _folder.Path, Chain.Fast);

        // Seen in the estimate: nothing is signed, and the intent is free.
        await Assert.ThrowsAsync<ContractRevertedException>(() => sender.SendAsync("move", token.Transfer(token.Address, 9)).WaitAsync(Patience));
        Assert.Equal(0UL, await client.GetTransactionCountAsync(key.Address));

        // Mined: the intent is spent, and says so every time.
        for (int i = 0; i < 2; i++)
        {
            TransactionRevertedException error = await Assert.ThrowsAsync<TransactionRevertedException>(
                () => sender.SendAsync("move", token.Transfer(token.Address, 9) with { GasLimit = 100_000 }).WaitAsync(Patience));
            Assert.Equal(TestTokenErrors.ERC20InsufficientBalance, error.Error.Name);
            Assert.Equal(key.Address, error.Error["sender"]);
            Assert.False(error.Receipt.IsSuccess);
        }

        Assert.Equal(1UL, await client.GetTransactionCountAsync(key.Address));
    }

    [Fact]
    public async Task Sends_the_same_transaction_again_after_a_reorganization()
    {
        await using AnvilNode node = await AnvilNode.StartAsync();
        using EthereumClient client = new(node.Url);
        using PrivateKey key = Chain.Key(3);
        TestTokenContract token = new(client, await Chain.DeployTokenAsync(client));
        await using TransactionSender sender = await TransactionSender.OpenAsync(client, key, _folder.Path, Chain.Fast);
        await node.SendAsync("evm_snapshot");
        Receipt before = await sender.SendAsync("mint", token.Mint(key.Address, 7)).WaitAsync(Patience);
        await node.SendAsync("evm_revert", "[\"0x0\"]");
        Assert.Equal(0, await token.BalanceOfAsync(key.Address));
        Receipt after = await sender.SendAsync("mint", token.Mint(key.Address, 7)).WaitAsync(Patience);
        Assert.Equal(before.TransactionHash, after.TransactionHash);
        Assert.Equal(7, await token.BalanceOfAsync(key.Address));
    }

    [Fact]
    public async Task Waits_for_confirmations()
    {
        await using AnvilNode node = await AnvilNode.StartAsync();
        using EthereumClient client = new(node.Url);
        using PrivateKey key = Chain.Key(3);
        await using TransactionSender sender = await TransactionSender.OpenAsync(client, key, _folder.Path, Chain.Fast with { Confirmations = 4 });
        Task<Receipt> sending = sender.SendAsync("pay", new TransactionRequest(key.Address, default));
        Receipt receipt = await MineUntilAsync(node, sending);
        Assert.True(await client.GetBlockNumberAsync() >= receipt.BlockNumber + 3);
    }

    [Fact]
    public async Task A_torn_last_line_is_cut_off_and_other_damage_is_refused()
    {
        await using AnvilNode node = await AnvilNode.StartAsync();
        using EthereumClient client = new(node.Url);
        using PrivateKey key = Chain.Key(3);
        await using (TransactionSender sender = await TransactionSender.OpenAsync(client, key, _folder.Path, Chain.Fast))
            await sender.SendAsync("pay", new TransactionRequest(key.Address, default)).WaitAsync(Patience);
        string path = Directory.GetFiles(_folder.Path).Single();
        string intact = await File.ReadAllTextAsync(path);

        await File.WriteAllTextAsync(path, intact + intact[..40]);
        await using (TransactionSender sender = await TransactionSender.OpenAsync(client, key, _folder.Path, Chain.Fast))
            await sender.SendAsync("pay", new TransactionRequest(key.Address, default)).WaitAsync(Patience);
        Assert.Equal(intact, await File.ReadAllTextAsync(path));

        await File.WriteAllTextAsync(path, intact[..40] + "\n" + intact);
        InvalidDataException damaged = await Assert.ThrowsAsync<InvalidDataException>(
            () => TransactionSender.OpenAsync(client, key, _folder.Path, Chain.Fast));
        Assert.Contains("Line 1", damaged.Message, StringComparison.Ordinal);
        Assert.Equal(1UL, await client.GetTransactionCountAsync(key.Address));
    }

    [Fact]
    public async Task A_refusal_reaches_the_caller_and_does_not_spend_the_intent()
    {
        await using AnvilNode node = await AnvilNode.StartAsync();
        using EthereumClient client = new(node.Url);
        using PrivateKey key = PrivateKey.Generate();
        Reports reports = new();
        await using TransactionSender sender = await TransactionSender.OpenAsync(
            client, key, _folder.Path, Chain.Fast with { BumpAfter = TimeSpan.FromMilliseconds(1), Progress = reports });
        TransactionRequest request = new(key.Address, default) { GasLimit = 21_000 };
        for (int i = 0; i < 2; i++)
        {
            Exception refusal = await Assert.ThrowsAsync<InsufficientFundsException>(() => sender.SendAsync("pay", request).WaitAsync(Patience));
            Assert.StartsWith($"insufficient funds: the account {key.Address} has 0.0 ETH and needs at least 0.0000", refusal.Message);
        }
        await reports.WaitForAsync("refuses").WaitAsync(Patience);
        Assert.False(reports.Contain("raising"), "Money was missing, not a higher fee.");
        await node.SendAsync("anvil_setBalance", $"[\"{key.Address}\",\"0xde0b6b3a7640000\"]");
        Assert.True((await sender.SendAsync("pay", request).WaitAsync(Patience)).IsSuccess);
        Assert.Equal(1UL, await client.GetTransactionCountAsync(key.Address));
    }

    private async Task<string> ReadJournalAsync(TransactionSender sender)
    {
        await sender.DisposeAsync();
        return await File.ReadAllTextAsync(Directory.GetFiles(_folder.Path).Single());
    }

    private static async Task<Receipt> MineUntilAsync(EthereumNode node, Task<Receipt> sending)
    {
        using CancellationTokenSource limit = new(Patience);
        while (!sending.IsCompleted)
        {
            await node.SendAsync("evm_mine", cancellationToken: limit.Token);
            await Task.Delay(50, limit.Token);
        }

        return await sending;
    }

    private sealed class Reports : IProgress<string>
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public void Report(string value) => _lines.Enqueue(value);

        public bool Contain(string words) => _lines.Any(l => l.Contains(words, StringComparison.Ordinal));

        public Task WaitForAsync(string words) => Polling.WaitUntilAsync(
            () => Contain(words), Patience, () => $"no report of '{words}': {string.Join("; ", _lines)}");
    }
}
