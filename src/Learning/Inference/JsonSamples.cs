using System.Text.Json;
using Marketplace.Learning.Data;
using Marketplace.Learning.Models;
using Marketplace.Learning.Storage;

namespace Marketplace.Learning.Inference;

/// <summary>
/// Samples as JSON: a list, in which each sample is a list of the model's input values, nested as the input's shape or flat; or, for a table, an
/// object of columns.
/// </summary>
public static class JsonSamples
{
    private const string What = "The samples";

    /// <summary>Reads the text.</summary>
    /// <param name="model">What they are for.</param>
    /// <param name="json">UTF-8.</param>
    /// <param name="maxFeatures">Most values in all.</param>
    /// <returns>Whole samples one after another.</returns>
    /// <exception cref="InvalidDataException">The text is something else; the message names the sample.</exception>
    public static float[] Read(TrainedModel model, ReadOnlyMemory<byte> json, int maxFeatures)
    {
        ArgumentNullException.ThrowIfNull(model);
        return StrictJson.Read(json, What, root =>
        {
            if (root.ValueKind != JsonValueKind.Array || root.GetArrayLength() == 0)
                throw new InvalidDataException($"{What} are {JsonReading.Shown(root)}; expected a JSON list with one entry a sample.");
            var features = new List<float>();
            int number = 0;
            foreach (JsonElement sample in root.EnumerateArray())
            {
                features.AddRange(ReadSample(model, sample, $"Sample {number++}"));
                if (features.Count > maxFeatures)
                    throw new InvalidDataException($"{What} have more than {maxFeatures} values; ask in parts.");
            }

            return features.ToArray();
        });
    }

    private static float[] ReadSample(TrainedModel model, JsonElement sample, string label)
    {
        if (sample.ValueKind == JsonValueKind.Object && model.Input.Schema is { } schema)
        {
            try
            {
                return CsvSamples.Encode(schema, sample.EnumerateObject().ToDictionary(member => member.Name, member => Text(member.Value)));
            }
            catch (InvalidDataException e)
            {
                throw new InvalidDataException($"{label}: {e.Message}", e);
            }
        }

        var values = new List<float>(model.Model.InputSize);
        AddNumbers(sample, values, model.Model.InputSize, label);
        return values.Count == model.Model.InputSize
            ? [.. values]
            : throw new InvalidDataException(
                $"{label} has {values.Count} numbers; the model's input {Shapes.Text(model.Model.Input)} has {model.Model.InputSize}.");
    }

    private static void AddNumbers(JsonElement element, List<float> values, int most, string label)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement inner in element.EnumerateArray())
                AddNumbers(inner, values, most, label);
            return;
        }

        if (element.ValueKind != JsonValueKind.Number || !element.TryGetSingle(out float value) || !float.IsFinite(value))
            throw new InvalidDataException($"{label} has {JsonReading.Shown(element)}; expected a number, or a list of numbers.");
        if (values.Count == most)
            throw new InvalidDataException($"{label} has more than the {most} numbers of the model's input.");
        values.Add(value);
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.Null => "",
        _ => throw new InvalidDataException($"a field is {JsonReading.Shown(value)}; expected a text or a number."),
    };
}
