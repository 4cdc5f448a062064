using System.Globalization;
using System.Text.RegularExpressions;

namespace Marketplace.Web.Posting;

/// <summary>How people count layers: from 1, those within a layer by its number and theirs, those of a shortcut with an s.</summary>
public static partial class LayerPlace
{
    /// <summary>Such as <c>2.1</c> for <c>model.layers[1].layers[0]</c>; null for another path.</summary>
    public static string? Of(string path) => Whole().IsMatch(path)
        ? string.Join('.', Part().Matches(path).Select(part =>
            (part.Groups["list"].Value == "shortcut" ? "s" : "") + (int.Parse(part.Groups["index"].Value, CultureInfo.InvariantCulture) + 1)))
        : null;

    [GeneratedRegex(@"^model(\.(layers|shortcut)\[\d{1,6}\])+$")]
    private static partial Regex Whole();

    [GeneratedRegex(@"\.(?<list>layers|shortcut)\[(?<index>\d{1,6})\]")]
    private static partial Regex Part();
}
