using Marketplace.ReadModel.Embedded;
using Marketplace.ReadModel.Stores;
using Marketplace.Synthetic;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.ReadModel.Tests;

internal static class Stores
{
    public static async Task<IMarketStore> OpenEmbeddedAsync(string folder, MarketIdentity market) =>
        await EmbeddedStore.OpenAsync(folder, market, NullLogger.Instance, TestContext.Current.CancellationToken);
}

/// <summary>The store in memory and its journal.</summary>
public sealed class EmbeddedStoreTests : StoreTests, IDisposable
{
    private static readonly MarketIdentity Market = new(SyntheticChain.ChainId, SyntheticChain.Market);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_journal_that_was_torn_anywhere_goes_on_from_before_the_tear()
    {
        SyntheticHistory history = SyntheticHistory.Wander(31, 40);
        string whole;
        await using (IMarketStore store = await OpenAsync(Market))
        {
            await Batches.ApplyAsync(store, history.Chain.Blocks, new Random(31));
            whole = await Answers.AllAsync(store, history);
        }
        string path = Assert.Single(Directory.GetFiles(folder.Path));
        byte[] journal = await File.ReadAllBytesAsync(path);
        Random random = new(31);
        for (int k = 0; k < 20; k++)
        {
            byte[] torn = journal[..random.Next(200, journal.Length)];
            // A power cut may leave old bytes, too.
            if (k % 2 == 0)
                torn[^random.Next(1, 100)] ^= 1;
            await File.WriteAllBytesAsync(path, torn);
            await using IMarketStore store = await OpenAsync(Market);
            Assert.True(new FileInfo(path).Length <= torn.Length);
            await Batches.ApplyAsync(store, history.Chain.Blocks, random);
            Assert.Equal(whole, await Answers.AllAsync(store, history));
        }
    }

    [Fact]
    public async Task A_journal_of_another_version_is_set_aside()
    {
        SyntheticHistory history = SyntheticHistory.Wander(32, 10);
        await using (IMarketStore store = await OpenAsync(Market))
            await Batches.ApplyAsync(store, history.Chain.Blocks, new Random(1));
        string path = Assert.Single(Directory.GetFiles(folder.Path));
        byte[] journal = await File.ReadAllBytesAsync(path);
        journal[33] ^= 1;
        await File.WriteAllBytesAsync(path, journal);
        await using IMarketStore again = await OpenAsync(Market);
        Assert.Empty(await again.ReadPositionsAsync(TestContext.Current.CancellationToken));
        Assert.Equal(journal, await File.ReadAllBytesAsync($"{path}.aside"));
    }

    [Fact]
    public async Task Markets_in_one_folder_do_not_mix()
    {
        SyntheticHistory history = SyntheticHistory.Wander(33, 10);
        await using IMarketStore store = await OpenAsync(Market);
        await Batches.ApplyAsync(store, history.Chain.Blocks, new Random(1));
        await using IMarketStore otherChain = await OpenAsync(Market with { ChainId = 1 });
        await using IMarketStore otherMarket = await OpenAsync(Market with { Market = SyntheticMarket.AccountOf("other") });
        Assert.Empty(await otherChain.ReadPositionsAsync(TestContext.Current.CancellationToken));
        Assert.Empty(await otherMarket.ReadPositionsAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Two_can_not_write_one_journal()
    {
        await using IMarketStore store = await OpenAsync(Market);
        IOException refusal = await Assert.ThrowsAsync<IOException>(() => OpenAsync(Market));
        Assert.Contains("another dashboard", refusal.Message, StringComparison.Ordinal);
    }

    private protected override Task<IMarketStore> OpenAsync(MarketIdentity market) => Stores.OpenEmbeddedAsync(folder.Path, market);
}
