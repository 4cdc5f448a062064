using Marketplace.Chain;

namespace Marketplace.ReadModel.Queries;

/// <summary>What somebody searches for among projects.</summary>
internal sealed record ProjectSearch
{
    /// <summary>Longest text that is looked for.</summary>
    private const int MaxLength = 200;

    private ProjectSearch(string text)
    {
        Folded = Fold(text);
        Id = text.TrimStart('#') is { Length: > 0 } digits && digits.All(char.IsAsciiDigit) ? digits : null;
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && text.Length <= 2 + 2 * Address.Size
            && text.Skip(2).All(char.IsAsciiHexDigit))
        {
            Accounts = (Fill(text[2..], '0'), Fill(text[2..], 'f'));
        }
    }

    /// <summary>The text without regard to case, to be found in <see cref="Fold"/> of a title.</summary>
    public string Folded { get; }

    /// <summary>Digits to be found in an id; null when it is no number.</summary>
    public string? Id { get; }

    /// <summary>The first and the last of the addresses that begin so; null when the text is no beginning of one.</summary>
    public (Address First, Address Last)? Accounts { get; }

    /// <summary>Null for nothing.</summary>
    public static ProjectSearch? Of(string? text) => text?.Trim() is { Length: > 0 } trimmed
        ? new ProjectSearch(trimmed.Length > MaxLength ? trimmed[..MaxLength] : trimmed)
        : null;

    /// <summary>A text in which case does not matter any more; the same on every machine.</summary>
    public static string Fold(string text) => text.ToUpperInvariant();

    private static Address Fill(string digits, char digit) => new(Convert.FromHexString(digits.PadRight(2 * Address.Size, digit)));
}
