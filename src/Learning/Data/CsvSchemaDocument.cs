using System.Text.Json;

namespace Marketplace.Learning.Data;

internal static class CsvSchemaDocument
{
    private static readonly Dictionary<CsvColumnKind, (string Name, string[] Members)> Kinds = new()
    {
        [CsvColumnKind.Numeric] = ("numeric", ["missing", "mean", "deviation", "fit", "replaceMissing"]),
        [CsvColumnKind.Categorical] = ("categorical", ["missing", "categories", "encoding"]),
        [CsvColumnKind.Label] = ("label", ["missing", "classes"]),
        [CsvColumnKind.Target] = ("target", ["missing", "mean", "deviation", "fit"]),
        [CsvColumnKind.Ignored] = ("ignored", []),
    };

    public static CsvSchema Read(JsonElement root)
    {
        const string Root = "The CSV schema";
        CheckMembers(root, Root, ["header", "separator", "missing", "comment", "dropMissing", "columns"]);
        if (!root.TryGetProperty("columns", out JsonElement list) || list.ValueKind != JsonValueKind.Array)
            throw new InvalidDataException($"{Root}: the list \"columns\" is missing.");
        if (list.GetArrayLength() > CsvSchema.MaxColumns)
            throw new InvalidDataException($"{Root} has {list.GetArrayLength()} columns; at most {CsvSchema.MaxColumns} are read.");
        string separator = Text(root, "separator", Root) ?? ",";
        if (separator.Length != 1)
            throw new InvalidDataException($"{Root}: \"separator\" is \"{separator}\"; expected one character.");
        var schema = new CsvSchema
        {
            Columns = [.. list.EnumerateArray().Select(ReadColumn)],
            HasHeader = Flag(root, "header", Root),
            Separator = separator[0],
            Comment = Text(root, "comment", Root) is { Length: > 0 } comment ? comment : null,
            DropMissing = Flag(root, "dropMissing", Root),
        };
        if (root.TryGetProperty("missing", out JsonElement missing))
            schema = schema with { Missing = Texts(missing, $"{Root}: \"missing\"") };
        schema.Validate();
        return schema;
    }

