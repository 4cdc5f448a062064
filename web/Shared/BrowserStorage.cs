using Microsoft.JSInterop;

namespace Marketplace.Web.Shared;

/// <summary>Where in the browser a text is kept.</summary>
public enum StorageArea
{
    /// <summary>Until the user deletes it.</summary>
    Local,

    /// <summary>As long as the browser's tab is open.</summary>
    Session,
}

/// <summary>Small texts that the browser keeps for this site. No secrets: every script of the site could read them.</summary>
/// <remarks>A browser may refuse to keep anything; then nothing is remembered, and that is all.</remarks>
public sealed class BrowserStorage(IJSRuntime js)
{
    /// <summary>Most characters that are kept under one name; less than what a browser may send at once.</summary>
    public const int MaxLength = 60_000;

    /// <summary>What is kept under a name; null when there is nothing.</summary>
    public async Task<string?> LoadAsync(StorageArea area, string name, CancellationToken cancellationToken)
    {
        try
        {
            string? text = await js.InvokeAsync<string?>($"{Object(area)}.getItem", cancellationToken, Key(name));
            return text is { Length: <= MaxLength } ? text : null;
        }
        catch (JSException)
        {
            return null;
        }
    }

    /// <summary>Keeps a text under a name; null, or one that is too long, forgets what was there.</summary>
    public async Task SaveAsync(StorageArea area, string name, string? text, CancellationToken cancellationToken)
    {
        try
        {
            if (text is { Length: <= MaxLength })
                await js.InvokeVoidAsync($"{Object(area)}.setItem", cancellationToken, Key(name), text);
            else
                await js.InvokeVoidAsync($"{Object(area)}.removeItem", cancellationToken, Key(name));
        }
        catch (JSException)
        {
            // Refused by the browser's settings, or full: nothing that was to be remembered is needed to go on.
        }
    }

    private static string Object(StorageArea area) => area == StorageArea.Local ? "localStorage" : "sessionStorage";

    private static string Key(string name) => $"marketplace.{name}";
}
