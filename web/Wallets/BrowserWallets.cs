using Marketplace.Http;
using Microsoft.JSInterop;

namespace Marketplace.Web.Wallets;

/// <summary>The wallets that are installed in the user's browser, as they announce themselves.</summary>
public sealed class BrowserWallets : IAsyncDisposable
{
    private const int MaxWallets = 20;
    private const int MaxIdLength = 100;
    private const int MaxNameLength = 60;

    private readonly IJSObjectReference script;
    private readonly Action<WalletOption> found;
    private readonly DotNetObjectReference<BrowserWallets> self;
    private int count;

    private BrowserWallets(IJSObjectReference script, Action<WalletOption> found)
    {
        this.script = script;
        this.found = found;
        self = DotNetObjectReference.Create(this);
    }

    /// <summary>Begins to look for wallets.</summary>
    /// <param name="found">Told of each, now or whenever it announces itself.</param>
    public static async Task<BrowserWallets> OpenAsync(IJSRuntime js, Action<WalletOption> found, CancellationToken cancellation)
    {
        IJSObjectReference script = await js.InvokeAsync<IJSObjectReference>("import", cancellation, "./wallets.js");
        var wallets = new BrowserWallets(script, found);
        await script.InvokeVoidAsync("discover", cancellation, wallets.self);
        return wallets;
    }

    /// <summary>Called by the browser.</summary>
    [JSInvokable]
    public void Found(string? id, string? name)
    {
        string shown = Printable.Line(name, MaxNameLength);
        if (id is not { Length: > 0 and <= MaxIdLength } || string.IsNullOrWhiteSpace(shown) || ++count > MaxWallets)
            return;
        found(new WalletOption(
            $"browser:{id}", shown, "", IsDevelopment: false, (ask, cancellation) => BrowserWallet.ConnectAsync(script, id, shown, ask, cancellation)));
    }

    public async ValueTask DisposeAsync()
    {
        self.Dispose();
        try
        {
            await script.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The browser has gone, and its script with it.
        }
    }
}
