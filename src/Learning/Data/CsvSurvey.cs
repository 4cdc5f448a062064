using System.Globalization;

namespace Marketplace.Learning.Data;

/// <summary>How well a table fits a schema, row by row and column by column, where reading it would end at the first fault.</summary>
/// <param name="Rows">All rows.</param>
/// <param name="Incomplete">Rows in which a column that is read is missing.</param>
/// <param name="Columns">The columns that are read, in the file's order.</param>
public sealed record CsvSurvey(int Rows, int Incomplete, IReadOnlyList<CsvColumnSurvey> Columns)
{
    /// <summary>Counts what of a file follows a schema and what does not.</summary>
    /// <exception cref="InvalidDataException">The file is no table of the schema's width and header; the message begins with file:line:column.
    /// </exception>
    public static CsvSurvey Of(string path, CsvSchema schema, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(schema);
        schema.Validate();
        List<CsvRow> rows = CsvLoader.ReadRows(path, schema with { DropMissing = false }, cancellationToken);
        int[] read = [.. Enumerable.Range(0, schema.Columns.Count).Where(i => schema.Columns[i].Kind != CsvColumnKind.Ignored)];
        return new CsvSurvey(
            rows.Count,
            rows.Count(row => read.Any(i => row.Fields[i] is null)),
            [.. read.Select(i => CsvColumnSurvey.Of(rows, i, schema.Columns[i]))]);
    }
}

/// <summary>What a column holds.</summary>
/// <param name="Name">Its name in the schema.</param>
/// <param name="Missing">Rows without a value.</param>
/// <param name="Unfit">Rows with a value that the schema does not allow: no number, or none of the texts that it lists.</param>
/// <param name="FirstUnfit">The first of them and where it stands; null when there is none.</param>
public sealed record CsvColumnSurvey(string Name, int Missing, int Unfit, string? FirstUnfit)
{
    internal static CsvColumnSurvey Of(List<CsvRow> rows, int index, CsvColumn column)
    {
        Dictionary<string, int>? map = column is { Categories: null, Classes: null } ? null : CsvEncoder.TextMap(column);
        bool isNumber = column.Kind is CsvColumnKind.Numeric or CsvColumnKind.Target;
        List<CsvRow> unfit = [.. rows.Where(row => row.Fields[index] is { } text && !Fits(text))];
        return new CsvColumnSurvey(
            column.Name,
            rows.Count(row => row.Fields[index] is null),
            unfit.Count,
            unfit.Count == 0 ? null : $"\"{CsvEncoder.Shown(unfit[0].Fields[index]!)}\" in line {unfit[0].Line}");

        bool Fits(string text) => isNumber
            ? double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            : map is null || map.ContainsKey(text) || map.ContainsKey(CsvEncoder.Canonical(text));
    }
}
