using Marketplace.Chain;
using Marketplace.Chain.Rpc;

namespace Marketplace.Web.Wallets;

/// <summary>Somebody's account, and whoever signs for it. The dashboard itself never holds a key.</summary>
public interface IWallet : IAsyncDisposable
{
    /// <summary>What people call it. Browser wallets name themselves, so it is hostile text.</summary>
    string Name { get; }

    /// <summary>Null once the wallet has taken its permission back.</summary>
    Address? Account { get; }

    /// <summary>The chain on which it would send; null while it does not say.</summary>
    ulong? ChainId { get; }

    /// <summary>Whether it is an account of a development node, for which anybody can sign.</summary>
    bool IsDevelopment { get; }

    /// <summary>Account or chain have changed.</summary>
    event Action? Changed;

    /// <summary>Has a transaction signed and sent. Takes as long as its owner takes to decide.</summary>
    /// <param name="transaction">From this wallet's account.</param>
    /// <param name="chainId">The only chain on which it may be sent.</param>
    /// <returns>The transaction's hash.</returns>
    /// <exception cref="WalletException">It was not sent, as far as the wallet says.</exception>
    Task<Bytes32> SendAsync(CallRequest transaction, ulong chainId, CancellationToken cancellationToken);

    /// <summary>Goes to another chain.</summary>
    /// <param name="rpc">A node of the chain that the wallet may be told of, should it not know the chain; null when there is none.</param>
    /// <exception cref="WalletException">It stays where it is.</exception>
    Task SwitchChainAsync(ulong chainId, Uri? rpc, CancellationToken cancellationToken);
}

/// <summary>A wallet that can be connected.</summary>
/// <param name="Id">Stable over reloads; how the browser remembers it.</param>
/// <param name="Name">Hostile text where the wallet named itself.</param>
/// <param name="About">What the account does on a local market; empty for others.</param>
/// <param name="Connect">Connects; the flag says whether the wallet may ask its owner. Null when it may not, and would have to.</param>
public sealed record WalletOption(
    string Id, string Name, string About, bool IsDevelopment, Func<bool, CancellationToken, Task<IWallet?>> Connect);

/// <summary>A wallet has not done what it was asked for; the message says why, in plain words.</summary>
/// <param name="isRejected">Whether its owner has said no.</param>
public sealed class WalletException(string message, bool isRejected = false) : Exception(message)
{
    public bool IsRejected { get; } = isRejected;
}
