using System.Numerics;
using Marketplace.Chain.Abi;
using Marketplace.Chain.Rpc;
using Marketplace.Chain.Signing;

namespace Marketplace.Chain.Sending;

/// <summary>
/// Sends an account's transactions so that every intent is executed at most once, whatever happens to this process. An intent is a
/// stable text of the caller's choice, such as "submit/7/3/0xabc": what was signed for it is in the journal before it is broadcast, and
/// a later call with the same text, in this process or after a restart, waits for that transaction instead of signing another.
/// Once signed, a transaction is broadcast again until it is mined or a foreign one uses its nonce for good. Further signatures for
/// an intent reuse its nonce (to raise fees), so at most one counts. Safe for concurrent use. Two senders never act for one account:
/// the journal refuses the second, or ends the first.
/// </summary>
public sealed partial class TransactionSender : IAsyncDisposable
{
    private readonly EthereumClient _client;
    private readonly PrivateKey _key;
    private readonly TransactionSenderOptions _options;
    private readonly ITransactionJournal _journal;
    private readonly IntentTable _intents = new();
    private readonly TimeProvider _time;

    // Guards the journal and the choice of nonces; held over the network calls in between.
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly SemaphoreSlim _wake = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watch;

    private TransactionSender(
        EthereumClient client, PrivateKey key, ulong chainId, TransactionSenderOptions options, ITransactionJournal journal, TimeProvider time)
    {
        (_client, _key, ChainId, _options, _journal, _time) = (client, key, chainId, options, journal, time);
        _watch = Task.Run(() => WatchAsync(_stop.Token));
    }

    /// <summary>The account that signs.</summary>
    public Address Account => _key.Address;

    /// <summary>Signed into every transaction, so that it counts on no other chain (EIP-155).</summary>
    public ulong ChainId { get; }

    /// <summary>Opens the account's journal in a folder, for as long as this process lives, and sends again what it holds.</summary>
    /// <param name="client">The node; the caller disposes it.</param>
    /// <param name="key">The account's key; the caller disposes it, after the sender.</param>
    /// <param name="journalFolder">Folder of the journals; created when absent.</param>
    /// <param name="options">Pricing, waiting and repeating.</param>
    /// <param name="time">The clock of the pauses.</param>
    /// <param name="cancellationToken">Cancels opening.</param>
    /// <exception cref="AccountInUseException">Another process sends from this account.</exception>
    /// <exception cref="InvalidDataException">The journal is damaged.</exception>
    public static Task<TransactionSender> OpenAsync(
        EthereumClient client,
        PrivateKey key,
        string journalFolder,
        TransactionSenderOptions? options = null,
        TimeProvider? time = null,
        CancellationToken cancellationToken = default) => OpenAsync(
            client,
            key,
            (account, _) => Task.FromResult<ITransactionJournal>(FileJournal.Open(journalFolder, account)),
            options,
            time,
            cancellationToken);

