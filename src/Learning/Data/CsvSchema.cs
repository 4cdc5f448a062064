using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Learning.Data;

/// <summary>What a column of a CSV file is.</summary>
[JsonConverter(typeof(CamelCaseNames<CsvColumnKind>))]
public enum CsvColumnKind
{
    /// <summary>A number: one feature.</summary>
    Numeric,

    /// <summary>One of a list of texts: a feature for each (one-hot), or one that holds the index.</summary>
    Categorical,

    /// <summary>The class to learn. At most one column, and not together with targets.</summary>
    Label,

    /// <summary>A number to learn.</summary>
    Target,

    /// <summary>Not read.</summary>
    Ignored,
}

/// <summary>How a categorical column becomes features.</summary>
[JsonConverter(typeof(CamelCaseNames<CsvEncoding>))]
public enum CsvEncoding
{
    /// <summary>One feature for each category: 1 for the row's, 0 for the others; a missing value is all 0.</summary>
    OneHot,

    /// <summary>One feature, the category's index from 0, for an embedding layer.</summary>
    Index,
}

public sealed record CsvColumn
{
    /// <summary>Name, unique in the schema; equal to the file's where it has a header.</summary>
    public required string Name { get; init; }

    /// <summary>What becomes of its values.</summary>
    public required CsvColumnKind Kind { get; init; }

    /// <summary>Texts that mean "missing" in this column, besides the schema's.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>Numeric and target: subtracted from every value. Given together with <see cref="Deviation"/>, or neither.</summary>
    public double? Mean { get; init; }

    /// <summary>Numeric and target: what differences are divided by, above 0.</summary>
    public double? Deviation { get; init; }

    /// <summary>Numeric and target: take mean and (population) deviation from the file that is read.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Fit { get; init; }

    /// <summary>Numeric: stands for a missing value, before normalization. Null: the mean; without one, a missing value is an error.</summary>
    public double? ReplaceMissing { get; init; }

    /// <summary>Categorical: the texts in the order of their indices; null takes the file's, sorted ordinally.</summary>
    public IReadOnlyList<string>? Categories { get; init; }

    /// <summary>Categorical: how it becomes features.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public CsvEncoding Encoding { get; init; }

    /// <summary>Label: for each class the texts that mean it; null takes the file's texts, sorted ordinally, one class each.</summary>
    public IReadOnlyList<IReadOnlyList<string>>? Classes { get; init; }

    /// <summary>This column as another kind, without what only its present kind has. Categories become classes, and classes categories.</summary>
    public CsvColumn As(CsvColumnKind kind)
    {
        bool isNumber = kind is CsvColumnKind.Numeric or CsvColumnKind.Target;
        return this with
        {
            Kind = kind,
            Mean = isNumber ? Mean : null,
            Deviation = isNumber ? Deviation : null,
            Fit = isNumber && Fit,
            ReplaceMissing = kind == CsvColumnKind.Numeric ? ReplaceMissing : null,
            Encoding = kind == CsvColumnKind.Categorical ? Encoding : CsvEncoding.OneHot,
            Categories = kind == CsvColumnKind.Categorical ? Categories ?? Classes?.SelectMany(texts => texts).ToArray() : null,
            Classes = kind == CsvColumnKind.Label ? Classes ?? Categories?.Select(text => (IReadOnlyList<string>)[text]).ToArray() : null,
        };
    }
}

/// <summary>
/// What a CSV file must look like and how its columns become features. Fields are split at the separator, may be quoted as in RFC 4180 (but not
/// span lines), and are trimmed. A declared text (category, class, missing marker) that is a number matches that number however the file
/// writes it: <c>1</c> matches 1.0.
/// </summary>
/// <example>
/// <code>
/// {"header":false,"separator":",","missing":["?"],"dropMissing":false,
///  "columns":[{"name":"age","kind":"numeric","mean":54.4,"deviation":9.1},{"name":"cp","kind":"categorical","categories":["1","2","3","4"]},
///             {"name":"num","kind":"label","classes":[["0"],["1","2","3","4"]]}]}
/// </code>
/// </example>
public sealed record CsvSchema : IJsonOnDeserialized
{
    /// <summary>Most columns.</summary>
    public const int MaxColumns = 4096;

    /// <summary>Most categories of a column and most classes.</summary>
    public const int MaxCategories = 4096;

    /// <summary>The columns in the file's order.</summary>
    public required IReadOnlyList<CsvColumn> Columns { get; init; }

    /// <summary>Whether the first line names the columns; it is then checked. Default no.</summary>
    [JsonPropertyName("header")]
    public bool HasHeader { get; init; }

    /// <summary>Between fields. Default a comma.</summary>
    public char Separator { get; init; } = ',';

    /// <summary>Texts that mean "missing" in every column. Default <c>?</c> and the empty text.</summary>
    public IReadOnlyList<string> Missing { get; init; } = ["?", ""];

