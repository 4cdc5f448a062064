using Marketplace.Agents;
using Marketplace.Chain.Sending;
using Marketplace.Content;
using Marketplace.Fleet.Databases;
using Marketplace.Fleet.Journals;
using Marketplace.Fleet.Updates;

namespace Marketplace.Fleet.Accounts;

/// <summary>What one party keeps in the fleet's database: its journal, whose opening takes the account, and what it has decided.</summary>
/// <param name="database">The fleet's; the caller disposes it, after the party.</param>
public sealed class SharedState(FleetDatabase database)
{
    private PostgresJournal? _journal;

    /// <summary>Takes the account, and opens its journal.</summary>
    /// <exception cref="JournalUnavailableException">The database cannot be reached.</exception>
    public async Task<ITransactionJournal> OpenJournalAsync(ChainAccount account, CancellationToken cancellationToken) =>
        _journal = await PostgresJournal.OpenAsync(database, account, cancellationToken);

    /// <summary>Opens what the account has decided, in the epoch that began when its journal was opened.</summary>
    /// <exception cref="InvalidOperationException">The journal is not open yet.</exception>
    public IUpdateStore OpenUpdates(UpdateSealing sealing, IContentStore content) => _journal is null
        ? throw new InvalidOperationException("the journal is opened first, which takes the account")
        : new PostgresUpdateStore(_journal.Owner, sealing, content);
}
