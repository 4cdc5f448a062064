namespace Marketplace.Learning.Tests.Data;

/// <summary>Real data sets that lie beside the repository; tests that need them are skipped, saying so, where they are absent.</summary>
internal static class SharedData
{
    public static string Folder(string name)
    {
        string? root = Environment.GetEnvironmentVariable("MARKETPLACE_SHARED");
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); root is null && folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Directory.Packages.props")))
                root = Path.Combine(folder.FullName, "..", "shared");
        }

        string path = Path.GetFullPath(Path.Combine(root ?? ".", "data", name));
        if (!Directory.Exists(path))
            Assert.Skip($"SKIPPED: the data set {name} is not at {path}; set MARKETPLACE_SHARED to the folder that holds data/{name}.");
        return path;
    }
}
