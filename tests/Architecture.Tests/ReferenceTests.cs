using System.Xml.Linq;
using Marketplace.Testing.Files;

namespace Marketplace.Architecture.Tests;

/// <summary>References between projects point one way, and packages stay where they belong.</summary>
public sealed class ReferenceTests
{
    public static TheoryData<string> Products => [.. Project.All.Keys.Where(name => !Project.All[name].IsTest)];

    public static TheoryData<string> Tests => [.. Project.All.Keys.Where(name => Project.All[name].IsTest)];

    public static TheoryData<string, string> Unreachable
    {
        get
        {
            TheoryData<string, string> rules = [];
            foreach ((string project, string[] packages) in Layers.Unreachable)
            {
                foreach (string package in packages) rules.Add(project, package);
            }

            return rules;
        }
    }

    [Theory]
    [MemberData(nameof(Products))]
    public void A_project_refers_to_what_its_line_says(string name)
    {
        Project project = Project.All[name];
        Layer actual = new(name, Join(project.Links), Join(project.Starts), Join(project.Packages));
        Layer? expected = Layers.All.SingleOrDefault(layer => layer.Project == name);
        Assert.True(
            expected == actual,
            $"{project.File} {(expected is null ? "has no line" : "refers to other things than its line")} in Layers.All. "
            + $"If it is meant so, write: {Line(actual)}");
    }

    [Fact]
    public void Every_line_has_its_project() => Assert.All(
        Layers.All, layer => Assert.True(Project.All.ContainsKey(layer.Project), $"there is no project {layer.Project}"));

    /// <summary>Otherwise a project could use what it does not name, and its line would say too little.</summary>
    [Fact]
    public void What_a_reference_brings_along_cannot_be_used() => Assert.Equal(
        "true",
        XDocument.Load(Repository.Path("Directory.Build.props")).Descendants("DisableTransitiveProjectReferences").Single().Value);

    /// <summary>Otherwise every test would wait for the contracts and for libtorch.</summary>
    [Fact]
    public void What_all_tests_share_needs_nothing_of_the_product() =>
        Assert.Equal([], Project.All["Testing"].Links.Concat(Project.All["Testing"].Packages));

    [Fact]
    public void A_line_refers_only_to_lines_above_it()
    {
        HashSet<string> above = [];
        foreach (Layer layer in Layers.All)
        {
            foreach (string other in $"{layer.Links} {layer.Starts}".Split(' ', StringSplitOptions.RemoveEmptyEntries))
                Assert.True(above.Contains(other), $"{layer.Project} refers to {other}, which stands below it");
            Assert.True(above.Add(layer.Project), $"{layer.Project} has two lines");
        }
    }

    [Theory]
    [MemberData(nameof(Unreachable))]
    public void A_package_that_does_not_belong_reaches_a_project_on_no_way(string name, string package)
    {
        foreach (Project through in Project.All[name].Reach())
        {
            Assert.All(through.Packages, reached => Assert.False(
                reached.StartsWith(package, StringComparison.Ordinal), $"{name} gets {reached} through {through}"));
        }

        Assert.All(RestoredPackages.Of(Project.All[name]), reached => Assert.False(
            reached.Id.StartsWith(package, StringComparison.Ordinal), $"{name} gets {reached.Id} through another package"));
    }

    [Theory]
    [MemberData(nameof(Products))]
    public void A_product_does_not_reach_a_test(string name) =>
        Assert.All(Project.All[name].Reach(), reached => Assert.False(reached.IsTest, $"{name} reaches {reached}"));

    [Theory]
    [MemberData(nameof(Tests))]
    public void A_test_uses_packages_of_tests_or_of_what_it_tests(string name)
    {
        Project project = Project.All[name];
        IEnumerable<Project> tested = project.Reach().Where(reached => !reached.IsTest);
        HashSet<string> allowed = [.. Layers.TestPackages, .. tested.SelectMany(reached => reached.Packages)];
        Assert.All(project.Packages, package => Assert.True(
            allowed.Contains(package),
            $"{project.File} uses {package}, which is neither in Layers.TestPackages nor used by what it tests"));
    }

    private static string Join(string[] names) => string.Join(' ', names);

    private static string Line(Layer layer)
    {
        string starts = layer.Starts.Length > 0 ? $", Starts: \"{layer.Starts}\"" : "";
        string packages = layer.Packages.Length > 0 ? $", Packages: \"{layer.Packages}\"" : "";
        return $"new(\"{layer.Project}\", \"{layer.Links}\"{starts}{packages}),";
    }
}
