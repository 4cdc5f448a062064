using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Marketplace.Laboratory.Reports;

/// <summary>Writes what an experiment found: every number as CSV, means and intervals as JSON and Markdown, each table as a picture.</summary>
public static class ReportFiles
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    /// <summary>Writes all files.</summary>
    /// <param name="folder">Where; it is made where there is none.</param>
    /// <param name="name">The experiment's name, which files begin with.</param>
    /// <param name="command">How to run it again, for the JSON file.</param>
    /// <param name="observations">Everything that was observed.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Write(string folder, string name, string command, IReadOnlyList<Observation> observations)
    {
        Directory.CreateDirectory(folder);
        IReadOnlyList<SummaryTable> tables = SummaryTable.Of(observations);
        File.WriteAllText(Path.Combine(folder, $"{name}.csv"), Csv(observations));
        File.WriteAllBytes(Path.Combine(folder, $"{name}.json"), Json(command, tables));
        foreach (SummaryTable table in tables)
        {
            string picture = table.Key.Curve is { } curve ? CurveChart.Draw(table, curve) : HeatMap.Draw(table);
            File.WriteAllText(Path.Combine(folder, $"{name}-{table.Key.Name}.svg"), picture);
        }
    }

    /// <summary>One line an observation.</summary>
    public static string Csv(IEnumerable<Observation> observations)
    {
        StringBuilder csv = new("table,row,column,seed,value\n");
        foreach (Observation o in observations)
            csv.Append(CultureInfo.InvariantCulture, $"{o.Table.Name},{Quoted(o.Row)},{Quoted(o.Column)},{o.Seed},{o.Value:R}\n");
        return csv.ToString();
    }

    /// <summary>A table for a document, each cell a mean and half its interval's width.</summary>
    public static string Markdown(SummaryTable table)
    {
        StringBuilder text = new($"\n### {table.Key.Title}\n\n|  | {string.Join(" | ", table.Columns)} |\n");
        text.Append($"|---|{string.Concat(Enumerable.Repeat("---:|", table.Columns.Count))}\n");
        foreach (string row in table.Rows)
            text.Append($"| {row} | {string.Join(" | ", table.Columns.Select(column => Cell(table, row, column)))} |\n");
        return text.ToString();
    }

    private static byte[] Json(string command, IReadOnlyList<SummaryTable> tables)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Indented))
        {
            writer.WriteStartObject();
            writer.WriteString("command", command);
            writer.WriteStartArray("tables");
            foreach (SummaryTable table in tables)
                Write(writer, table);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, SummaryTable table)
    {
        writer.WriteStartObject();
        writer.WriteString("name", table.Key.Name);
        writer.WriteString("title", table.Key.Title);
        writer.WriteStartArray("cells");
        foreach (((string row, string column), Estimate estimate) in table.Cells)
        {
            writer.WriteStartObject();
            writer.WriteString("row", row);
            writer.WriteString("column", column);
            writer.WriteNumber("mean", estimate.Mean);
            if (estimate.Count > 1)
                writer.WriteNumber("halfWidth95", estimate.HalfWidth);
            writer.WriteNumber("seeds", estimate.Count);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static string Cell(SummaryTable table, string row, string column)
    {
        if (!table.Cells.TryGetValue((row, column), out Estimate estimate))
            return "";
        string format = $"F{table.Key.Digits}", mean = estimate.Mean.ToString(format, CultureInfo.InvariantCulture);
        return estimate.Count > 1 ? $"{mean} ± {estimate.HalfWidth.ToString(format, CultureInfo.InvariantCulture)}" : mean;
    }

    private static string Quoted(string text) => text.Contains(',') || text.Contains('"') ? $"\"{text.Replace("\"", "\"\"")}\"" : text;
}
