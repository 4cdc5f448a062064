using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.ReadModel;
using Marketplace.Web.Market;
using Marketplace.Web.Wallets;
using Microsoft.AspNetCore.Components;

namespace Marketplace.Web.Transactions;

/// <summary>
/// What the connected account can do now. It looks again whenever the wallet or the page has changed, and every few seconds, since
/// deadlines pass also when no block comes.
/// </summary>
public abstract class ChoicePanel : ComponentBase, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>A node that takes longer is asked again at the next look, over another connection.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _leaving = new();

    [Inject]
    public required WalletSession Wallets { get; set; }

    [Inject]
    public required TransactionTracker Transactions { get; set; }

    [CascadingParameter]
    public required ActiveMarket Market { get; set; }

    /// <summary>Whether a transaction of this panel is on its way.</summary>
    protected bool IsSending { get; private set; }

    /// <summary>Finds what the account can do.</summary>
    /// <param name="now">The chain's time.</param>
    protected abstract Task LookAsync(Address account, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Offers nothing: nobody is connected, or the chain does not say what time it is.</summary>
    protected abstract void Forget();

    /// <summary>Sends one transaction at a time.</summary>
    protected async Task SendAsync(Func<CancellationToken, Task> send)
    {
        IsSending = true;
        try
        {
            await send(_leaving.Token);
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            return;
        }
        finally
        {
            IsSending = false;
        }
    }

    protected override void OnInitialized() => Wallets.Changed += Refresh;

    protected override Task OnParametersSetAsync() => ChooseAsync();

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
            _ = WatchAsync();
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        Wallets.Changed -= Refresh;
        _leaving.Cancel();
        _leaving.Dispose();
    }

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(Pause);
        CancellationToken cancellation = _leaving.Token;
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                await ChooseAsync();
                StateHasChanged();
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }

    private async Task ChooseAsync()
    {
        if (_leaving.IsCancellationRequested)
            return;
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(_leaving.Token);
        limited.CancelAfter(Limit);
        try
        {
            if (Wallets.Account is { } account)
                await LookAsync(account, UnixTime.FromSeconds(await Market.Chain.NowAsync(limited.Token)), limited.Token);
            else
                Forget();
        }
        catch (Exception e) when (e is RpcException or RpcTransportException or InvalidDataException or OperationCanceledException)
        {
            // The next look may have an answer.
            Forget();
        }
    }

    private void Refresh() => _ = InvokeAsync(async () =>
    {
        await ChooseAsync();
        StateHasChanged();
    });
}
