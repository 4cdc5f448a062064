using System.Numerics;
using Marketplace.Chain;
using Marketplace.Content;
using Marketplace.Protocol.Markets;
using Marketplace.ReadModel.Projection;
using Marketplace.ReadModel.Stores;
using Marketplace.ReadModel.Tables;
using Marketplace.Testing.Files;
using Marketplace.Testing.Markets.Synthetic;

namespace Marketplace.ReadModel.Tests;

/// <summary>What every store must do; run against each of them.</summary>
public abstract partial class StoreTests
{
    private static readonly MarketIdentity Market = new(SyntheticChain.ChainId, SyntheticChain.Market);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>An empty store, or again the one that was opened first and closed since.</summary>
    private protected abstract Task<MarketStore> OpenAsync(MarketIdentity market);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Random_batches_and_rollbacks_come_to_what_the_contract_holds(int seed)
    {
        Random random = new(seed);
        await using MarketStore store = await OpenAsync(Market);
        ForkedHistory forks = new(seed, 60);
        SyntheticHistory history = forks.Play();
        for (int turn = 0; turn < 8; turn++)
        {
            await Batches.ApplyAsync(store, history.Chain.Blocks, random);
            int kept = Math.Max(0, history.Chain.Blocks.Count - 1 - random.Next(40));
            await store.RollBackAsync((ulong)kept + 1, Cancellation);
            history = forks.Fork(kept, 40).Play();
        }
        await Batches.ApplyAsync(store, history.Chain.Blocks, random);
        await AssertHoldsAsync(store, history);
        await AssertSameAsFreshAsync(store, history);
    }

    [Fact]
    public async Task A_store_that_was_closed_goes_on_where_it_was()
    {
        Random random = new(5);
        SyntheticHistory history = SyntheticHistory.Wander(5, 50);
        await using (MarketStore first = await OpenAsync(Market))
            await Batches.ApplyAsync(first, history.Chain.Blocks, random);
        history.Continue(50);
        await using (MarketStore second = await OpenAsync(Market))
        {
            Assert.InRange((await second.ReadPositionsAsync(Cancellation))[^1].Number, 40UL, 50UL);
            await Batches.ApplyAsync(second, history.Chain.Blocks, random);
            await second.RollBackAsync(81, Cancellation);
        }
        await using MarketStore third = await OpenAsync(Market);
        Assert.InRange((await third.ReadPositionsAsync(Cancellation))[^1].Number, 60UL, 80UL);
        await Batches.ApplyAsync(third, history.Chain.Blocks, random);
        await AssertSameAsFreshAsync(third, history);
    }

    [Fact]
    public async Task A_batch_takes_the_place_of_blocks_that_count_no_more()
    {
        await using MarketStore store = await OpenAsync(Market);
        ForkedHistory forks = new(6, 40);
        await store.ApplyAsync(Batches.Of(forks.Play().Chain.Blocks, 0, 20), null, Cancellation);
        await store.ApplyAsync(Batches.Of(forks.Play().Chain.Blocks, 21, 40), null, Cancellation);
        SyntheticHistory history = forks.Fork(30, 15).Play();
        MarketChange change = await store.ApplyAsync(Batches.Of(history.Chain.Blocks, 21, 45), 21, Cancellation);
        Assert.Equal(45UL, change.Block);
        Assert.Equal([20UL, 45], (await store.ReadPositionsAsync(Cancellation)).Select(position => position.Number));
        await AssertSameAsFreshAsync(store, history);
    }

