using Marketplace.Content;
using Marketplace.Learning.Data;
using Marketplace.Protocol.Projects;

namespace Marketplace.Aggregator;

/// <summary>The data by which the aggregator of one project measures.</summary>
/// <param name="rootPath">The root set: what an update is good for is measured by the update that this data gives.</param>
/// <param name="testPath">A test set that nobody trains on, for the reports; null when there is none. One that the document names goes before it.</param>
public sealed class AggregatorData(string rootPath, string? testPath)
{
    private Dataset? root;

    public Dataset Root => root ?? throw new InvalidOperationException("the data has not been loaded");

    public Dataset? Test { get; private set; }

    /// <param name="document">Says how to read the data, and names the public test set if there is one.</param>
    /// <param name="store">Where the public test set is.</param>
    /// <param name="say">Told when the public test set can not be used.</param>
    /// <exception cref="InvalidDataException">A file is malformed or does not fit the project's model.</exception>
    public async Task LoadAsync(ProjectDocument document, IContentStore store, Action<string> say, CancellationToken cancellation)
    {
        root = ProjectData.Load(document, rootPath, "train");
        if (document.TestSet is { } published)
            Test = await FetchAsync(published, document, store, say, cancellation);
        else if (testPath is not null)
            Test = ProjectData.Load(document, testPath, "t10k");
    }

    /// <summary>The reports can do without a test set; the rounds, and the bond behind them, must not depend on who serves it.</summary>
    private static async Task<Dataset?> FetchAsync(
        TestSet published, ProjectDocument document, IContentStore store, Action<string> say, CancellationToken cancellation)
    {
        try
        {
            return await published.FetchAsync(store, document, cancellation);
        }
        catch (Exception e) when (e is InvalidDataException or ContentStoreException)
        {
            say($"reports go without a test set: {e.Message}");
            return null;
        }
    }
}
