using Marketplace.Chain.Rpc;
using Marketplace.Protocol.Markets;
using Marketplace.ReadModel.Databases;
using Marketplace.ReadModel.Stores;
using Marketplace.Testing.Databases;
using Marketplace.Testing.Markets.Synthetic;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Marketplace.ReadModel.Tests;

/// <summary>A cluster that the tests of a class share; each makes databases of its own.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private PostgresServer? _server;

    /// <summary>The cluster. A test that finds none is skipped, and says so.</summary>
    public PostgresServer Server
    {
        get
        {
            Assert.SkipWhen(_server is null, PostgresServer.WhyMissing ?? "");
            return _server!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (PostgresServer.WhyMissing is null)
            _server = await PostgresServer.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }
}

/// <summary>The store in PostgreSQL.</summary>
public sealed class PostgresStoreTests(PostgresFixture fixture) : StoreTests, IClassFixture<PostgresFixture>
{
    private static readonly MarketIdentity Market = new(SyntheticChain.ChainId, SyntheticChain.Market);

    private string? _connection;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Migrations_make_the_tables_of_the_model()
    {
        string migrated = await fixture.Server.CreateDatabaseAsync(Cancellation), modelled = await fixture.Server.CreateDatabaseAsync(Cancellation);
        await using PostgresTables first = Open(migrated), second = Open(modelled);
        Assert.False(first.Database.HasPendingModelChanges());
        await first.Database.MigrateAsync(Cancellation);
        await second.Database.EnsureCreatedAsync(Cancellation);
        string expected = await DescribeAsync(modelled);
        Assert.Contains("ck_projects_owner", expected, StringComparison.Ordinal);
        Assert.Contains("fk_submissions_rounds", expected, StringComparison.Ordinal);
        Assert.Equal(expected, await DescribeAsync(migrated));
    }

    [Fact]
    public async Task A_database_of_another_market_is_refused()
    {
        await (await OpenAsync(Market)).DisposeAsync();
        IOException refusal = await Assert.ThrowsAsync<IOException>(() => OpenAsync(Market with { ChainId = 1 }));
        Assert.Contains("a database of its own", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dashboards_can_start_together_and_one_of_them_writes()
    {
        string shared = await fixture.Server.CreateDatabaseAsync(Cancellation);
        MarketStore[] stores = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OpenAsync(shared)));
        bool[] writes = await Task.WhenAll(stores.Select(store => store.TryBecomeWriterAsync(Cancellation)));
        Assert.Single(writes, true);
        int first = Array.IndexOf(writes, true), other = (first + 1) % stores.Length;
        SyntheticHistory history = SyntheticHistory.Wander(41, 30);
        await Assert.ThrowsAsync<NotWriterException>(() => Batches.ApplyAsync(stores[other], history.Chain.Blocks, new Random(1)));
        await Batches.ApplyAsync(stores[first], history.Chain.Blocks, new Random(1));
        IReadOnlyList<MarketChange> heard = await HearAsync(stores[other], history.Market.Projects.Count);
        Assert.Equal(
            history.Market.Projects.Select(project => project.Id).Order(), heard.SelectMany(change => change.Projects).Distinct().Order());
        Assert.Equal(await Answers.AllAsync(stores[first], history), await Answers.AllAsync(stores[other], history));
        await stores[first].DisposeAsync();
        Assert.True(await stores[other].TryBecomeWriterAsync(Cancellation));
        await stores[other].RollBackAsync(10, Cancellation);
        foreach (MarketStore store in stores)
            await store.DisposeAsync();
    }

    [Fact]
    public async Task A_writer_whose_connection_broke_is_none_until_it_takes_its_turn_again()
    {
        string shared = await fixture.Server.CreateDatabaseAsync(Cancellation);
        await using MarketStore store = await OpenAsync(shared);
        Assert.True(await store.TryBecomeWriterAsync(Cancellation));
        await using (NpgsqlConnection other = new(shared))
        {
            await other.OpenAsync(Cancellation);
            await using NpgsqlCommand kill = new(
                """
                SELECT pg_terminate_backend(pid) FROM pg_locks
                WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                """,
                other);
            await kill.ExecuteNonQueryAsync(Cancellation);
        }
        SyntheticHistory history = SyntheticHistory.Wander(42, 10);
        await Assert.ThrowsAsync<NotWriterException>(() => Batches.ApplyAsync(store, history.Chain.Blocks, new Random(1)));
        Assert.Empty(await store.ReadPositionsAsync(Cancellation));
        Assert.True(await store.TryBecomeWriterAsync(Cancellation));
        await Batches.ApplyAsync(store, history.Chain.Blocks, new Random(1));
    }