    /// <summary>Lines that begin with it are skipped; null reads all. Empty lines are always skipped.</summary>
    public string? Comment { get; init; }

    /// <summary>Leave out rows in which a column that is read is missing. Default no.</summary>
    public bool DropMissing { get; init; }

    /// <summary>Values that a row gives the model; null while a column's categories are yet to be taken from a file.</summary>
    [JsonIgnore]
    public int? FeatureCount => Columns.Aggregate((int?)0, (sum, column) => sum + column.Kind switch
    {
        CsvColumnKind.Numeric => 1,
        CsvColumnKind.Categorical => column.Encoding == CsvEncoding.Index ? 1 : column.Categories?.Count,
        _ => 0,
    });

    /// <summary>Throws unless the schema is consistent.</summary>
    /// <exception cref="InvalidDataException">Names the column and what is wrong with it.</exception>
    public void Validate()
    {
        if (Missing.Count > MaxCategories || Columns.Any(column => column.Missing.Count > MaxCategories))
            throw new InvalidDataException($"The schema has more than {MaxCategories} texts that mean \"missing\".");
        if (Columns.Count is 0 or > MaxColumns)
            throw new InvalidDataException($"The schema has {Columns.Count} columns; expected 1 to {MaxColumns}.");
        if (Separator is '"' or '\r' or '\n')
            throw new InvalidDataException("The separator is a quote or the end of a line; expected another character.");
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (CsvColumn column in Columns)
        {
            string label = $"Column \"{column.Name}\"";
            if (column.Name.Length == 0 || !names.Add(column.Name))
                throw new InvalidDataException($"{label}: the name is empty or comes twice.");
            if (Stray(column) is { } stray)
                throw new InvalidDataException($"{label}: {stray} is not for columns of the kind {column.Kind.ToString().ToLowerInvariant()}.");
            bool meanFits = column.Mean is not { } mean || double.IsFinite(mean);
            bool deviationFits = column.Deviation is not { } deviation || (deviation > 0 && double.IsFinite(deviation));
            if (column.Mean is null != column.Deviation is null || !meanFits || !deviationFits)
                throw new InvalidDataException($"{label}: expected a finite mean together with a deviation above 0, or neither.");
            if (column.ReplaceMissing is { } replacement && !double.IsFinite(replacement))
                throw new InvalidDataException($"{label}: replaceMissing is not a finite number.");
            if (column.Fit && column.Mean is not null)
                throw new InvalidDataException($"{label}: mean and deviation are either declared or fitted, not both.");
            if (column.Categories is { } categories)
                CheckTexts(categories, $"{label}: categories");
            if (column.Classes is { } classes)
            {
                if (classes.Count < 2 || classes.Any(texts => texts.Count == 0))
                    throw new InvalidDataException($"{label}: expected at least 2 classes, each with at least one text.");
                CheckTexts([.. classes.SelectMany(texts => texts)], $"{label}: classes");
            }
        }

        int labels = Columns.Count(column => column.Kind == CsvColumnKind.Label);
        bool targets = Columns.Any(column => column.Kind == CsvColumnKind.Target);
        if (labels > 1 || labels == 1 == targets)
        {
            string also = targets ? "also" : "no";
            throw new InvalidDataException($"The schema has {labels} label columns and {also} targets; expected one label, or targets.");
        }

        if (!Columns.Any(column => column.Kind is CsvColumnKind.Numeric or CsvColumnKind.Categorical))
            throw new InvalidDataException("The schema has no numeric or categorical column, so there is nothing to learn from.");
    }

    void IJsonOnDeserialized.OnDeserialized()
    {
        // That a member is missing is said by the serializer, after this call.
        if (Columns is null)
            return;
        try
        {
            Validate();
        }
        catch (InvalidDataException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    /// <summary>A member that the column has although its kind has none; null when all fit.</summary>
    private static string? Stray(CsvColumn column) => column.Kind switch
    {
        not (CsvColumnKind.Numeric or CsvColumnKind.Target) when (column.Mean ?? column.Deviation) is not null => "a mean or deviation",
        not (CsvColumnKind.Numeric or CsvColumnKind.Target) when column.Fit => "fit",
        not CsvColumnKind.Numeric when column.ReplaceMissing is not null => "replaceMissing",
        not CsvColumnKind.Categorical when column.Categories is not null => "a list of categories",
        not CsvColumnKind.Categorical when column.Encoding != CsvEncoding.OneHot => "an encoding",
        not CsvColumnKind.Label when column.Classes is not null => "a list of classes",
        _ => null,
    };

    private static void CheckTexts(IReadOnlyList<string> texts, string what)
    {
        if (texts.Count is 0 or > MaxCategories || texts.Distinct(StringComparer.Ordinal).Count() != texts.Count)
            throw new InvalidDataException($"{what} hold {texts.Count} texts; expected 1 to {MaxCategories}, none twice.");
    }
}

/// <summary>An enumeration as text, by its names alone.</summary>
internal sealed class CamelCaseNames<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
