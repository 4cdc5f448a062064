using System.Xml.Linq;
using Marketplace.Testing.Files;

namespace Marketplace.Architecture.Tests;

/// <summary>No package comes to a project at a version below what is pinned or known to be safe.</summary>
public sealed class PackageVersionTests
{
    /// <summary>The first versions without a known advisory, of packages that others bring along at older ones.</summary>
    private static readonly Dictionary<string, string> Safe = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Newtonsoft.Json"] = "13.0.4",
        ["System.Text.Encodings.Web"] = "4.7.2",
        ["System.Net.Http"] = "4.3.4",
        ["System.Text.RegularExpressions"] = "4.3.1",
    };

    public static TheoryData<string> Projects => [.. Project.All.Keys];

    private static Dictionary<string, string> Pinned { get; } = XDocument.Load(Repository.Path("Directory.Packages.props"))
        .Descendants("PackageVersion")
        .ToDictionary(
            package => package.Attribute("Include")!.Value,
            package => package.Attribute("Version")!.Value.Trim('[', ']'),
            StringComparer.OrdinalIgnoreCase);

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_package_is_not_below_its_floor(string name)
    {
        foreach (RestoredPackage package in RestoredPackages.Of(Project.All[name]))
        {
            if (Pinned.TryGetValue(package.Id, out string? pinned))
                Assert.True(package.IsAtLeast(pinned), $"{name} gets {package.Id} {package.Version}, pinned is {pinned}");
            if (Safe.TryGetValue(package.Id, out string? safe))
            {
                Assert.True(
                    package.IsAtLeast(safe),
                    $"{name} gets {package.Id} {package.Version}, which has known advisories: pin {safe} or later");
            }
        }
    }

    [Theory]
    [InlineData("13.0.4", "13.0.4", true)]
    [InlineData("13.0.3", "13.0.4", false)]
    [InlineData("13.0.10", "13.0.4", true)]
    [InlineData("14.0", "13.0.4", true)]
    [InlineData("13.0.4.1", "13.0.4", true)]
    [InlineData("13.0.4-beta.1", "13.0.4", false)]
    [InlineData("13.0.4", "13.0.4-beta.1", true)]
    [InlineData("1.20.1-beta.10", "1.20.1-beta.9", true)]
    [InlineData("1.20.1-alpha.10", "1.20.1-beta.9", false)]
    public void Versions_are_compared_by_their_numbers(string version, string floor, bool isAtLeast) =>
        Assert.Equal(isAtLeast, new RestoredPackage("any", version).IsAtLeast(floor));
}
