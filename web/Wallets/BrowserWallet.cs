using System.Globalization;
using System.Text.Json.Serialization;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Microsoft.JSInterop;

namespace Marketplace.Web.Wallets;

/// <summary>A wallet in the user's browser (EIP-1193). The user signs there; all that comes from it is checked here.</summary>
public sealed class BrowserWallet : IWallet
{
    private readonly IJSObjectReference _script;
    private readonly DotNetObjectReference<BrowserWallet> _self;
    private int _connection;

    private BrowserWallet(IJSObjectReference script, string name)
    {
        _script = script;
        Name = name;
        _self = DotNetObjectReference.Create(this);
    }

    public string Name { get; }

    public Address? Account { get; private set; }

    public ulong? ChainId { get; private set; }

    public bool IsDevelopment => false;

    public event Action? Changed;

    internal static async Task<IWallet?> ConnectAsync(
        IJSObjectReference script, string id, string name, bool ask, CancellationToken cancellationToken)
    {
        var wallet = new BrowserWallet(script, name);
        try
        {
            // Given a token, the call has no time limit of its own: the wallet's window stays open as long as its owner likes.
            Answer<Connection> answer = await script.InvokeAsync<Answer<Connection>>("connect", cancellationToken, id, ask, wallet._self);
            Connection connection = answer.Require();
            wallet._connection = connection.Number;
            wallet.ChainId = ReadChain(connection.ChainId);
            wallet.Account = ReadAccount(connection.Account);
        }
        catch
        {
            wallet._self.Dispose();
            throw;
        }
        if (wallet.Account is not null)
            return wallet;
        await wallet.DisposeAsync();
        return ask ? throw new WalletException("The wallet gave no account.") : null;
    }

    public async Task<Bytes32> SendAsync(CallRequest transaction, ulong chainId, CancellationToken cancellationToken)
    {
        if (transaction.From is not { } from || from != Account)
            throw new WalletException("The wallet has changed its account meanwhile; try again.");
        Answer<string> answer = await _script.InvokeAsync<Answer<string>>(
            "send",
            cancellationToken,
            _connection,
            new
            {
                From = from.ToString(),
                To = transaction.To?.ToString(),
                Data = Hex.Format(transaction.Data.Span),
                Value = Hex.FormatQuantity(transaction.Value),
                Gas = transaction.Gas is { } gas ? Hex.FormatQuantity(gas) : null,
            },
            Hex.FormatQuantity(chainId));
        return Bytes32.TryParse(answer.Require(), out Bytes32 hash)
            ? hash
            : throw new WalletException("The wallet answered without a transaction hash; look there whether it was sent.");
    }

    public async Task SwitchChainAsync(ulong chainId, Uri? rpc, CancellationToken cancellationToken)
    {
        object? description = rpc is null ? null : new
        {
            ChainId = Hex.FormatQuantity(chainId),
            ChainName = $"Marketplace {chainId}",
            NativeCurrency = new { Name = "Ether", Symbol = "ETH", Decimals = 18 },
            RpcUrls = new[] { rpc.ToString() },
        };
        Answer<string> answer = await _script.InvokeAsync<Answer<string>>(
            "switchChain", cancellationToken, _connection, Hex.FormatQuantity(chainId), description);
        ChangeChain(answer.Require());
    }

    /// <summary>Called by the browser; empty when the wallet has taken its permission back.</summary>
    [JSInvokable]
    public void ChangeAccount(string? account)
    {
        Account = ReadAccount(account);
        Changed?.Invoke();
    }

    /// <summary>Called by the browser; empty when the wallet has lost its network.</summary>
    [JSInvokable]
    public void ChangeChain(string? chainId)
    {
        ChainId = ReadChain(chainId);
        Changed?.Invoke();
    }

    public async ValueTask DisposeAsync()
    {
        _self.Dispose();
        try
        {
            await _script.InvokeVoidAsync("leave", _connection);
        }
        catch (Exception e) when (e is JSDisconnectedException or ObjectDisposedException or TaskCanceledException)
        {
            // The browser has gone, and what listened there with it.
        }
    }

    private static Address? ReadAccount(string? text) => Address.TryParse(text, out Address account) && !account.IsZero ? account : null;

    /// <summary>Wallets write a chain id as a quantity, and some as a decimal number.</summary>
    private static ulong? ReadChain(string? text) => text switch
    {
        ['0', 'x', .. var digits] when digits.Length <= 16
            && ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong chain) => chain,
        _ when ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong chain) => chain,
        _ => null,
    };

    private sealed record Connection([property: JsonPropertyName("connection")] int Number, string? Account, string? ChainId);

    private sealed record Fault(int Code, string? Message);

    private sealed record Answer<T>(T? Value, Fault? Error) where T : class
    {
        public T Require() => Error is { } fault
            ? throw WalletFaults.Explain(fault.Code, fault.Message)
            : Value ?? throw new WalletException("The wallet gave no answer.");
    }
}