    [Fact]
    public async Task Positions_are_the_ends_of_batches_that_still_count()
    {
        await using MarketStore store = await OpenAsync(Market);
        Assert.Empty(await store.ReadPositionsAsync(Cancellation));
        SyntheticHistory history = SyntheticHistory.Wander(7, 30);
        foreach ((int from, int to) in new[] { (0, 9), (10, 19), (20, 30) })
            await store.ApplyAsync(Batches.Of(history.Chain.Blocks, from, to), null, Cancellation);
        Assert.Equal([9UL, 19, 30], (await store.ReadPositionsAsync(Cancellation)).Select(position => position.Number));
        MarketChange change = await store.RollBackAsync(20, Cancellation);
        Assert.Equal(19UL, change.Block);
        Assert.NotEmpty(change.Projects);
        Assert.NotEmpty(change.Accounts);
        IReadOnlyList<BlockPosition> left = await store.ReadPositionsAsync(Cancellation);
        Assert.Equal(history.Chain.Blocks[19].Hash, left[^1].Hash);
        Assert.Equal((long)history.Chain.Blocks[19].Timestamp, left[^1].Time.ToUnixTimeSeconds());
        await store.RollBackAsync(0, Cancellation);
        Assert.Empty(await store.ReadPositionsAsync(Cancellation));
        Assert.Equal(0, (await store.ReadTotalsAsync(Cancellation)).Projects);
    }

    [Fact]
    public async Task An_event_that_no_contract_emits_is_left_out()
    {
        await using MarketStore store = await OpenAsync(Market);
        SyntheticHistory history = SyntheticHistory.Wander(11, 40);
        EventBatch batch = Batches.Of(history.Chain.Blocks, 0, 40);
        MarketEvent orphan = batch.Events.First(@event => @event.Event is Contracts.MarketEvents.TrainerJoined);
        await store.ApplyAsync(batch with { Events = [orphan] }, null, Cancellation);
        Assert.Equal(0, (await store.ReadTotalsAsync(Cancellation)).Projects);
        Assert.Null(await store.FindProjectAsync(orphan.Project!.Value, Cancellation));
        await store.RollBackAsync(0, Cancellation);
        // Without the first third nothing of what those projects did later fits.
        await store.ApplyAsync(batch with { Events = [.. batch.Events.Skip(batch.Events.Count / 3)] }, null, Cancellation);
        HashSet<long> created =
        [
            .. batch.Events.Skip(batch.Events.Count / 3)
                .Where(@event => @event.Event is Contracts.MarketEvents.ProjectCreated).Select(@event => @event.Project!.Value),
        ];
        Assert.InRange(created.Count, 1, history.Market.Projects.Count - 1);
        Assert.Equal(created.OrderDescending(), await FindAsync(store, new ProjectQuery(Take: 1000)));
    }

