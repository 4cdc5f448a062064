using Marketplace.Http;
using Microsoft.JSInterop;

namespace Marketplace.Web.Wallets;

/// <summary>The wallets that are installed in the user's browser, as they announce themselves.</summary>
public sealed class BrowserWallets : IAsyncDisposable
{
    private const int MaxWallets = 20;
    private const int MaxIdLength = 100;
    private const int MaxNameLength = 60;

    private readonly IJSObjectReference _script;
    private readonly Action<WalletOption> _found;
    private readonly DotNetObjectReference<BrowserWallets> _self;
    private int _count;

    private BrowserWallets(IJSObjectReference script, Action<WalletOption> found)
    {
        _script = script;
        _found = found;
        _self = DotNetObjectReference.Create(this);
    }

    /// <summary>Begins to look for wallets.</summary>
    /// <param name="found">Told of each, now or whenever it announces itself.</param>
    public static async Task<BrowserWallets> OpenAsync(IJSRuntime js, Action<WalletOption> found, CancellationToken cancellationToken)
    {
        IJSObjectReference script = await js.InvokeAsync<IJSObjectReference>("import", cancellationToken, "./wallets.js");
        var wallets = new BrowserWallets(script, found);
        await script.InvokeVoidAsync("discover", cancellationToken, wallets._self);
        return wallets;
    }

    /// <summary>Called by the browser.</summary>
    [JSInvokable]
    public void Found(string? id, string? name)
    {
        string shown = Printable.Line(name, MaxNameLength);
        if (id is not { Length: > 0 and <= MaxIdLength } || string.IsNullOrWhiteSpace(shown) || ++_count > MaxWallets)
            return;
        _found(new WalletOption(
            $"browser:{id}",
            shown,
            "",
            IsDevelopment: false,
            (ask, cancellationToken) => BrowserWallet.ConnectAsync(_script, id, shown, ask, cancellationToken)));
    }

    public async ValueTask DisposeAsync()
    {
        _self.Dispose();
        try
        {
            await _script.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The browser has gone, and its script with it.
        }
    }
}
