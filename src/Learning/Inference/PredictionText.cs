using System.Globalization;
using System.Text;
using System.Text.Json;
using Marketplace.Learning.Models;
using Marketplace.Learning.Storage;

namespace Marketplace.Learning.Inference;

/// <summary>Answers as text for people and programs.</summary>
public static class PredictionText
{
    /// <summary>
    /// A line for each sample: its number from 0; for a classifier its class and the probability of each; otherwise each value. The first line names
    /// them.
    /// </summary>
    public static string ToCsv(TrainedModel model, IReadOnlyList<Prediction> predictions)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(predictions);
        bool classify = model.Model.Loss == LossKind.CrossEntropy;
        var text = new StringBuilder();
        text.AppendJoin(',', ["sample", .. classify ? ["class"] : Array.Empty<string>(), .. Names(model).Select(Quoted)]).Append('\n');
        for (int i = 0; i < predictions.Count; i++)
        {
            string[] answer = predictions[i].Class is { } index ? [Quoted(model.OutputName(index))] : [];
            text.AppendJoin(',', [$"{i}", .. answer, .. predictions[i].Values.Select(Number)]).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>
    /// A JSON list with an object for each sample: <c>{"class":…,"probabilities":{…}}</c> for a classifier, <c>{"values":{…}}</c> otherwise.
    /// </summary>
    public static string ToJson(TrainedModel model, IReadOnlyList<Prediction> predictions)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(predictions);
        string[] names = [.. Names(model)];
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            writer.WriteStartArray();
            foreach (Prediction prediction in predictions)
            {
                writer.WriteStartObject();
                if (prediction.Class is { } index)
                    writer.WriteString("class", names[index]);
                writer.WriteStartObject(prediction.Class is null ? "values" : "probabilities");
                foreach ((string name, double value) in names.Zip(prediction.Values))
                    writer.WriteNumber(name, value);
                writer.WriteEndObject();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static IEnumerable<string> Names(TrainedModel model) => Enumerable.Range(0, model.Model.OutputSize).Select(model.OutputName);

    private static string Number(double value) => value.ToString("G9", CultureInfo.InvariantCulture);

    private static string Quoted(string text) =>
        text.AsSpan().IndexOfAny(",\"\n\r") < 0 && text.Trim() == text ? text : $"\"{text.Replace("\"", "\"\"")}\"";
}
