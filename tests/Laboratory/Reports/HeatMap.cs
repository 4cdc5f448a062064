using System.Globalization;
using System.Xml.Linq;

namespace Marketplace.Laboratory.Reports;

/// <summary>A table as a picture: the greater a number, the darker its cell.</summary>
public static class HeatMap
{
    private const int CellWidth = 92, CellHeight = 26, CharacterWidth = 7, Margin = 12, TitleHeight = 34, FontSize = 12;

    private static readonly (int Red, int Green, int Blue) Light = (247, 251, 255), Dark = (8, 69, 148);

    /// <summary>Draws a table as SVG. The same table gives the same bytes.</summary>
    public static string Draw(SummaryTable table)
    {
        int labels = Margin + CharacterWidth * table.Rows.Max(row => row.Length);
        int width = Math.Max(labels + CellWidth * table.Columns.Count, CharacterWidth * table.Key.Title.Length) + 2 * Margin;
        int height = TitleHeight + CellHeight * (table.Rows.Count + 1) + Margin;
        double least = table.Cells.Values.Min(cell => cell.Mean), most = table.Cells.Values.Max(cell => cell.Mean);
        XElement root = SvgPicture.Create(width, height, FontSize, table.Key.Title);
        for (int column = 0; column < table.Columns.Count; column++)
            root.Add(SvgPicture.Text(Center(column), TitleHeight + CellHeight / 2, "middle", "black", table.Columns[column]));
        for (int row = 0; row < table.Rows.Count; row++)
        {
            int top = TitleHeight + CellHeight * (row + 1);
            root.Add(SvgPicture.Text(labels, top + CellHeight / 2, "end", "black", table.Rows[row]));
            for (int column = 0; column < table.Columns.Count; column++)
            {
                if (!table.Cells.TryGetValue((table.Rows[row], table.Columns[column]), out Estimate cell))
                    continue;
                double strength = most > least ? (cell.Mean - least) / (most - least) : 0;
                root.Add(
                    new XElement(
                        SvgPicture.Namespace + "rect",
                        new XAttribute("x", Center(column) - CellWidth / 2),
                        new XAttribute("y", top),
                        new XAttribute("width", CellWidth),
                        new XAttribute("height", CellHeight),
                        new XAttribute("fill", Color(strength)),
                        new XAttribute("stroke", "white")),
                    SvgPicture.Text(
                        Center(column),
                        top + CellHeight / 2,
                        "middle",
                        strength > 0.5 ? "white" : "black",
                        cell.Mean.ToString($"F{table.Key.Digits}", CultureInfo.InvariantCulture)));
            }
        }

        return root + "\n";

        int Center(int column) => labels + Margin + CellWidth * column + CellWidth / 2;
    }

    private static string Color(double strength)
    {
        int Mix(int light, int dark) => (int)Math.Round(light + strength * (dark - light));
        return $"#{Mix(Light.Red, Dark.Red):x2}{Mix(Light.Green, Dark.Green):x2}{Mix(Light.Blue, Dark.Blue):x2}";
    }
}
