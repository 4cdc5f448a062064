using System.Text.RegularExpressions;
using Marketplace.Testing.Files;

namespace Marketplace.Architecture.Tests;

/// <summary>Where documents lead.</summary>
public sealed partial class LinkTests
{
    [Fact]
    public void What_a_document_links_to_is_there()
    {
        string[] broken =
        [
            .. from file in Checkout.Files("*.md")
               from link in Link().Matches(File.ReadAllText(Repository.Path(file)))
               let target = link.Groups[1].Value
               where !Path.Exists(Repository.Path(Path.GetDirectoryName(file)!, target))
               select $"{file} links to {target}",
        ];
        Assert.True(broken.Length == 0, string.Join(Environment.NewLine, broken));
    }

    /// <summary>A link's path, without its anchor; links to the network and within a page are not followed.</summary>
    [GeneratedRegex(@"\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)")]
    private static partial Regex Link();
}
