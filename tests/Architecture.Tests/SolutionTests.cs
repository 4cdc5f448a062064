using System.Text.RegularExpressions;
using Marketplace.Testing.Files;

namespace Marketplace.Architecture.Tests;

/// <summary>The solution builds everything once.</summary>
public sealed partial class SolutionTests
{
    [Fact]
    public void Every_project_is_in_the_solution_once()
    {
        string solution = File.ReadAllText(Repository.Path("Marketplace.sln"));
        string[] listed =
            [.. Entry().Matches(solution).Select(match => match.Groups[1].Value.Replace('\\', '/')).Order(StringComparer.Ordinal)];
        string[] files = [.. Project.All.Values.Select(project => project.File).Order(StringComparer.Ordinal)];
        Assert.Equal(files, listed);
    }

    [GeneratedRegex(@"^Project\(.*?\) = "".*?"", ""(.*?\.csproj)""", RegexOptions.Multiline)]
    private static partial Regex Entry();
}
