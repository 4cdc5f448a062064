using System.Numerics;
using System.Text.Json;
using Marketplace.Chain;
using Marketplace.Chain.Rpc;
using Marketplace.Protocol.Markets;
using Marketplace.Web.Market;
using Marketplace.Web.Shared;
using Marketplace.Web.Wallets;
using Microsoft.JSInterop;

namespace Marketplace.Web.Transactions;

/// <summary>
/// Sends transactions by the connected wallet and follows them to their end, whichever page is open. One a circuit; pending ones are
/// remembered by the browser's tab, so that a reload finds them again.
/// </summary>
public sealed partial class TransactionTracker(WalletSession wallets, BrowserStorage storage, ILogger<TransactionTracker> log) : IDisposable
{
    private const string Remembered = "transactions";
    private const int MaxShown = 20;
    private const int MaxTitle = 120;
    private const ulong GasMarginPercent = 25;

    private readonly CancellationTokenSource _leaving = new();
    private readonly List<TrackedTransaction> _all = [];
    private ActiveMarket? _market;

    /// <summary>Newest first.</summary>
    public IReadOnlyList<TrackedTransaction> All => _all;

    /// <summary>A transaction is new, has come further, or is no longer shown.</summary>
    public event Action? Changed;

    /// <summary>Takes up the pending transactions of this tab. Once a circuit; later calls do nothing.</summary>
    public async Task OpenAsync(ActiveMarket market)
    {
        if (_market is not null)
            return;
        _market = market;
        foreach ((string title, Bytes32 hash) in Read(await storage.LoadAsync(StorageArea.Session, Remembered, _leaving.Token)))
        {
            var transaction = new TrackedTransaction(title) { Hash = hash, State = TransactionState.Pending };
            _all.Add(transaction);
            _ = GuardAsync(transaction, () => FollowAsync(transaction, hash));
        }
        Changed?.Invoke();
    }

    /// <summary>Tries a call, has it signed and sent, and waits for its end.</summary>
    /// <param name="title">What it does, as a person would say it.</param>
    /// <param name="value">Wei to send along.</param>
    /// <returns>The transaction, finished; how it ended is in its state.</returns>
    public async Task<TrackedTransaction> SendAsync(string title, Address to, byte[] data, BigInteger value = default)
    {
        var transaction = new TrackedTransaction(title[..Math.Min(title.Length, MaxTitle)]);
        _all.Insert(0, transaction);
        if (_all.Count > MaxShown && _all.FindLastIndex(old => old.IsFinished) is >= 0 and var oldest)
            _all.RemoveAt(oldest);
        Changed?.Invoke();
        await GuardAsync(transaction, async () =>
        {
            if (_market is null || wallets.Wallet is not { Account: { } account } wallet)
                throw new WalletException("Connect a wallet first.");
            if (wallets.IsOnOtherChain)
                throw new WalletException("The wallet is on another network than the market; switch it first.");
            CallRequest call = await CheckAsync(_market.Chain.Client, new CallRequest(to, data) { From = account, Value = value });
            Set(transaction, TransactionState.AwaitingSignature);
            Bytes32 hash = await wallet.SendAsync(call, _market.Chain.ChainId, _leaving.Token);
            transaction.Hash = hash;
            Set(transaction, TransactionState.Pending);
            await RememberAsync();
            await FollowAsync(transaction, hash);
        });
        return transaction;
    }

    /// <summary>Takes a finished transaction off the list.</summary>
    public void Dismiss(TrackedTransaction transaction)
    {
        if (transaction.IsFinished && _all.Remove(transaction))
            Changed?.Invoke();
    }

    public void Dispose()
    {
        _leaving.Cancel();
        _leaving.Dispose();
    }

