using System.Text.Json;
using Marketplace.Learning.Layers;

namespace Marketplace.Learning.Models;

/// <summary>Writes model documents, members in one fixed order: content addresses depend on it.</summary>
internal static class ModelWriter
{
    public static void Write(Utf8JsonWriter writer, ModelSpecification model)
    {
        writer.WriteStartObject();
        Write(writer, "input", model.Input);
        Write(writer, "layers", model.Layers);
        writer.WriteString("loss", model.Loss == LossKind.CrossEntropy ? "crossEntropy" : "meanSquaredError");
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, Layer layer)
    {
        writer.WriteStartObject();
        writer.WriteString("type", layer.Type);
        if (layer.Name.Length > 0)
            writer.WriteString("name", layer.Name);
        foreach ((string name, object value) in layer.Members)
            Write(writer, name, value);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, object value)
    {
        writer.WritePropertyName(name);
        switch (value)
        {
            case int number:
                writer.WriteNumberValue(number);
                break;
            case double number:
                writer.WriteNumberValue(number);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case IReadOnlyList<int> numbers:
                writer.WriteStartArray();
                foreach (int number in numbers)
                    writer.WriteNumberValue(number);
                writer.WriteEndArray();
                break;
            case IReadOnlyList<ExternalTensor> tensors:
                writer.WriteStartArray();
                foreach (ExternalTensor tensor in tensors)
                    tensor.WriteTo(writer);
                writer.WriteEndArray();
                break;
            case IReadOnlyList<Layer> layers:
                writer.WriteStartArray();
                foreach (Layer layer in layers)
                    Write(writer, layer);
                writer.WriteEndArray();
                break;
            default:
                throw new NotSupportedException($"\"{name}\" is a {value.GetType().Name}, which no layer has.");
        }
    }
}
