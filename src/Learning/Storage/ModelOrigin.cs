namespace Marketplace.Learning.Storage;

/// <summary>Where a trained model comes from, so that whoever holds its file can find the project again and verify it.</summary>
/// <param name="Title">The project's title.</param>
/// <param name="License">Under which license the model may be used; empty where the owner named none.</param>
/// <param name="ChainId">The chain that the market is on.</param>
/// <param name="Market">Address of the market's contract.</param>
/// <param name="Project">The project's id.</param>
/// <param name="Rounds">How many rounds have led to the model.</param>
/// <param name="ModelCid">The CID of the same weights as integers, which the market's parties derive and publish.</param>
public sealed record ModelOrigin(string Title, string License, ulong ChainId, string Market, string Project, int Rounds, string ModelCid)
{
    /// <summary>Longest text, in characters.</summary>
    public const int MaxTextLength = 1000;

    /// <summary>A text of any length, of which lines are made one and the end is cut.</summary>
    public static string Line(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        return line.Length <= MaxTextLength ? line : $"{line[..(MaxTextLength - 1)]}…";
    }

    /// <summary>Whether a text is one that <see cref="Line"/> gives.</summary>
    internal static bool IsLine(string text) => text.Length <= MaxTextLength && !text.Any(char.IsControl);
}
