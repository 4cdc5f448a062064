using System.Globalization;

namespace Marketplace.Protocol.Projects;

/// <summary>
/// Durations as people write them in terms files and read them: a whole number and a unit, such as <c>90s</c>, <c>10m</c>, <c>2h</c> or <c>3d</c>.
/// </summary>
public static class Duration
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    /// <summary>Parses a duration of at most ten years.</summary>
    /// <exception cref="FormatException">The text is no such duration.</exception>
    public static TimeSpan Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        TimeSpan? unit = text.Length < 2 ? null : text[^1] switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            _ => null,
        };
        if (unit is { } u
            && uint.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out uint count)
            && count <= Longest / u)
        {
            return u * count;
        }

        throw new FormatException(
            $"expected a duration such as 90s, 10m, 2h or 3d (at most {Longest.TotalDays:0}d), got '{text}'");
    }

    /// <summary>About how long something takes, for people: <c>no time</c>, <c>90 seconds</c>, <c>2.5 hours</c>.</summary>
    public static string Describe(TimeSpan duration) => duration switch
    {
        { TotalSeconds: < 0.5 } => "no time",
        { TotalDays: >= 2 } => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalDays:0.#} days"),
        { TotalHours: >= 2 } => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalHours:0.#} hours"),
        { TotalMinutes: >= 2 } => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMinutes:0.#} minutes"),
        { TotalSeconds: < 1.5 } => "1 second",
        _ => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0} seconds"),
    };

    /// <summary>The shortest exact text that <see cref="Parse"/> reads back; whole seconds only.</summary>
    public static string Format(TimeSpan duration)
    {
        long seconds = (long)duration.TotalSeconds;
        return seconds switch
        {
            _ when seconds > 0 && seconds % 86400 == 0 => $"{seconds / 86400}d",
            _ when seconds > 0 && seconds % 3600 == 0 => $"{seconds / 3600}h",
            _ when seconds > 0 && seconds % 60 == 0 => $"{seconds / 60}m",
            _ => $"{seconds}s",
        };
    }
}
