using System.Globalization;
using System.Text;

namespace Marketplace.Chain;

/// <summary>Text from outside as it may stand in a message or a log.</summary>
internal static class Printable
{
    /// <summary>At most <paramref name="maxLength"/> characters, those that steer terminals escaped.</summary>
    public static string Text(ReadOnlySpan<char> text, int maxLength = 300)
    {
        StringBuilder result = new();
        foreach (char c in text[..Math.Min(text.Length, maxLength)])
        {
            if (char.IsControl(c) || char.IsSurrogate(c) || CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.Format)
                result.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                result.Append(c);
        }

        return text.Length <= maxLength ? result.ToString() : result + "…";
    }
}
