using Marketplace.Chain.Rpc;
using Marketplace.Protocol.Markets;
using Marketplace.ReadModel.Following;
using Marketplace.ReadModel.Projection;
using Marketplace.ReadModel.Stores;
using Marketplace.Testing;
using Marketplace.Testing.Files;
using Marketplace.Testing.Markets.Synthetic;
using Marketplace.Testing.Networks;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.ReadModel.Tests;

/// <summary>Following a chain that is reorganized, begins anew, or is not there.</summary>
public sealed class FollowerTests : IDisposable
{
    private static readonly MarketIdentity Market = new(SyntheticChain.ChainId, SyntheticChain.Market);

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Follows_history_growth_and_reorganizations()
    {
        ForkedHistory forks = new(1, 100);
        SyntheticHistory history = forks.Play();
        await using SyntheticNode node = await SyntheticNode.StartAsync(history.Chain.Blocks);
        await using Follow follow = await Follow.StartAsync(node.Url, _folder.Path);
        await follow.ReachAsync(history);
        Random random = new(1);
        for (int turn = 0; turn < 10; turn++)
        {
            int head = history.Chain.Blocks.Count - 1;
            history = forks.Fork(turn % 3 == 0 ? head : head - random.Next(30), random.Next(31, 60)).Play();
            node.Serve(history.Chain.Blocks);
            await follow.ReachAsync(history);
            await AssertSameAsFreshAsync(follow.Store, history);
        }
    }

    [Fact]
    public async Task Goes_on_after_a_reorganization_that_happened_meanwhile()
    {
        ForkedHistory forks = new(2, 100);
        SyntheticHistory history = forks.Play();
        await using SyntheticNode node = await SyntheticNode.StartAsync(history.Chain.Blocks);
        foreach (int kept in new[] { 100, 90, 50, 0 })
        {
            history = forks.Fork(kept, 120 - kept).Play();
            node.Serve(history.Chain.Blocks);
            await using Follow follow = await Follow.StartAsync(node.Url, _folder.Path);
            await follow.ReachAsync(history);
            await AssertSameAsFreshAsync(follow.Store, history);
        }
    }

    [Fact]
    public async Task A_local_chain_that_began_anew_is_read_anew()
    {
        SyntheticHistory history = SyntheticHistory.Wander(3, 60);
        await using SyntheticNode node = await SyntheticNode.StartAsync(history.Chain.Blocks);
        await using Follow follow = await Follow.StartAsync(node.Url, _folder.Path);
        await follow.ReachAsync(history);
        SyntheticHistory shorter = new ForkedHistory(4, 0).Fork(0, 20).Play();
        node.Serve(shorter.Chain.Blocks);
        await follow.ReachAsync(shorter);
        await AssertSameAsFreshAsync(follow.Store, shorter);
    }

