using System.Text.RegularExpressions;
using System.Xml.Linq;
using Marketplace.Testing.Files;

namespace Marketplace.Architecture.Tests;

/// <summary>A project, as its file says.</summary>
/// <param name="Name">The file's name without its extension.</param>
/// <param name="File">The file, relative to the root, with slashes.</param>
/// <param name="RootNamespace">The namespace of files beside it.</param>
/// <param name="Links">Projects whose assemblies it links.</param>
/// <param name="Starts">Projects that are only built before it.</param>
/// <param name="Packages">Packages and shared frameworks that it or a file that it imports names, properties as asterisks.</param>
internal sealed partial record Project(
    string Name, string File, string RootNamespace, string[] Links, string[] Starts, string[] Packages)
{
    /// <summary>All projects by name.</summary>
    public static IReadOnlyDictionary<string, Project> All { get; } =
        Checkout.Files("*.csproj").Select(Read).ToDictionary(project => project.Name);

    public bool IsTest => File.StartsWith("tests/", StringComparison.Ordinal);

    public string Folder => File[..File.LastIndexOf('/')];

    /// <summary>Everything whose assemblies come with this one, itself included.</summary>
    public IReadOnlySet<Project> Reach()
    {
        HashSet<Project> reached = [];
        Visit(this);
        return reached;

        void Visit(Project project)
        {
            if (!reached.Add(project)) return;
            foreach (string link in project.Links) Visit(All[link]);
        }
    }

    public override string ToString() => Name;

    private static Project Read(string file)
    {
        XDocument document = XDocument.Load(Repository.Path(file));
        string folder = Path.GetDirectoryName(Repository.Path(file))!;
        XElement[] all =
        [
            .. document.Descendants("Import").Select(import => Path.Combine(folder, import.Attribute("Project")!.Value))
                .Where(Path.Exists).SelectMany(path => XDocument.Load(path).Descendants()),
            .. document.Descendants(),
        ];
        Dictionary<string, string> properties = document.Descendants("PropertyGroup").Elements()
            .DistinctBy(property => property.Name.LocalName)
            .ToDictionary(property => property.Name.LocalName, property => property.Value);
        ILookup<bool, string> references = document.Descendants("ProjectReference").ToLookup(
            reference => reference.Attribute("ReferenceOutputAssembly")?.Value != "false",
            reference => Path.GetFileNameWithoutExtension(Expand(reference.Attribute("Include")!.Value)));
        string name = Path.GetFileNameWithoutExtension(file);
        return new Project(
            name,
            file,
            properties.GetValueOrDefault("RootNamespace", $"Marketplace.{name}"),
            [.. references[true].Order(StringComparer.Ordinal)],
            [.. references[false].Order(StringComparer.Ordinal)],
            [.. all.Where(element => element.Name.LocalName is "PackageReference" or "FrameworkReference")
                .Select(package => Property().Replace(package.Attribute("Include")!.Value, "*")).Order(StringComparer.Ordinal)]);

        string Expand(string text) => Property().Replace(text, match => properties.GetValueOrDefault(match.Groups[1].Value, ""));
    }

    [GeneratedRegex(@"\$\((\w+)\)")]
    private static partial Regex Property();
}