    public static void Write(Utf8JsonWriter writer, CsvSchema schema)
    {
        writer.WriteStartObject();
        writer.WriteBoolean("header", schema.HasHeader);
        writer.WriteString("separator", schema.Separator.ToString());
        WriteTexts(writer, "missing", schema.Missing);
        if (schema.Comment is not null)
            writer.WriteString("comment", schema.Comment);
        writer.WriteBoolean("dropMissing", schema.DropMissing);
        writer.WriteStartArray("columns");
        foreach (CsvColumn column in schema.Columns)
        {
            writer.WriteStartObject();
            writer.WriteString("name", column.Name);
            writer.WriteString("kind", Kinds[column.Kind].Name);
            if (column.Missing.Count > 0)
                WriteTexts(writer, "missing", column.Missing);
            if (column.Mean is { } mean)
                writer.WriteNumber("mean", mean);
            if (column.Deviation is { } deviation)
                writer.WriteNumber("deviation", deviation);
            if (column.Fit)
                writer.WriteBoolean("fit", true);
            if (column.ReplaceMissing is { } replacement)
                writer.WriteNumber("replaceMissing", replacement);
            if (column.Categories is not null)
                WriteTexts(writer, "categories", column.Categories);
            if (column.Kind == CsvColumnKind.Categorical)
                writer.WriteString("encoding", column.Encoding == CsvEncoding.OneHot ? "oneHot" : "index");
            if (column.Classes is not null)
            {
                writer.WriteStartArray("classes");
                foreach (IReadOnlyList<string> texts in column.Classes)
                    WriteTexts(writer, null, texts);
                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static CsvColumn ReadColumn(JsonElement element, int index)
    {
        string label = $"columns[{index}]";
        if (element.ValueKind != JsonValueKind.Object)
            throw new InvalidDataException($"{label} is not a JSON object.");
        string name = Text(element, "name", label) ?? throw new InvalidDataException($"{label}: the member \"name\" is missing.");
        label = $"columns[{index}] \"{name}\"";
        string kindText = Text(element, "kind", label) ?? throw new InvalidDataException($"{label}: the member \"kind\" is missing.");
        KeyValuePair<CsvColumnKind, (string Name, string[] Members)>[] match = [.. Kinds.Where(kind => kind.Value.Name == kindText)];
        if (match.Length == 0)
        {
            string known = string.Join(", ", Kinds.Values.Select(kind => kind.Name));
            throw new InvalidDataException($"{label}: unknown kind \"{kindText}\"; expected one of {known}.");
        }

        CheckMembers(element, label, ["name", "kind", .. match[0].Value.Members]);
        string encoding = Text(element, "encoding", label) ?? "oneHot";
        if (encoding is not ("oneHot" or "index"))
            throw new InvalidDataException($"{label}: \"encoding\" is \"{encoding}\"; expected \"oneHot\" or \"index\".");
        return new CsvColumn
        {
            Name = name,
            Kind = match[0].Key,
            Missing = element.TryGetProperty("missing", out JsonElement missing) ? Texts(missing, $"{label}: \"missing\"") : [],
            Mean = Number(element, "mean", label),
            Deviation = Number(element, "deviation", label),
            Fit = Flag(element, "fit", label),
            ReplaceMissing = Number(element, "replaceMissing", label),
            Categories = element.TryGetProperty("categories", out JsonElement categories) ? Texts(categories, $"{label}: \"categories\"") : null,
            Encoding = encoding == "oneHot" ? CsvEncoding.OneHot : CsvEncoding.Index,
            Classes = ReadClasses(element, label),
        };
    }

    private static List<IReadOnlyList<string>>? ReadClasses(JsonElement element, string label)
    {
        if (!element.TryGetProperty("classes", out JsonElement list))
            return null;
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > CsvSchema.MaxCategories)
            throw new InvalidDataException($"{label}: \"classes\" is not a list of at most {CsvSchema.MaxCategories} lists of texts.");
        return [.. list.EnumerateArray().Select((texts, i) => Texts(texts, $"{label}: \"classes\"[{i}]"))];
    }

    private static void CheckMembers(JsonElement element, string label, string[] known)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw new InvalidDataException($"{label} is not a JSON object.");
        foreach (JsonProperty member in element.EnumerateObject())
        {
            if (!known.Contains(member.Name, StringComparer.Ordinal))
                throw new InvalidDataException($"{label}: unknown member \"{member.Name}\"; expected {string.Join(", ", known)}.");
        }
    }

    private static string? Text(JsonElement element, string member, string label)
    {
        if (!element.TryGetProperty(member, out JsonElement value))
            return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw new InvalidDataException($"{label}: \"{member}\" is not a text.");
    }

    private static bool Flag(JsonElement element, string member, string label)
    {
        if (!element.TryGetProperty(member, out JsonElement value))
            return false;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw new InvalidDataException($"{label}: \"{member}\" is not true or false.");
    }

    private static double? Number(JsonElement element, string member, string label)
    {
        if (!element.TryGetProperty(member, out JsonElement value))
            return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number)
            ? number
            : throw new InvalidDataException($"{label}: \"{member}\" is not a finite number.");
    }

    private static string[] Texts(JsonElement list, string what)
    {
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > CsvSchema.MaxCategories
            || list.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String))
        {
            throw new InvalidDataException($"{what} is not a list of at most {CsvSchema.MaxCategories} texts.");
        }

        return [.. list.EnumerateArray().Select(item => item.GetString()!)];
    }

    private static void WriteTexts(Utf8JsonWriter writer, string? name, IReadOnlyList<string> texts)
    {
        if (name is null)
            writer.WriteStartArray();
        else
            writer.WriteStartArray(name);
        foreach (string text in texts)
            writer.WriteStringValue(text);
        writer.WriteEndArray();
    }
}
