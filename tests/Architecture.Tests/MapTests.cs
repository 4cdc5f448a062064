using System.Text.RegularExpressions;
using Marketplace.Testing.Files;

namespace Marketplace.Architecture.Tests;

/// <summary>The README's map names every folder once and no other.</summary>
public sealed partial class MapTests
{
    private const string Heading = "## The map";

    /// <summary>Folders that are named by what is in them.</summary>
    private static readonly string[] Opened = ["src", "samples", "tests"];

    [Fact]
    public void The_map_names_every_folder_once()
    {
        string readme = File.ReadAllText(Repository.Path("README.md"));
        int start = readme.IndexOf($"{Heading}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"README.md has no section '{Heading}'");
        int end = readme.IndexOf("\n## ", start + Heading.Length, StringComparison.Ordinal);
        string section = end < 0 ? readme[start..] : readme[start..end];
        string[] named = [.. Row().Matches(section).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal)];
        string[] folders =
        [
            .. Checkout.Folders().SelectMany(folder => Opened.Contains(folder) ? Checkout.Folders(folder) : [folder])
                .Where(folder => Checkout.Files("*", folder).Any())
                .Order(StringComparer.Ordinal),
        ];
        string missing = string.Join(", ", folders.Except(named)), gone = string.Join(", ", named.Except(folders));
        string twice = string.Join(", ", named.CountBy(name => name).Where(count => count.Value > 1).Select(count => count.Key));
        Assert.True(
            missing + gone + twice == "",
            $"README.md, '{Heading}': not named: [{missing}]; named but not there: [{gone}]; named twice: [{twice}]");
    }

    [GeneratedRegex(@"^\| `([^`]+?)/?` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
