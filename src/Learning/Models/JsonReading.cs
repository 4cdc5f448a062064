using System.Text.Json;

namespace Marketplace.Learning.Models;

/// <summary>Members of a JSON document, with errors that name them.</summary>
internal static class JsonReading
{
    public static JsonElement Member(JsonElement element, string name, string what) =>
        element.TryGetProperty(name, out JsonElement value) ? value : throw new InvalidDataException($"{what}: the member \"{name}\" is missing.");

    public static int Integer(JsonElement element, int low, int high, string what)
    {
        if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt32(out int value))
            throw new InvalidDataException($"{what} is {Shown(element)}; expected an integer from {low} to {high}.");
        if (value < low || value > high)
            throw new InvalidDataException($"{what} is {value}; expected an integer from {low} to {high}.");
        return value;
    }

    public static void Expect(JsonElement element, JsonValueKind kind, string what)
    {
        if (element.ValueKind != kind)
            throw new InvalidDataException($"{what} is {Shown(element)}; expected a JSON {kind.ToString().ToLowerInvariant()}.");
    }

    public static string Shown(JsonElement element)
    {
        string text = element.GetRawText();
        return text.Length <= 40 ? text : text[..40] + "…";
    }
}
