using Marketplace.Content;
using Marketplace.Learning.Data;

namespace Marketplace.Protocol.Projects;

/// <summary>A project's public test set, on which anybody can measure its models: two IDX files, or one CSV file. None is compressed.</summary>
/// <param name="Data">The images, or the CSV file.</param>
/// <param name="Labels">The labels of images; null for CSV.</param>
public sealed record TestSet(Cid Data, Cid? Labels = null)
{
    /// <summary>Most bytes of an IDX file.</summary>
    public const int MaxIdxBytes = 64 * 1024 * 1024;

    /// <summary>Most bytes of a CSV file, whose rows take many times their length in memory.</summary>
    public const int MaxCsvBytes = 8 * 1024 * 1024;

    private const int MaxFeatures = MaxIdxBytes;

    /// <summary>Everything that is published of it.</summary>
    public IEnumerable<Cid> Files => Labels is { } labels ? [Data, labels] : [Data];

    /// <summary>Fetches the set and reads it as the document says that data are to be read.</summary>
    /// <exception cref="InvalidDataException">A file is malformed, or does not fit the project's model.</exception>
    /// <exception cref="ContentStoreException">A file is not to be had, or is too large.</exception>
    public async Task<Dataset> FetchAsync(IContentStore store, ProjectDocument document, CancellationToken cancellationToken)
    {
        string folder = Directory.CreateTempSubdirectory("marketplace-test-set-").FullName;
        try
        {
            string data = Path.Combine(folder, Labels is null ? "file" : "images"), labels = Path.Combine(folder, "labels");
            await FetchAsync(store, Data, data, cancellationToken);
            if (Labels is { } cid)
                await FetchAsync(store, cid, labels, cancellationToken);
            Dataset test = Labels is null
                ? CsvLoader.Load(data, document.Data.Schema!, MaxFeatures, cancellationToken)
                : IdxLoader.Load(data, labels, null, cancellationToken);
            ProjectData.RequireFit(document, test, data);
            return test.Count > 0 ? test : throw new InvalidDataException($"{data} has no samples");
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException(
                $"the test set is malformed: {e.Message.Replace($"{folder}{Path.DirectorySeparatorChar}", "", StringComparison.Ordinal)}", e);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task FetchAsync(IContentStore store, Cid cid, string path, CancellationToken cancellationToken)
    {
        await using FileStream file = File.Create(path);
        await store.GetAsync(cid, file, Labels is null ? MaxCsvBytes : MaxIdxBytes, cancellationToken);
        file.Position = 0;
        // What is compressed could be of any size.
        if (file.ReadByte() == 0x1F && file.ReadByte() == 0x8B)
            throw new InvalidDataException($"{path} is compressed; publish it as it is");
    }
}

/// <summary>The test set's files as a document names them: by CID, or in a draft also by path.</summary>
/// <param name="Images">IDX images; with <paramref name="Labels"/>.</param>
/// <param name="Labels">IDX labels.</param>
/// <param name="File">A CSV file.</param>
public sealed record TestSetFiles(string? Images = null, string? Labels = null, string? File = null);
