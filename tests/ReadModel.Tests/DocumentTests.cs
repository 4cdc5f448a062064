using System.Text;
using Marketplace.Chain.Rpc;
using Marketplace.Content;
using Marketplace.Protocol.Markets;
using Marketplace.Protocol.Rounds;
using Marketplace.ReadModel.Documents;
using Marketplace.ReadModel.Tables;
using Marketplace.Testing.Files;
using Marketplace.Testing.Markets.Synthetic;

namespace Marketplace.ReadModel.Tests;

/// <summary>Titles and metrics, out of what strangers publish.</summary>
public sealed class DocumentTests : IDisposable
{
    private const string Document = """
        {
          "version": 1, "title": "TITLE",
          "model": { "input": [1, 2, 2], "layers": [{ "type": "flatten" }, { "type": "linear", "name": "output", "out": 2 }],
            "loss": "crossEntropy" },
          "initialModel": "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
        }
        """;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Reads_a_title_and_says_what_is_wrong_with_others()
    {
        using IContentStore store = ContentStore.Open(_folder.Path);
        ContentReader reader = new(store, TimeSpan.FromSeconds(30), TimeProvider.System);
        ContentRow good = await ReadAsync(ContentKind.Document, Document.Replace("TITLE", "Zehn\u202E Ziffern", StringComparison.Ordinal));
        Assert.Equal(("Zehn Ziffern", null, true), (good.Title, good.Problem, good.IsFinal));
        ContentRow bad = await ReadAsync(ContentKind.Document, "{ \"title\": 7 }");
        Assert.True(bad is { Title: null, Problem.Length: > 0, IsFinal: true });
        ContentRow large = await ReadAsync(ContentKind.Document, new string(' ', 300_000));
        Assert.True(large is { Title: null, IsFinal: true });
        Assert.Contains("limit", large.Problem, StringComparison.Ordinal);
        ContentRow absent = await reader.ReadAsync(new ContentReference(1, ContentKind.Document, SyntheticMarket.ContentOf("absent")), Cancellation);
        Assert.True(absent is { Title: null, Problem.Length: > 0, IsFinal: false });
        Assert.Contains("was not found", absent.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain(_folder.Path, absent.Problem, StringComparison.Ordinal);
        ContentRow report = await ReadAsync(
            ContentKind.Report,
            Encoding.UTF8.GetString(new RoundReport { Before = new(2, 0.5), After = new(double.NaN, 7), Test = new(1, 0.75) }.ToBytes()));
        Assert.Equal(new RoundMetrics(null, double.NaN, 0.75, 1, 0.5, 2), report.Metrics);

        async Task<ContentRow> ReadAsync(ContentKind kind, string content)
        {
            Cid cid = await store.AddAsync(Encoding.UTF8.GetBytes(content), Cancellation);
            return await reader.ReadAsync(new ContentReference(1, kind, cid), Cancellation);
        }
    }

    [Fact]
    public async Task A_document_that_comes_late_is_read_and_pages_are_told()
    {
        SyntheticHistory history = SyntheticHistory.Wander(51, 5);
        await using SyntheticNode node = await SyntheticNode.StartAsync(history.Chain.Blocks);
        using MarketChain chain = await MarketChain.ConnectAsync(new EthereumClient(node.Url), new Deployment(SyntheticChain.Market), Cancellation);
        await using RunningModel model = await RunningModel.StartAsync(
            chain, new ReadModelOptions { Folder = _folder.Path, Poll = TimeSpan.FromMilliseconds(20) });
        await model.ReachAsync();
        await model.WaitAsync(async () => (await ProjectsAsync()).All(project => project.DocumentProblem is not null));

        Cid cid = await model.Store.AddAsync(Encoding.UTF8.GetBytes(Document.Replace("TITLE", "Late", StringComparison.Ordinal)), Cancellation);
        int told = 0;
        model.Feed.Changed += change => Interlocked.Add(ref told, change.Projects.Count);
        SyntheticProject first = history.Market.Projects[0];
        history.Market.Create(first.Owner, first.Terms with { Document = cid });
        history.Continue(1);
        node.Serve(history.Chain.Blocks);
        await model.WaitAsync(async () => (await ProjectsAsync()).Any(project => project.Title == "Late"));
        await model.WaitAsync(() => Task.FromResult(Volatile.Read(ref told) >= 2));

        // What a store has served tells when it is gone.
        Assert.Null(model.Feed.Status.StoreProblem);
        string aside = $"{model.Store.Location}-aside";
        Directory.Move(model.Store.Location, aside);
        await model.WaitAsync(() => Task.FromResult(model.Feed.Status.StoreProblem is not null));
        Assert.DoesNotContain(model.Store.Location, model.Feed.Status.StoreProblem!, StringComparison.Ordinal);
        Assert.Equal(FollowState.Live, model.Feed.Status.State);
        if (Directory.Exists(model.Store.Location))
            Directory.Delete(model.Store.Location, recursive: true);
        Directory.Move(aside, model.Store.Location);
        await model.WaitAsync(() => Task.FromResult(model.Feed.Status.StoreProblem is null));

        async Task<IReadOnlyList<ProjectSummary>> ProjectsAsync()
        {
            return (await model.Model.FindProjectsAsync(new ProjectQuery(Take: 100), Cancellation)).Projects;
        }
    }
}
