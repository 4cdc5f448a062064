using System.Xml.Linq;

namespace Marketplace.Laboratory.Reports;

/// <summary>What pictures are put together from.</summary>
internal static class SvgPicture
{
    private const int Margin = 12, TitleLine = 17;

    /// <summary>SVG's.</summary>
    public static XNamespace Namespace { get; } = "http://www.w3.org/2000/svg";

    /// <summary>An empty picture with its title.</summary>
    public static XElement Create(int width, int height, int fontSize, string title) => new(
        Namespace + "svg",
        new XAttribute("width", width),
        new XAttribute("height", height),
        new XAttribute("font-family", "sans-serif"),
        new XAttribute("font-size", fontSize),
        new XElement(Namespace + "title", title),
        new XElement(Namespace + "rect", new XAttribute("width", width), new XAttribute("height", height), new XAttribute("fill", "white")),
        Text(Margin, TitleLine, "start", "black", title, ("font-weight", "bold")));

    /// <summary>Text beside, around or before a point, in the middle of its height.</summary>
    public static XElement Text(int x, int y, string anchor, string color, string text, params (string Name, string Value)[] more) => new(
        Namespace + "text",
        new XAttribute("x", x),
        new XAttribute("y", y),
        new XAttribute("dominant-baseline", "central"),
        new XAttribute("text-anchor", anchor),
        new XAttribute("fill", color),
        more.Select(attribute => new XAttribute(attribute.Name, attribute.Value)),
        text);

    /// <summary>A straight line.</summary>
    public static XElement Line(int x1, int y1, int x2, int y2, string color, int width) => new(
        Namespace + "line",
        new XAttribute("x1", x1),
        new XAttribute("y1", y1),
        new XAttribute("x2", x2),
        new XAttribute("y2", y2),
        new XAttribute("stroke", color),
        new XAttribute("stroke-width", width));
}
