using Marketplace.Testing.Files;

namespace Marketplace.Architecture.Tests;

/// <summary>The checkout's own files: hidden folders and those that git ignores by name are left out.</summary>
internal static class Checkout
{
    private static readonly HashSet<string> Ignored =
        [.. File.ReadLines(Repository.Path(".gitignore")).Where(line => line.EndsWith('/')).Select(line => line.Trim('/'))];

    /// <summary>Files of a pattern such as "*.cs" anywhere below a folder, relative to the root, with slashes.</summary>
    public static IEnumerable<string> Files(string pattern, string folder = "")
    {
        string path = Repository.Path(folder);
        foreach (string file in Directory.EnumerateFiles(path, pattern).Order(StringComparer.Ordinal))
            yield return Relative(file);
        foreach (string child in Folders(folder))
        {
            foreach (string file in Files(pattern, child)) yield return file;
        }
    }

    /// <summary>The folders directly below a folder, relative to the root.</summary>
    public static IEnumerable<string> Folders(string folder = "") =>
        Directory.EnumerateDirectories(Repository.Path(folder))
            .Where(child => !Path.GetFileName(child).StartsWith('.') && !Ignored.Contains(Path.GetFileName(child)))
            .Select(Relative)
            .Order(StringComparer.Ordinal);

    private static string Relative(string path) => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/');
}
