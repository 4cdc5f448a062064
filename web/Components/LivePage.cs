using Marketplace.ReadModel;
using Marketplace.Web.Market;
using Microsoft.AspNetCore.Components;

namespace Marketplace.Web.Components;

/// <summary>A page that reads the market, and reads it again whenever something that it shows has changed.</summary>
/// <remarks>A page shows <see cref="Problem"/> when it is set; else a skeleton while <see cref="IsLoading"/>; else what it has loaded.</remarks>
public abstract class LivePage : ComponentBase, IDisposable
{
    // Blocks come in bursts while the chain is caught up with, and pages are many.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource leaving = new();
    private int isScheduled;

    [CascadingParameter]
    public required ActiveMarket Market { get; set; }

    [Inject]
    public required NavigationManager Navigation { get; set; }

    [Inject]
    public required ILoggerFactory Loggers { get; set; }

    /// <summary>Nothing was loaded yet.</summary>
    protected bool IsLoading { get; private set; } = true;

    /// <summary>Why the page could not be loaded, for people; null when it was.</summary>
    protected string? Problem { get; private set; }

    /// <summary>Cancelled when the page is left.</summary>
    protected CancellationToken Leaving => leaving.Token;

    /// <summary>Reads what the page shows. Called when its parameters are set, and after changes that affect it.</summary>
    protected abstract Task LoadAsync(CancellationToken cancellation);

    /// <summary>Whether what the page shows may be different after a change.</summary>
    protected virtual bool IsAffectedBy(MarketChange change) => true;

    /// <summary>Answers that there is nothing of this address; only while loading.</summary>
    protected void Missing() => Navigation.NotFound();

    protected override void OnInitialized() => Market.Feed.Changed += OnChanged;

    protected override Task OnParametersSetAsync() => ReloadAsync();

    /// <summary>Loads again at once.</summary>
    protected async Task ReloadAsync()
    {
        try
        {
            await LoadAsync(Leaving);
            Problem = null;
        }
        catch (OperationCanceledException) when (Leaving.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or System.Data.Common.DbException or TimeoutException)
        {
            Loggers.CreateLogger(GetType()).LogError(e, "the page could not be loaded");
            Problem = "What was read from the chain can not be reached just now. The page tries again with the next block.";
        }
        IsLoading = false;
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
        Market.Feed.Changed -= OnChanged;
        leaving.Cancel();
        leaving.Dispose();
    }

    private void OnChanged(MarketChange change)
    {
        if (IsAffectedBy(change) && Interlocked.Exchange(ref isScheduled, 1) == 0)
            _ = InvokeAsync(ReloadSoonAsync);
    }

    private async Task ReloadSoonAsync()
    {
        try
        {
            await Task.Delay(Pause, Leaving);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        Volatile.Write(ref isScheduled, 0);
        await ReloadAsync();
        StateHasChanged();
    }
}
