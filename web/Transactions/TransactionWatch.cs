using System.Diagnostics;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Protocol.Markets;

namespace Marketplace.Web.Transactions;

/// <summary>What became of a transaction that somebody else sent.</summary>
/// <param name="Receipt">Null when it will have none.</param>
/// <param name="Problem">Why it did not end well; null when it did.</param>
internal sealed record TransactionOutcome(TransactionState State, Receipt? Receipt, string? Problem);

/// <summary>Looks at the chain until a transaction has come to an end.</summary>
internal sealed class TransactionWatch(MarketChain chain, TimeSpan poll)
{
    /// <summary>How long a transaction may be unknown to the node before it counts as lost. Wallets send by nodes of their own.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    /// <summary>Waits for the end, however long it takes while the node knows the transaction.</summary>
    public async Task<TransactionOutcome> WaitAsync(Bytes32 hash, CancellationToken cancellationToken)
    {
        TransactionInfo? known = null;
        long seen = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                if (await TryEndAsync(hash, known, cancellationToken) is { } outcome)
                    return outcome;
                if (await chain.Client.GetTransactionAsync(hash, cancellationToken) is { } info)
                {
                    known = info;
                    seen = Stopwatch.GetTimestamp();
                }
                else if (Stopwatch.GetElapsedTime(seen) > Patience)
                {
                    return new TransactionOutcome(
                        TransactionState.Lost,
                        null,
                        "The network has forgotten it, probably because its fee was too low. Look into the wallet before you try again.");
                }
            }
            catch (Exception e) when (e is RpcTransportException or RpcException)
            {
                // The node may be back the next time; that it is away says nothing about the transaction.
                seen = Stopwatch.GetTimestamp();
            }
            await Task.Delay(poll, cancellationToken);
        }
    }

    private async Task<TransactionOutcome?> TryEndAsync(Bytes32 hash, TransactionInfo? known, CancellationToken cancellationToken)
    {
        // The account's count is read first: a receipt that is missing afterwards is missing for good.
        ulong used = known is null ? 0 : await chain.Client.GetTransactionCountAsync(known.From, cancellationToken: cancellationToken);
        if (await chain.Client.GetReceiptAsync(hash, cancellationToken) is { } receipt)
        {
            return receipt.IsSuccess
                ? new TransactionOutcome(TransactionState.Confirmed, receipt, null)
                : new TransactionOutcome(TransactionState.Reverted, receipt, await ReplayAsync(hash, receipt, cancellationToken));
        }

        return known is not null && used > known.Nonce
            ? new TransactionOutcome(TransactionState.Lost, null, "Another transaction of the account took its place.")
            : null;
    }

    /// <summary>Why a transaction reverted: its call is tried again on the state of its block.</summary>
    private async Task<string> ReplayAsync(Bytes32 hash, Receipt receipt, CancellationToken cancellationToken)
    {
        const string Unknown = "The contract refused it, and does so no more: what it depends on has changed since.";
        if (await chain.Client.GetTransactionAsync(hash, cancellationToken) is not { } info)
            return Unknown;
        try
        {
            var call = new CallRequest(info.To, info.Data) { From = info.From, Value = info.Value, Gas = info.GasLimit };
            await chain.Client.CallAsync(call, receipt.BlockNumber, MarketChain.Errors, cancellationToken);
            return receipt.GasUsed >= info.GasLimit ? "It ran out of gas." : Unknown;
        }
        catch (ContractRevertedException e)
        {
            return Refusals.Explain(e.Error);
        }
        catch (RpcException e)
        {
            return $"The contract refused it; the node does not say why ({e.NodeMessage}).";
        }
    }
}
