using System.Numerics;
using System.Text.Json;
using Marketplace.Chain.Rpc;
using Marketplace.Chain.Signing;
using Marketplace.Telemetry;
using Nethereum.JsonRpc.Client;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.RPC.Eth.Transactions;
using Transaction = Marketplace.Chain.Signing.Transaction;

namespace Marketplace.Chain.Sending;

// The watch over pending transactions: finds receipts, sends again what the node forgot, raises fees of what is stuck.
public sealed partial class TransactionSender
{
    // A node that balances load may know a new nonce before it knows the receipt.
    private const int MissingReceiptsNeeded = 3;

    private DateTimeOffset? _gapSince;

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        bool isIdle = true;
        while (true)
        {
            // A short sleep while something is pending, an endless one otherwise; new work ends either.
            await _wake.WaitAsync(isIdle ? Timeout.InfiniteTimeSpan : _options.PollInterval, cancellationToken);
            try
            {
                await SettleOnceAsync(cancellationToken);
            }
            catch (Exception e) when (e is RpcException or RpcTransportException or JournalUnavailableException)
            {
                _options.Progress?.Report($"Looking after pending transactions failed, trying again: {e.Message}");
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The journal cannot be written, or is another's: nothing more may be signed, and nobody shall wait in vain.
                await _gate.WaitAsync(cancellationToken);
                Stop(e);
                _gate.Release();
                throw;
            }

            isIdle = (await PendingAsync(cancellationToken)).Length == 0 && !_isBehind;
        }
    }

    /// <summary>One look at everything pending, lowest nonce first.</summary>
    private async Task SettleOnceAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            await CatchUpAsync(cancellationToken);
            Intent[] pending = _intents.Pending;
            if (pending.Length == 0) return;
            await _journal.ConfirmOwnerAsync(cancellationToken);
            ulong used = await _client.GetTransactionCountAsync(Account, BlockTag.Latest, cancellationToken);
            ulong head = await _client.GetBlockNumberAsync(cancellationToken);
            await FillGapAsync(pending, used, cancellationToken);
            foreach (Intent intent in pending)
            {
                if (intent.Nonce < used)
                    await SettleUsedAsync(intent, head, cancellationToken);
                else
                    await KeepAliveAsync(intent, isNext: intent.Nonce == used, head, cancellationToken);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The nonce is used: by one of ours, which settles the intent once confirmed, or by a foreign transaction.</summary>
    private async Task SettleUsedAsync(Intent intent, ulong head, CancellationToken cancellationToken)
    {
        if (await FindReceiptAsync(intent, cancellationToken) is (Receipt receipt, JsonElement json))
        {
            intent.MissingReceipts = 0;
            if (receipt.BlockNumber > head || head - receipt.BlockNumber + 1 < _options.Confirmations) return;
            _options.Checkpoint?.Invoke("mined");
            await RecordAsync(new JournalEntry.Mined(intent.Key, json.GetRawText()));
            return;
        }

        ulong depth = Math.Max(_options.ReplacedDepth, _options.Confirmations);
        if (head < depth) return;
        ulong usedLongAgo = await _client.GetTransactionCountAsync(Account, head - depth, cancellationToken);
        intent.MissingReceipts = usedLongAgo > intent.Nonce ? intent.MissingReceipts + 1 : 0;
        if (intent.MissingReceipts >= MissingReceiptsNeeded) await RecordAsync(new JournalEntry.Replaced(intent.Key));
    }

    private async Task<(Receipt Receipt, JsonElement Json)?> FindReceiptAsync(Intent intent, CancellationToken cancellationToken)
    {
        EthGetTransactionReceipt service = new(_client.Rpc.For(cancellationToken));
        RpcRequest[] requests = [.. intent.Attempts.Select(a => service.BuildRequest(a.Hash.ToString()))];
        foreach (RpcAnswer answer in await _client.Rpc.SendBatchAsync(requests, cancellationToken))
        {
            if (answer.Read<TransactionReceipt, Receipt?>(r => r is null ? null : NodeModels.ToReceipt(r)) is not Receipt receipt) continue;
            if (intent.Attempts.Any(a => a.Hash == receipt.TransactionHash)) return (receipt, answer.Result);
            throw new RpcTransportException(_client.Rpc.Host, "eth_getTransactionReceipt", "the receipt is another transaction's.");
        }

        return null;
    }

    /// <summary>Sends again what the node does not know, and raises the fees of the next in line when it waits too long.</summary>
    private async Task KeepAliveAsync(Intent intent, bool isNext, ulong head, CancellationToken cancellationToken)
    {
        DateTimeOffset now = _time.GetUtcNow();
        if (intent.BroadcastAt is null || await _client.GetTransactionAsync(intent.Attempts[^1].Hash, cancellationToken) is null)
        {
            _options.Progress?.Report($"Broadcasting the transaction of {intent.Key}, nonce {intent.Nonce}, again.");
            await _journal.ConfirmOwnerAsync(cancellationToken);
            await BroadcastAsync(intent, isFirst: false, cancellationToken);
        }

        // A higher fee helps against better-paying transactions only. What the node refuses lacks something else, and while no
        // blocks come, one raise is enough.
        if (!isNext || intent.IsRefused || intent.BroadcastAt is not DateTimeOffset since || now - since < _options.BumpAfter) return;
        if (intent.RaisedAtHead == head || intent.Attempts.Count > _options.MaxRaises) return;
        Transaction stuck = intent.Attempts[^1].Transaction;
        Fees suggested = await Fees.SuggestAsync(_client, _options.MaxFeePerGas, cancellationToken);
        Fees raised = Fees.Of(stuck).Raise(suggested, _options.BumpPercent);
        if (raised.MaxFee > _options.MaxFeePerGas)
        {
            _options.Progress?.Report($"{intent.Key} is stuck, and its fee cannot be raised beyond {Units.FormatGwei(_options.MaxFeePerGas)} gwei.");
            intent.BroadcastAt = now;
            return;
        }

        MarketTelemetry.CountReplacement();
        _options.Progress?.Report($"{intent.Key} is stuck; raising its fee to {Units.FormatGwei(raised.MaxFee)} gwei.");
        await SignAndJournalAsync(intent.Key, raised.Apply(stuck), cancellationToken);
        intent.RaisedAtHead = head;
        await BroadcastAsync(intent, isFirst: false, cancellationToken);
    }

    /// <summary>
    /// Nonces below our lowest that nobody has used block everything: a foreign transaction that was pending when we chose ours was
    /// dropped. Ours that a reorganization took back are reopened; for the others an empty transfer to ourselves fills in.
    /// </summary>
    private async Task FillGapAsync(Intent[] pending, ulong used, CancellationToken cancellationToken)
    {
        if (pending[0].Nonce <= used)
        {
            _gapSince = null;
            return;
        }

        foreach (Intent reverted in _intents.All.Where(i => i.Receipt is not null && i.Nonce >= used).ToArray())
        {
            if (!await IsCanonicalAsync(reverted.Receipt!, cancellationToken)) await RecordAsync(new JournalEntry.Reopened(reverted.Key));
        }

        ulong known = await _client.GetTransactionCountAsync(Account, BlockTag.Pending, cancellationToken);
        DateTimeOffset now = _time.GetUtcNow();
        if (known >= pending[0].Nonce || _intents.Pending[0].Nonce <= used) return;
        _gapSince ??= now;
        if (now - _gapSince < _options.BumpAfter) return;
        Fees fees = await Fees.SuggestAsync(_client, _options.MaxFeePerGas, cancellationToken);
        _options.Progress?.Report($"Nonce {used} is used by nobody and blocks {pending[0].Key}; filling it with an empty transfer.");
        Transaction empty = fees.Apply(new Transaction { ChainId = ChainId, Nonce = used, GasLimit = 21_000, To = Account });
        Intent filler = await SignAndJournalAsync($"gap/{used}", empty, cancellationToken);
        await BroadcastAsync(filler, isFirst: false, cancellationToken);
        _gapSince = null;
    }

    /// <summary>Hands the newest attempt to the node. Unless the node refuses it for good, the watch takes over.</summary>
    private async Task BroadcastAsync(Intent intent, bool isFirst, CancellationToken cancellationToken)
    {
        SignedTransaction newest = intent.Attempts[^1];
        try
        {
            intent.BroadcastAt ??= _time.GetUtcNow();
            await _client.SendRawTransactionAsync(newest.Raw, cancellationToken);
            intent.IsRefused = false;
            _options.Checkpoint?.Invoke("broadcast");
        }
        catch (RpcException e)
        {
            intent.IsRefused = !IsHarmless(e) && !await IsMinedAsync(newest, cancellationToken);
            if (intent.IsRefused) intent.BroadcastAt = null; // Waiting counts from when the node has it.
            if (intent.IsRefused && isFirst)
            {
                Transaction refused = newest.Transaction;
                BigInteger need = refused.Value + Fees.Of(refused).MaxFee * refused.GasLimit;
                throw await FindShortageAsync(need, e, cancellationToken) ?? (Exception)e;
            }

            if (intent.IsRefused) _options.Progress?.Report($"The node refuses the transaction of {intent.Key}: {e.Message}");
        }
        catch (RpcTransportException e)
        {
            intent.BroadcastAt = null;
            _options.Progress?.Report($"Broadcasting the transaction of {intent.Key} failed, trying again: {e.Message}");
        }
    }

    /// <summary>Development nodes mine a transaction that reverts, and report the revert as if they had refused it.</summary>
    private async Task<bool> IsMinedAsync(SignedTransaction transaction, CancellationToken cancellationToken)
    {
        try
        {
            return await _client.GetReceiptAsync(transaction.Hash, cancellationToken) is not null;
        }
        catch (Exception e) when (e is RpcException or RpcTransportException)
        {
            return false;
        }
    }

    /// <summary>Refusals that time, a higher fee or the receipt will settle; in the words of geth, Nethermind, Besu, Hardhat and anvil.</summary>
    private static bool IsHarmless(RpcException e) =>
        new[]
        {
            "already known", "known transaction", "already imported", "already in", "alreadyknown", "nonce too low", "nonce has already",
            "nonce is too low", "underpriced", "fee too low", "base fee"
        }
            .Any(words => e.NodeMessage.Contains(words, StringComparison.OrdinalIgnoreCase));
}
