namespace Marketplace.Testing.Files;

/// <summary>Real data sets that lie beside the repository.</summary>
public static class SharedData
{
    private static readonly string Root = Environment.GetEnvironmentVariable("MARKETPLACE_SHARED") is { Length: > 0 } named
        ? named
        : Path.Combine(Repository.Root, "..", "shared");

    /// <summary>The folder of a data set, which may not be there.</summary>
    public static string Folder(string name) => Path.GetFullPath(Path.Combine(Root, "data", name));

    /// <summary>What to do when a data set is not there; null when it is.</summary>
    public static string? WhyMissing(string name) => Directory.Exists(Folder(name))
        ? null
        : $"SKIPPED: the data set {name} is not at {Folder(name)}; set MARKETPLACE_SHARED to the folder that holds data/{name}.";
}
