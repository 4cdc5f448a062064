using Marketplace.Http;

namespace Marketplace.Web.Wallets;

/// <summary>The errors of wallets in plain words.</summary>
internal static class WalletFaults
{
    private const int MaxLength = 200;

    /// <param name="code">As EIP-1193, EIP-3326 or JSON-RPC number it; 0 when the wallet gave none.</param>
    /// <param name="message">The wallet's own words: hostile text.</param>
    public static WalletException Explain(int code, string? message) => code switch
    {
        4001 => new WalletException("You declined it in the wallet.", isRejected: true),
        4100 => new WalletException("The wallet has not been allowed to act for this account; connect it again."),
        4200 => new WalletException("The wallet cannot do this."),
        4900 => new WalletException("The wallet is not connected any more; connect it again."),
        4901 => new WalletException("The wallet is on another network than the market; switch it first."),
        4902 => new WalletException("The wallet does not know this network; add it there by hand, then switch to it."),
        -32002 => new WalletException("The wallet is still asking about something else; look at its window."),
        _ => new WalletException(
            Printable.Line(message, MaxLength).Trim() is { Length: > 0 } words
                ? $"The wallet says: {words}"
                : $"The wallet failed without a reason (code {code})."),
    };
}
