using System.Diagnostics;
using System.Globalization;
using Marketplace.Benchmarks.Proofs;
using Marketplace.Chain.Rpc;
using Marketplace.Protocol.Markets;
using Marketplace.ReadModel;
using Marketplace.ReadModel.Following;
using Marketplace.ReadModel.Stores;
using Marketplace.Testing.Databases;
using Marketplace.Testing.Files;
using Marketplace.Testing.Markets.Synthetic;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.Benchmarks.ReadModel;

/// <summary>
/// How fast a read model takes in a large market over HTTP, and how fast it answers then:
/// dotnet run -c Release --project tests/Benchmarks -- --read-model [PROJECTS] [FOLDER]
/// </summary>
internal static class ReadModelBenchmarks
{
    public const string Switch = "--read-model";

    private static readonly MarketIdentity Market = new(SyntheticChain.ChainId, SyntheticChain.Market);

    /// <param name="args">Number of projects, by default 1,000; where to leave the SQLite file, by default nowhere.</param>
    public static async Task RunAsync(string[] args)
    {
        int projects = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000;
        using TemporaryFolder? own = args.Length > 1 ? null : new TemporaryFolder();
        string folder = own?.Path ?? args[1];
        IReadOnlyList<SyntheticBlock> blocks = LargeMarket.Grow(projects);
        int events = blocks.Sum(block => block.Logs.Count);
        await using SyntheticNode node = await SyntheticNode.StartAsync(blocks);
        MarkdownTable table = new(
            "Read model", "store", "events/s", "catching up", "processor time", "reopening", "first page", "search", "a project", "an account");
        await MeasureAsync(table, "SQLite", node, events, new ReadModelOptions { Folder = folder });
        Console.WriteLine($"{Directory.GetFiles(folder).Sum(file => new FileInfo(file).Length) / 1e6:N0} MB in the SQLite file");
        if (PostgresServer.WhyMissing is { } missing)
        {
            Console.WriteLine(missing);
            return;
        }
        await using PostgresServer server = await PostgresServer.StartAsync();
        await MeasureAsync(
            table, "PostgreSQL", node, events, new ReadModelOptions { Folder = "", PostgresConnection = await server.CreateDatabaseAsync() });
    }

    private static async Task<MarketStore> OpenAsync(ReadModelOptions options)
    {
        MarketStore store = await MarketStore.OpenAsync(options, Market, NullLogger.Instance, CancellationToken.None);
        return await store.TryBecomeWriterAsync(CancellationToken.None) ? store : throw new InvalidOperationException("somebody else writes");
    }

    private static async Task MeasureAsync(MarkdownTable table, string name, SyntheticNode node, int events, ReadModelOptions options)
    {
        TimeSpan catchingUp, processor;
        await using (MarketStore store = await OpenAsync(options))
        {
            long start = Stopwatch.GetTimestamp();
            TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
            await FollowAsync(store, node.Url);
            (catchingUp, processor) = (Stopwatch.GetElapsedTime(start), Process.GetCurrentProcess().TotalProcessorTime - before);
        }
        table.Row(
            [
                name,
                $"{events / catchingUp.TotalSeconds:N0}",
                MarkdownTable.Seconds(catchingUp.TotalSeconds),
                MarkdownTable.Seconds(processor.TotalSeconds),
                .. await AskAsync(options),
            ]);
    }

    /// <summary>Opens a store again and asks it.</summary>
    /// <returns>How long opening and each question took.</returns>
    private static async Task<string[]> AskAsync(ReadModelOptions options)
    {
        long start = Stopwatch.GetTimestamp();
        await using MarketStore store = await OpenAsync(options);
        return
        [
            MarkdownTable.Seconds(Stopwatch.GetElapsedTime(start).TotalSeconds),
            await TimeAsync(() => store.FindProjectsAsync(new ProjectQuery(), CancellationToken.None)),
            await TimeAsync(() => store.FindProjectsAsync(new ProjectQuery("99", Order: ProjectOrder.Remaining), CancellationToken.None)),
            await TimeAsync(() => store.FindProjectAsync(7, CancellationToken.None)),
            await TimeAsync(() => store.ReadAccountAsync(SyntheticMarket.AccountOf("trainer 7"), CancellationToken.None)),
        ];
    }

    /// <summary>Follows until the head is reached, as a dashboard does.</summary>
    private static async Task FollowAsync(MarketStore store, Uri url)
    {
        using MarketChain chain = await MarketChain.ConnectAsync(
            new EthereumClient(url), new Deployment(SyntheticChain.Market), CancellationToken.None);
        FeedPublisher feed = new(TimeProvider.System, NullLogger.Instance);
        using CancellationTokenSource live = new();
        feed.StatusChanged += status =>
        {
            if (status.State == FollowState.Live)
                live.Cancel();
        };
        MarketFollower follower = new(chain, store, feed, new ReadModelOptions { Folder = "" }, NullLogger.Instance, TimeProvider.System);
        await follower.RunAsync(live.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (feed.Status.State != FollowState.Live)
            throw new InvalidOperationException($"the follower ended early: {feed.Status}");
    }

    /// <summary>The median of some repetitions.</summary>
    private static async Task<string> TimeAsync(Func<Task> query)
    {
        List<double> seconds = [];
        for (int k = 0; k < 21; k++)
        {
            long start = Stopwatch.GetTimestamp();
            await query();
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        seconds.Sort();
        return MarkdownTable.Seconds(seconds[seconds.Count / 2]);
    }
}
