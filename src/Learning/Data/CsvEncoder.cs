using System.Globalization;

namespace Marketplace.Learning.Data;

/// <summary>A row's fields; null is missing or not read.</summary>
internal readonly record struct CsvRow(int Line, string?[] Fields, int[] Positions)
{
    public InvalidDataException Error(string path, int column, string message) =>
        new($"{path}:{Line}:{Positions[column]}: {message}");
}

/// <summary>Makes a table's texts into numbers, by a schema that leaves nothing to the file.</summary>
internal static class CsvEncoder
{
    /// <summary>Rows with their answers.</summary>
    public static Dataset Encode(CsvSchema schema, IReadOnlyList<CsvRow> rows, int maxFeatures, string path)
    {
        float[] features = Features(schema, rows, maxFeatures, path);
        IReadOnlyList<CsvColumn> columns = schema.Columns;
        int width = schema.FeatureCount!.Value;
        int[] targetColumns = [.. Enumerable.Range(0, columns.Count).Where(i => columns[i].Kind == CsvColumnKind.Target)];
        if (targetColumns.Length > 0)
        {
            float[] targets = [.. rows.SelectMany(row => targetColumns.Select(i => Normalized(row, i, columns[i], path)))];
            return new Dataset([width], features, targets: targets);
        }

        int label = Enumerable.Range(0, columns.Count).Single(i => columns[i].Kind == CsvColumnKind.Label);
        Dictionary<string, int> map = TextMap(columns[label])!;
        int[] labels = [.. rows.Select(row => Lookup(row, label, columns[label], map, path))];
        return new Dataset([width], features, labels, columns[label].Classes!.Count);
    }

    /// <summary>What the rows give a model, row after row.</summary>
    /// <param name="schema">The columns, categories declared.</param>
    /// <param name="rows">Fields in the columns' order.</param>
    /// <param name="maxFeatures">Most values, rows times width.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="InvalidDataException">A field is none of its column's; the message begins with file:line:column.</exception>
    public static float[] Features(CsvSchema schema, IReadOnlyList<CsvRow> rows, int maxFeatures, string path)
    {
        IReadOnlyList<CsvColumn> columns = schema.Columns;
        int width = schema.FeatureCount!.Value;
        if (width == 0 || (long)width * rows.Count > maxFeatures)
        {
            throw new InvalidDataException(
                $"{path}:1:1: {rows.Count} rows of {width} features are not within 1 to {maxFeatures} values; reduce rows or categories.");
        }

        var maps = columns.Select(TextMap).ToArray();
        var features = new float[width * rows.Count];
        int at = 0;
        foreach (CsvRow row in rows)
        {
            for (int i = 0; i < columns.Count; i++)
            {
                CsvColumn column = columns[i];
                switch (column.Kind)
                {
                    case CsvColumnKind.Numeric:
                        features[at++] = Normalized(row, i, column, path);
                        break;
                    case CsvColumnKind.Categorical when column.Encoding == CsvEncoding.Index:
                        features[at++] = Lookup(row, i, column, maps[i]!, path);
                        break;
                    case CsvColumnKind.Categorical:
                        if (row.Fields[i] is not null)
                            features[at + Lookup(row, i, column, maps[i]!, path)] = 1;
                        at += column.Categories!.Count;
                        break;
                }
            }
        }

        return features;
    }

    public static Dictionary<string, int>? TextMap(CsvColumn column)
    {
        if (column.Kind is not (CsvColumnKind.Categorical or CsvColumnKind.Label))
            return null;
        var map = new Dictionary<string, int>(StringComparer.Ordinal);
        if (column.Categories is { } categories)
        {
            for (int i = 0; i < categories.Count; i++)
                map.Add(categories[i], i);
        }
        else if (column.Classes is { } classes)
        {
            for (int i = 0; i < classes.Count; i++)
            {
                foreach (string text in classes[i])
                    map.Add(text, i);
            }
        }

        return map;
    }

    private static int Lookup(CsvRow row, int index, CsvColumn column, Dictionary<string, int> map, string path)
    {
        string text = row.Fields[index]
            ?? throw row.Error(path, index, $"column \"{column.Name}\" is missing here; list the marker as a category or drop such rows.");
        if (!map.TryGetValue(text, out int value) && !map.TryGetValue(Canonical(text), out value))
        {
            string expected = string.Join(", ", map.Keys.Take(12)) + (map.Count > 12 ? ", …" : "");
            throw row.Error(path, index, $"column \"{column.Name}\" has \"{Shown(text)}\"; expected one of {expected}.");
        }

        return value;
    }

    private static float Normalized(CsvRow row, int index, CsvColumn column, string path)
    {
        double value;
        if (row.Fields[index] is not null)
            value = Number(row, index, column, path);
        else if (column.Kind == CsvColumnKind.Numeric && (column.ReplaceMissing ?? column.Mean) is { } replacement)
            value = replacement;
        else
            throw row.Error(path, index, $"column \"{column.Name}\" is missing here; declare replaceMissing or a mean, or drop such rows.");
        double normalized = column.Mean is { } mean ? (value - mean) / column.Deviation!.Value : value;
        float result = (float)normalized;
        return float.IsFinite(result) ? result : throw row.Error(path, index, $"column \"{column.Name}\" is {value}, too large for a 32-bit float.");
    }

    public static double Number(CsvRow row, int index, CsvColumn column, string path)
    {
        string text = row.Fields[index]!;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : throw row.Error(path, index, $"column \"{column.Name}\" has \"{Shown(text)}\"; expected a number.");
    }

    /// <summary>A number in its shortest form, so that 1, 1.0 and 01 can be told to be the same; other texts as they are.</summary>
    public static string Canonical(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value.ToString("R", CultureInfo.InvariantCulture)
            : text;

    public static string Shown(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
