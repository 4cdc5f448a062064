using Marketplace.Chain.Abi;
using Marketplace.Chain.Rpc;
using Marketplace.Chain.Sending;
using Marketplace.Fleet.Silos;
using Marketplace.Protocol.Markets;
using Microsoft.Extensions.Logging;

namespace Marketplace.Fleet.Accounts;

/// <summary>
/// Sends by the account's grain, wherever that is. An intent is executed once, so a call that was lost with its silo is made again as
/// it was, until the grain answers from another one.
/// </summary>
internal sealed class GrainSender(IGrainFactory grains, ServedMarket market, ILogger<GrainSender> log) : ITransactionSender
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public Task<Receipt> SendAsync(string intentKey, TransactionRequest request, CancellationToken cancellationToken = default) =>
        SendAsync(intentKey, request, hold: null, cancellationToken);

    public Task<bool> IsConfirmedAsync(string intentKey, CancellationToken cancellationToken = default) =>
        CallAsync(grain => grain.IsConfirmedAsync(intentKey), cancellationToken);

    public async Task<IMoneyHold> HoldMoneyAsync(CancellationToken cancellationToken = default)
    {
        var hold = Guid.NewGuid();
        while (!await CallAsync(grain => grain.TryHoldMoneyAsync(hold), cancellationToken))
            await Task.Delay(Pause, cancellationToken);
        return new Hold(this, hold);
    }

    /// <summary>The epoch in which the account is owned now.</summary>
    public Task<AccountEpoch> ReadEpochAsync(CancellationToken cancellationToken) => CallAsync(grain => grain.ReadEpochAsync(), cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<Receipt> SendAsync(string intent, TransactionRequest request, Guid? hold, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(intent);
        var order = TransactionOrder.Of(intent, request, hold);
        string said = "";
        while (true)
        {
            TransactionAnswer answer = await CallAsync(grain => grain.SendAsync(order), cancellationToken);
            switch (answer.Outcome)
            {
                case TransactionOutcome.Mined:
                    return answer.Receipt!;
                case TransactionOutcome.Reverted:
                    throw new TransactionRevertedException(intent, answer.Receipt!, Decode(answer), answer.RevertData);
                case TransactionOutcome.Refused:
                    throw new ContractRevertedException($"The call for {intent}", Decode(answer), answer.RevertData);
                case TransactionOutcome.Failed:
                    throw new OrderFailedException(answer.Message!);
                case TransactionOutcome.HoldLost:
                    throw new OrderFailedException($"the account's money was given to another project before {intent} was sent");
                case TransactionOutcome.Unreachable:
                    if (answer.Message != said)
                        log.LogWarning("{Intent}: trying again: {Problem}", intent, said = answer.Message!);
                    await Task.Delay(Pause, cancellationToken);
                    break;
            }
        }
    }

    private static ContractError Decode(TransactionAnswer answer) => ContractError.Decode(answer.RevertData, MarketChain.Errors);

    /// <summary>Calls the grain until it answers: its silo may be gone, and the next one not be chosen yet.</summary>
    private async Task<T> CallAsync<T>(Func<IAccountGrain, Task<T>> call, CancellationToken cancellationToken)
    {
        string said = "";
        while (true)
        {
            try
            {
                return await call(grains.GetGrain<IAccountGrain>(market.Account.ToString())).WaitAsync(cancellationToken);
            }
            catch (Exception e) when (e is OrleansException or TimeoutException or AccountUnavailableException)
            {
                string problem = Trouble.Describe(e);
                if (problem != said)
                    log.LogInformation("account {Account}: asking again who sends, {Problem}", market.Account.Account, said = problem);
            }
            await Task.Delay(Pause, cancellationToken);
        }
    }

    private sealed class Hold(GrainSender sender, Guid id) : IMoneyHold
    {
        public Task<Receipt> SendAsync(string intentKey, TransactionRequest request, CancellationToken cancellationToken = default) =>
            sender.SendAsync(intentKey, request, id, cancellationToken);

        public async ValueTask DisposeAsync()
        {
            using var patience = new CancellationTokenSource(Pause);
            try
            {
                await sender.CallAsync(
                    async grain =>
                    {
                        await grain.ReleaseMoneyAsync(id);
                        return true;
                    },
                    patience.Token);
            }
            catch (OperationCanceledException)
            {
                // Not heard of any more, the hold ends by itself.
            }
        }
    }
}

/// <summary>The account could not send what it was asked to; the message says why.</summary>
internal sealed class OrderFailedException(string message) : Exception(message);
