using Marketplace.Chain.Rpc;
using Marketplace.Chain.Sending;
using Marketplace.Chain.Signing;
using Marketplace.Contracts;
using Marketplace.Testing;
using Marketplace.Testing.Nodes;

namespace Marketplace.Chain.Tests;

/// <summary>A node with a token that the tests of one class share.</summary>
public abstract class NodeFixture : IAsyncLifetime
{
    private EthereumNode? _node;

    public EthereumNode Node => _node ?? throw new InvalidOperationException("Not started.");

    public EthereumClient Client { get; private set; } = null!;

    public TestTokenContract Token { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _node = await StartAsync();
        Client = new EthereumClient(Node.Url);
        Token = new TestTokenContract(Client, await Chain.DeployTokenAsync(Client));
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        if (_node is not null) await _node.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<EthereumNode> StartAsync();
}

public sealed class AnvilFixture : NodeFixture
{
    protected override async Task<EthereumNode> StartAsync() => await AnvilNode.StartAsync();
}

public sealed class HardhatFixture : NodeFixture
{
    protected override async Task<EthereumNode> StartAsync() => await HardhatNode.StartAsync();
}

internal static class Chain
{
    public static readonly TransactionSenderOptions Fast = new() { PollInterval = TimeSpan.FromMilliseconds(20) };

    public static PrivateKey Key(int index) => PrivateKey.Parse(EthereumNode.Keys[index]);

    /// <summary>Deploys a token by the first development account, past the sender under test.</summary>
    public static async Task<Address> DeployTokenAsync(EthereumClient client) =>
        (await SendPlainlyAsync(client, Key(0), TestTokenContract.Deploy())).ContractAddress!.Value;

    /// <summary>Signs and sends without a journal, and waits for the receipt on a node that mines at once.</summary>
    public static async Task<Receipt> SendPlainlyAsync(EthereumClient client, PrivateKey key, TransactionRequest request, ulong? nonce = null)
    {
        Bytes32 hash = await BroadcastPlainlyAsync(client, key, request, nonce);
        Receipt? receipt = null;
        await Polling.WaitUntilAsync(
            async () => (receipt = await client.GetReceiptAsync(hash)) is not null, TimeSpan.FromSeconds(30), () => $"{hash} is not mined");
        return receipt!;
    }

    public static async Task<Bytes32> BroadcastPlainlyAsync(EthereumClient client, PrivateKey key, TransactionRequest request, ulong? nonce = null)
    {
        SignedTransaction signed = new Transaction
        {
            ChainId = await client.GetChainIdAsync(),
            Nonce = nonce ?? await client.GetTransactionCountAsync(key.Address),
            GasLimit = 5_000_000,
            MaxFeePerGas = Units.ParseGwei("50"),
            MaxPriorityFeePerGas = Units.ParseGwei("1"),
            To = request.To,
            Value = request.Value,
            Data = request.Data,
        }.Sign(key);
        return await client.SendRawTransactionAsync(signed.Raw);
    }
}