    [Fact]
    public async Task Two_dashboards_show_the_same_through_the_end_of_one_and_a_failure_of_the_database()
    {
        ReadModelOptions options = new()
        {
            PostgresConnection = await fixture.Server.CreateDatabaseAsync(Cancellation),
            Folder = "",
            Poll = TimeSpan.FromMilliseconds(50),
        };
        SyntheticHistory history = SyntheticHistory.Wander(43, 40);
        await using SyntheticNode node = await SyntheticNode.StartAsync(history.Chain.Blocks);
        using MarketChain chain = await MarketChain.ConnectAsync(new EthereumClient(node.Url), new Deployment(SyntheticChain.Market), Cancellation);
        await using RunningModel second = await FirstThenSecondAsync();

        node.Serve(history.Continue(20).Chain.Blocks);
        await second.ReachAsync();
        await fixture.Server.StopServerAsync(Cancellation);
        // A writer notices that its database is gone when it has something to write.
        node.Serve(history.Continue(20).Chain.Blocks);
        await second.WaitAsync(() => Task.FromResult(second.Feed.Status.State == FollowState.Disconnected));
        await fixture.Server.StartServerAsync(Cancellation);
        node.Serve(history.Continue(20).Chain.Blocks);
        await second.ReachAsync();

        async Task<RunningModel> FirstThenSecondAsync()
        {
            await using RunningModel first = await RunningModel.StartAsync(chain, options);
            await first.ReachAsync();
            RunningModel other = await RunningModel.StartAsync(chain, options);
            await other.ReachAsync();
            node.Serve(history.Continue(20).Chain.Blocks);
            await first.ReachAsync();
            await other.ReachAsync();
            // Documents are read beside the chain; what becomes of one may come between two answers.
            await other.WaitAsync(async () => await Answers.AllAsync(first.Model, history) == await Answers.AllAsync(other.Model, history));
            return other;
        }
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Username=me;Password=hunter2;Timeout=3")]
    [InlineData("Host=127.0.0.1;Pasword=hunter2")]
    [InlineData("hunter2")]
    public async Task A_database_that_cannot_be_used_is_refused_without_its_password(string bad)
    {
        IOException refusal = await Assert.ThrowsAsync<IOException>(() => OpenAsync(bad));
        Assert.DoesNotContain("hunter2", $"{refusal}", StringComparison.Ordinal);
    }

    private protected override async Task<MarketStore> OpenAsync(MarketIdentity market)
    {
        _connection ??= await fixture.Server.CreateDatabaseAsync(Cancellation);
        MarketStore store = await OpenAsync(_connection, market);
        Assert.True(await store.TryBecomeWriterAsync(Cancellation));
        return store;
    }

    private static Task<MarketStore> OpenAsync(string connection, MarketIdentity? market = null) => MarketStore.OpenAsync(
        new ReadModelOptions { PostgresConnection = connection, Folder = "" }, market ?? Market, NullLogger.Instance, Cancellation);

    private static PostgresTables Open(string connection) =>
        new(PostgresTables.Options(new NpgsqlConnection(connection)));

    private static async Task<IReadOnlyList<MarketChange>> HearAsync(MarketStore store, int projects)
    {
        List<MarketChange> heard = [];
        DateTime end = DateTime.UtcNow.AddSeconds(30);
        while (heard.SelectMany(change => change.Projects).Distinct().Count() < projects)
        {
            Assert.True(DateTime.UtcNow < end, "not all changes were heard of");
            heard.AddRange(await store.WaitForChangesAsync(TimeSpan.FromMilliseconds(100), Cancellation));
        }
        return heard;
    }

    /// <summary>Columns, constraints and indices of the tables, as the database itself tells them.</summary>
    private static async Task<string> DescribeAsync(string connection)
    {
        await using NpgsqlConnection open = new(connection);
        await open.OpenAsync(Cancellation);
        await using NpgsqlCommand command = new(
            """
            SELECT concat_ws(' ', table_name, column_name, data_type, numeric_precision, numeric_scale, is_nullable, collation_name, column_default)
            FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\_\_EF%'
            UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid))
            FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text NOT LIKE '%\_\_EF%'
            UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename NOT LIKE '\_\_EF%'
            ORDER BY 1
            """,
            open);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(Cancellation);
        List<string> lines = [];
        while (await reader.ReadAsync(Cancellation))
            lines.Add(reader.GetString(0));
        return string.Join('\n', lines);
    }
}
