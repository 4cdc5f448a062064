namespace Marketplace.Web.Shared;

/// <summary>
/// Colors of charts with several series: told apart also by those who see few colors, on light and dark grounds (after Okabe and Ito).
/// </summary>
internal static class ChartColors
{
    /// <summary>For what is summed up under one name.</summary>
    public const string Others = "#8a8f98";

    public static readonly string[] Series = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#b8a90a", "#8c6bb1"];
}
