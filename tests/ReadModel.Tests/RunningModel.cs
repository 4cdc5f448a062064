using Marketplace.Content;
using Marketplace.Protocol.Markets;
using Marketplace.Testing;
using Marketplace.Testing.Files;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.ReadModel.Tests;

/// <summary>A read model at work, as a dashboard runs it.</summary>
internal sealed class RunningModel : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private readonly MarketChain _chain;
    private readonly ReadModelHost _host;
    private readonly TemporaryFolder _blocks;
    private readonly Task _running;

    private RunningModel(MarketChain chain, ReadModelHost host, TemporaryFolder blocks, IContentStore store)
    {
        _chain = chain;
        _host = host;
        _blocks = blocks;
        Store = store;
        _running = host.RunAsync(_stop.Token);
    }

    public IReadModel Model => _host.Model;

    public IMarketFeed Feed => _host.Feed;

    /// <summary>The content store that it reads documents from.</summary>
    public IContentStore Store { get; }

    public static async Task<RunningModel> StartAsync(MarketChain chain, ReadModelOptions options, TimeProvider? time = null)
    {
        TemporaryFolder blocks = new();
        IContentStore store = ContentStore.Open(blocks.Path);
        ReadModelHost host = await ReadModelHost.OpenAsync(
            chain, store, options, NullLoggerFactory.Instance, TestContext.Current.CancellationToken, time);
        return new RunningModel(chain, host, blocks, store);
    }

    /// <summary>Waits until it is where the chain is now.</summary>
    public async Task ReachAsync()
    {
        Chain.Rpc.Block head = await _chain.HeadAsync(TestContext.Current.CancellationToken);
        DateTimeOffset time = DateTimeOffset.FromUnixTimeSeconds((long)head.Timestamp);
        await WaitAsync(
            () => Task.FromResult(Feed.Status is { State: FollowState.Live } status && status.Block == head.Number && status.BlockTime == time));
    }

    public Task WaitAsync(Func<Task<bool>> holds) => Polling.WaitUntilAsync(
        () =>
        {
            Assert.False(_running.IsFaulted, $"{_running.Exception}");
            return holds();
        },
        Limit,
        () => $"{Feed.Status}",
        TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _running);
        await _host.DisposeAsync();
        Store.Dispose();
        _blocks.Dispose();
        _stop.Dispose();
    }
}
