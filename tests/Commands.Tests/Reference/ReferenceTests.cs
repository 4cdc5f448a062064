using Marketplace.Testing.Files;

namespace Marketplace.Commands.Tests.Reference;

/// <summary>
/// The pages of docs/reference are what the code says today. <c>UPDATE_REFERENCE=1</c> writes them anew.
/// </summary>
public sealed class ReferenceTests
{
    [Fact]
    public async Task The_commands() => Check("commands.md", await CommandPages.WriteAsync());

    [Fact]
    public void The_terms_file() => Check("terms.md", FilePages.Terms());

    [Fact]
    public void The_project_document() => Check("document.md", FilePages.Document());

    [Fact]
    public void The_layers() => Check("layers.md", FilePages.Layers());

    [Fact]
    public void Every_entry_says_what_it_is() =>
        Assert.DoesNotContain(
            (FilePages.Terms() + FilePages.Document()).Split('\n'), line => line.EndsWith("|  |", StringComparison.Ordinal));

    private static void Check(string name, string page)
    {
        string file = Repository.Path("docs", "reference", name);
        if (Environment.GetEnvironmentVariable("UPDATE_REFERENCE") == "1")
            File.WriteAllText(file, page);
        Assert.True(
            File.Exists(file) && File.ReadAllText(file) == page,
            $"docs/reference/{name} is not what the code says; write it anew: "
            + "UPDATE_REFERENCE=1 dotnet run --project tests/Commands.Tests -- -class '*ReferenceTests'");
    }
}