    [Fact]
    public async Task Projects_are_found_by_title_id_and_beginning_of_an_address()
    {
        await using MarketStore store = await OpenAsync(Market);
        SyntheticHistory history = await FilledAsync(store);
        SyntheticProject some = history.Market.Projects[3];
        Assert.Contains(some.Id, await FindAsync(store, new ProjectQuery(some.Owner.ToString(), Take: 1000)));
        Assert.Equal(
            history.Market.Projects.Where(project => Begins(project.Owner) || Begins(project.Terms.Aggregator) || Begins(project.Terms.Token))
                .Select(project => project.Id)
                .OrderDescending(),
            await FindAsync(store, new ProjectQuery(some.Owner.ToString()[..5].ToLowerInvariant(), Take: 1000)));
        Assert.Equal(
            history.Market.Projects.Select(project => project.Id).Where(id => $"{id}".Contains("12", StringComparison.Ordinal)).OrderDescending(),
            await FindAsync(store, new ProjectQuery("#12", Take: 1000)));
        Assert.Empty(await FindAsync(store, new ProjectQuery("0xzz")));
        Assert.Empty(await FindAsync(store, new ProjectQuery("100%")));
        Assert.Empty(await FindAsync(store, new ProjectQuery("_")));
        IReadOnlyList<long> titled = await FindAsync(store, new ProjectQuery("  ÄPFEL ", Take: 1000));
        Assert.NotEmpty(titled);
        Assert.All(titled, id => Assert.Contains("Äpfel", TitleOf(history, id), StringComparison.Ordinal));

        bool Begins(Address account) => account.ToString().StartsWith(some.Owner.ToString()[..5], StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Pages_filters_and_orders_agree_with_the_whole_list()
    {
        await using MarketStore store = await OpenAsync(Market);
        SyntheticHistory history = await FilledAsync(store);
        IReadOnlyList<ProjectSummary> all = (await store.FindProjectsAsync(new ProjectQuery(Take: 1000), Cancellation)).Projects;
        Assert.Equal(history.Market.Projects.Select(project => project.Id).Reverse(), all.Select(project => project.Id));
        Assert.Contains(all, project => project.Title is null && project.DocumentProblem is null);
        Assert.Contains(all, project => project.DocumentProblem is not null);
        Assert.Contains(all, project => project.Accuracy is null);
        Assert.Contains(all, project => project.Accuracy is not null);
        foreach (ProjectOrder order in Enum.GetValues<ProjectOrder>())
        {
            Assert.Equal(Sorted(all, order, false), await FindAsync(store, new ProjectQuery(Order: order, Descending: false, Take: 1000)));
            Assert.Equal(Sorted(all, order, true), await FindAsync(store, new ProjectQuery(Order: order, Descending: true, Take: 1000)));
            ProjectPage page = await store.FindProjectsAsync(new ProjectQuery(Order: order, Skip: 3, Take: 4), Cancellation);
            Assert.Equal(all.Count, page.Total);
            Assert.Equal(Sorted(all, order, true).Skip(3).Take(4), page.Projects.Select(project => project.Id));
        }
        ProjectPage ended = await store.FindProjectsAsync(
            new ProjectQuery(Statuses: [ProjectStatus.Completed, ProjectStatus.Aborted], Take: 1000), Cancellation);
        Assert.Equal(
            all.Where(project => project.Status is ProjectStatus.Completed or ProjectStatus.Aborted).Select(project => project.Id),
            ended.Projects.Select(project => project.Id));
        Assert.Equal(ended.Total, ended.Projects.Count);
        Assert.Equal(
            all.Where(project => project.Tags.Contains("small-data")).Select(project => project.Id),
            await FindAsync(store, new ProjectQuery(Tag: "small-data", Take: 1000)));
        Assert.Contains(all, project => project.Tags.SequenceEqual(["vision", "small-data"]));
        Assert.Empty(await FindAsync(store, new ProjectQuery(Tag: "small", Take: 1000)));
        Assert.Empty(await FindAsync(store, new ProjectQuery(Tag: "%", Take: 1000)));
        Assert.Equal(
            all.Where(project => project.DataKind == "csv").Select(project => project.Id),
            await FindAsync(store, new ProjectQuery(DataKind: "csv", Take: 1000)));
        Assert.Contains(all, project => project.DataKind == "csv");
        Assert.Equal(all.Count, (await store.FindProjectsAsync(new ProjectQuery(Skip: 10_000), Cancellation)).Total);
    }

    [Fact]
    public async Task What_was_read_of_content_outlasts_reorganizations_and_closing()
    {
        SyntheticHistory history;
        await using (MarketStore store = await OpenAsync(Market))
        {
            history = await FilledAsync(store);
            int before = (await store.FindUnreadAsync(null, Cancellation)).Count;
            Assert.NotEqual(0, before);
            ContentReference reference = (await store.FindUnreadAsync(null, Cancellation)).First(unread => unread.Kind == ContentKind.Report);
            Assert.Contains(reference, await store.FindUnreadAsync([reference.Project], Cancellation));
            RoundMetrics metrics = new(null, double.PositiveInfinity, null, double.NaN);
            ContentRow report = new() { Kind = ContentKind.Report, Cid = reference.Cid, Metrics = metrics, IsFinal = true };
            await store.SaveAsync([report], Cancellation);
            Assert.DoesNotContain(reference, await store.FindUnreadAsync(null, Cancellation));
            ProjectDetails details = (await store.FindProjectAsync(reference.Project, Cancellation))!;
            Assert.Equal(metrics, details.Rounds.Single(round => round.Report == reference.Cid).Metrics);
            await store.RollBackAsync(0, Cancellation);
            Assert.Empty(await store.FindUnreadAsync(null, Cancellation));
        }
        await using MarketStore again = await OpenAsync(Market);
        await Batches.ApplyAsync(again, history.Chain.Blocks, new Random(1));
        Assert.Contains((await again.FindProjectsAsync(new ProjectQuery(Take: 1000), Cancellation)).Projects, project => project.Title is not null);
    }

    [Fact]
    public async Task Amounts_of_all_sizes_are_exact_and_sorted_by_value()
    {
        await using MarketStore store = await OpenAsync(Market);
        SyntheticHistory history = SyntheticHistory.Wander(22, 10);
        SyntheticProject some = history.Market.Projects[0];
        BigInteger largest = BigInteger.Pow(2, 128) - 1;
        BigInteger[] bounties = [largest, 255, 1, largest / 3, 256, BigInteger.Pow(10, 18), 65_536, largest - 1, 9, 10];
        foreach (BigInteger bounty in bounties)
            history.Market.Create(some.Owner, some.Terms with { Bounty = bounty, AggregatorFee = 0 });
        history.Chain.Mine();
        await Batches.ApplyAsync(store, history.Chain.Blocks, new Random(1));
        IReadOnlyList<ProjectSummary> found = (await store.FindProjectsAsync(
            new ProjectQuery(Order: ProjectOrder.Bounty, Descending: false, Take: 1000), Cancellation)).Projects;
        Assert.Equal(found.Select(project => project.Bounty).Order(), found.Select(project => project.Bounty));
        Assert.Empty(bounties.Except(found.Select(project => project.Bounty)));
    }

    [Fact]
    public async Task What_nobody_knows_is_empty()
    {
        await using MarketStore store = await OpenAsync(Market);
        Address nobody = SyntheticMarket.AccountOf("nobody");
        AccountDetails account = await store.ReadAccountAsync(nobody, Cancellation);
        Assert.Equal(nobody, account.Account);
        Assert.Empty(account.Credits);
        Assert.Empty(account.Balances);
        Assert.Null(await store.FindProjectAsync(1, Cancellation));
        Assert.Null(await store.FindProjectAsync(-1, Cancellation));
        Assert.Empty(await store.ReadEventsAsync(1, Cancellation));
        Assert.Equal(0, (await store.FindProjectsAsync(new ProjectQuery("x"), Cancellation)).Total);
        Assert.Empty((await store.ReadTotalsAsync(Cancellation)).Paid);
    }

    /// <summary>Whether the rows hold what the contract would answer, to the smallest unit.</summary>
    private static async Task AssertHoldsAsync(MarketStore store, SyntheticHistory history)
    {
        foreach (SyntheticProject project in history.Market.Projects)
        {
            ProjectDetails details = (await store.FindProjectAsync(project.Id, Cancellation))!;
            Assert.Equal(project.Terms, details.Terms);
            Assert.Equal((project.Status, project.Escrow, project.Bond), (details.Summary.Status, details.Summary.Remaining, details.Summary.Bond));
            Assert.Equal(project.Round, details.Summary.SettledRounds + details.Summary.ExpiredRounds);
            Assert.Equal(project.Trainers, details.Trainers.Select(trainer => trainer.Trainer));
            foreach (Participation trainer in details.Trainers)
            {
                // Of a stake that is all forfeited no return is heard.
                if (!trainer.Stake.IsZero)
                    Assert.Equal(project.Stakes[trainer.Trainer] is null, trainer.StakeReturned);
                Assert.Equal(project.Stakes[trainer.Trainer] ?? trainer.Stake, trainer.Stake);
                Assert.Equal(project.Terms.TrainerStake, trainer.Stake + trainer.Forfeited);
            }
        }
        await AssertClaimsHoldAsync(store, history);
        await AssertStandingsHoldAsync(store, history);
        await AssertAccountEventsHoldAsync(store, history);
        foreach (IGrouping<Address, KeyValuePair<(Address Account, Address Token), BigInteger>> account in history.Market.Balances.GroupBy(
            balance => balance.Key.Account))
        {
            Assert.Equal(
                account.ToDictionary(balance => balance.Key.Token, balance => balance.Value),
                (await store.ReadAccountAsync(account.Key, Cancellation)).Balances);
        }
    }

    /// <summary>Whether every answer is that of a store that never saw anything else.</summary>
    private static async Task AssertSameAsFreshAsync(MarketStore store, SyntheticHistory history)
    {
        using TemporaryFolder folder = new();
        await using MarketStore fresh = await Stores.OpenSqliteAsync(folder.Path, Market);
        await Batches.ApplyAsync(fresh, history.Chain.Blocks, new Random(0));
        Assert.Equal(await Answers.AllAsync(fresh, history), await Answers.AllAsync(store, history));
    }

    /// <summary>A market whose documents and reports are partly read, partly bad, partly unknown.</summary>
    private static async Task<SyntheticHistory> FilledAsync(MarketStore store)
    {
        SyntheticHistory history = SyntheticHistory.Wander(21, 200);
        await Batches.ApplyAsync(store, history.Chain.Blocks, new Random(1));
        foreach (ContentReference reference in (await store.FindUnreadAsync(null, Cancellation)).DistinctBy(unread => (unread.Kind, unread.Cid)))
        {
            int kind = reference.Cid.Digest[0] % 3;
            if (kind == 0)
                continue;
            bool isGood = kind == 1;
            await store.SaveAsync(
                [
                    new ContentRow
                    {
                        Kind = reference.Kind,
                        Cid = reference.Cid,
                        Title = isGood && reference.Kind == ContentKind.Document ? TitleOf(reference.Cid) : null,
                        Tags = isGood && reference.Kind == ContentKind.Document ? TagsOf(reference.Cid) : [],
                        DataKind = isGood && reference.Kind == ContentKind.Document ? (reference.Cid.Digest[4] % 2 == 0 ? "csv" : "idx") : null,
                        Metrics = isGood && reference.Kind == ContentKind.Report
                            ? new RoundMetrics(reference.Cid.Digest[1] / 256.0, 1.5, null, null)
                            : null,
                        Problem = isGood ? null : "it is not there",
                        IsFinal = isGood,
                    },
                ],
                Cancellation);
        }
        return history;
    }

    private static string[] TagsOf(Cid cid) => (cid.Digest[5] % 3) switch { 0 => ["vision", "small-data"], 1 => ["vision"], _ => [] };

    private static string TitleOf(Cid cid) => $"{(cid.Digest[2] % 2 == 0 ? "rote Äpfel" : "Blue pears")} {cid.Digest[3]}";

    private static string TitleOf(SyntheticHistory history, long project) =>
        TitleOf(history.Market.Projects[(int)project - 1].Terms.Document);

    private static async Task<IReadOnlyList<long>> FindAsync(MarketStore store, ProjectQuery query) =>
        [.. (await store.FindProjectsAsync(query, Cancellation)).Projects.Select(project => project.Id)];

    private static IEnumerable<long> Sorted(IReadOnlyList<ProjectSummary> all, ProjectOrder order, bool isDescending)
    {
        List<(long Id, IComparable? Key)> keyed = [.. all.Select(project => (project.Id, Key: Key(project)))];
        keyed.Sort((a, b) =>
        {
            if (a.Key is null || b.Key is null)
                return a.Key is null && b.Key is null ? b.Id.CompareTo(a.Id) : a.Key is null ? 1 : -1;
            int compared = a.Key.CompareTo(b.Key) * (isDescending ? -1 : 1);
            return compared != 0 ? compared : b.Id.CompareTo(a.Id);
        });
        return keyed.Select(entry => entry.Id);

        IComparable? Key(ProjectSummary project) => order switch
        {
            ProjectOrder.Title => project.Title is null ? null : new Folded(project.Title),
            ProjectOrder.Bounty => project.Bounty,
            ProjectOrder.Remaining => project.Remaining,
            ProjectOrder.Rounds => project.Rounds,
            ProjectOrder.Trainers => project.Trainers,
            ProjectOrder.Accuracy => project.Accuracy,
            ProjectOrder.RoundReward => project.RoundReward,
            ProjectOrder.Due => project.Due,
            _ => project.Id,
        };
    }

    private sealed record Folded(string Title) : IComparable
    {
        public int CompareTo(object? other) => string.CompareOrdinal(Title.ToUpperInvariant(), ((Folded)other!).Title.ToUpperInvariant());
    }
}
