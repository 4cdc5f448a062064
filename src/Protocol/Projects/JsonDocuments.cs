using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Marketplace.Learning.Data;

namespace Marketplace.Protocol.Projects;

/// <summary>Reads the JSON that people and other parties write, and says in their words what is wrong with it.</summary>
public static partial class JsonDocuments
{
    private static readonly Dictionary<string, string> Kinds = new()
    {
        ["System.String"] = "a text",
        ["System.Char"] = "one character",
        ["System.Boolean"] = "true or false",
        ["System.String[]"] = "a list of texts",
        ["System.Int32"] = "a whole number",
        ["System.Int32[]"] = "a list of whole numbers",
        ["System.UInt64"] = "a whole number that is not negative",
        ["System.Decimal"] = "a number",
        ["System.Decimal[]"] = "a list of numbers",
        ["System.Double"] = "a number",
        ["System.Nullable`1[System.UInt64]"] = "a whole number that is not negative",
        ["System.Nullable`1[System.Double]"] = "a number",
        [$"{typeof(IReadOnlyList<string>)}"] = "a list of texts",
        [$"{typeof(CsvColumnKind)}"] = "numeric, categorical, label, target or ignored",
        [$"{typeof(CsvEncoding)}"] = "oneHot or index",
    };

    /// <summary>Strict options: no unknown members, nothing that is required left out, no null where the type has none.</summary>
    public static JsonSerializerOptions Strict(int maxDepth) => new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        NumberHandling = JsonNumberHandling.Strict,
        WriteIndented = true,
        MaxDepth = maxDepth,
    };

    /// <param name="source">What is read, as the error message should call it.</param>
    /// <exception cref="DocumentException">It is not JSON, or does not say what <typeparamref name="T"/> must say.</exception>
    public static T Read<T>(ReadOnlySpan<byte> json, int maxBytes, JsonSerializerOptions options, string source) where T : class
    {
        if (json.Length > maxBytes)
            throw new DocumentException($"{source} has {json.Length} bytes, at most {maxBytes} are read");
        try
        {
            return JsonSerializer.Deserialize<T>(json, options) ?? throw new DocumentException($"{source} is empty, expected a JSON object");
        }
        catch (JsonException e)
        {
            throw new DocumentException($"{source}{Place(e)}: {Describe(e.Message, e.InnerException?.Message)}", e);
        }
        catch (InvalidOperationException e)
        {
            // The JSON library checks a text's encoding only when the text is asked for.
            throw new DocumentException($"{source} has a text that is not valid UTF-8 or has half a surrogate pair", e);
        }
    }

    private static string Place(JsonException e)
    {
        string line = e.LineNumber is { } number ? $", line {number + 1}" : "";
        return e.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal) ? $"{line}, at {path[2..]}" : line;
    }

    /// <summary>The library's message without the place, which is said already, and without the names of C# types.</summary>
    private static string Describe(string message, string? cause)
    {
        int place = message.IndexOf(" Path: $", StringComparison.Ordinal);
        string text = (place < 0 ? message : message[..place]).TrimEnd('.');
        if (ConversionMessage().Match(text) is { Success: true } conversion)
        {
            if (Kinds.TryGetValue(conversion.Groups[1].Value, out string? kind))
                return $"expected {kind}";
            // Where a member goes into a constructor, the type that is named is the one around it.
            return TokenMessage().Match(cause ?? "") is { Success: true } token
                ? $"expected a {(token.Groups[1].Value == "string" ? "text" : token.Groups[1].Value)}"
                : "expected a JSON object";
        }
        if (MissingMessage().Match(text) is { Success: true } missing)
            return $"expected also {missing.Groups[1].Value}";
        if (UnknownMessage().Match(text) is { Success: true } unknown)
            return $"there is no setting '{unknown.Groups[1].Value}' here";
        return NullMessage().IsMatch(text) ? "expected a value, got null" : text;
    }

    [GeneratedRegex("could not be converted to ([^ ]+?)$")]
    private static partial Regex ConversionMessage();

    [GeneratedRegex("^Cannot get the value of a token type '.+' as a ([a-z]+)")]
    private static partial Regex TokenMessage();

    [GeneratedRegex("missing required properties including: (.+)$")]
    private static partial Regex MissingMessage();

    [GeneratedRegex("^The JSON property '(.+)' could not be mapped to any .NET member")]
    private static partial Regex UnknownMessage();

    [GeneratedRegex("doesn't allow (setting )?null")]
    private static partial Regex NullMessage();
}
