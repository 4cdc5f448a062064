using System.CommandLine;
using System.Text;
using Marketplace.Chain;
using Marketplace.Commands;
using Marketplace.Hosting;
using Marketplace.Protocol.Templates;

namespace Marketplace.Templates;

/// <summary>The <c>init</c> command.</summary>
internal static class InitCommand
{
    private static readonly Argument<DirectoryInfo> Name = new("name") { Description = "Folder to make; must not exist, or be empty" };

    private static readonly Option<string> Template = CreateTemplate();

    private static readonly Option<string?> Aggregator = AccountOption("--aggregator", "Account of the aggregator [default: zero, to fill in]");

    private static readonly Option<string?> Arbitrator = AccountOption("--arbitrator", "Address of the court [default: zero, to fill in]");

    public static Command Create() => new Command(
        "init",
        $"""
        Starts a project: writes terms.json, project.json and a README that explains every entry.

        Templates:
        {string.Join('\n', ProjectTemplate.All.Select(template => $"  {template.Key,-9}{template.About}"))}

        Examples:
          marketplace init digits
          marketplace init heart --template table
        """)
    {
        Name, Template, Aggregator, Arbitrator,
    }
    .WithSettings(SharedSettings.Config)
    .Does(async (_, arguments, cancellationToken) =>
    {
        DirectoryInfo folder = arguments.GetRequiredValue(Name);
        ProjectTemplate template = Find(arguments.GetRequiredValue(Template));
        string terms = template.WriteTerms(Read(arguments, Aggregator), Read(arguments, Arbitrator));
        if (folder.Exists && folder.EnumerateFileSystemInfos().Any() || File.Exists(folder.FullName))
            throw new UsageException($"'{folder.FullName}' exists; nothing is overwritten. Choose another name");
        folder.Create();
        await WriteAsync(ProjectFiles.TermsName, Encoding.UTF8.GetBytes(terms));
        await WriteAsync(ProjectFiles.DocumentName, Encoding.UTF8.GetBytes(template.Document));
        await WriteAsync("README.md", Encoding.UTF8.GetBytes(ProjectReadme.Of(template, folder.Name)));
        foreach (string line in ProjectReadme.NextSteps(template, folder.ToString()))
            Console.WriteLine(line);
        return 0;

        Task WriteAsync(string file, byte[] content) => File.WriteAllBytesAsync(Path.Combine(folder.FullName, file), content, cancellationToken);
    });

    private static Option<string> CreateTemplate()
    {
        string keys = string.Join(", ", ProjectTemplate.All.Select(template => template.Key));
        return new Option<string>("--template")
        {
            Description = $"What to start from: {keys}",
            DefaultValueFactory = _ => ProjectTemplate.Digits.Key,
            HelpName = "name",
        };
    }

    private static ProjectTemplate Find(string key) => ProjectTemplate.All.FirstOrDefault(template => template.Key == key)
        ?? throw new UsageException(
            $"--template expects one of {string.Join(", ", ProjectTemplate.All.Select(template => template.Key))}; got '{key}'");

    private static Option<string?> AccountOption(string name, string description) => new(name) { Description = description, HelpName = "address" };

    private static Address Read(ParseResult arguments, Option<string?> option) =>
        arguments.GetValue(option) is { } text ? AddressArgument.Parse(option.Name, text) : Address.Zero;
}
