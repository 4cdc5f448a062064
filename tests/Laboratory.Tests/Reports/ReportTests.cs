using System.Xml.Linq;
using Marketplace.Laboratory.Reports;
using Marketplace.Testing.Files;

namespace Marketplace.Laboratory.Tests.Reports;

public sealed class ReportTests
{
    private static readonly TableKey Key = new("pay", "pay, as a share");

    private static readonly Observation[] Observations =
    [
        new(Key, "honest", "IID, late", 1, 0.25), new(Key, "honest", "IID, late", 2, 0.75), new(Key, "replay", "IID, late", 1, 0),
        new(Key, "honest", "sizes", 1, 1),
    ];

    [Fact]
    public void Correlations_have_their_known_values()
    {
        Assert.Equal(1, Correlation.Pearson([1, 2, 3], [10, 20, 30]), 1e-12);
        Assert.Equal(-1, Correlation.Rank([1, 2, 3], [9, 4, 1]), 1e-12);
        Assert.Equal(1, Correlation.Rank([1, 2, 3, 4], [1, 10, 100, 1000]), 1e-12);
        Assert.Equal(0.8, Correlation.Pearson([1, 2, 3, 4], [2, 1, 4, 3]) + 0.2, 1e-12);
        Assert.Equal(Math.Sqrt(0.75), Correlation.Rank([1, 1, 2], [1, 2, 3]), 1e-12);
        Assert.Equal(0, Correlation.Rank([5, 5, 5], [1, 2, 3]));
        Assert.Equal(0, Correlation.Pearson([0.1 + 0.2, 0.3, 0.3], [1, 2, 3]));
    }

    [Fact]
    public void The_coefficient_of_variation_is_the_deviation_over_the_mean() => Assert.Equal(0.5, Correlation.Variation([1, 3]), 1e-12);

    /// <summary>Mean 2, deviation 1, t of 2 degrees of freedom 4.303.</summary>
    [Fact]
    public void An_interval_is_students()
    {
        Estimate estimate = Estimate.Of([1, 2, 3]);
        Assert.Equal(2, estimate.Mean);
        Assert.Equal(4.303 / Math.Sqrt(3), estimate.HalfWidth, 1e-9);
        Assert.True(double.IsNaN(Estimate.Of([1]).HalfWidth));
    }

    [Fact]
    public void A_table_shows_means_with_intervals_and_leaves_out_what_is_not_known()
    {
        string text = ReportFiles.Markdown(Assert.Single(SummaryTable.Of(Observations)));
        Assert.Contains("|  | IID, late | sizes |", text, StringComparison.Ordinal);
        Assert.Contains("| honest | 0.50 ± 3.18 | 1.00 |", text, StringComparison.Ordinal);
        Assert.Contains("| replay | 0.00 |  |", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_number_is_a_line_of_the_csv_file() => Assert.Equal(
        """
        table,row,column,seed,value
        pay,honest,"IID, late",1,0.25
        pay,honest,"IID, late",2,0.75
        pay,replay,"IID, late",1,0
        pay,honest,sizes,1,1

        """,
        ReportFiles.Csv(Observations));

    [Fact]
    public void A_picture_has_a_cell_for_every_number()
    {
        XElement picture = XElement.Parse(HeatMap.Draw(SummaryTable.Of(Observations)[0]));
        Assert.Equal(1 + 3, picture.Elements().Count(element => element.Name.LocalName == "rect"));
        Assert.Contains(picture.Elements(), element => element.Value == "0.50");
    }

    [Fact]
    public void Curves_have_a_panel_for_each_loss_a_line_for_each_gain_and_the_contracts_point_marked()
    {
        TableKey key = new("curve", "pay", Curve: new Curve(Across: 2, Marked: "2"));
        Observation[] observations =
        [
            .. new[] { ("rank", 1.0), ("variation", -1.0), ("replay", 4.0), ("stale", 0.0), ("copies", -2.0) }.SelectMany(column =>
                Enumerable.Range(1, 3).Select(row => new Observation(key, $"{row}", column.Item1, 1, 10 + row * column.Item2))),
        ];
        XElement picture = XElement.Parse(CurveChart.Draw(SummaryTable.Of(observations)[0], key.Curve!));
        int[][] lines =
        [
            .. picture.Elements().Where(element => element.Name.LocalName == "polyline")
                .Select(line => ((string)line.Attribute("points")!).Split(' ', ',').Select(int.Parse).ToArray()),
        ];
        Assert.Equal(2 * 3, lines.Length);
        Assert.True(lines[0][0] < lines[0][2] && lines[0][2] < lines[0][4], "expected the first loss to grow from left to right");
        Assert.True(lines[3][0] > lines[3][2] && lines[3][2] > lines[3][4], "expected the second to go from right to left");
        Assert.True(lines[0][1] > lines[0][5] && lines[1][1] == lines[1][5] && lines[2][1] < lines[2][5], "expected lines to rise, rest and fall");
        XElement[] marked = [.. picture.Elements().Where(e => e.Name.LocalName == "circle" && (string)e.Attribute("fill")! == "white")];
        Assert.Equal(
            lines.Select(line => (line[2], line[3])),
            marked.Select(point => ((int)point.Attribute("cx")!, (int)point.Attribute("cy")!)));

        using var folder = new TemporaryFolder();
        ReportFiles.Write(folder.Path, "tradeoffs", "tradeoffs --quick", observations);
        Assert.Contains("polyline", File.ReadAllText(Path.Combine(folder.Path, "tradeoffs-curve.svg")), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_report_has_its_files()
    {
        using var folder = new TemporaryFolder();
        ReportFiles.Write(folder.Path, "freeride", "freeride --quick", Observations);
        Assert.Equal(
            ["freeride-pay.svg", "freeride.csv", "freeride.json"],
            Directory.GetFiles(folder.Path).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
        Assert.Contains("\"halfWidth95\": 3.17", File.ReadAllText(Path.Combine(folder.Path, "freeride.json")), StringComparison.Ordinal);
    }
}
