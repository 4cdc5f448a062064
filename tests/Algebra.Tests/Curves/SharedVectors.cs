namespace Marketplace.Algebra.Tests.Curves;

/// <summary>Finds the test vectors that others made: beside the repository, or where MARKETPLACE_SHARED says.</summary>
internal static class SharedVectors
{
    /// <summary>The path of a vector file; skips the test where the folder is absent.</summary>
    internal static string Path(string name)
    {
        string? shared = Environment.GetEnvironmentVariable("MARKETPLACE_SHARED");
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); shared is null && folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Marketplace.sln")))
            {
                shared = System.IO.Path.Combine(folder.FullName, "..", "shared");
            }
        }

        string path = System.IO.Path.Combine(shared ?? "shared", "vectors", name);
        Assert.SkipUnless(
            File.Exists(path),
            $"SKIPPED: {path} is absent. Put the vectors in ../shared/vectors beside the repository or set MARKETPLACE_SHARED.");
        return path;
    }
}
