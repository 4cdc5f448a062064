using System.Globalization;

namespace Marketplace.Learning.Data;

// The same reading, for somebody who asks whether a file fits before doing anything with it.
public static partial class CsvLoader
{
    /// <summary>Counts what of a file follows a schema and what does not.</summary>
    /// <exception cref="InvalidDataException">The file is no table of the schema's width and header; the message begins with file:line:column.
    /// </exception>
    public static CsvSurvey Survey(string path, CsvSchema schema, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(schema);
        schema.Validate();
        List<Row> rows = ReadRows(path, schema with { DropMissing = false }, cancellationToken);
        int[] read = [.. Enumerable.Range(0, schema.Columns.Count).Where(i => schema.Columns[i].Kind != CsvColumnKind.Ignored)];
        return new CsvSurvey(
            rows.Count,
            rows.Count(row => read.Any(i => row.Fields[i] is null)),
            [.. read.Select(i => SurveyColumn(rows, i, schema.Columns[i]))]);
    }

    private static CsvColumnSurvey SurveyColumn(List<Row> rows, int index, CsvColumn column)
    {
        Dictionary<string, int>? map = column is { Categories: null, Classes: null } ? null : TextMap(column);
        bool isNumber = column.Kind is CsvColumnKind.Numeric or CsvColumnKind.Target;
        List<Row> unfit = [.. rows.Where(row => row.Fields[index] is { } text && !Fits(text))];
        return new CsvColumnSurvey(
            column.Name,
            rows.Count(row => row.Fields[index] is null),
            unfit.Count,
            unfit.Count == 0 ? null : $"\"{Shown(unfit[0].Fields[index]!)}\" in line {unfit[0].Line}");

        bool Fits(string text) => isNumber
            ? double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            : map is null || map.ContainsKey(text) || map.ContainsKey(Canonical(text));
    }
}
