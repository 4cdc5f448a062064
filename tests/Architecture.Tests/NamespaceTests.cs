using System.Text.RegularExpressions;
using Marketplace.Testing.Files;

namespace Marketplace.Architecture.Tests;

/// <summary>A type is found by its name: its namespace says its folder.</summary>
public sealed partial class NamespaceTests
{
    public static TheoryData<string> Projects => [.. Project.All.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_namespace_is_the_projects_and_the_folders_below_it(string name)
    {
        Project project = Project.All[name];
        foreach (string file in Checkout.Files("*.cs", project.Folder))
        {
            string[] namespaces = [.. Namespace().Matches(Text(file)).Select(match => match.Groups[1].Value).Distinct()];
            bool isProgram = namespaces.Length == 0 && Path.GetFileName(file) == "Program.cs";
            Assert.True(
                isProgram || namespaces.SequenceEqual([ExpectedOf(project, file)]),
                $"{file} should have the namespace {ExpectedOf(project, file)}, has '{string.Join(", ", namespaces)}'");
        }
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_type_does_not_share_its_namespaces_last_name(string name)
    {
        Project project = Project.All[name];
        foreach (string file in Checkout.Files("*.cs", project.Folder))
        {
            string last = ExpectedOf(project, file).Split('.')[^1];
            Assert.All(Type().Matches(Text(file)), match => Assert.True(
                match.Groups[1].Value != last, $"{file} declares {last} in a namespace of that name"));
        }

        foreach (string file in Checkout.Files("*.razor", project.Folder))
        {
            Assert.True(
                Path.GetFileNameWithoutExtension(file) != ExpectedOf(project, file).Split('.')[^1],
                $"{file} has the name of its folder and so of its namespace");
        }
    }

    [Fact]
    public void Every_file_of_code_belongs_to_a_project()
    {
        string[] folders = [.. Project.All.Values.Select(project => project.Folder + "/")];
        Assert.All(
            Checkout.Files("*.cs"), file => Assert.True(folders.Any(file.StartsWith), $"{file} is in no project's folder"));
    }

    private static string ExpectedOf(Project project, string file)
    {
        string folder = file[..file.LastIndexOf('/')];
        return project.RootNamespace + folder[project.Folder.Length..].Replace('/', '.');
    }

    private static string Text(string file) => File.ReadAllText(Repository.Path(file));

    [GeneratedRegex(@"^namespace\s+([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(
        @"^\s*(?:(?:public|internal|private|protected|file|sealed|abstract|static|partial|readonly|ref|unsafe)\s+)*"
        + @"(?:class|struct|interface|enum|record(?:\s+(?:class|struct))?)\s+(\w+)",
        RegexOptions.Multiline)]
    private static partial Regex Type();
}
