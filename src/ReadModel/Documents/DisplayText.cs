using System.Globalization;
using System.Text;

namespace Marketplace.ReadModel.Documents;

/// <summary>Text of strangers for one line of a page.</summary>
internal static class DisplayText
{
    /// <summary>Most UTF-16 units that are shown.</summary>
    public const int MaxLength = 200;

    /// <summary>The text without what moves other text about: controls, line breaks, and marks that turn the direction of writing.</summary>
    /// <returns>At most <see cref="MaxLength"/> units, the last one an ellipsis when something was cut.</returns>
    public static string OneLine(string text)
    {
        StringBuilder shown = new();
        foreach (Rune rune in text.EnumerateRunes().Where(rune => !IsDisruptive(rune)))
        {
            if (shown.Length + rune.Utf16SequenceLength > MaxLength)
            {
                while (shown.Length >= MaxLength || char.IsHighSurrogate(shown[^1]))
                    shown.Length--;
                shown.Append('…');
                break;
            }
            shown.Append(rune.ToString());
        }
        return shown.ToString().Trim();
    }

    private static bool IsDisruptive(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || rune.Value is 0x061C or 0x200E or 0x200F or >= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069;
}
