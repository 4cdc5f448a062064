namespace Marketplace.Chain.Sending;

// What the sender knows of its journal, and what it does when the journal fails or is another's.
public sealed partial class TransactionSender
{
    // Whether the journal may hold other things than the intents here: it was not read yet, or the answer to a write was lost.
    private bool _isBehind = true;
    private Exception? _failure;

    /// <summary>Reads the journal where it may hold more, or less, than is known here.</summary>
    private async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        if (!_isBehind) return;
        _intents.Load(await _journal.ReadAsync(cancellationToken));
        _isBehind = false;
    }

    private async Task<Intent> RecordAsync(JournalEntry entry)
    {
        _isBehind = true;
        await _journal.AppendAsync(entry);
        _isBehind = false;
        return _intents.Apply(entry);
    }

    private void ThrowIfStopped()
    {
        if (_failure is AccountTakenOverException) throw new AccountTakenOverException(Account);
        if (_failure is not null) throw new SenderStoppedException(_failure);
    }

    /// <summary>Signs and sends nothing any more, and lets nobody wait in vain.</summary>
    private void Stop(Exception failure)
    {
        _failure ??= failure;
        foreach (Intent intent in _intents.All) intent.Fail(failure);
    }
}
