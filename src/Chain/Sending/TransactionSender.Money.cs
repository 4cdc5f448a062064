using Marketplace.Chain.Rpc;

namespace Marketplace.Chain.Sending;

// Who holds the account's money: one caller of this process at a time.
public sealed partial class TransactionSender : ITransactionSender
{
    private readonly SemaphoreSlim _money = new(1, 1);

    /// <inheritdoc/>
    public async Task<IMoneyHold> HoldMoneyAsync(CancellationToken cancellationToken = default)
    {
        await _money.WaitAsync(cancellationToken);
        return new Hold(this);
    }

    private sealed class Hold(TransactionSender sender) : IMoneyHold
    {
        public Task<Receipt> SendAsync(string intentKey, TransactionRequest request, CancellationToken cancellationToken = default) =>
            sender.SendAsync(intentKey, request, cancellationToken);

        public ValueTask DisposeAsync()
        {
            sender._money.Release();
            return ValueTask.CompletedTask;
        }
    }
}
