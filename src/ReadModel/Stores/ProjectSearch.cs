using System.Globalization;
using Marketplace.Ethereum;

namespace Marketplace.ReadModel.Stores;

/// <summary>What somebody searches for among projects.</summary>
internal sealed record ProjectSearch
{
    /// <summary>Longest text that is looked for.</summary>
    private const int MaxLength = 200;

    private ProjectSearch(string text)
    {
        Folded = Fold(text);
        Id = text.TrimStart('#') is { Length: > 0 } digits && digits.All(char.IsAsciiDigit) ? digits : null;
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && text.Length <= 2 + 2 * Address.Size && text.Skip(2).All(char.IsAsciiHexDigit))
            (First, Last) = (Pad(text, '0'), Pad(text, 'f'));
    }

    /// <summary>The text without regard to case, to be found in <see cref="Fold"/> of a title.</summary>
    public string Folded { get; }

    /// <summary>Digits to be found in an id; null when it is no number.</summary>
    public string? Id { get; }

    /// <summary>The first address that begins so; null when the text is no beginning of an address.</summary>
    public Address? First { get; }

    /// <summary>The last address that begins so.</summary>
    public Address? Last { get; }

    /// <summary>Null for nothing.</summary>
    public static ProjectSearch? Of(string? text) => text?.Trim() is { Length: > 0 } trimmed
        ? new ProjectSearch(trimmed.Length > MaxLength ? trimmed[..MaxLength] : trimmed)
        : null;

    /// <summary>A text in which case does not matter any more; the same on every machine.</summary>
    public static string Fold(string text) => text.ToUpperInvariant();

    public bool Matches(long id, string? title, params ReadOnlySpan<Address> accounts)
    {
        if (title is not null && Fold(title).Contains(Folded, StringComparison.Ordinal))
            return true;
        if (Id is not null && id.ToString(CultureInfo.InvariantCulture).Contains(Id, StringComparison.Ordinal))
            return true;
        if (First is not { } first || Last is not { } last)
            return false;
        foreach (Address account in accounts)
        {
            if (account.CompareTo(first) >= 0 && account.CompareTo(last) <= 0)
                return true;
        }
        return false;
    }

    private static Address Pad(string text, char digit) =>
        Address.Parse("0x" + text[2..].ToLowerInvariant().PadRight(2 * Address.Size, digit));
}
