using System.Text.Json;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Chain.Sending;
using Marketplace.Chain.Signing;
using Marketplace.Testing.Nodes;

namespace Marketplace.Testing.Markets;

/// <summary>The accounts that every development node funds and signs for.</summary>
public static class DevelopmentAccounts
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>The accounts of <see cref="EthereumNode.Keys"/>.</summary>
    public static IReadOnlyList<Address> Addresses { get; } = [.. EthereumNode.Keys.Select(AddressOf)];

    /// <summary>The account of <see cref="EthereumNode.Keys"/> with an index.</summary>
    public static Address AddressOf(int index) => Addresses[index];

    public static Address AddressOf(string key)
    {
        using PrivateKey parsed = PrivateKey.Parse(key);
        return parsed.Address;
    }

    /// <summary>Sends a transaction that the node signs, and waits for its block.</summary>
    /// <exception cref="RpcException">It would revert.</exception>
    /// <exception cref="InvalidOperationException">It reverted.</exception>
    public static async Task<Receipt> SendFromAsync(this EthereumClient client, Address from, TransactionRequest request)
    {
        Dictionary<string, string?> transaction = new()
        {
            ["from"] = from.ToString(),
            ["to"] = request.To?.ToString(),
            ["data"] = Hex.Format(request.Data.Span),
            ["value"] = Hex.FormatQuantity(request.Value),
        };
        JsonElement sent = await client.SendAsync("eth_sendTransaction", [transaction]);
        Bytes32 hash = Bytes32.Parse(sent.GetString()!);
        // Anvil answers a moment before it has mined.
        Receipt? receipt = null;
        await Polling.WaitUntilAsync(
            async () => (receipt = await client.GetReceiptAsync(hash)) is not null, Limit, () => $"{hash} of {from} is not mined");
        return receipt!.IsSuccess ? receipt : throw new InvalidOperationException($"the transaction {hash} of {from} reverted");
    }

    /// <summary>Deploys a contract.</summary>
    public static async Task<Address> DeployAsync(this EthereumClient client, Address from, TransactionRequest contract) =>
        (await client.SendFromAsync(from, contract)).ContractAddress!.Value;
}
