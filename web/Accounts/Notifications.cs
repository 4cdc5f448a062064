using Marketplace.Chain;
using Marketplace.Web.Shared;
using Microsoft.JSInterop;

namespace Marketplace.Web.Accounts;

/// <summary>Whether the browser shows notifications of this site.</summary>
public enum NotificationPermission
{
    /// <summary>Not yet known.</summary>
    Unknown,

    /// <summary>It has none, or not on an address without TLS.</summary>
    Unsupported,

    /// <summary>The reader was not asked, or has not answered.</summary>
    Default,
    Granted,
    Denied,
}

/// <summary>
/// The accounts of whose news the browser tells this reader, who has chosen them in this browser. One a circuit; used on the circuit's own
/// thread.
/// </summary>
public sealed class Notifications(IJSRuntime js, BrowserStorage storage) : IAsyncDisposable
{
    /// <summary>Most accounts that are followed at once.</summary>
    public const int MaxFollowed = 8;

    private const string Remembered = "notify";

    private readonly CancellationTokenSource _leaving = new();
    private IJSObjectReference? _script;

    public NotificationPermission Permission { get; private set; }

    public IReadOnlyList<Address> Followed { get; private set; } = [];

    /// <summary>Something of the above has changed.</summary>
    public event Action? Changed;

    /// <summary>Finds what was chosen, here or in another tab, and what the browser permits; asks nobody.</summary>
    public async Task LookAsync()
    {
        try
        {
            _script ??= await js.InvokeAsync<IJSObjectReference>("import", _leaving.Token, "./notifications.js");
            Permission = Read(await _script.InvokeAsync<string>("permission", _leaving.Token));
            Followed = Parse(await storage.LoadAsync(StorageArea.Local, Remembered, _leaving.Token));
            Changed?.Invoke();
        }
        catch (Exception e) when (e is OperationCanceledException or JSDisconnectedException)
        {
            // The reader has left.
        }
    }

    /// <summary>Asks for the browser's permission, and with it follows an account beside the others.</summary>
    /// <returns>Whether it is followed now.</returns>
    public async Task<bool> FollowAsync(Address account)
    {
        await LookAsync();
        if (_script is null)
            return false;
        Permission = Read(await _script.InvokeAsync<string>("ask", _leaving.Token));
        bool isFollowed = Permission == NotificationPermission.Granted
            && (Followed.Contains(account) || Followed.Count < MaxFollowed);
        if (isFollowed)
            await SaveAsync([.. Followed.Except([account]), account]);
        else
            Changed?.Invoke();
        return isFollowed;
    }

    public async Task LeaveAsync(Address account)
    {
        await LookAsync();
        await SaveAsync([.. Followed.Except([account])]);
    }

    /// <summary>Shows one; nothing where the browser does not permit it.</summary>
    /// <param name="tag">What it is about: another one about the same takes its place.</param>
    /// <param name="page">Where it leads, relative to the dashboard's address.</param>
    public async Task ShowAsync(string title, string body, string tag, string page)
    {
        if (_script is null || Permission != NotificationPermission.Granted)
            return;
        try
        {
            await _script.InvokeVoidAsync("show", _leaving.Token, title, body, tag, page);
        }
        catch (Exception e) when (e is OperationCanceledException or JSDisconnectedException)
        {
            // The reader has left.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        _leaving.Dispose();
        try
        {
            if (_script is not null)
                await _script.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The browser has gone, and its script with it.
        }
    }

    private async Task SaveAsync(IReadOnlyList<Address> followed)
    {
        Followed = followed;
        await storage.SaveAsync(StorageArea.Local, Remembered, followed.Count == 0 ? null : string.Join(',', followed), _leaving.Token);
        Changed?.Invoke();
    }

    /// <summary>Whatever else the browser has kept under the name counts as nothing.</summary>
    private static IReadOnlyList<Address> Parse(string? text) =>
    [
        .. (text ?? "").Split(',', MaxFollowed + 1).Take(MaxFollowed)
            .Select(part => Address.TryParse(part, out Address account) ? (Address?)account : null)
            .OfType<Address>().Distinct(),
    ];

    private static NotificationPermission Read(string? permission) => permission switch
    {
        "default" => NotificationPermission.Default,
        "granted" => NotificationPermission.Granted,
        "denied" => NotificationPermission.Denied,
        _ => NotificationPermission.Unsupported,
    };
}
