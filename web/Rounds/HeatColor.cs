using System.Globalization;

namespace Marketplace.Web.Rounds;

/// <summary>
/// The color of a cosine: blue for agreement, orange for opposition, paler the closer to 0. Red and green are not told apart by everybody, blue and
/// orange are. The theme says what blue and orange are, so one scale serves light and dark.
/// </summary>
public static class HeatColor
{
    /// <summary>The style sheet's class for a cell: <c>agrees</c>, <c>opposes</c> or <c>none</c>.</summary>
    /// <param name="cosine">−1 to 1; null for no direction.</param>
    public static string Class(double? cosine) => cosine switch
    {
        null => "none",
        < 0 => "opposes",
        _ => "agrees",
    };

    /// <summary>How much of the full color a cell has, as a custom property such as <c>--strength:42%</c>.</summary>
    /// <param name="cosine">−1 to 1; null for no direction.</param>
    public static string Strength(double? cosine) =>
        string.Create(CultureInfo.InvariantCulture, $"--strength:{Math.Round(100 * Math.Abs(cosine ?? 0))}%");
}
