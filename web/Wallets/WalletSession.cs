using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Hosting;
using Marketplace.Web.Market;
using Marketplace.Web.Shared;
using Microsoft.JSInterop;

namespace Marketplace.Web.Wallets;

/// <summary>The wallet that this reader acts with, if any. One a circuit; used on the circuit's own thread.</summary>
public sealed partial class WalletSession(
    IJSRuntime js, BrowserStorage storage, SettingsReader settings, ILogger<WalletSession> log) : IAsyncDisposable
{
    private const string Remembered = "wallet";

    private readonly CancellationTokenSource _leaving = new();
    private readonly List<WalletOption> _options = [];
    private BrowserWallets? _browser;
    private ActiveMarket? _market;
    private string? _remembered;
    private bool _isConnecting;

    /// <summary>What can be connected, as far as it was found.</summary>
    public IReadOnlyList<WalletOption> Options => _options;

    public IWallet? Wallet { get; private set; }

    /// <summary>The connected account; null while there is none.</summary>
    public Address? Account => Wallet?.Account;

    /// <summary>Whether the connected wallet would send on another chain than the market's.</summary>
    public bool IsOnOtherChain => Wallet is { } wallet && _market is not null && wallet.ChainId != _market.Chain.ChainId;

    /// <summary>Why the last attempt to connect or switch failed, for people; null when it did not.</summary>
    public string? Problem { get; private set; }

    /// <summary>Something of the above has changed.</summary>
    public event Action? Changed;

    /// <summary>Finds wallets, and connects the one of the last visit without asking. Once a circuit; later calls do nothing.</summary>
    public async Task OpenAsync(ActiveMarket market)
    {
        if (_market is not null)
            return;
        _market = market;
        _remembered = await storage.LoadAsync(StorageArea.Local, Remembered, _leaving.Token);
        try
        {
            foreach (WalletOption option in await DevelopmentWallet.FindAsync(market, _leaving.Token))
                Add(option);
        }
        catch (Exception e) when (e is RpcException or RpcTransportException)
        {
            LogNoDevelopmentAccounts(e.Message);
        }
        _browser = await BrowserWallets.OpenAsync(js, Add, _leaving.Token);
        Changed?.Invoke();
    }

    /// <summary>Connects a wallet in place of the present one; <see cref="Problem"/> says why when that fails.</summary>
    public Task ConnectAsync(WalletOption option) => ConnectAsync(option, ask: true);

    public async Task DisconnectAsync()
    {
        await storage.SaveAsync(StorageArea.Local, Remembered, null, _leaving.Token);
        _remembered = null;
        await ReplaceAsync(null);
    }

    /// <summary>Has the wallet go to the market's chain; <see cref="Problem"/> says why when that fails.</summary>
    public async Task SwitchChainAsync()
    {
        if (Wallet is { } wallet && _market is { } active)
            await TryAsync(() => wallet.SwitchChainAsync(active.Chain.ChainId, PublicRpc(active), _leaving.Token));
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        if (Wallet is { } wallet)
            await wallet.DisposeAsync();
        if (_browser is not null)
            await _browser.DisposeAsync();
        _leaving.Dispose();
    }

    /// <summary>
    /// A node that browsers can reach: the one that was set, or this machine's own. Others' URLs often hold a credential and are kept.
    /// </summary>
    private Uri? PublicRpc(ActiveMarket active)
    {
        if (settings.Find(WebSettings.WalletRpc) is { } given)
            return MarketSession.ParseRpc(given);
        return active.IsLocal && Uri.TryCreate($"http://{active.Chain.Client.Rpc.Host}", UriKind.Absolute, out Uri? node) && node.IsLoopback
            ? node
            : null;
    }

    private void Add(WalletOption option)
    {
        _options.Add(option);
        if (option.Id == _remembered && Wallet is null && !_isConnecting)
            _ = ConnectAsync(option, ask: false);
        else
            Changed?.Invoke();
    }

    private async Task ConnectAsync(WalletOption option, bool ask)
    {
        if (_isConnecting)
            return;
        _isConnecting = true;
        await TryAsync(async () =>
        {
            if (await option.Connect(ask, _leaving.Token) is not { } wallet)
                return;
            await ReplaceAsync(wallet);
            if (ask)
                await storage.SaveAsync(StorageArea.Local, Remembered, option.Id, _leaving.Token);
        });
        _isConnecting = false;
    }

    private async Task TryAsync(Func<Task> action)
    {
        Problem = null;
        try
        {
            await action();
        }
        catch (WalletException e)
        {
            Problem = e.Message;
        }
        catch (JSException e)
        {
            LogScriptFailed(e.Message);
            Problem = "The wallet gave an answer that makes no sense.";
        }
        catch (Exception e) when (e is OperationCanceledException or JSDisconnectedException)
        {
            return;
        }
        Changed?.Invoke();
    }

    private async Task ReplaceAsync(IWallet? wallet)
    {
        if (Wallet is { } old)
        {
            old.Changed -= OnWalletChanged;
            Wallet = null;
            await old.DisposeAsync();
        }
        Wallet = wallet;
        if (wallet is not null)
            wallet.Changed += OnWalletChanged;
        Changed?.Invoke();
    }

    private void OnWalletChanged()
    {
        if (Wallet?.Account is null)
            _ = ReplaceAsync(null);
        else
            Changed?.Invoke();
    }

    [LoggerMessage(LogLevel.Warning, "the node does not name its accounts: {Problem}")]
    private partial void LogNoDevelopmentAccounts(string problem);

    [LoggerMessage(LogLevel.Warning, "a wallet's script failed: {Problem}")]
    private partial void LogScriptFailed(string problem);
}
