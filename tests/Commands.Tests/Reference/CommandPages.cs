using System.Text;

namespace Marketplace.Commands.Tests.Reference;

/// <summary>What the programs say of themselves, command by command, as a page.</summary>
internal static class CommandPages
{
    private static readonly (string Project, string Name)[] All =
    [
        (Programs.Owner, "marketplace"), (Programs.Trainer, "trainer"), (Programs.Aggregator, "aggregator"),
    ];

    private static readonly string[] SharedOptions = ["--end-with-input", "--log-format", "-?, -h, --help"];

    public static async Task<string> WriteAsync()
    {
        var page = new StringBuilder(
            """
            # Commands

            What `--help` says. From a checkout, `marketplace` is `dotnet run --project src/Marketplace --`, `trainer` is
            `dotnet run --project src/Trainer --`, and `aggregator` is `dotnet run --project src/Aggregator --`. Every command takes `--help`,
            `--log-format` (`text` or `json`), and `--end-with-input`, too.

            """);
        foreach ((string project, string name) in All)
            await AppendAsync(page, project, name, "");
        return page.ToString();
    }

    private static async Task AppendAsync(StringBuilder page, string project, string name, string path)
    {
        string help = (await Programs.RunAsync(project, $"{path} --help")).Succeeded().ReplaceLineEndings("\n")
            .Replace(Programs.DataFolder.Path, "~/.local/share", StringComparison.Ordinal);
        page.Append(path.Length == 0 ? $"\n## {name}\n" : $"\n### {name} {path}\n");
        (string Title, string Text)[] sections = [.. Sections(help)];
        page.Append($"\n{Fence(sections.Single(section => section.Title == "Description").Text)}");
        if (path.Length > 0)
        {
            IEnumerable<string> rest = sections.Where(section => section.Title is "Usage" or "Arguments" or "Options").Select(WithoutShared);
            page.Append($"\n{Fence(string.Join('\n', rest.Where(text => text.Trim().Length > 0)))}");
        }

        foreach (string command in Subcommands(help))
            await AppendAsync(page, project, name, $"{path} {command}".Trim());
    }

    private static string Fence(string text)
    {
        IEnumerable<string> lines = text.Split('\n').Select(line => line.StartsWith("  ", StringComparison.Ordinal) ? line[2..] : line);
        return $"```text\n{string.Join('\n', lines).Trim()}\n```\n";
    }

    /// <summary>A section without the options of every command, which the page's head names once.</summary>
    private static string WithoutShared((string Title, string Text) section) => string.Join('\n', section.Text.Split('\n').Where(line =>
        !SharedOptions.Any(option => line.TrimStart().StartsWith(option, StringComparison.Ordinal))));

    private static IEnumerable<string> Subcommands(string help) =>
        Sections(help).Where(section => section.Title == "Commands").SelectMany(section => section.Text.Split('\n'))
            .Where(line => line.Length > 2 && line.StartsWith("  ", StringComparison.Ordinal) && line[2] != ' ')
            .Select(line => line.Trim().Split(' ')[0]);

    /// <summary>The parts of a help text: a title at the margin that ends with a colon, and what is indented below it.</summary>
    private static IEnumerable<(string Title, string Text)> Sections(string help)
    {
        string? title = null;
        var text = new List<string>();
        foreach (string line in help.Split('\n'))
        {
            if (line.Length > 1 && line[0] != ' ' && line[^1] == ':')
            {
                if (title is not null)
                    yield return (title, string.Join('\n', text));
                (title, text) = (line[..^1], []);
            }
            else
            {
                text.Add(line);
            }
        }

        if (title is not null)
            yield return (title, string.Join('\n', text));
    }
}
