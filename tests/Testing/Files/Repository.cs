namespace Marketplace.Testing.Files;

/// <summary>Where the checkout is, and the shared test data beside it.</summary>
public static class Repository
{
    private static readonly Lazy<string> LazyRoot = new(FindRoot);

    /// <summary>The checkout's root folder.</summary>
    public static string Root => LazyRoot.Value;

    /// <summary>A path below the root, given by its parts.</summary>
    public static string Path(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Root, .. parts]);

    /// <summary>
    /// A path in the shared data: below the folder that MARKETPLACE_SHARED names, by default <c>../shared</c> beside the root. It
    /// need not exist: a test that finds it absent skips and says so.
    /// </summary>
    public static string SharedPath(params ReadOnlySpan<string> parts)
    {
        string shared = Environment.GetEnvironmentVariable("MARKETPLACE_SHARED") is { Length: > 0 } chosen
            ? chosen
            : System.IO.Path.Combine(Root, "..", "shared");
        return System.IO.Path.GetFullPath(System.IO.Path.Combine([shared, .. parts]));
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Directory.Packages.props")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException(
            $"No folder with Directory.Packages.props above {AppContext.BaseDirectory}; run the tests from a checkout.");
    }
}
