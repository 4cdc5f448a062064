using System.Text.Json;
using Marketplace.Testing.Files;

namespace Marketplace.Architecture.Tests;

/// <summary>A package at the version that was chosen for a project.</summary>
internal sealed record RestoredPackage(string Id, string Version)
{
    /// <summary>Whether this version is at least another; a preview comes before its release.</summary>
    public bool IsAtLeast(string floor)
    {
        ((Version number, string preview), (Version leastNumber, string leastPreview)) = (Parse(Version), Parse(floor));
        if (number != leastNumber) return number > leastNumber;
        return preview.Length == 0 || (leastPreview.Length > 0 && ComparePreviews(preview, leastPreview) >= 0);
    }

    private static (Version Number, string Preview) Parse(string version)
    {
        string[] parts = version.Split('+')[0].Split('-', 2);
        int[] numbers = [.. parts[0].Split('.').Select(int.Parse)];
        return (new Version(numbers[0], At(1), At(2), At(3)), parts.Length > 1 ? parts[1] : "");

        int At(int index) => index < numbers.Length ? numbers[index] : 0;
    }

    private static int ComparePreviews(string left, string right)
    {
        string[] a = left.Split('.'), b = right.Split('.');
        for (int i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            int order = int.TryParse(a[i], out int x) && int.TryParse(b[i], out int y)
                ? x.CompareTo(y)
                : string.Compare(a[i], b[i], StringComparison.OrdinalIgnoreCase);
            if (order != 0) return order;
        }

        return a.Length.CompareTo(b.Length);
    }
}

/// <summary>What the last restore chose, dependencies of dependencies included.</summary>
internal static class RestoredPackages
{
    public static IReadOnlyList<RestoredPackage> Of(Project project)
    {
        string path = Repository.Path(project.Folder, "obj", "project.assets.json");
        Assert.True(File.Exists(path), $"{project.File} was never restored: run 'dotnet restore Marketplace.sln'");
        using JsonDocument assets = JsonDocument.Parse(File.ReadAllBytes(path));
        return
        [
            .. assets.RootElement.GetProperty("libraries").EnumerateObject()
                .Where(library => library.Value.GetProperty("type").GetString() == "package")
                .Select(library => library.Name.Split('/'))
                .Select(parts => new RestoredPackage(parts[0], parts[1])),
        ];
    }
}