    /// <summary>Tries the call on the newest state, and finds the gas that it needs.</summary>
    /// <exception cref="WalletException">It would fail; the message says why.</exception>
    private async Task<CallRequest> CheckAsync(EthereumClient client, CallRequest call)
    {
        try
        {
            BigInteger balance = await client.GetBalanceAsync(call.From!.Value, cancellationToken: _leaving.Token);
            if (balance < call.Value)
                throw new WalletException($"The account has {Units.FormatEther(balance)} ETH; {Units.FormatEther(call.Value)} ETH are to be sent.");
            ulong gas = await client.EstimateGasAsync(call, MarketChain.Errors, _leaving.Token);
            gas += gas * GasMarginPercent / 100;
            BigInteger fee = gas * await client.GetGasPriceAsync(_leaving.Token);
            return balance >= call.Value + fee
                ? call with { Gas = gas }
                : throw new WalletException(
                    $"The account has {Units.FormatEther(balance)} ETH; with up to {Units.FormatEther(fee)} ETH for gas it needs "
                        + $"{Units.FormatEther(call.Value + fee)} ETH.");
        }
        catch (ContractRevertedException e)
        {
            throw new WalletException(Refusals.Explain(e.Error));
        }
    }

    private async Task FollowAsync(TrackedTransaction transaction, Bytes32 hash)
    {
        var watch = new TransactionWatch(_market!.Chain, TimeSpan.FromSeconds(_market.IsLocal ? 0.3 : 3));
        TransactionOutcome outcome = await watch.WaitAsync(hash, _leaving.Token);
        (transaction.Receipt, transaction.Problem) = (outcome.Receipt, outcome.Problem);
        Set(transaction, outcome.State);
        await RememberAsync();
    }

    private async Task GuardAsync(TrackedTransaction transaction, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (WalletException e)
        {
            Fail(transaction, e.IsRejected ? TransactionState.Rejected : TransactionState.Refused, e.Message);
        }
        catch (Exception e) when (e is RpcException or RpcTransportException)
        {
            Fail(transaction, TransactionState.Refused, $"The node does not answer as it should: {e.Message}");
        }
        catch (JSException e)
        {
            LogScriptFailed(e.Message);
            Fail(transaction, TransactionState.Refused, "The wallet gave an answer that makes no sense; look there whether it was sent.");
        }
        catch (Exception e) when (e is OperationCanceledException or JSDisconnectedException or ObjectDisposedException)
        {
            // The reader has gone. What was sent goes on without a spectator, and the tab remembers it.
        }
    }

    private void Fail(TrackedTransaction transaction, TransactionState state, string problem)
    {
        transaction.Problem = problem;
        Set(transaction, state);
    }

    private void Set(TrackedTransaction transaction, TransactionState state)
    {
        transaction.State = state;
        Changed?.Invoke();
    }

    private Task RememberAsync()
    {
        Pending[] pending = [.. _all.Where(transaction => transaction is { Hash: not null, IsFinished: false })
            .Select(transaction => new Pending(transaction.Title, transaction.Hash!.Value.ToString(), _market!.Chain.ChainId))];
        return storage.SaveAsync(StorageArea.Session, Remembered, pending.Length == 0 ? null : JsonSerializer.Serialize(pending), _leaving.Token);
    }

    /// <summary>What the tab remembers, which whoever sits before it can write; of this chain only.</summary>
    private IEnumerable<(string Title, Bytes32 Hash)> Read(string? json)
    {
        Pending[] pending = [];
        try
        {
            pending = json is null ? [] : JsonSerializer.Deserialize<Pending[]>(json) ?? [];
        }
        catch (JsonException e)
        {
            LogNotRemembered(e.Message);
        }
        foreach (Pending entry in pending.Take(MaxShown))
        {
            if (entry is { Title.Length: > 0 and <= MaxTitle } && entry.ChainId == _market!.Chain.ChainId
                && Bytes32.TryParse(entry.Hash, out Bytes32 hash))
            {
                yield return (entry.Title, hash);
            }
        }
    }

    private sealed record Pending(string? Title, string? Hash, ulong ChainId);

    [LoggerMessage(LogLevel.Warning, "a wallet's script failed: {Problem}")]
    private partial void LogScriptFailed(string problem);

    [LoggerMessage(LogLevel.Warning, "the tab's pending transactions cannot be read: {Problem}")]
    private partial void LogNotRemembered(string problem);
}
