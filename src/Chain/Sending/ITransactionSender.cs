using Marketplace.Chain.Rpc;

namespace Marketplace.Chain.Sending;

/// <summary>Sends the transactions of one account, in this process or wherever the account's journal is held: every intent at most once.</summary>
public interface ITransactionSender : IAsyncDisposable
{
    /// <summary>
    /// Sends a transaction for an intent and waits until it is confirmed. An intent that was sent before, by whatever process, is waited for
    /// and not signed again. Cancelling ends the waiting alone.
    /// </summary>
    /// <param name="intentKey">What is to happen once; at most 500 characters.</param>
    /// <param name="request">How to do it.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ContractRevertedException">The contract refuses, or has refused.</exception>
    Task<Receipt> SendAsync(string intentKey, TransactionRequest request, CancellationToken cancellationToken = default);

    /// <summary>Whether an intent was carried out before, by whatever process: its transaction is confirmed.</summary>
    /// <param name="intentKey">As it was given to <see cref="SendAsync"/>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<bool> IsConfirmedAsync(string intentKey, CancellationToken cancellationToken = default);

    /// <summary>
    /// Waits until nobody else holds the account's money, for whoever reads a balance or an allowance and sends by what it has read: in
    /// between, another project of the same account must not use it up. Disposing the hold lets others on.
    /// </summary>
    Task<IMoneyHold> HoldMoneyAsync(CancellationToken cancellationToken = default);
}

/// <summary>The account's money, held for one at a time.</summary>
public interface IMoneyHold : IAsyncDisposable
{
    /// <summary>As <see cref="ITransactionSender.SendAsync"/>, unless the hold was lost meanwhile.</summary>
    Task<Receipt> SendAsync(string intentKey, TransactionRequest request, CancellationToken cancellationToken = default);
}
