using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Marketplace.Learning.Data;

/// <summary>Reads tables by a declared schema, raw or gzip (told apart by content).</summary>
public static partial class CsvLoader
{
    /// <summary>Most rows.</summary>
    public const int MaxRows = 10_000_000;

    /// <summary>Most characters of a line.</summary>
    public const int MaxLineLength = 1 << 16;

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">The file does not follow the schema; the message begins with file:line:column.</exception>
    public static Dataset Load(string path, CsvSchema schema, CancellationToken cancellationToken = default) =>
        LoadAndFit(path, schema, cancellationToken).Dataset;

    /// <summary>Reads a file whose schema somebody else wrote: it may make only so much of it.</summary>
    /// <param name="maxFeatures">Most feature values, rows times width.</param>
    /// <exception cref="InvalidDataException">The file does not follow the schema, or is too large; the message begins with
    /// file:line:column.</exception>
    public static Dataset Load(string path, CsvSchema schema, int maxFeatures, CancellationToken cancellationToken = default) =>
        LoadAndFit(path, schema, maxFeatures, cancellationToken).Dataset;

    /// <summary>Reads a file and also returns the schema with everything declared that was taken from it, to read other files alike.</summary>
    /// <exception cref="InvalidDataException">The file does not follow the schema; the message begins with file:line:column.</exception>
    public static (Dataset Dataset, CsvSchema Fitted) LoadAndFit(string path, CsvSchema schema, CancellationToken cancellationToken = default) =>
        LoadAndFit(path, schema, Array.MaxLength, cancellationToken);

    private static (Dataset Dataset, CsvSchema Fitted) LoadAndFit(
        string path, CsvSchema schema, int maxFeatures, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(schema);
        schema.Validate();
        List<Row> rows = ReadRows(path, schema, cancellationToken);
        CsvSchema fitted = schema with { Columns = [.. schema.Columns.Select((column, i) => Fit(column, rows, i, path))] };
        return (Encode(fitted, rows, maxFeatures, path), fitted);
    }

    /// <summary>A row's fields; null is missing or not read.</summary>
    private readonly record struct Row(int Line, string?[] Fields, int[] Positions)
    {
        public InvalidDataException Error(string path, int column, string message) =>
            new($"{path}:{Line}:{Positions[column]}: {message}");
    }

