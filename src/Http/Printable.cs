using System.Globalization;
using System.Text;

namespace Marketplace.Http;

/// <summary>Text of strangers as it may stand in a message, on a terminal or on a page: it must not write lines of its own, nor steer.</summary>
public static class Printable
{
    /// <summary>The text in one line: controls and line breaks become spaces, marks that turn the direction of writing go.</summary>
    /// <returns>At most <paramref name="maxLength"/> UTF-16 units, the last one an ellipsis when something was cut.</returns>
    public static string Line(ReadOnlySpan<char> text, int maxLength = 300)
    {
        StringBuilder line = new();
        bool isBroken = false;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (TurnsDirection(rune)) continue;
            if (IsBreak(rune))
            {
                isBroken = line.Length > 0;
                continue;
            }

            string shown = isBroken && rune.Value != ' ' && line[^1] != ' ' ? $" {rune}" : rune.ToString();
            isBroken = false;
            if (line.Length + shown.Length > maxLength)
            {
                while (line.Length >= maxLength || char.IsHighSurrogate(line[^1])) line.Length--;
                return line.Append('…').ToString();
            }

            line.Append(shown);
        }

        return line.ToString();
    }

    private static bool IsBreak(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static bool TurnsDirection(Rune rune) =>
        rune.Value is 0x061C or 0x200E or 0x200F or >= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069;
}
