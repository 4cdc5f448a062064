namespace Marketplace.Chain.Sending;

/// <summary>All intents of an account as its journal has them.</summary>
internal sealed class IntentTable
{
    private readonly Dictionary<string, Intent> _intents = new(StringComparer.Ordinal);

    public IReadOnlyCollection<Intent> All => _intents.Values;

    /// <summary>What is not settled, by nonce.</summary>
    public Intent[] Pending => [.. _intents.Values.Where(i => i.IsPending).OrderBy(i => i.Nonce)];

    /// <summary>The first nonce above all that were signed.</summary>
    public ulong NextNonce => _intents.Values.Where(i => i.Attempts.Count > 0).Select(i => i.Nonce + 1).DefaultIfEmpty(0UL).Max();

    public Intent? Find(string key) => _intents.GetValueOrDefault(key);

    /// <summary>Takes over what a journal has, instead of what was believed to be in it.</summary>
    /// <exception cref="InvalidDataException">An intent has two nonces.</exception>
    public void Load(IEnumerable<JournalEntry> entries)
    {
        Intent[] signed = [.. _intents.Values.Where(i => i.Attempts.Count > 0)];
        foreach (Intent intent in _intents.Values) intent.Clear();
        try
        {
            foreach (JournalEntry entry in entries) Apply(entry);
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidDataException($"The journal is damaged: {e.Message}", e);
        }

        // Nothing else takes an intent's transactions away. Whoever waits for it is told.
        foreach (Intent intent in signed.Where(i => i.Attempts.Count == 0)) intent.Replace();
    }

    /// <summary>Does what was recorded.</summary>
    public Intent Apply(JournalEntry entry)
    {
        if (!_intents.TryGetValue(entry.Key, out Intent? intent)) _intents.Add(entry.Key, intent = new Intent(entry.Key));
        switch (entry)
        {
            case JournalEntry.Signed signed:
                intent.Sign(signed.Transaction);
                break;
            case JournalEntry.Mined mined:
                intent.Mine(mined.Receipt);
                break;
            case JournalEntry.Reopened:
                intent.Reopen();
                break;
            case JournalEntry.Replaced:
                intent.Replace();
                break;
        }

        return intent;
    }
}
