using System.Text.Json;
using System.Xml.Linq;
using Marketplace.Testing.Files;

namespace Marketplace.Chain.Tests;

/// <summary>
/// What projects resolved is never below the versions that Directory.Packages.props pins, also where another package asks for less.
/// </summary>
public class PackageFloorTests
{
    [Fact]
    public void No_package_is_below_its_pinned_version()
    {
        Dictionary<string, Version> pinned = XDocument.Load(Repository.Path("Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(p => p.Attribute("Include")!.Value, p => Parse(p.Attribute("Version")!.Value), StringComparer.OrdinalIgnoreCase);
        Assert.True(pinned["Newtonsoft.Json"] >= new Version(13, 0, 4), "Newtonsoft.Json below 13.0.4 has known advisories.");
        string[] projects = [.. new[] { "src", "web", "samples", "tests" }.SelectMany(room =>
            Directory.EnumerateFiles(Repository.Path(room), "project.assets.json", SearchOption.AllDirectories))];
        int newtonsofts = 0;
        foreach (string assets in projects)
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(assets));
            foreach (JsonProperty library in document.RootElement.GetProperty("libraries").EnumerateObject())
            {
                string[] parts = library.Name.Split('/');
                if (library.Value.Text("type") != "package" || !pinned.TryGetValue(parts[0], out Version? floor)) continue;
                Assert.True(Parse(parts[1]) >= floor, $"{assets} resolved {library.Name}; the floor is {floor}. Restore anew.");
                if (parts[0] == "Newtonsoft.Json") newtonsofts++;
            }
        }

        Assert.True(newtonsofts >= 2, $"{newtonsofts} of {projects.Length} projects resolved Newtonsoft.Json; at least src/Chain and this one do.");
    }

    private static Version Parse(string version) => Version.Parse(version.Split('-')[0]);
}