    [Fact]
    public async Task Says_when_the_node_is_gone_and_goes_on_when_it_is_back()
    {
        SyntheticHistory history = SyntheticHistory.Wander(5, 30);
        await using SyntheticNode node = await SyntheticNode.StartAsync(history.Chain.Blocks);
        await using Gate gate = new(node.Url);
        // Nodes' addresses often carry a credential.
        await using Follow follow = await Follow.StartAsync(new Uri(gate.Url, "?secret-key"), _folder.Path);
        await follow.ReachAsync(history);
        gate.Close();
        FollowStatus lost = await follow.WaitAsync(status => status.State == FollowState.Disconnected);
        Assert.Contains(gate.Url.Authority, lost.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", lost.Problem, StringComparison.Ordinal);
        Assert.Equal(30UL, lost.Block);
        node.Serve(history.Continue(10).Chain.Blocks);
        gate.Open();
        await follow.ReachAsync(history);
        Assert.Null(follow.Feed.Status.Problem);
    }

    [Fact]
    public async Task A_node_that_is_gone_is_noticed_without_waiting_for_what_follows_it()
    {
        SyntheticHistory history = SyntheticHistory.Wander(5, 30);
        await using SyntheticNode node = await SyntheticNode.StartAsync(history.Chain.Blocks);
        await using Gate gate = new(node.Url);
        using MarketChain chain = await MarketChain.ConnectAsync(
            new EthereumClient(new Uri(gate.Url, "?secret-key")), new Deployment(SyntheticChain.Market), Cancellation);
        FeedPublisher feed = new(TimeProvider.System, NullLogger.Instance);
        feed.Reached(new BlockPosition(30, default, DateTimeOffset.UnixEpoch), 30);
        ReadModelOptions options = new() { Folder = _folder.Path, Poll = TimeSpan.FromMilliseconds(20) };
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task watching = new NodeWatch(chain, feed, options, TimeProvider.System).RunAsync(stop.Token);

        gate.Close();
        await WaitAsync(FollowState.Disconnected);
        Assert.Contains(gate.Url.Authority, feed.Status.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", feed.Status.Problem, StringComparison.Ordinal);
        // What following says meanwhile does not hide it.
        feed.Reached(new BlockPosition(30, default, DateTimeOffset.UnixEpoch), 31);
        Assert.Equal((FollowState.Disconnected, 31UL), (feed.Status.State, feed.Status.Head));
        gate.Open();
        await WaitAsync(FollowState.CatchingUp);
        Assert.Null(feed.Status.Problem);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);

        Task WaitAsync(FollowState state) => Polling.WaitUntilAsync(
            () => Task.FromResult(feed.Status.State == state), TimeSpan.FromSeconds(30), () => $"{feed.Status}", Cancellation);
    }

    [Fact]
    public async Task A_listener_that_fails_stops_nobody()
    {
        SyntheticHistory history = SyntheticHistory.Wander(6, 30);
        await using SyntheticNode node = await SyntheticNode.StartAsync(history.Chain.Blocks);
        await using Follow follow = await Follow.StartAsync(
            node.Url, _folder.Path, feed => feed.Changed += _ => throw new InvalidOperationException("a page"));
        await follow.ReachAsync(history);
    }

    [Fact]
    public async Task No_block_is_named_whose_rows_are_not_there_through_reorganizations()
    {
        ForkedHistory forks = new(7, 60);
        SyntheticHistory history = forks.Play();
        SyntheticProject first = history.Market.Projects[0];
        await using SyntheticNode node = await SyntheticNode.StartAsync(history.Chain.Blocks);
        // All of the chain in one range, so that a reorganization of its last block takes all back.
        await using Follow follow = await Follow.StartAsync(node.Url, _folder.Path, maxRange: 1_000);
        await follow.ReachAsync(history);
        List<string> wrong = [];
        follow.Feed.Changed += _ => Compare();
        follow.Feed.StatusChanged += _ => Compare();
        foreach (int kept in new[] { 59, 58, 50 })
        {
            history = forks.Fork(kept, 61 - kept).Play();
            node.Serve(history.Chain.Blocks);
            await follow.ReachAsync(history);
        }
        // Back to a chain of fewer blocks than were read, and none instead of them.
        node.Serve([.. history.Chain.Blocks.Take(40)]);
        await follow.WaitAsync(status => status is { State: FollowState.Live, Block: 39 });
        Assert.Empty(wrong);

        // SQLite answers at once, so that a listener can ask.
        void Compare()
        {
            ulong named = follow.Feed.Status.Block;
            BlockPosition? rows = follow.Store.ReadPositionsAsync(Cancellation).Result.LastOrDefault();
            if ((rows?.Number ?? 0) < named || named >= 10 && follow.Store.FindProjectAsync(first.Id, Cancellation).Result is null)
                wrong.Add($"block {named} was named when the rows were at block {rows?.Number}");
        }
    }

    [Fact]
    public async Task An_answer_that_nobody_foresaw_does_not_end_the_following()
    {
        SyntheticHistory history = SyntheticHistory.Wander(8, 30);
        await using SyntheticNode node = await SyntheticNode.StartAsync(history.Chain.Blocks);
        using HttpClient http = new();
        bool isHostile = false;
        await using HostileServer server = new((request, _) => Volatile.Read(ref isHostile)
            ? HostileServer.InvalidUtf8(request)
            : HostileServer.Http(ForwardAsync(request).GetAwaiter().GetResult()));
        await using Follow follow = await Follow.StartAsync(server.Url, _folder.Path);
        await follow.ReachAsync(history);
        Volatile.Write(ref isHostile, true);
        FollowStatus lost = await follow.WaitAsync(status => status.State == FollowState.Disconnected);
        Assert.NotNull(lost.Problem);
        Assert.DoesNotContain("secret", lost.Problem, StringComparison.Ordinal);
        node.Serve(history.Continue(10).Chain.Blocks);
        Volatile.Write(ref isHostile, false);
        await follow.ReachAsync(history);

        async Task<string> ForwardAsync(string request)
        {
            using HttpResponseMessage answer = await http.PostAsync(node.Url, new StringContent(request), Cancellation);
            return await answer.Content.ReadAsStringAsync(Cancellation);
        }
    }

    [Fact]
    public async Task A_file_that_was_damaged_meanwhile_is_made_anew_from_the_chain()
    {
        SyntheticHistory history = SyntheticHistory.Wander(9, 60);
        await using SyntheticNode node = await SyntheticNode.StartAsync(history.Chain.Blocks);
        await using Follow follow = await Follow.StartAsync(node.Url, _folder.Path);
        await follow.ReachAsync(history);
        SqliteFiles.Damage(SqliteFiles.Find(_folder.Path));
        await Assert.ThrowsAsync<IOException>(() => Answers.AllAsync(follow.Store, history));
        node.Serve(history.Continue(10).Chain.Blocks);
        await follow.WaitAsync(status => status is { State: FollowState.Live, Block: 70 });
        await AssertSameAsFreshAsync(follow.Store, history);
    }

    private static async Task AssertSameAsFreshAsync(MarketStore store, SyntheticHistory history)
    {
        using TemporaryFolder folder = new();
        await using MarketStore fresh = await Stores.OpenSqliteAsync(folder.Path, Market);
        await Batches.ApplyAsync(fresh, history.Chain.Blocks, new Random(0));
        Assert.Equal(await Answers.AllAsync(fresh, history), await Answers.AllAsync(store, history));
    }

    /// <summary>A follower at work.</summary>
    private sealed class Follow : IAsyncDisposable
    {
        private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

        private readonly CancellationTokenSource _stop = new();
        private readonly MarketChain _chain;
        private readonly Task _running;

        private Follow(MarketChain chain, MarketStore store, FeedPublisher feed, ulong maxRange)
        {
            _chain = chain;
            Store = store;
            Feed = feed;
            ReadModelOptions options = new() { Folder = "", Poll = TimeSpan.FromMilliseconds(20), MaxRange = maxRange };
            _running = new MarketFollower(chain, store, feed, options, NullLogger.Instance, TimeProvider.System).RunAsync(_stop.Token);
        }

        public MarketStore Store { get; }

        public FeedPublisher Feed { get; }

        public static async Task<Follow> StartAsync(
            Uri node, string folder, Action<FeedPublisher>? prepare = null, ulong maxRange = 17)
        {
            EthereumClient client = new(new RpcOptions(node) { FirstBackoff = TimeSpan.FromMilliseconds(5), MaxAttempts = 2 });
            MarketChain chain = await MarketChain.ConnectAsync(client, new Deployment(SyntheticChain.Market), Cancellation);
            FeedPublisher feed = new(TimeProvider.System, NullLogger.Instance);
            prepare?.Invoke(feed);
            return new Follow(chain, await Stores.OpenSqliteAsync(folder, Market), feed, maxRange);
        }

        /// <summary>Waits until the store is at the chain's head.</summary>
        public async Task ReachAsync(SyntheticHistory history)
        {
            await WaitAsync(
                async () => (await Store.ReadPositionsAsync(Cancellation)).LastOrDefault()?.Hash == history.Chain.Blocks[^1].Hash,
                $"block {history.Chain.Blocks.Count - 1}");
            await WaitAsync(status => status.State == FollowState.Live && status.Block == (ulong)history.Chain.Blocks.Count - 1);
        }

        public async Task<FollowStatus> WaitAsync(Func<FollowStatus, bool> holds)
        {
            await WaitAsync(() => Task.FromResult(holds(Feed.Status)), "the status that is waited for");
            return Feed.Status;
        }

        private Task WaitAsync(Func<Task<bool>> holds, string what) => Polling.WaitUntilAsync(
            () =>
            {
                Assert.False(_running.IsFaulted, $"{_running.Exception}");
                return holds();
            },
            Limit,
            () => $"not at {what}, but {Feed.Status}",
            Cancellation);

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _running);
            await Store.DisposeAsync();
            _chain.Dispose();
            _stop.Dispose();
        }
    }
}
