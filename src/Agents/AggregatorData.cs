using Marketplace.Content;
using Marketplace.Learning.Data;
using Marketplace.Protocol.Projects;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Agents;

/// <summary>The data by which the aggregator of one project measures.</summary>
/// <param name="document">The project's document.</param>
/// <param name="root">The root set: what an update is good for is measured by the update that this data gives.</param>
/// <param name="test">A test set that nobody trains on, for the reports; null when there is none.</param>
public sealed class AggregatorData(ProjectDocument document, Dataset root, Dataset? test) : IModelEvaluator
{
    public Dataset Root { get; } = root;

    /// <summary>Reads the files. A test set that the document names goes before one on this machine.</summary>
    /// <param name="document">Says how to read the data, and names the public test set if there is one.</param>
    /// <param name="rootPath">A folder with IDX files, or a CSV file.</param>
    /// <param name="testPath">The same for the test set; null when there is none.</param>
    /// <param name="store">Where the public test set is.</param>
    /// <param name="say">Told when the public test set cannot be used.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="InvalidDataException">A file is malformed or does not fit the project's model.</exception>
    public static async Task<AggregatorData> LoadAsync(
        ProjectDocument document, string rootPath, string? testPath, IContentStore store, Action<string> say, CancellationToken cancellationToken)
    {
        Dataset root = ProjectData.Load(document, rootPath, "train");
        Dataset? test = document.TestSet is { } published ? await FetchAsync(published, document, store, say, cancellationToken)
            : testPath is not null ? ProjectData.Load(document, testPath, "t10k")
            : null;
        return new AggregatorData(document, root, test);
    }

    public Task<RoundReport.Metrics> MeasureOnRootAsync(int[] weights, CancellationToken cancellationToken) =>
        MeasureAsync(weights, Root, cancellationToken);

    public async Task<RoundReport.Metrics?> MeasureOnTestAsync(int[] weights, CancellationToken cancellationToken) =>
        test is null ? null : await MeasureAsync(weights, test, cancellationToken);

    private Task<RoundReport.Metrics> MeasureAsync(int[] weights, Dataset data, CancellationToken cancellationToken) =>
        Task.Run(() => ModelEvaluation.Measure(document, weights, data, cancellationToken).Metrics, cancellationToken);

    /// <summary>The reports can do without a test set; the rounds, and the bond behind them, must not depend on who serves it.</summary>
    private static async Task<Dataset?> FetchAsync(
        TestSet published, ProjectDocument document, IContentStore store, Action<string> say, CancellationToken cancellationToken)
    {
        try
        {
            return await published.FetchAsync(store, document, cancellationToken);
        }
        catch (Exception e) when (e is InvalidDataException or ContentStoreException)
        {
            say($"reports go without a test set: {e.Message}");
            return null;
        }
    }
}
