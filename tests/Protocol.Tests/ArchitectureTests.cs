using System.Xml.Linq;
using Marketplace.Support;

namespace Marketplace.Protocol.Tests;

/// <summary>References between projects point one way: leaves, then the protocol, then the programs.</summary>
public sealed class ArchitectureTests
{
    /// <summary>What each project may refer to. A leaf refers to nothing but field arithmetic.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Field"] = [],
        ["Proofs"] = ["Field"],
        ["Ethereum"] = ["Field"],
        ["Ethereum.Bindings"] = ["Ethereum"],
        ["Contracts"] = ["Ethereum", "Ethereum.Bindings"],
        ["ContentAddressing"] = [],
        ["Sealing"] = [],
        ["Learning"] = [],
        ["Protocol"] = ["ContentAddressing", "Contracts", "Ethereum", "Field", "Learning", "Proofs", "Sealing"],
        ["Aggregator"] = ["Protocol"],
        ["Trainer"] = ["Protocol"],
        ["LocalMarket"] = ["Protocol"],
        ["ReadModel"] = ["Protocol"],
        ["Marketplace"] = ["Protocol", "LocalMarket", "Aggregator", "Trainer"],
        ["Web"] = ["Protocol", "LocalMarket", "ReadModel", "Marketplace", "Aggregator", "Trainer"],
    };

    /// <summary>The programs that start others, and what each links.</summary>
    private static readonly Dictionary<string, string[]> Linked = new()
    {
        ["Marketplace"] = ["LocalMarket", "Protocol"],
        ["Web"] = ["LocalMarket", "Protocol", "ReadModel"],
    };

    public static TheoryData<string> Projects => [.. Paths.Select(path => Path.GetFileNameWithoutExtension(path))];

    public static TheoryData<string> Starters => [.. Linked.Keys];

    private static string[] Paths =>
        [.. Directory.EnumerateFiles(Repository.Path("src"), "*.csproj", SearchOption.AllDirectories), Repository.Path("web", "Web.csproj")];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_refers_only_to_what_lies_below_it(string project)
    {
        Assert.True(Allowed.TryGetValue(project, out string[]? allowed), $"{project} is new: say here what it may refer to");
        string[] references = [.. ReferencesOf(project).Select(NameOf)];
        Assert.All(references, reference => Assert.True(allowed.Contains(reference), $"{project} refers to {reference}, may refer to [{string.Join(", ", allowed)}]"));
    }

    [Theory]
    [MemberData(nameof(Starters))]
    public void A_program_that_starts_the_parties_programs_does_not_link_them(string project)
    {
        ILookup<bool, string> references = ReferencesOf(project)
            .ToLookup(reference => reference.Attribute("ReferenceOutputAssembly")?.Value != "false", NameOf);
        Assert.Equal(Linked[project], references[true].Order());
        Assert.Equal(Allowed[project].Except(Linked[project]).Order(), references[false].Order());
    }

    private static IEnumerable<XElement> ReferencesOf(string project) =>
        XDocument.Load(Paths.Single(path => Path.GetFileNameWithoutExtension(path) == project)).Descendants("ProjectReference");

    private static string NameOf(XElement reference) => Path.GetFileNameWithoutExtension(
        reference.Attribute("Include")!.Value.Replace("$(BindingsProject)", "Ethereum.Bindings.csproj", StringComparison.Ordinal));
}
