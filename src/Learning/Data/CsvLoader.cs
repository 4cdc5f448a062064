using System.IO.Compression;
using System.Text;

namespace Marketplace.Learning.Data;

/// <summary>Reads tables by a declared schema, raw or gzip (told apart by content).</summary>
public static class CsvLoader
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
        List<CsvRow> rows = ReadRows(path, schema, cancellationToken);
        CsvSchema fitted = schema with { Columns = [.. schema.Columns.Select((column, i) => Fit(column, rows, i, path))] };
        return (CsvEncoder.Encode(fitted, rows, maxFeatures, path), fitted);
    }

    internal static List<CsvRow> ReadRows(string path, CsvSchema schema, CancellationToken cancellationToken)
    {
        using StreamReader reader = Open(path);
        var missing = schema.Columns.Select(column => schema.Missing.Concat(column.Missing).ToHashSet(StringComparer.Ordinal)).ToArray();
        var rows = new List<CsvRow>();
        var line = new StringBuilder();
        int number = 0;
        bool headerPending = schema.HasHeader;
        while (TryReadLine(reader, line, path, ++number))
        {
            cancellationToken.ThrowIfCancellationRequested();
            string text = line.ToString();
            if (IsSkipped(text, schema))
                continue;
            CsvRow row = Split(text, number, schema, path);
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

    /// <summary>Fields of the first line that is not skipped; 0 for a file without any.</summary>
    internal static int CountFields(string path, CsvSchema schema)
    {
        using StreamReader reader = Open(path);
        var line = new StringBuilder();
        for (int number = 1; TryReadLine(reader, line, path, number); number++)
        {
            string text = line.ToString();
            if (IsSkipped(text, schema))
                continue;
            int count = 0;
            for (int position = 0; position <= text.Length; count++)
                TakeField(text, ref position, number, schema.Separator, path);
            return count;
        }

        return 0;
    }

    private static StreamReader Open(string path)
    {
        FileStream file = File.OpenRead(path);
        bool compressed = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        Stream stream = compressed ? new GZipStream(file, CompressionMode.Decompress) : file;
        return new StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: true));
    }

    private static bool IsSkipped(string line, CsvSchema schema) =>
        string.IsNullOrWhiteSpace(line) || (schema.Comment is { Length: > 0 } comment && line.StartsWith(comment, StringComparison.Ordinal));

    /// <summary>A marker that the column lists among its categories is a category.</summary>
    internal static bool IsMissing(string text, HashSet<string> markers, CsvColumn column) =>
        (markers.Contains(text) || markers.Contains(CsvEncoder.Canonical(text))) && !(column.Categories?.Contains(text) ?? false);

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

    private static CsvRow Split(string text, int line, CsvSchema schema, string path)
    {
        int expected = schema.Columns.Count;
        var row = new CsvRow(line, new string?[expected], new int[expected]);
        int position = 0;
        for (int i = 0; i < expected; i++)
        {
            if (position > text.Length)
                throw new InvalidDataException($"{path}:{line}:{text.Length + 1}: the row ends after {i} fields; the schema has {expected}.");
            (row.Positions[i], row.Fields[i]) = TakeField(text, ref position, line, schema.Separator, path);
        }

        if (position <= text.Length)
            throw new InvalidDataException($"{path}:{line}:{position + 1}: the row goes on after the schema's {expected} fields.");
        return row;
    }

    /// <summary>A field and the character, from 1, at which it begins; the position moves behind its separator.</summary>
    private static (int Begin, string Field) TakeField(string text, ref int position, int line, char separator, string path)
    {
        while (position < text.Length && text[position] is ' ' or '\t' && text[position] != separator)
            position++;
        int begin = position + 1;
        return (begin, position < text.Length && text[position] == '"'
            ? Quoted(text, ref position, line, separator, path)
            : Plain(text, ref position, separator));
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

    private static void CheckHeader(CsvRow row, CsvSchema schema, string path)
    {
        for (int i = 0; i < row.Fields.Length; i++)
        {
            if (row.Fields[i] != schema.Columns[i].Name)
                throw row.Error(path, i, $"the header has \"{row.Fields[i]}\"; the schema has \"{schema.Columns[i].Name}\" here.");
        }
    }

    private static CsvColumn Fit(CsvColumn column, List<CsvRow> rows, int index, string path)
    {
        if (column.Fit)
        {
            double sum = 0, squares = 0;
            int count = 0;
            foreach (CsvRow row in rows.Where(row => row.Fields[index] is not null))
            {
                sum += CsvEncoder.Number(row, index, column, path);
                count++;
            }

            double mean = count == 0 ? 0 : sum / count;
            foreach (CsvRow row in rows.Where(row => row.Fields[index] is not null))
            {
                double difference = CsvEncoder.Number(row, index, column, path) - mean;
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

    private static string[] Texts(List<CsvRow> rows, int index, CsvColumn column, string path)
    {
        var texts = new SortedSet<string>(StringComparer.Ordinal);
        foreach (CsvRow row in rows)
        {
            if (row.Fields[index] is { } text && texts.Add(text) && texts.Count > CsvSchema.MaxCategories)
                throw row.Error(path, index, $"column \"{column.Name}\" has more than {CsvSchema.MaxCategories} different texts; is it numeric?");
        }

        return [.. texts];
    }
}