    /// <summary>Opens the account's journal, and sends again whatever it holds that is not settled yet.</summary>
    /// <param name="client">The node; the caller disposes it.</param>
    /// <param name="key">The account's key; the caller disposes it, after the sender.</param>
    /// <param name="openJournal">Opens the journal of an account on a chain; the sender disposes it.</param>
    /// <param name="options">Pricing, waiting and repeating.</param>
    /// <param name="time">The clock of the pauses.</param>
    /// <param name="cancellationToken">Cancels opening.</param>
    /// <exception cref="AccountTakenOverException">Another sender has opened the journal meanwhile.</exception>
    /// <exception cref="JournalUnavailableException">The journal cannot be reached.</exception>
    /// <exception cref="InvalidDataException">The journal is damaged.</exception>
    public static async Task<TransactionSender> OpenAsync(
        EthereumClient client,
        PrivateKey key,
        Func<ChainAccount, CancellationToken, Task<ITransactionJournal>> openJournal,
        TransactionSenderOptions? options = null,
        TimeProvider? time = null,
        CancellationToken cancellationToken = default)
    {
        ulong chainId = await client.GetChainIdAsync(cancellationToken);
        Block genesis = await client.GetBlockAsync(BlockTag.Number(0), cancellationToken)
            ?? throw new RpcTransportException(client.Rpc.Host, "eth_getBlockByNumber", "the node has no genesis block.");
        ITransactionJournal journal = await openJournal(new ChainAccount(chainId, genesis.Hash, key.Address), cancellationToken);
        TransactionSender sender = new(client, key, chainId, options ?? new(), journal, time ?? TimeProvider.System);
        try
        {
            await sender.SettleOnceAsync(cancellationToken);
            sender._wake.Release();
            return sender;
        }
        catch
        {
            await sender.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Sends a transaction for an intent and waits until it is confirmed. When the intent was sent before, by this or an earlier
    /// process, waits for that transaction, whatever <paramref name="request"/> says now. Cancelling ends the waiting; what is
    /// already signed stays in the journal.
    /// </summary>
    /// <param name="intentKey">What is to happen once; at most 500 characters.</param>
    /// <param name="request">How to do it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="ContractRevertedException">The contract would refuse; nothing was signed.</exception>
    /// <exception cref="NoContractException">There is no contract to call; nothing was signed.</exception>
    /// <exception cref="TransactionRevertedException">It was mined and reverted. The intent is spent: a new attempt needs a new key.</exception>
    /// <exception cref="SenderStoppedException">An earlier error stopped the sender; nothing was signed.</exception>
    /// <exception cref="AccountTakenOverException">Another sender owns the account by now, and carries on what was signed.</exception>
    /// <exception cref="JournalUnavailableException">The journal cannot be reached. Call again: what was recorded is sent, and no other.</exception>
    /// <exception cref="InsufficientFundsException">The account has not enough of the native currency.</exception>
    /// <exception cref="RpcException">The node refused it.</exception>
    /// <exception cref="RpcTransportException">The node cannot be reached, and nothing was signed yet.</exception>
    public async Task<Receipt> SendAsync(string intentKey, TransactionRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(intentKey);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(intentKey.Length, JournalEntry.MaxKeyLength);
        using CancellationTokenSource linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);
        while (true)
        {
            (Intent intent, Task<Receipt> completion) = await FindOrSignAsync(intentKey, request, linked.Token);
            try
            {
                Receipt receipt = await completion.WaitAsync(linked.Token);
                return receipt.IsSuccess ? receipt : throw await ExplainRevertAsync(intent, receipt, request, linked.Token);
            }
            catch (IntentReplacedException)
            {
                // Ours cannot be mined any more, so signing anew does not execute the intent twice.
                _options.Progress?.Report($"The nonce of {intentKey} was used by a foreign transaction; signing again.");
            }
        }
    }

    /// <summary>Whether an intent was carried out before, by this or an earlier process: its transaction is confirmed.</summary>
    /// <param name="intentKey">As it was given to <see cref="SendAsync"/>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="SenderStoppedException">An earlier error stopped the sender.</exception>
    /// <exception cref="AccountTakenOverException">Another sender owns the account by now.</exception>
    /// <exception cref="JournalUnavailableException">The journal cannot be reached.</exception>
    public async Task<bool> IsConfirmedAsync(string intentKey, CancellationToken cancellationToken = default)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            ThrowIfStopped();
            await CatchUpAsync(cancellationToken);
            return _intents.Find(intentKey)?.Receipt is not null;
        }
        catch (AccountTakenOverException e)
        {
            Stop(e);
            throw;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Stops watching and lets go of the journal. Pending transactions stay in it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested) return;
        await _stop.CancelAsync();
        await _watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _gate.WaitAsync();
        await _journal.DisposeAsync();
        _gate.Release();
    }

    /// <summary>What is signed but not confirmed.</summary>
    internal async Task<Intent[]> PendingAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return _intents.Pending;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<(Intent Intent, Task<Receipt> Completion)> FindOrSignAsync(
        string intentKey, TransactionRequest request, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this);
            ThrowIfStopped();
            await CatchUpAsync(cancellationToken);
            Intent? intent = _intents.Find(intentKey);
            if (intent is null || intent.Attempts.Count == 0)
            {
                intent = await SignAsync(intentKey, request, cancellationToken);
                await BroadcastAsync(intent, isFirst: true, cancellationToken);
            }
            else if (intent.Receipt is Receipt receipt && !await IsCanonicalAsync(receipt, cancellationToken))
            {
                _options.Progress?.Report($"The block of {intentKey} was reorganized away; sending the same transaction again.");
                await RecordAsync(new JournalEntry.Reopened(intentKey));
            }
            else if (intent.IsRefused)
            {
                await _journal.ConfirmOwnerAsync(cancellationToken);
                await BroadcastAsync(intent, isFirst: true, cancellationToken);
            }

            return (intent, intent.Completion);
        }
        catch (AccountTakenOverException e)
        {
            Stop(e);
            throw;
        }
        finally
        {
            // Also after a refusal: what is signed is looked after from now on.
            _wake.Release();
            _gate.Release();
        }
    }

    private async Task<Intent> SignAsync(string intentKey, TransactionRequest request, CancellationToken cancellationToken)
    {
        // Nodes run calldata sent to no contract as a plain transfer, and report success.
        if (request.To is Address to && !request.Data.IsEmpty && (await _client.GetCodeAsync(to, cancellationToken: cancellationToken)).Length == 0)
            throw new NoContractException(to);
        ulong gas = request.GasLimit
            ?? WithMargin(await EstimateGasAsync(request, cancellationToken)) + request.SpareGas;
        Fees fees = await Fees.SuggestAsync(_client, _options.MaxFeePerGas, cancellationToken);
        ulong nonce = Math.Max(
            await _client.GetTransactionCountAsync(Account, BlockTag.Pending, cancellationToken), _intents.NextNonce);
        Transaction transaction = fees.Apply(new Transaction
        {
            ChainId = ChainId,
            Nonce = nonce,
            GasLimit = gas,
            To = request.To,
            Value = request.Value,
            Data = request.Data,
        });
        return await SignAndJournalAsync(intentKey, transaction, cancellationToken);
    }

    private async Task<ulong> EstimateGasAsync(TransactionRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await _client.EstimateGasAsync(request.ToCall(Account), request.Errors, cancellationToken);
        }
        catch (RpcException e)
        {
            // What gas would cost is not known yet; that there is nothing left for it is.
            throw await FindShortageAsync(request.Value + 1, e, cancellationToken) ?? (Exception)e;
        }
    }

    /// <summary>Whether it is for want of money that the node refuses a transaction, which every node says in words of its own.</summary>
    /// <param name="need">What the account must have for it, in wei.</param>
    private async Task<InsufficientFundsException?> FindShortageAsync(BigInteger need, RpcException refusal, CancellationToken cancellationToken)
    {
        BigInteger balance = await _client.GetBalanceAsync(Account, cancellationToken: cancellationToken);
        return balance < need ? new InsufficientFundsException(Account, balance, need, refusal) : null;
    }

    private ulong WithMargin(ulong gas) => checked(gas + gas * _options.GasMarginPercent / 100);

    private async Task<Intent> SignAndJournalAsync(string intentKey, Transaction transaction, CancellationToken cancellationToken)
    {
        // Nothing is signed that the journal would refuse.
        await _journal.ConfirmOwnerAsync(cancellationToken);
        _options.Checkpoint?.Invoke("signing");
        SignedTransaction signed = transaction.Sign(_key);
        _options.Checkpoint?.Invoke("signed");
        Intent intent = await RecordAsync(new JournalEntry.Signed(intentKey, signed));
        _options.Checkpoint?.Invoke("journaled");
        return intent;
    }

    private async Task<bool> IsCanonicalAsync(Receipt receipt, CancellationToken cancellationToken) =>
        await _client.GetBlockAsync(BlockTag.Number(receipt.BlockNumber), cancellationToken) is Block block && block.Hash == receipt.BlockHash;

    /// <summary>Runs the transaction again, as a call on the state of its block and of the one before, to learn why it reverted.</summary>
    private async Task<TransactionRevertedException> ExplainRevertAsync(
        Intent intent, Receipt receipt, TransactionRequest request, CancellationToken cancellationToken)
    {
        Transaction transaction = intent.Attempts.First(a => a.Hash == receipt.TransactionHash).Transaction;
        CallRequest call = new(transaction.To, transaction.Data) { From = Account, Value = transaction.Value, Gas = transaction.GasLimit };
        foreach (ulong block in new[] { receipt.BlockNumber, receipt.BlockNumber - 1 })
        {
            try
            {
                await _client.CallAsync(call, block, request.Errors, cancellationToken);
            }
            catch (ContractRevertedException e)
            {
                return new TransactionRevertedException(intent.Key, receipt, e.Error, e.RevertData);
            }
            catch (Exception e) when (e is RpcException or RpcTransportException)
            {
                // The node may not keep old states; the revert itself is certain all the same.
                _options.Progress?.Report($"Could not learn why {receipt.TransactionHash} reverted: {e.Message}");
            }
        }

        string reason = receipt.GasUsed >= transaction.GasLimit ? "all of its gas was used" : "the reason could not be reproduced";
        return new TransactionRevertedException(intent.Key, receipt, new ContractError("", [], reason), default);
    }
}
