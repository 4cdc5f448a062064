using Marketplace.Learning.Data;

namespace Marketplace.Learning.Models;

/// <summary>What a classifier's outputs are called.</summary>
public static class ClassNames
{
    /// <summary>Longest name, in characters.</summary>
    public const int MaxLength = 64;

    /// <summary>The names that a document gives, or those that follow from its schema: the texts that mean each class.</summary>
    /// <param name="given">The names in the order of the model's outputs; null where there are none.</param>
    /// <param name="schema">The columns of a table; null for images.</param>
    /// <returns>One name an output; null where neither says any.</returns>
    public static IReadOnlyList<string>? Of(IReadOnlyList<string>? given, CsvSchema? schema) =>
        given ?? schema?.Columns.FirstOrDefault(column => column.Kind == CsvColumnKind.Label)?.Classes
            ?.Select(texts => Shorten(string.Join(" or ", texts))).ToArray();

    /// <summary>Why names do not fit a model; null when they do.</summary>
    public static string? FindProblem(IReadOnlyList<string> names, ModelSpecification model)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(model);
        if (model.Loss != LossKind.CrossEntropy)
            return "the model's loss is meanSquaredError, so it has no classes; expected no names";
        if (names.Count != model.OutputSize)
            return $"there are {names.Count} names; expected one for each of the model's {model.OutputSize} outputs";
        for (int i = 0; i < names.Count; i++)
        {
            if (names[i] is not { Length: > 0 and <= MaxLength } name || string.IsNullOrWhiteSpace(name) || name.Any(char.IsControl))
                return $"name {i} is not a text of 1 to {MaxLength} characters without control characters";
        }

        return names.Distinct(StringComparer.Ordinal).Count() == names.Count ? null : "a name comes twice; expected different ones";
    }

    private static string Shorten(string text) => text.Length <= MaxLength ? text : $"{text[..(MaxLength - 1)]}…";
}
