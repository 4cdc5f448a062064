using System.Globalization;
using System.Numerics;

namespace Marketplace.Hosting;

/// <summary>A project that a program is to serve, and the data for it, as users write them: <c>3=/data/a</c>.</summary>
/// <param name="Id">The project.</param>
/// <param name="Data">What stands behind the equals sign; null where there is none.</param>
public sealed record ProjectArgument(BigInteger Id, string? Data)
{
    /// <summary>Reads all values of <c>--project</c>.</summary>
    /// <param name="texts">What the user wrote.</param>
    /// <param name="expected">How a value looks, for the error.</param>
    /// <param name="needsData">Whether a number alone is not enough.</param>
    /// <exception cref="UsageException">One is malformed, or a project is named twice.</exception>
    public static IReadOnlyList<ProjectArgument> ParseAll(IEnumerable<string> texts, string expected, bool needsData)
    {
        ProjectArgument[] all = [.. texts.Select(text => TryParse(text) is { } project && (project.Data is not null || !needsData)
            ? project
            : throw new UsageException($"--project expects {expected}, ID a whole number from 0 to {uint.MaxValue}; got '{text}'"))];
        return all.GroupBy(project => project.Id).FirstOrDefault(same => same.Count() > 1) is { } twice
            ? throw new UsageException($"--project names project {twice.Key} twice")
            : all;
    }

    private static ProjectArgument? TryParse(string text)
    {
        string[] halves = text.Split('=', 2);
        return uint.TryParse(halves[0], NumberStyles.None, CultureInfo.InvariantCulture, out uint id) && halves[^1].Length > 0
            ? new ProjectArgument(id, halves.Length == 2 ? halves[1] : null)
            : null;
    }
}