    private static List<Row> ReadRows(string path, CsvSchema schema, CancellationToken cancellationToken)
    {
        using FileStream file = File.OpenRead(path);
        bool compressed = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        using Stream stream = compressed ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var reader = new StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: true));
        var missing = schema.Columns.Select(column => schema.Missing.Concat(column.Missing).ToHashSet(StringComparer.Ordinal)).ToArray();
        var rows = new List<Row>();
        var line = new StringBuilder();
        int number = 0;
        bool headerPending = schema.HasHeader;
        while (TryReadLine(reader, line, path, ++number))
        {
            cancellationToken.ThrowIfCancellationRequested();
            string text = line.ToString();
            if (string.IsNullOrWhiteSpace(text) || (schema.Comment is { Length: > 0 } comment && text.StartsWith(comment, StringComparison.Ordinal)))
                continue;
            Row row = Split(text, number, schema, path);
            if (headerPending)
            {
                CheckHeader(row, schema, path);
                headerPending = false;
                continue;
            }

            if (rows.Count == MaxRows)
                throw new InvalidDataException($"{path}:{number}:1: the file has more than {MaxRows} rows.");
            bool complete = true;
            for (int i = 0; i < row.Fields.Length; i++)
            {
                if (schema.Columns[i].Kind == CsvColumnKind.Ignored)
                {
                    row.Fields[i] = null;
                }
                else if (IsMissing(row.Fields[i]!, missing[i], schema.Columns[i]))
                {
                    row.Fields[i] = null;
                    complete = false;
                }
            }

            if (complete || !schema.DropMissing)
                rows.Add(row);
        }

        if (rows.Count == 0)
            throw new InvalidDataException($"{path}:{number}:1: the file has no rows.");
        return rows;
    }

    /// <summary>A marker that the column lists among its categories is a category.</summary>
    private static bool IsMissing(string text, HashSet<string> markers, CsvColumn column) =>
        (markers.Contains(text) || markers.Contains(Canonical(text))) && !(column.Categories?.Contains(text) ?? false);

    // By hand because CsvHelper does not say at which character a field begins: CsvTests.Malformed_files_are_refused_by_place_and_reason.
    private static bool TryReadLine(StreamReader reader, StringBuilder line, string path, int number)
    {
        line.Clear();
        try
        {
            int next;
            while ((next = reader.Read()) >= 0 && next != '\n')
            {
                if (line.Length == MaxLineLength)
                    throw new InvalidDataException($"{path}:{number}:{MaxLineLength + 1}: the line has more than {MaxLineLength} characters.");
                line.Append((char)next);
            }

            if (line.Length > 0 && line[^1] == '\r')
                line.Length--;
            return next >= 0 || line.Length > 0;
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException($"{path}:{number}:1: the text is not UTF-8 near here.", e);
        }
        catch (InvalidDataException e) when (!e.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{path}:{number}:1: the gzip data are damaged: {e.Message}", e);
        }
    }

    private static Row Split(string text, int line, CsvSchema schema, string path)
    {
        int expected = schema.Columns.Count;
        var row = new Row(line, new string?[expected], new int[expected]);
        int position = 0;
        for (int i = 0; i < expected; i++)
        {
            if (position > text.Length)
                throw new InvalidDataException($"{path}:{line}:{text.Length + 1}: the row ends after {i} fields; the schema has {expected}.");
            while (position < text.Length && text[position] is ' ' or '\t' && text[position] != schema.Separator)
                position++;
            row.Positions[i] = position + 1;
            row.Fields[i] = position < text.Length && text[position] == '"'
                ? Quoted(text, ref position, line, schema.Separator, path)
                : Plain(text, ref position, schema.Separator);
        }

        if (position <= text.Length)
            throw new InvalidDataException($"{path}:{line}:{position + 1}: the row goes on after the schema's {expected} fields.");
        return row;
    }

    /// <summary>Reads to the separator and past it; at the row's end the position becomes one past its length.</summary>
    private static string Plain(string text, ref int position, char separator)
    {
        int end = text.IndexOf(separator, position);
        if (end < 0)
            end = text.Length;
        string field = text[position..end].Trim();
        position = end + 1;
        return field;
    }

    private static string Quoted(string text, ref int position, int line, char separator, string path)
    {
        var field = new StringBuilder();
        int start = position++;
        while (true)
        {
            if (position >= text.Length)
                throw new InvalidDataException($"{path}:{line}:{start + 1}: the quoted field does not end on its line.");
            if (text[position] != '"')
            {
                field.Append(text[position++]);
            }
            else if (position + 1 < text.Length && text[position + 1] == '"')
            {
                field.Append('"');
                position += 2;
            }
            else
            {
                break;
            }
        }

        position++;
        int rest = position;
        if (Plain(text, ref position, separator).Length > 0)
        {
            throw new InvalidDataException(
                $"{path}:{line}:{rest + 1}: characters follow the closing quote; expected '{separator}' or the line's end.");
        }

        return field.ToString();
    }

    private static void CheckHeader(Row row, CsvSchema schema, string path)
    {
        for (int i = 0; i < row.Fields.Length; i++)
        {
            if (row.Fields[i] != schema.Columns[i].Name)
                throw row.Error(path, i, $"the header has \"{row.Fields[i]}\"; the schema has \"{schema.Columns[i].Name}\" here.");
        }
    }

    private static CsvColumn Fit(CsvColumn column, List<Row> rows, int index, string path)
    {
        if (column.Fit)
        {
            double sum = 0, squares = 0;
            int count = 0;
            foreach (Row row in rows.Where(row => row.Fields[index] is not null))
            {
                sum += Number(row, index, column, path);
                count++;
            }

            double mean = count == 0 ? 0 : sum / count;
            foreach (Row row in rows.Where(row => row.Fields[index] is not null))
            {
                double difference = Number(row, index, column, path) - mean;
                squares += difference * difference;
            }

            double deviation = count == 0 ? 0 : Math.Sqrt(squares / count);

            // A constant column says nothing; dividing by 1 makes it 0.
            return column with { Fit = false, Mean = mean, Deviation = deviation > 0 ? deviation : 1 };
        }

        if (column.Kind == CsvColumnKind.Categorical && column.Categories is null)
            return column with { Categories = Texts(rows, index, column, path) };
        if (column.Kind == CsvColumnKind.Label && column.Classes is null)
            return column with { Classes = [.. Texts(rows, index, column, path).Select(text => (IReadOnlyList<string>)[text])] };
        return column;
    }

    private static string[] Texts(List<Row> rows, int index, CsvColumn column, string path)
    {
        var texts = new SortedSet<string>(StringComparer.Ordinal);
        foreach (Row row in rows)
        {
            if (row.Fields[index] is { } text && texts.Add(text) && texts.Count > CsvSchema.MaxCategories)
                throw row.Error(path, index, $"column \"{column.Name}\" has more than {CsvSchema.MaxCategories} different texts; is it numeric?");
        }

        return [.. texts];
    }

    private static Dataset Encode(CsvSchema schema, List<Row> rows, int maxFeatures, string path)
    {
        IReadOnlyList<CsvColumn> columns = schema.Columns;
        int width = schema.FeatureCount!.Value, targetWidth = columns.Count(column => column.Kind == CsvColumnKind.Target);
        if (width == 0 || (long)width * rows.Count > maxFeatures)
        {
            throw new InvalidDataException(
                $"{path}:1:1: {rows.Count} rows of {width} features are not within 1 to {maxFeatures} values; reduce rows or categories.");
        }

        var maps = columns.Select(TextMap).ToArray();
        var features = new float[width * rows.Count];
        bool classify = targetWidth == 0;
        int[]? labels = classify ? new int[rows.Count] : null;
        float[]? targets = classify ? null : new float[rows.Count * targetWidth];
        int at = 0, targetAt = 0;
        for (int r = 0; r < rows.Count; r++)
        {
            for (int i = 0; i < columns.Count; i++)
            {
                CsvColumn column = columns[i];
                switch (column.Kind)
                {
                    case CsvColumnKind.Numeric:
                        features[at++] = Normalized(rows[r], i, column, path);
                        break;
                    case CsvColumnKind.Target:
                        targets![targetAt++] = Normalized(rows[r], i, column, path);
                        break;
                    case CsvColumnKind.Label:
                        labels![r] = Lookup(rows[r], i, column, maps[i]!, path);
                        break;
                    case CsvColumnKind.Categorical when column.Encoding == CsvEncoding.Index:
                        features[at++] = Lookup(rows[r], i, column, maps[i]!, path);
                        break;
                    case CsvColumnKind.Categorical:
                        if (rows[r].Fields[i] is not null)
                            features[at + Lookup(rows[r], i, column, maps[i]!, path)] = 1;
                        at += column.Categories!.Count;
                        break;
                }
            }
        }

        int classes = columns.FirstOrDefault(column => column.Kind == CsvColumnKind.Label)?.Classes?.Count ?? 0;
        return new Dataset([width], features, labels, classes, targets);
    }

    private static Dictionary<string, int>? TextMap(CsvColumn column)
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

    private static int Lookup(Row row, int index, CsvColumn column, Dictionary<string, int> map, string path)
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

    private static float Normalized(Row row, int index, CsvColumn column, string path)
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

    private static double Number(Row row, int index, CsvColumn column, string path)
    {
        string text = row.Fields[index]!;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : throw row.Error(path, index, $"column \"{column.Name}\" has \"{Shown(text)}\"; expected a number.");
    }

    /// <summary>A number in its shortest form, so that 1, 1.0 and 01 can be told to be the same; other texts as they are.</summary>
    private static string Canonical(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value.ToString("R", CultureInfo.InvariantCulture)
            : text;

    private static string Shown(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
