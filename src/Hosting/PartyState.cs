using Marketplace.Agents;
using Marketplace.Chain.Sending;
using Marketplace.Content;

namespace Marketplace.Hosting;

/// <summary>Where a party keeps what must survive a crash, so that nothing is sent or decided twice.</summary>
/// <param name="OpenJournal">Opens the journal of its account on a chain; who opens it last owns the account.</param>
/// <param name="OpenUpdates">Opens what it has decided in a project's rounds, once the journal is open; it may use the content store.</param>
public sealed record PartyState(
    Func<ChainAccount, CancellationToken, Task<ITransactionJournal>> OpenJournal, Func<UpdateSealing, IContentStore, IUpdateStore> OpenUpdates)
{
    /// <summary>On this machine's disk, for one process at a time.</summary>
    public static PartyState InFolder(string folder) => new(
        (account, _) => Task.FromResult<ITransactionJournal>(FileJournal.Open(folder, account)),
        (sealing, _) => new SealedUpdateStore(Path.Combine(folder, "updates"), sealing));
}
