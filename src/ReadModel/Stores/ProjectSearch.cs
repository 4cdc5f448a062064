using System.Globalization;
using Marketplace.Chain;

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
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && text.Skip(2).All(char.IsAsciiHexDigit))
            Account = text[2..].ToLowerInvariant();
    }

    /// <summary>The text without regard to case, to be found in <see cref="Fold"/> of a title.</summary>
    public string Folded { get; }

    /// <summary>Digits to be found in an id; null when it is no number.</summary>
    public string? Id { get; }

    /// <summary>Lower-case hex digits with which an address may begin; null when the text is no beginning of one.</summary>
    public string? Account { get; }

    /// <summary>Null for nothing.</summary>
    public static ProjectSearch? Of(string? text) => text?.Trim() is { Length: > 0 } trimmed
        ? new ProjectSearch(trimmed.Length > MaxLength ? trimmed[..MaxLength] : trimmed)
        : null;

    /// <summary>A text in which case does not matter any more; the same on every machine.</summary>
    public static string Fold(string text) => text.ToUpperInvariant();

    public bool Matches(long id, string? titleKey, params ReadOnlySpan<Address> accounts)
    {
        if (titleKey is not null && titleKey.Contains(Folded, StringComparison.Ordinal))
            return true;
        if (Id is not null && id.ToString(CultureInfo.InvariantCulture).Contains(Id, StringComparison.Ordinal))
            return true;
        if (Account is null)
            return false;
        foreach (Address account in accounts)
        {
            if (Hex.Format(account.ToArray()).AsSpan(2).StartsWith(Account, StringComparison.Ordinal))
                return true;
        }
        return false;
    }
}
