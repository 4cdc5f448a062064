using Marketplace.Learning;
using Marketplace.Protocol.Projects;

namespace Marketplace.Aggregator;

/// <summary>The data that the owner gave to the aggregator of one project.</summary>
/// <param name="rootPath">The root set: what an update is good for is measured by the update that this data gives.</param>
/// <param name="testPath">A test set that nobody trains on, for the reports; null when there is none.</param>
public sealed class AggregatorData(string rootPath, string? testPath)
{
    private Dataset? root;

    public Dataset Root => root ?? throw new InvalidOperationException("the data has not been loaded");

    public Dataset? Test { get; private set; }

    /// <exception cref="InvalidDataException">A file is malformed or does not fit the project's model.</exception>
    public void Load(ProjectDocument document)
    {
        root = ProjectData.Load(document, rootPath, "train");
        Test = testPath is null ? null : ProjectData.Load(document, testPath, "t10k");
    }
}
