using System.Diagnostics;
using Marketplace.Chain.Abi;
using Marketplace.Chain.Rpc;
using Marketplace.Chain.Sending;
using Marketplace.Fleet.Silos;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Marketplace.Fleet.Accounts;

/// <summary>
/// Sends an account's transactions out of its journal. Where two activations overlap, as they do for seconds after a silo was paused, the
/// journal has one owner; the other finds that out when it next writes, signs nothing more and deactivates.
/// </summary>
[GrainType("account"), Reentrant, KeepAlive]
internal sealed class AccountGrain(ServedMarket market, ILogger<AccountGrain> log) : Grain, IAccountGrain
{
    /// <summary>How long a caller waits for one answer: less than the time after which Orleans gives a call up.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>How long the money stays with a hold that nothing is heard of.</summary>
    private static readonly TimeSpan HoldLimit = TimeSpan.FromSeconds(60);

    private TransactionSender? _sender;
    private OwnedAccount? _owner;
    private (Guid Id, long Heard)? _hold;
    private int _sendingUnderHold;

    private TransactionSender Sender => _sender ?? throw new InvalidOperationException("not activated");

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        string served = market.Account.ToString();
        if (this.GetPrimaryKeyString() != served)
            throw new AccountUnavailableException($"this silo has the key of {served}, not of {this.GetPrimaryKeyString()}");
        try
        {
            (_sender, _owner) = await Task.Run(() => market.OpenSenderAsync(log, cancellationToken), cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new AccountUnavailableException($"the journal of {served} cannot be opened: {e.Message}");
        }
        log.LogInformation("account {Account}: sends from here on", market.Account.Account);
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_sender is not null)
            await Task.Run(() => _sender.DisposeAsync().AsTask(), CancellationToken.None);
    }

    public async Task<TransactionAnswer> SendAsync(TransactionOrder order)
    {
        if (order.Hold is not { } hold)
            return await SendNowAsync(order);
        if (!Has(hold))
            return new TransactionAnswer(TransactionOutcome.HoldLost);
        _sendingUnderHold++;
        try
        {
            return await SendNowAsync(order);
        }
        finally
        {
            _sendingUnderHold--;
            if (Has(hold))
                _hold = (hold, Stopwatch.GetTimestamp());
        }
    }

    public async Task<bool> IsConfirmedAsync(string intent)
    {
        try
        {
            return await Task.Run(() => Sender.IsConfirmedAsync(intent));
        }
        catch (Exception e)
        {
            throw GiveUp(e);
        }
    }

    public async Task<AccountEpoch> ReadEpochAsync()
    {
        OwnedAccount owner = _owner ?? throw new InvalidOperationException("not activated");
        try
        {
            await Task.Run(() => owner.ConfirmAsync(CancellationToken.None));
            return owner.ToEpoch();
        }
        catch (Exception e)
        {
            throw GiveUp(e);
        }
    }

    public Task<bool> TryHoldMoneyAsync(Guid hold)
    {
        bool isFree = _hold is not { } held || held.Id == hold
            || (_sendingUnderHold == 0 && Stopwatch.GetElapsedTime(held.Heard) > HoldLimit);
        if (isFree)
            _hold = (hold, Stopwatch.GetTimestamp());
        return Task.FromResult(isFree);
    }

    public Task ReleaseMoneyAsync(Guid hold)
    {
        if (Has(hold))
            _hold = null;
        return Task.CompletedTask;
    }

    private bool Has(Guid hold) => _hold is { } held && held.Id == hold;

    private async Task<TransactionAnswer> SendNowAsync(TransactionOrder order)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            // The sender writes to its journal and waits for its node; neither is to hold up the grain's other callers.
            Receipt receipt = await Task.Run(() => Sender.SendAsync(order.Intent, order.ToRequest(), patience.Token));
            return new TransactionAnswer(TransactionOutcome.Mined, receipt);
        }
        catch (OperationCanceledException)
        {
            return new TransactionAnswer(TransactionOutcome.Pending);
        }
        catch (TransactionRevertedException e)
        {
            return new TransactionAnswer(TransactionOutcome.Reverted, e.Receipt, e.RevertData.ToArray(), e.Message);
        }
        catch (ContractRevertedException e)
        {
            return new TransactionAnswer(TransactionOutcome.Refused, RevertData: e.RevertData.ToArray(), Message: e.Message);
        }
        catch (Exception e) when (e is RpcTransportException or JournalUnavailableException)
        {
            return new TransactionAnswer(TransactionOutcome.Unreachable, Message: e.Message);
        }
        catch (Exception e) when (e is InsufficientFundsException or RpcException or NoContractException or AbiException)
        {
            return new TransactionAnswer(TransactionOutcome.Failed, Message: e.Message);
        }
        catch (Exception e)
        {
            throw GiveUp(e);
        }
    }

    /// <summary>The journal is lost to this activation, mostly to another owner.</summary>
    private AccountUnavailableException GiveUp(Exception problem)
    {
        log.LogWarning("account {Account}: sends no longer from here, {Problem}", market.Account.Account, problem.Message);
        DeactivateOnIdle();
        return new AccountUnavailableException(problem.Message);
    }
}
