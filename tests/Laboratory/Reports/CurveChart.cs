using System.Globalization;
using System.Xml.Linq;

namespace Marketplace.Laboratory.Reports;

/// <summary>
/// A table as curves: a panel for each column that goes across, and in it a line for each further column, from the first row to the last.
/// </summary>
public static class CurveChart
{
    private const int PanelWidth = 250, PanelHeight = 220, Gap = 64, Top = 96, LineHeight = 18, FontSize = 12, Ticks = 4, LabelDistance = 13;

    private static readonly string[] Colors = ["#084594", "#d94801", "#238b45", "#6a51a3", "#252525"];

    /// <summary>Draws a table as SVG. The same table gives the same bytes.</summary>
    /// <param name="table">A number in each cell.</param>
    /// <param name="curve">What goes across, and which row is marked.</param>
    public static string Draw(SummaryTable table, Curve curve)
    {
        string[] across = [.. table.Columns.Take(curve.Across)], up = [.. table.Columns.Skip(curve.Across)];
        int height = Top + PanelHeight + 3 * LineHeight + up.Length * LineHeight;
        XElement root = SvgPicture.Create(Gap + across.Length * (PanelWidth + Gap) + LineHeight, height, FontSize, table.Key.Title);
        Axis vertical = Axis.Of(up.SelectMany(column => Values(table, column)), Top + PanelHeight, Top);
        for (int panel = 0; panel < across.Length; panel++)
        {
            int left = Gap + panel * (PanelWidth + Gap);
            Axis horizontal = Axis.Of(Values(table, across[panel]), left, left + PanelWidth);
            DrawFrame(root, table.Key.Digits, across[panel], left, horizontal, vertical);
            DrawPoints(root, table, curve, across[panel], horizontal);
            for (int line = 0; line < up.Length; line++)
                DrawLine(root, table, curve, (across[panel], horizontal), (up[line], vertical), Colors[line % Colors.Length]);
        }

        for (int line = 0; line < up.Length; line++)
        {
            int y = Top + PanelHeight + 3 * LineHeight + line * LineHeight;
            root.Add(
                SvgPicture.Line(Gap, y, Gap + LineHeight, y, Colors[line % Colors.Length], 2),
                SvgPicture.Text(Gap + 2 * LineHeight, y, "start", "black", up[line]));
        }

        return root + "\n";
    }

    private static IEnumerable<double> Values(SummaryTable table, string column) => table.Rows.Select(row => table.Cells[(row, column)].Mean);

    private static void DrawFrame(XElement root, int digits, string title, int left, Axis horizontal, Axis vertical)
    {
        int bottom = Top + PanelHeight;
        for (int tick = 0; tick <= Ticks; tick++)
        {
            (double x, double y) = (horizontal.ValueAt((double)tick / Ticks), vertical.ValueAt((double)tick / Ticks));
            root.Add(
                SvgPicture.Line(left, vertical.At(y), left + PanelWidth, vertical.At(y), "#dddddd", 1),
                SvgPicture.Text(left - 6, vertical.At(y), "end", "black", Format(y)),
                SvgPicture.Text(horizontal.At(x), bottom + LineHeight / 2 + 4, "middle", "black", Format(x)));
        }

        root.Add(SvgPicture.Text(left + PanelWidth / 2, bottom + 2 * LineHeight - 4, "middle", "black", title, ("font-weight", "bold")));

        string Format(double value) => value.ToString($"F{Math.Min(digits, 2)}", CultureInfo.InvariantCulture);
    }

    /// <summary>Names the rows above the panel, the marked one first and the others where there is room.</summary>
    private static void DrawPoints(XElement root, SummaryTable table, Curve curve, string across, Axis horizontal)
    {
        List<int> named = [];
        foreach (string row in table.Rows.OrderBy(row => row != curve.Marked))
        {
            int x = horizontal.At(table.Cells[(row, across)].Mean);
            root.Add(SvgPicture.Line(x, Top, x, Top + PanelHeight, row == curve.Marked ? "#888888" : "#eeeeee", 1));
            if (named.Exists(other => Math.Abs(other - x) < LabelDistance))
                continue;
            named.Add(x);
            root.Add(SvgPicture.Text(x, Top - 8, "start", "black", row, ("transform", FormattableString.Invariant($"rotate(-30 {x} {Top - 8})"))));
        }
    }

    private static void DrawLine(
        XElement root, SummaryTable table, Curve curve, (string Column, Axis Axis) across, (string Column, Axis Axis) up, string color)
    {
        (string Row, int X, int Y)[] points =
        [
            .. table.Rows.Select(row => (
                row, across.Axis.At(table.Cells[(row, across.Column)].Mean), up.Axis.At(table.Cells[(row, up.Column)].Mean))),
        ];
        root.Add(new XElement(
            SvgPicture.Namespace + "polyline",
            new XAttribute("points", string.Join(' ', points.Select(point => FormattableString.Invariant($"{point.X},{point.Y}")))),
            new XAttribute("fill", "none"),
            new XAttribute("stroke", color),
            new XAttribute("stroke-width", 2)));
        foreach ((string row, int x, int y) in points)
        {
            root.Add(new XElement(
                SvgPicture.Namespace + "circle",
                new XAttribute("cx", x),
                new XAttribute("cy", y),
                new XAttribute("r", row == curve.Marked ? 6 : 3),
                new XAttribute("fill", row == curve.Marked ? "white" : color),
                new XAttribute("stroke", color),
                new XAttribute("stroke-width", 2)));
        }
    }

    /// <summary>A scale that holds all its values with some room.</summary>
    private sealed record Axis(double Least, double Most, int From, int To)
    {
        private const double Room = 0.06, SmallestSpan = 0.02;

        public static Axis Of(IEnumerable<double> values, int from, int to)
        {
            (double least, double most) = (values.Min(), values.Max());
            double room = Math.Max(SmallestSpan, Room * (most - least));
            return new Axis(least - room, most + room, from, to);
        }

        public double ValueAt(double part) => Least + part * (Most - Least);

        public int At(double value) => From + (int)Math.Round((value - Least) / (Most - Least) * (To - From));
    }
}
