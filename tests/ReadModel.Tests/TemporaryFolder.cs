namespace Marketplace.ReadModel.Tests;

/// <summary>A folder that is gone afterwards.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("marketplace-read-model-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
