using System.Text.Json;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.LocalMarket;
using Marketplace.Web.Market;

namespace Marketplace.Web.Wallets;

/// <summary>An account of a development node, which signs for anybody who asks. Worth nothing anywhere else.</summary>
public sealed class DevelopmentWallet : IWallet
{
    private const int MaxNodeAccounts = 20;

    private readonly EthereumClient _client;
    private readonly Address _account;

    private DevelopmentWallet(EthereumClient client, ulong chainId, Address account, string name)
    {
        _client = client;
        _account = account;
        ChainId = chainId;
        Name = name;
    }

    public string Name { get; }

    public Address? Account => _account;

    public ulong? ChainId { get; }

    public bool IsDevelopment => true;

    /// <summary>Never raised: an account and its chain are what they are.</summary>
    public event Action? Changed { add { } remove { } }

    /// <summary>The market's named parties and the node's own accounts; none unless the chain is local.</summary>
    public static async Task<IReadOnlyList<WalletOption>> FindAsync(ActiveMarket market, CancellationToken cancellationToken)
    {
        if (!market.IsLocal)
            return [];
        JsonElement accounts = await market.Chain.Client.SendAsync("eth_accounts", [], cancellationToken);
        if (accounts.ValueKind != JsonValueKind.Array)
            return [];
        IEnumerable<Address> own = accounts.EnumerateArray().Take(MaxNodeAccounts)
            .Select(
                json => json.ValueKind == JsonValueKind.String && Address.TryParse(json.GetString(), out Address address) ? address : Address.Zero)
            .Where(address => !address.IsZero && market.Names.Find(address) is null);
        return
        [
            .. market.Names.All.Select(party => Option(market, party.Address, party.Name, Role(party))),
            .. own.Select((address, k) => Option(market, address, $"Account {k + 1}", "the node's own, with test ether")),
        ];
    }

    public async Task<Bytes32> SendAsync(CallRequest transaction, ulong chainId, CancellationToken cancellationToken)
    {
        try
        {
            // Harmless for the node's own accounts, and what lets it send for the named parties. anvil knows it by Hardhat's name too.
            await _client.SendAsync("hardhat_impersonateAccount", [_account.ToString()], cancellationToken);
            JsonElement hash = await _client.SendAsync(
                "eth_sendTransaction",
                [
                    new
                    {
                        from = _account.ToString(),
                        to = transaction.To?.ToString(),
                        data = Hex.Format(transaction.Data.Span),
                        value = Hex.FormatQuantity(transaction.Value),
                        gas = transaction.Gas is { } gas ? Hex.FormatQuantity(gas) : null,
                    },
                ],
                cancellationToken);
            return hash.ValueKind == JsonValueKind.String && Bytes32.TryParse(hash.GetString(), out Bytes32 parsed)
                ? parsed
                : throw new WalletException("The node answered without a transaction hash.");
        }
        catch (RpcException e)
        {
            throw WalletFaults.Explain(e.Code, e.NodeMessage);
        }
    }

    public Task SwitchChainAsync(ulong chainId, Uri? rpc, CancellationToken cancellationToken) =>
        throw new WalletException("A development account is on its own chain only.");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static string Role(NamedParty party) =>
        party.About.Length == 0 || party.About == party.Role ? party.Role : $"{party.Role}, {party.About}";

    private static WalletOption Option(ActiveMarket market, Address address, string name, string about) => new(
        $"development:{address}",
        name,
        about,
        IsDevelopment: true,
        (_, _) => Task.FromResult<IWallet?>(new DevelopmentWallet(market.Chain.Client, market.Chain.ChainId, address, name)));
}
