namespace Marketplace.Learning.Data;

/// <summary>Rows of a table that a trained model is asked about: their answers may be there, and are not read.</summary>
public static class CsvSamples
{
    /// <summary>Reads a file whose rows have all of the schema's columns, or all but label and targets.</summary>
    /// <param name="path">The file, raw or gzip.</param>
    /// <param name="schema">The columns.</param>
    /// <param name="maxFeatures">Most values, rows times width.</param>
    /// <param name="cancellationToken">Ends the call early.</param>
    /// <returns>What the rows give the model, row after row.</returns>
    /// <exception cref="InvalidDataException">The file does not follow the schema; the message begins with file:line:column.</exception>
    public static float[] Load(string path, CsvSchema schema, int maxFeatures, CancellationToken cancellationToken = default)
    {
        RequireDeclared(schema);
        CsvSchema whole = Without(schema, column => column with
        {
            Kind = CsvColumnKind.Ignored,
            Classes = null,
            Mean = null,
            Deviation = null,
        });
        CsvSchema questions = Without(schema, _ => null);
        int fields = CsvLoader.CountFields(path, schema);
        if (fields != whole.Columns.Count && fields != questions.Columns.Count)
        {
            throw new InvalidDataException(
                $"{path}: the first row has {fields} fields; expected the model's {whole.Columns.Count} columns, or these but the answer: "
                    + $"{string.Join(", ", questions.Columns.Take(40).Select(column => column.Name))}{(questions.Columns.Count > 40 ? ", …" : "")}.");
        }

        CsvSchema fitting = fields == whole.Columns.Count ? whole : questions;
        return CsvEncoder.Features(fitting, CsvLoader.ReadRows(path, fitting, cancellationToken), maxFeatures, path);
    }

    /// <summary>What one row gives the model.</summary>
    /// <param name="schema">The columns.</param>
    /// <param name="fields">Texts by column; a column that is not there is missing in the row.</param>
    /// <exception cref="InvalidDataException">A field is none of its column's, or there is no such column.</exception>
    public static float[] Encode(CsvSchema schema, IReadOnlyDictionary<string, string> fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        RequireDeclared(schema);
        IReadOnlyList<CsvColumn> columns = schema.Columns;
        if (fields.Keys.FirstOrDefault(name => columns.All(column => column.Name != name)) is { } unknown)
            throw new InvalidDataException($"The model has no column \"{unknown}\"; it has {string.Join(", ", Asked(schema).Select(c => c.Name))}.");
        var row = new CsvRow(1, new string?[columns.Count], [.. Enumerable.Range(1, columns.Count)]);
        for (int i = 0; i < columns.Count; i++)
        {
            string text = fields.GetValueOrDefault(columns[i].Name, "").Trim();
            row.Fields[i] = CsvLoader.IsMissing(text, [.. schema.Missing, .. columns[i].Missing, ""], columns[i]) ? null : text;
        }

        return CsvEncoder.Features(schema, [row], Array.MaxLength, "row");
    }

    /// <summary>The columns that a model asks for.</summary>
    public static IEnumerable<CsvColumn> Asked(CsvSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return schema.Columns.Where(column => column.Kind is CsvColumnKind.Numeric or CsvColumnKind.Categorical);
    }

    /// <summary>The schema for a file without answers in it; a row that lacks something is an error then, since each is asked about.</summary>
    private static CsvSchema Without(CsvSchema schema, Func<CsvColumn, CsvColumn?> answer) => schema with
    {
        DropMissing = false,
        Columns = [.. schema.Columns.Select(c => c.Kind is CsvColumnKind.Label or CsvColumnKind.Target ? answer(c) : c).OfType<CsvColumn>()],
    };

    private static void RequireDeclared(CsvSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        if (schema.Columns.FirstOrDefault(c => c.Fit || (c.Kind == CsvColumnKind.Categorical && c.Categories is null)) is { } column)
        {
            throw new InvalidDataException(
                $"Column \"{column.Name}\" took its {(column.Fit ? "mean and deviation" : "categories")} from each trainer's own file, so nobody can "
                    + "say what the model's inputs mean; give it the encoded numbers as JSON.");
        }
    }
}
