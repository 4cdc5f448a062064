using Marketplace.Contracts;
using Marketplace.Chain;
using Marketplace.ReadModel.Projection;
using Marketplace.ReadModel.Stores;

namespace Marketplace.ReadModel.Embedded;

/// <summary>The market's rows in memory, with what finds them. Not for several threads at once.</summary>
internal sealed class MarketTables(Action<MarketEvent, string> refuse)
{
    /// <summary>More than a reader of logs remembers, so that whatever it rolls back to is known here.</summary>
    private const int MaxPositions = 1024;

    private readonly Dictionary<Address, AccountTable> accounts = [];
    private readonly Dictionary<(ContentKind, Content.Cid), ContentRow> contents = [];
    private readonly List<BlockPosition> positions = [];

    public SortedDictionary<long, ProjectTable> Projects { get; } = [];

    public IReadOnlyDictionary<Address, AccountTable> Accounts => accounts;

    public IReadOnlyList<BlockPosition> Positions => positions;

    public ContentRow? Content(ContentKind kind, Content.Cid? cid) =>
        cid is { } named ? contents.GetValueOrDefault((kind, named)) : null;

    public void Put(ContentRow content) => contents[(content.Kind, content.Cid)] = content;

    /// <param name="places">Where each of the batch's events lies in the journal.</param>
    public MarketChange Apply(EventBatch batch, IReadOnlyList<EventPlace> places)
    {
        RowChanges changes = new();
        for (int i = 0; i < batch.Events.Count; i++)
        {
            MarketEvent @event = batch.Events[i];
            if (@event.Event is MarketEvents.Withdrawn withdrawn)
                Projector.Apply(withdrawn, @event.At, changes);
            else
                Apply(@event, places[i], changes);
        }
        Include(changes);
        positions.Add(batch.End);
        if (positions.Count > MaxPositions)
            positions.RemoveRange(0, positions.Count - MaxPositions);
        return new MarketChange(batch.End.Number, changes.Projects.Select(row => row.Id).ToHashSet(), changes.Accounts);
    }

    /// <summary>The first block after a batch that ends before the given one.</summary>
    public ulong StartOfBatch(ulong block) => positions.FindLast(position => position.Number < block)?.Number + 1 ?? 0;

    /// <param name="fromBlock">The first block of a batch.</param>
    /// <param name="read">Reads an event back.</param>
    public MarketChange RollBack(ulong fromBlock, Func<EventPlace, MarketEvent> read)
    {
        positions.RemoveAll(position => position.Number >= fromBlock);
        HashSet<long> touched = [];
        HashSet<Address> changed = [];
        foreach ((Address account, AccountTable table) in accounts)
        {
            if (table.Withdrawals.RemoveAll(row => row.Block >= fromBlock) > 0)
                changed.Add(account);
        }
        foreach (ProjectTable table in Projects.Values.Where(table => table.Events[^1].Block >= fromBlock).ToList())
        {
            touched.Add(table.Project.Id);
            Forget(table, changed);
            RowChanges changes = new();
            foreach (EventPlace place in table.Events.TakeWhile(place => place.Block < fromBlock))
                Apply(read(place), place, changes);
            Include(changes);
            changed.UnionWith(changes.Accounts);
        }
        return new MarketChange(positions.Count > 0 ? positions[^1].Number : 0, touched, changed);
    }

    private void Apply(MarketEvent @event, EventPlace place, RowChanges changes)
    {
        long id = @event.Project!.Value;
        bool isKnown = Projects.TryGetValue(id, out ProjectTable? table);
        table ??= new ProjectTable();
        if (Projector.Apply(table.Rows, @event, changes) is { } refusal)
        {
            refuse(@event, refusal);
            return;
        }
        if (!isKnown)
            Projects.Add(id, table);
        table.Events.Add(place);
    }

    /// <summary>Puts new rows where they are found; changed ones are there.</summary>
    private void Include(RowChanges changes)
    {
        foreach (ProjectRow row in changes.Projects)
        {
            Account(row.Owner).Owned.Add(row.Id);
            Account(row.Aggregator).Aggregated.Add(row.Id);
        }
        foreach (RoundRow row in changes.Rounds)
        {
            ProjectTable table = Projects[row.Project];
            if (row.Index < table.Rounds.Count)
                continue;
            table.Rounds.Add(row);
            table.Submissions.Add([]);
        }
        foreach (SubmissionRow row in changes.Submissions)
            Projects[row.Project].Submissions[row.Round].TryAdd(row.Seat, row);
        foreach (ParticipationRow row in changes.Participations)
            Account(row.Trainer).Training.Add(row.Project);
        foreach (CreditRow row in changes.Credits)
        {
            Projects[row.Project].Credits.Add(row);
            Dictionary<long, List<CreditRow>> credits = Account(row.Account).Credits;
            if (!credits.TryGetValue(row.Project, out List<CreditRow>? ofProject))
                credits.Add(row.Project, ofProject = []);
            ofProject.Add(row);
        }
        foreach (WithdrawalRow row in changes.Withdrawals)
            Account(row.Account).Withdrawals.Add(row);
    }

    private void Forget(ProjectTable table, HashSet<Address> changed)
    {
        long id = table.Project.Id;
        Account(table.Project.Owner).Owned.Remove(id);
        Account(table.Project.Aggregator).Aggregated.Remove(id);
        changed.UnionWith([table.Project.Owner, table.Project.Aggregator]);
        foreach (Address trainer in table.Rows.Trainers.Keys)
        {
            Account(trainer).Training.Remove(id);
            changed.Add(trainer);
        }
        foreach (Address account in table.Credits.Select(credit => credit.Account))
        {
            Account(account).Credits.Remove(id);
            changed.Add(account);
        }
        Projects.Remove(id);
    }

    private AccountTable Account(Address account)
    {
        if (!accounts.TryGetValue(account, out AccountTable? table))
            accounts.Add(account, table = new AccountTable());
        return table;
    }
}
