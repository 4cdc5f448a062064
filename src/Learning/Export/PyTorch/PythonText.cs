using System.Text;

namespace Marketplace.Learning.Export.PyTorch;

/// <summary>Literals of Python in printable ASCII. Whatever strangers have written stays a text.</summary>
internal static class PythonText
{
    /// <summary>A string.</summary>
    public static string Quoted(string text)
    {
        var literal = new StringBuilder("'");
        // Half a pair of surrogates, which Python could not print, becomes the replacement character.
        foreach (Rune rune in text.EnumerateRunes())
        {
            literal.Append(rune.Value switch
            {
                '\'' or '\\' => $"\\{rune}",
                >= ' ' and <= '~' => $"{rune}",
                _ => $"\\U{rune.Value:x8}",
            });
        }

        return literal.Append('\'').ToString();
    }

    /// <summary>A dictionary of strings, a line an entry.</summary>
    public static string Dictionary(IEnumerable<KeyValuePair<string, string>> entries) =>
        $"{{\n{string.Concat(entries.Select(entry => $"    {Quoted(entry.Key)}: {Quoted(entry.Value)},\n"))}}}";

    /// <summary>A list of strings.</summary>
    public static string List(IEnumerable<string> texts) => $"[{string.Join(", ", texts.Select(Quoted))}]";
}
