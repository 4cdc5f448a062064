namespace Marketplace.Hosting;

/// <summary>Text of others on this machine's terminal: it must not write lines of its own, nor steer the terminal.</summary>
internal static class PlainText
{
    private const int MaxLength = 2000;

    /// <summary>One printable line of at most 2,000 characters.</summary>
    public static string Line(string text)
    {
        string line = string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        line = string.Concat(line.Select(character => char.IsControl(character) ? '?' : character));
        return line.Length <= MaxLength ? line : $"{line[..MaxLength]}…";
    }
}
