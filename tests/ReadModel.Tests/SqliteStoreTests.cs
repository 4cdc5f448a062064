using Marketplace.ReadModel.Stores;
using Marketplace.Testing.Files;
using Marketplace.Testing.Markets.Synthetic;

namespace Marketplace.ReadModel.Tests;

/// <summary>The store in SQLite, and what becomes of its file.</summary>
public sealed class SqliteStoreTests : StoreTests, IDisposable
{
    private static readonly MarketIdentity Market = new(SyntheticChain.ChainId, SyntheticChain.Market);

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_process_that_is_killed_in_the_middle_of_a_write_leaves_a_file_that_goes_on_from_before()
    {
        SyntheticHistory history = SyntheticHistory.Wander(31, 40);
        await using MarketStore store = await OpenAsync(Market);
        await Batches.ApplyAsync(store, history.Chain.Blocks, new Random(31));
        string whole = await Answers.AllAsync(store, history);
        Random random = new(31);
        for (int k = 0; k < 20; k++)
        {
            using TemporaryFolder copy = new();
            SqliteFiles.CopyAbandoned(_folder.Path, copy.Path);
            // The log ends in the middle of a transaction; a power cut may leave old bytes, too.
            string log = Assert.Single(Directory.GetFiles(copy.Path, "*.db-wal"));
            byte[] torn = (await File.ReadAllBytesAsync(log, Cancellation))[..^random.Next(1, (int)(new FileInfo(log).Length / 2))];
            if (k % 2 == 0)
                torn[^random.Next(1, 4096)] ^= 1;
            await File.WriteAllBytesAsync(log, torn, Cancellation);
            await using MarketStore again = await Stores.OpenSqliteAsync(copy.Path, Market);
            Assert.NotEmpty(await again.ReadPositionsAsync(Cancellation));
            await Batches.ApplyAsync(again, history.Chain.Blocks, random);
            Assert.Equal(whole, await Answers.AllAsync(again, history));
        }
    }

    [Fact]
    public async Task A_file_that_was_cut_short_or_is_no_database_is_set_aside_and_made_anew()
    {
        SyntheticHistory history = SyntheticHistory.Wander(34, 40);
        string whole;
        await using (MarketStore store = await OpenAsync(Market))
        {
            await Batches.ApplyAsync(store, history.Chain.Blocks, new Random(34));
            whole = await Answers.AllAsync(store, history);
        }
        string path = SqliteFiles.Find(_folder.Path);
        byte[] file = await File.ReadAllBytesAsync(path, Cancellation);
        Random random = new(34);
        for (int k = 0; k < 10; k++)
        {
            byte[] damaged = file[..random.Next(200, file.Length)];
            if (k % 2 == 0)
                random.NextBytes(damaged.AsSpan(0, 100));
            await File.WriteAllBytesAsync(path, damaged, Cancellation);
            await using MarketStore store = await OpenAsync(Market);
            await FollowDamagedAsync(store, history, random);
            Assert.Equal(whole, await Answers.AllAsync(store, history));
            Assert.Equal(damaged, await File.ReadAllBytesAsync($"{path}.aside", Cancellation));
        }
    }

    [Theory]
    [InlineData("PRAGMA user_version = 1")]
    [InlineData("PRAGMA user_version = 0")]
    [InlineData("UPDATE market SET chain_id = chain_id + 1")]
    public async Task A_file_of_another_version_or_market_is_set_aside_and_made_anew(string change)
    {
        SyntheticHistory history = SyntheticHistory.Wander(32, 10);
        await using (MarketStore store = await OpenAsync(Market))
            await Batches.ApplyAsync(store, history.Chain.Blocks, new Random(1));
        string path = SqliteFiles.Find(_folder.Path);
        SqliteFiles.Execute(path, change);
        await using MarketStore again = await OpenAsync(Market);
        Assert.Empty(await again.ReadPositionsAsync(Cancellation));
        Assert.Equal(0, (await again.ReadTotalsAsync(Cancellation)).Projects);
        Assert.True(File.Exists($"{path}.aside"));
    }

    [Fact]
    public async Task A_write_that_fails_leaves_nothing()
    {
        SyntheticHistory history = SyntheticHistory.Wander(35, 20);
        await using MarketStore store = await OpenAsync(Market);
        await store.ApplyAsync(Batches.Of(history.Chain.Blocks, 0, 10), null, Cancellation);
        string before = await Answers.AllAsync(store, history);
        using CancellationTokenSource stop = new();
        Projection.EventBatch batch = Batches.Of(history.Chain.Blocks, 11, 20);
        batch = batch with { Events = new StoppingList<Projection.MarketEvent>(batch.Events, stop) };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.ApplyAsync(batch, 5, stop.Token));
        Assert.Equal(before, await Answers.AllAsync(store, history));
    }

    [Fact]
    public async Task Markets_in_one_folder_do_not_mix()
    {
        SyntheticHistory history = SyntheticHistory.Wander(33, 10);
        await using MarketStore store = await OpenAsync(Market);
        await Batches.ApplyAsync(store, history.Chain.Blocks, new Random(1));
        await using MarketStore otherChain = await OpenAsync(Market with { ChainId = 1 });
        await using MarketStore otherMarket = await OpenAsync(Market with { Market = SyntheticMarket.AccountOf("other") });
        Assert.Empty(await otherChain.ReadPositionsAsync(Cancellation));
        Assert.Empty(await otherMarket.ReadPositionsAsync(Cancellation));
    }

    [Fact]
    public async Task Two_cannot_hold_one_file()
    {
        await using MarketStore store = await OpenAsync(Market);
        IOException refusal = await Assert.ThrowsAsync<IOException>(() => OpenAsync(Market));
        Assert.Contains("another dashboard", refusal.Message, StringComparison.Ordinal);
    }

    private protected override Task<MarketStore> OpenAsync(MarketIdentity market) => Stores.OpenSqliteAsync(_folder.Path, market);

    /// <summary>Applies a history as a follower does: when damage is found, from where the store says then.</summary>
    private static async Task FollowDamagedAsync(MarketStore store, SyntheticHistory history, Random random)
    {
        for (int tries = 0; tries < 3; tries++)
        {
            try
            {
                await Batches.ApplyAsync(store, history.Chain.Blocks, random);
                await Answers.AllAsync(store, history);
                return;
            }
            catch (IOException)
            {
                // Found while it was asked; the next turn begins anew.
            }
        }
    }

    /// <summary>Cancels when it has been read to its end.</summary>
    private sealed class StoppingList<T>(IReadOnlyList<T> items, CancellationTokenSource stop) : IReadOnlyList<T>
    {
        public int Count => items.Count;

        public T this[int index] => items[index];

        public IEnumerator<T> GetEnumerator()
        {
            foreach (T item in items)
                yield return item;
            stop.Cancel();
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
