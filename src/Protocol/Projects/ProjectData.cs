using Marketplace.Learning;

namespace Marketplace.Protocol.Projects;

/// <summary>Reads a party's own data as the project document says that it must be.</summary>
public static class ProjectData
{
    /// <param name="document">Declares the kind and schema.</param>
    /// <param name="path">A folder with IDX files, or a CSV file.</param>
    /// <param name="split">For IDX folders: <c>train</c> or <c>t10k</c>.</param>
    /// <exception cref="InvalidDataException">A file is malformed or does not fit the project's model.</exception>
    public static Dataset Load(ProjectDocument document, string path, string split)
    {
        Dataset data = document.Data.Kind == "csv"
            ? CsvLoader.Load(path, document.Data.Schema!)
            : IdxLoader.LoadDirectory(path, split);
        if (!data.Shape.SequenceEqual(document.Model.Input))
            throw new InvalidDataException(
                $"the data at {path} has samples of shape [{string.Join(", ", data.Shape)}], the project's model takes [{string.Join(", ", document.Model.Input)}]");
        return data;
    }
}
