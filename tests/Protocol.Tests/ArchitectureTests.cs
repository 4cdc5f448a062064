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
    };

    public static TheoryData<string> Projects => [.. Directory
        .EnumerateFiles(Repository.Path("src"), "*.csproj", SearchOption.AllDirectories)
        .Select(path => Path.GetFileNameWithoutExtension(path))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_refers_only_to_what_lies_below_it(string project)
    {
        Assert.True(Allowed.TryGetValue(project, out string[]? allowed), $"src/{project} is new: say here what it may refer to");
        XDocument file = XDocument.Load(Repository.Path("src", project, $"{project}.csproj"));
        string[] references =
        [
            .. file.Descendants("ProjectReference")
                .Select(reference => reference.Attribute("Include")!.Value.Replace("$(BindingsProject)", "Ethereum.Bindings.csproj", StringComparison.Ordinal))
                .Select(path => Path.GetFileNameWithoutExtension(path)),
        ];
        Assert.All(references, reference => Assert.True(allowed.Contains(reference), $"{project} refers to {reference}, may refer to [{string.Join(", ", allowed)}]"));
    }

    [Fact]
    public void The_owner_s_program_starts_the_other_programs_and_does_not_link_them()
    {
        XDocument file = XDocument.Load(Repository.Path("src", "Marketplace", "Marketplace.csproj"));
        string[] linked =
        [
            .. file.Descendants("ProjectReference")
                .Where(reference => reference.Attribute("ReferenceOutputAssembly")?.Value != "false")
                .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value)),
        ];
        Assert.Equal(["LocalMarket", "Protocol"], linked.Order());
    }
}
