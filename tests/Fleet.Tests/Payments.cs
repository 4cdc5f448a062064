using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Chain.Sending;
using Marketplace.Chain.Signing;
using Marketplace.Testing.Nodes;

namespace Marketplace.Fleet.Tests;

/// <summary>Intents that show how often each was carried out: each pays one wei to an address of its own.</summary>
internal static class Payments
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static readonly TransactionSenderOptions Fast = new() { PollInterval = TimeSpan.FromMilliseconds(20) };

    public static PrivateKey OpenKey() => PrivateKey.Parse(EthereumNode.Keys[3]);

    public static Address PayeeOf(string intent) => new(Bytes32.Keccak($"payee of {intent}").ToArray().AsSpan(12));

    public static Task<Receipt> PayAsync(this TransactionSender sender, string intent, int wei = 1) =>
        sender.SendAsync(intent, new TransactionRequest(PayeeOf(intent), default) { Value = wei }).WaitAsync(Patience);

    /// <summary>That each intent was carried out once, and nothing else was.</summary>
    public static async Task AssertPaidOnceAsync(EthereumClient client, Address account, params string[] intents)
    {
        foreach (string intent in intents)
            Assert.Equal((intent, 1), (intent, (int)await client.GetBalanceAsync(PayeeOf(intent))));
        Assert.Equal((ulong)intents.Length, await client.GetTransactionCountAsync(account));
    }

    /// <summary>Mines until something is done.</summary>
    public static async Task<T> MineUntilAsync<T>(EthereumNode node, Task<T> done)
    {
        using CancellationTokenSource limit = new(Patience);
        while (!done.IsCompleted)
        {
            await node.SendAsync("evm_mine", cancellationToken: limit.Token);
            await Task.WhenAny(done, Task.Delay(50, limit.Token));
        }

        return await done;
    }
}
