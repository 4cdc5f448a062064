using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Chain.Sending;
using Marketplace.Chain.Signing;
using Marketplace.Fleet.Databases;
using Marketplace.Fleet.Journals;
using Marketplace.Testing;
using Marketplace.Testing.Nodes;

namespace Marketplace.Fleet.Tests;

/// <summary>Two machines that both believe to own an account: the later one does, and nothing is done twice.</summary>
public sealed class FencingTests(PostgresFixture fixture) : IAsyncLifetime
{
    private FleetDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await fixture.CreateDatabaseAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Theory]
    [InlineData("signing")]
    [InlineData("signed")]
    [InlineData("journaled")]
    [InlineData("broadcast")]
    [InlineData("mined")]
    public async Task A_machine_that_froze_at_a_step_is_fenced_when_it_wakes_up(string step)
    {
        await using AnvilNode node = await AnvilNode.StartAsync();
        using EthereumClient client = new(node.Url);
        using PrivateKey key = Payments.OpenKey();
        using Halt halt = new(step);
        await using TransactionSender first = await OpenAsync(client, key, Payments.Fast with { Checkpoint = halt.Checkpoint });
        Task<Receipt> frozen = first.PayAsync("pay");
        await halt.Reached;

        await using TransactionSender second = await OpenAsync(client, key);
        Receipt receipt = await second.PayAsync("pay");
        halt.LetGo();

        await Assert.ThrowsAsync<AccountTakenOverException>(() => frozen);
        await Assert.ThrowsAsync<AccountTakenOverException>(() => first.PayAsync("pay"));
        await Assert.ThrowsAsync<AccountTakenOverException>(() => first.PayAsync("other"));
        await Assert.ThrowsAsync<AccountTakenOverException>(() => first.IsConfirmedAsync("pay"));
        Assert.Equal(receipt.TransactionHash, (await second.PayAsync("pay")).TransactionHash);
        await Payments.AssertPaidOnceAsync(client, key.Address, "pay");
    }

    [Fact]
    public async Task A_machine_that_froze_before_raising_a_fee_raises_nothing()
    {
        await using AnvilNode node = await AnvilNode.StartAsync("--no-mining");
        using EthereumClient client = new(node.Url);
        using PrivateKey key = Payments.OpenKey();
        using Halt halt = new("signed", time: 2);
        await using TransactionSender first = await OpenAsync(
            client, key, Payments.Fast with { BumpAfter = TimeSpan.FromMilliseconds(100), Checkpoint = halt.Checkpoint });
        Task<Receipt> waiting = first.PayAsync("pay");
        await halt.Reached;

        await using TransactionSender second = await OpenAsync(client, key);
        halt.LetGo();
        await Assert.ThrowsAsync<AccountTakenOverException>(() => waiting);
        Bytes32 only = Assert.Single(Assert.Single(await second.PendingAsync(default)).Attempts).Hash;
        Assert.Equal(only, (await Payments.MineUntilAsync(node, second.PayAsync("pay"))).TransactionHash);
        await Payments.AssertPaidOnceAsync(client, key.Address, "pay");
    }

    [Fact]
    public async Task Who_was_followed_does_not_broadcast_again_and_tells_all_who_wait()
    {
        await using AnvilNode node = await AnvilNode.StartAsync("--no-mining");
        using EthereumClient client = new(node.Url);
        using PrivateKey key = Payments.OpenKey();
        await using TransactionSender first = await OpenAsync(client, key);
        Task<Receipt>[] waiting = [first.PayAsync("one"), first.PayAsync("two"), first.PayAsync("two")];
        await Polling.WaitUntilAsync(
            async () => await client.GetTransactionCountAsync(key.Address, BlockTag.Pending) == 2, Payments.Patience, () => "nothing is pending");

        await using PostgresJournal second = await PostgresJournal.OpenAsync(
            _database, await AccountOfAsync(client, key), CancellationToken.None);
        await node.SendAsync("anvil_dropAllTransactions");
        foreach (Task<Receipt> one in waiting) await Assert.ThrowsAsync<AccountTakenOverException>(() => one);
        await first.DisposeAsync();
        Assert.Equal(0UL, await client.GetTransactionCountAsync(key.Address, BlockTag.Pending));
        Assert.Equal(2, (await second.ReadAsync(CancellationToken.None)).Count);
    }

    /// <summary>
    /// Two machines take the account from each other at random steps. Whoever loses it goes on as if it had not, and takes it again
    /// when the other one freezes in turn.
    /// </summary>
    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public async Task Of_400_intents_each_is_carried_out_once_by_two_machines_that_take_turns(int seed)
    {
        await using AnvilNode node = await AnvilNode.StartAsync();
        using EthereumClient client = new(node.Url);
        using PrivateKey key = Payments.OpenKey();
        string[] intents = [.. Enumerable.Range(0, 400).Select(k => $"pay/{k}")];
        using SemaphoreSlim firstTurn = new(1), secondTurn = new(0), firstTook = new(0), secondTook = new(0);
        Task<int> first = RunAsync(new Random(seed), firstTurn, firstTook, secondTurn, secondTook);
        Task<int> second = RunAsync(new Random(seed + 1000), secondTurn, secondTook, firstTurn, firstTook);
        int[] fenced = await Task.WhenAll(first, second);
        TestContext.Current.SendDiagnosticMessage($"fenced {fenced[0]} and {fenced[1]} times");
        Assert.All(fenced, times => Assert.True(times > 5, $"fenced {times} times"));
        await Payments.AssertPaidOnceAsync(client, key.Address, intents);

        // One machine: sends what is left whenever it has its turn, until all is done.
        async Task<int> RunAsync(Random random, SemaphoreSlim turn, SemaphoreSlim took, SemaphoreSlim otherTurn, SemaphoreSlim otherTook)
        {
            for (int times = 0; ; times++)
            {
                Assert.True(await turn.WaitAsync(Payments.Patience), "the other machine froze for good");
                int steps = -1;
                await using TransactionSender sender = await OpenAsync(client, key, Payments.Fast with { Checkpoint = _ => Step() });
                took.Release();
                steps = random.Next(5, 120);
                try
                {
                    foreach (string[] some in intents.Chunk(random.Next(1, 20)))
                        await Task.WhenAll(some.Select(intent => sender.PayAsync(intent)));
                    otherTurn.Release();
                    return times;
                }
                catch (AccountTakenOverException)
                {
                    // Another turn will come.
                }

                // Freezes once, until the other machine has taken the account.
                void Step()
                {
                    if (steps < 0 || Interlocked.Decrement(ref steps) != 0) return;
                    otherTurn.Release();
                    if (!otherTook.Wait(Payments.Patience)) throw new TimeoutException("the other machine does not take the account");
                }
            }
        }
    }

    private Task<TransactionSender> OpenAsync(EthereumClient client, PrivateKey key, TransactionSenderOptions? options = null) =>
        TransactionSender.OpenAsync(
            client,
            key,
            async (account, cancellationToken) => await PostgresJournal.OpenAsync(_database, account, cancellationToken),
            options ?? Payments.Fast);

    private static async Task<ChainAccount> AccountOfAsync(EthereumClient client, PrivateKey key) => new(
        await client.GetChainIdAsync(), (await client.GetBlockAsync(BlockTag.Number(0)))!.Hash, key.Address);
}
