using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Learning.Layers;

namespace Marketplace.Web.Posting;

/// <summary>A layer's member as the text of an input, and back. What is not what the member should be stays the text that it is.</summary>
public static class MemberText
{
    /// <summary>What stands in the input; empty for a member that is not there.</summary>
    public static string Of(JsonNode? value) => value switch
    {
        null => "",
        JsonArray list when list.Count > 0 && list.All(item => item is JsonObject) => string.Join('\n', list.Select(item => Line(item!.AsObject()))),
        JsonArray list when list.All(item => item is JsonValue) => string.Join(", ", list.Select(Of)),
        JsonValue when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ => value.ToJsonString(),
    };

    /// <summary>What is written into the document; null leaves the member out.</summary>
    /// <param name="kind">What the member's value is; null for a text.</param>
    /// <param name="text">As it was typed.</param>
    public static JsonNode? Read(LayerMemberKind? kind, string text)
    {
        text = text.Trim();
        if (text.Length == 0)
            return null;
        switch (kind)
        {
            case LayerMemberKind.Integer when Integer(text) is { } number:
                return number;
            case LayerMemberKind.Fraction when double.TryParse(
                text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out double fraction):
                return fraction;
            case LayerMemberKind.Flag:
                return text == "true" ? true : null;
            case LayerMemberKind.Integers:
                int?[] numbers = [.. text.Split([',', ' ', '×'], StringSplitOptions.RemoveEmptyEntries).Select(Integer)];
                return numbers.Any(number => number is null) ? text : new JsonArray([.. numbers.Select(number => JsonValue.Create(number))]);
            case LayerMemberKind.Tensors:
                JsonObject?[] tensors = [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Tensor)];
                return tensors.Any(tensor => tensor is null) ? text : new JsonArray([.. tensors]);
            default:
                return text;
        }
    }

    /// <summary>A tensor as a line: its name, its shape, and what else is said of it, as <c>conv1.weight 8×1×5×5 spread=0.2</c>.</summary>
    private static string Line(JsonObject tensor) => string.Join(
        ' ', tensor.Select(member => member.Key is "name" or "shape" ? Of(member.Value).Replace(", ", "×", StringComparison.Ordinal)
            : $"{member.Key}={Of(member.Value)}"));

    /// <returns>The tensor of a line; null where it is none.</returns>
    private static JsonObject? Tensor(string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length < 2 || Read(LayerMemberKind.Integers, words[1]) is not JsonArray shape)
            return null;
        var tensor = new JsonObject { ["name"] = words[0], ["shape"] = shape };
        foreach (string word in words[2..])
        {
            string[] halves = word.Split('=', 2);
            bool isNumber = double.TryParse(halves[^1], NumberStyles.Float, CultureInfo.InvariantCulture, out double number);
            if (halves is not ["center" or "spread", _] || !isNumber || !tensor.TryAdd(halves[0], number))
                return null;
        }

        return tensor;
    }

    private static int? Integer(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number : null;
}
