using Marketplace.Chain.Rpc;
using Marketplace.Chain.Signing;

namespace Marketplace.Chain.Sending;

/// <summary>One thing to be done on chain, and the transactions signed for it, all with the same nonce: at most one is mined.</summary>
internal sealed class Intent(string key)
{
    private TaskCompletionSource<Receipt> _completion = NewCompletion();

    public string Key { get; } = key;

    public ulong Nonce => Attempts[^1].Transaction.Nonce;

    /// <summary>Oldest first. The newest pays most.</summary>
    public List<SignedTransaction> Attempts { get; } = [];

    /// <summary>The receipt, once confirmed.</summary>
    public Receipt? Receipt { get; private set; }

    public bool IsPending => Receipt is null && Attempts.Count > 0;

    /// <summary>Completes with the receipt, or fails when the nonce was used by a foreign transaction.</summary>
    public Task<Receipt> Completion => _completion.Task;

    /// <summary>When the newest attempt was first broadcast by this process; null when it was not yet.</summary>
    public DateTimeOffset? BroadcastAt { get; set; }

    /// <summary>Whether the node refused the newest attempt when it was last broadcast.</summary>
    public bool IsRefused { get; set; }

    /// <summary>The newest block when this process last raised the fees; null when it has not.</summary>
    public ulong? RaisedAtHead { get; set; }

    /// <summary>How often in a row the nonce was seen used without a receipt of ours.</summary>
    public int MissingReceipts { get; set; }

    public void Sign(SignedTransaction transaction)
    {
        if (Attempts.Count > 0 && Attempts[^1].Transaction.Nonce != transaction.Transaction.Nonce)
        {
            throw new InvalidOperationException(
                $"The intent {Key} has nonce {Nonce}; signing {transaction.Transaction.Nonce} could execute it twice.");
        }

        Attempts.Add(transaction);
        BroadcastAt = null;
        if (_completion.Task.IsCompleted) _completion = NewCompletion();
    }

    public void Mine(Receipt receipt)
    {
        Receipt = receipt;
        _completion.TrySetResult(receipt);
    }

    public void Reopen()
    {
        Receipt = null;
        BroadcastAt = null;
        if (_completion.Task.IsCompleted) _completion = NewCompletion();
    }

    public void Replace()
    {
        Attempts.Clear();
        MissingReceipts = 0;
        Fail(new IntentReplacedException(Key));
    }

    /// <summary>Forgets what was recorded of it, which is about to be read again; whoever waits for it goes on waiting.</summary>
    public void Clear()
    {
        Attempts.Clear();
        Receipt = null;
    }

    public void Fail(Exception failure)
    {
        _completion.TrySetException(failure);
        _ = _completion.Task.Exception; // Marks it as observed: nobody may be waiting.
    }

    private static TaskCompletionSource<Receipt> NewCompletion() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
