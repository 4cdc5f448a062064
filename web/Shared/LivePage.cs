using Marketplace.ReadModel;
using Marketplace.Web.Market;
using Microsoft.AspNetCore.Components;

namespace Marketplace.Web.Shared;

/// <summary>A page that reads the market, and reads it again whenever something that it shows has changed.</summary>
/// <remarks>
/// A page shows <see cref="Problem"/> when it is set; else that there is nothing while it <see cref="IsMissing"/>; else a skeleton while
/// <see cref="IsLoading"/>; else what it has loaded.
/// </remarks>
public abstract class LivePage : ComponentBase, IDisposable
{
    // Blocks come in bursts while the chain is caught up with, and pages are many.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _leaving = new();
    private int _isScheduled;
    private bool _hasFound;

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
    protected CancellationToken Leaving => _leaving.Token;

    /// <summary>Reads what the page shows. Called when its parameters are set, and after changes that affect it.</summary>
    protected abstract Task LoadAsync(CancellationToken cancellationToken);

    /// <summary>Whether what the page shows may be different after a change.</summary>
    protected virtual bool IsAffectedBy(MarketChange change) => true;

    /// <summary>Whether there is nothing of this address up to the block that the feed names. A later one may bring it.</summary>
    protected bool IsMissing { get; private set; }

    /// <summary>Says, while loading, that there is nothing of this address.</summary>
    protected void Missing() => _hasFound = false;

    protected override void OnInitialized()
    {
        Market.Feed.Changed += OnChanged;
        Market.Feed.StatusChanged += OnStatusChanged;
    }

    protected override Task OnParametersSetAsync() => ReloadAsync();

    /// <summary>Loads again at once.</summary>
    protected async Task ReloadAsync()
    {
        // As it is before the page asks: the rows are those of the block that is named, or of a later one.
        bool isComplete = Market.Feed.Status.State != FollowState.CatchingUp;
        _hasFound = true;
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
            Problem = "What was read from the chain cannot be reached just now. The page tries again with the next block.";
        }
        // While the chain is still being read, what was not found may be in a block that comes.
        IsMissing = Problem is null && !_hasFound && isComplete;
        IsLoading = Problem is null && !_hasFound && !isComplete;
        if (IsMissing && !RendererInfo.IsInteractive)
            Navigation.NotFound();
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
        Market.Feed.StatusChanged -= OnStatusChanged;
        _leaving.Cancel();
        _leaving.Dispose();
    }

    private void OnChanged(MarketChange change)
    {
        if (!IsAffectedBy(change))
            return;
        // The feed tells of changes before it names their block: what was missing is called so no longer when the header names it.
        if (IsMissing)
            _ = InvokeAsync(Await);
        ReloadSoon();
    }

    private void OnStatusChanged(FollowStatus status)
    {
        if (IsMissing || IsLoading)
            ReloadSoon();
    }

    private void Await()
    {
        (IsMissing, IsLoading) = (false, true);
        StateHasChanged();
    }

    private void ReloadSoon()
    {
        if (Interlocked.Exchange(ref _isScheduled, 1) == 0)
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
        Volatile.Write(ref _isScheduled, 0);
        await ReloadAsync();
        StateHasChanged();
    }
}
