using Marketplace.Chain.Sending;
using Marketplace.Chain.Signing;
using Marketplace.Fleet.Accounts;
using Marketplace.Fleet.Databases;
using Marketplace.Fleet.Journals;
using Marketplace.Fleet.Projects;
using Marketplace.Fleet.Updates;
using Marketplace.Hosting;
using Marketplace.Proofs.ReferenceStrings;
using Microsoft.Extensions.Logging;

namespace Marketplace.Fleet.Silos;

/// <summary>What every silo of a fleet is given: one market, one account in it, and what is on this machine for its projects.</summary>
/// <param name="Database">What the fleet shares.</param>
/// <param name="Session">The market.</param>
/// <param name="Key">The account's.</param>
/// <param name="Srs">The reference string that the market's verifier pins.</param>
/// <param name="StateFolder">A folder of this machine in which programs of the owner's may work.</param>
/// <param name="Data">For which projects there is something on this machine.</param>
/// <param name="Poll">How long to wait between looks at the chain.</param>
public sealed record ServedMarket(
    FleetDatabase Database, MarketSession Session, PrivateKey Key, Srs Srs, string StateFolder, IProjectData Data, TimeSpan Poll)
{
    internal AccountKey Account => new(Session.Chain.ChainId, Key.Address);

    /// <summary>The fleet's name.</summary>
    public FleetName Fleet => new(Session.Chain.ChainId, Session.Chain.Address, Key.Address);

    /// <summary>Opens the account's journal, which makes this silo its owner, and sends what is pending in it.</summary>
    internal async Task<(TransactionSender Sender, OwnedAccount Owner)> OpenSenderAsync(ILogger log, CancellationToken cancellationToken)
    {
        OwnedAccount? owner = null;
        TransactionSender sender = await TransactionSender.OpenAsync(
            Session.Chain.Client,
            Key,
            async (account, stop) =>
            {
                PostgresJournal journal = await PostgresJournal.OpenAsync(Database, account, stop);
                owner = journal.Owner;
                return journal;
            },
            Party.SenderOptionsFor(Session, log),
            cancellationToken: cancellationToken);
        return (sender, owner!);
    }

    /// <summary>The account's state as every silo has it: its journal is the grain's alone.</summary>
    internal PartyState StateBy(GrainSender account) => new(
        (_, _) => throw new InvalidOperationException("the account's grain alone opens its journal"),
        (sealing, content) => new GrainUpdateStore(Database, account, sealing, content));
}
