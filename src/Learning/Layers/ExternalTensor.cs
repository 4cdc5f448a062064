using System.Text.Json;
using Marketplace.Learning.Models;

namespace Marketplace.Learning.Layers;

/// <summary>A parameter tensor of an external layer, as the document lists it.</summary>
/// <param name="Name">Its name within the layer, with dots where the owner's program has modules in modules.</param>
/// <param name="Shape">Dimensions, slowest first.</param>
/// <param name="Center">What its entries are around at the start.</param>
/// <param name="Spread">How far from it they are at most.</param>
public sealed record ExternalTensor(string Name, IReadOnlyList<int> Shape, double Center, double Spread)
{
    private const int MaxRank = 8, MaxNameLength = 128;

    /// <summary>Initial weights beyond it are a mistake: those of trained networks are far below.</summary>
    private const double MaxInitial = 1000;

    private static readonly string[] Members = ["name", "shape", "center", "spread"];

    internal TensorPlan Plan => new(Name, new InitialValues((float)Center, Spread), [.. Shape]);

    internal static ExternalTensor Read(JsonElement element, string where)
    {
        JsonReading.Expect(element, JsonValueKind.Object, where);
        foreach (JsonProperty member in element.EnumerateObject())
        {
            if (!Members.Contains(member.Name, StringComparer.Ordinal))
                throw new InvalidDataException($"{where} has an unknown member \"{member.Name}\"; it has {string.Join(", ", Members)}.");
        }

        string name = ReadName(JsonReading.Member(element, "name", where), where);
        JsonElement list = JsonReading.Member(element, "shape", where);
        JsonReading.Expect(list, JsonValueKind.Array, $"{where}: \"shape\"");
        if (list.GetArrayLength() is 0 or > MaxRank)
            throw new InvalidDataException($"{where}: \"shape\" has {list.GetArrayLength()} dimensions; expected 1 to {MaxRank}.");
        int[] shape =
        [
            .. list.EnumerateArray().Select((size, i) => JsonReading.Integer(size, 1, LayerReader.MaxDimension, $"{where}: \"shape\"[{i}]")),
        ];
        // Of PyTorch's weights the first dimension is what comes out; all others are what each of it is made from.
        double inputs = shape.Skip(1).Aggregate(1.0, (product, size) => product * size);
        double usual = shape.Length == 1 ? 0 : InitialValues.BoundFor(inputs);
        return new ExternalTensor(
            name, shape, ReadNumber(element, "center", -MaxInitial, 0, where), ReadNumber(element, "spread", 0, usual, where));
    }

    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("name", Name);
        writer.WriteStartArray("shape");
        foreach (int size in Shape)
            writer.WriteNumberValue(size);
        writer.WriteEndArray();
        writer.WriteNumber("center", Center);
        writer.WriteNumber("spread", Spread);
        writer.WriteEndObject();
    }

    private static string ReadName(JsonElement value, string where)
    {
        string name = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        return name.Length is > 0 and <= MaxNameLength && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.')
            ? name
            : throw new InvalidDataException($"{where}: \"name\" expects 1 to {MaxNameLength} letters, digits, underscores and dots.");
    }

    private static double ReadNumber(JsonElement element, string member, double low, double usual, string where)
    {
        if (!element.TryGetProperty(member, out JsonElement value))
            return usual;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && number >= low && number <= MaxInitial
            ? number
            : throw new InvalidDataException($"{where}: \"{member}\" is {JsonReading.Shown(value)}; expected a number from {low} to {MaxInitial}.");
    }
}
