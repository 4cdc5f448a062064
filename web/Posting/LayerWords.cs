using System.Text.RegularExpressions;

namespace Marketplace.Web.Posting;

/// <summary>What kinds of layers and their members are, in the words of the reference of layers, which the code writes.</summary>
public static partial class LayerWords
{
    private static readonly Dictionary<string, string> Words = Read();

    /// <summary>What a kind of layer computes.</summary>
    /// <param name="type">The document's word for it.</param>
    public static string Of(string type) => Words.GetValueOrDefault(type, "");

    /// <summary>What a member of it says.</summary>
    public static string Of(string type, string member) => Words.GetValueOrDefault($"{type}.{member}", "");

    private static Dictionary<string, string> Read()
    {
        using Stream stream = typeof(LayerWords).Assembly.GetManifestResourceStream("layers.md")
            ?? throw new InvalidOperationException("the reference of layers is not part of this program");
        using var reader = new StreamReader(stream);
        var words = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (Match row in Row().Matches(reader.ReadToEnd()))
        {
            foreach (string type in Quoted().Matches(row.Groups["types"].Value).Select(match => match.Groups[1].Value))
            {
                words[type] = Plain(row.Groups["words"].Value);
                foreach (Match member in Member().Matches(row.Groups["members"].Value))
                    words[$"{type}.{member.Groups["name"].Value}"] = Plain(member.Groups["words"].Value);
            }
        }

        return words;
    }

    private static string Plain(string markdown) =>
        markdown.Replace("`", "", StringComparison.Ordinal).Replace("\\|", "|", StringComparison.Ordinal).Trim();

    [GeneratedRegex(@"^\| (?<types>`[^|]+) \| (?<words>(?:\\\||[^|])*) \| (?<members>(?:\\\||[^|])*)\|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"(?:^|<br>)`(?<name>[^`]+)`: (?<words>.*?)(?=<br>`|\s*$)")]
    private static partial Regex Member();
}
