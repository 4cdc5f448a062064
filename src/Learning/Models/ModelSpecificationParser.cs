using System.Text.Json;

namespace Marketplace.Learning;

/// <summary>Reads and writes model documents and infers every layer's shapes.</summary>
internal static class ModelSpecificationParser
{
    private const int MaxDimension = 1 << 24;
    private const int MaxNameLength = 64;

    private static readonly Dictionary<string, (LayerKind Kind, string[] Members)> s_types = new(StringComparer.Ordinal)
    {
        ["linear"] = (LayerKind.Linear, ["out"]),
        ["conv2d"] = (LayerKind.Conv2d, ["out", "kernel", "stride", "padding"]),
        ["relu"] = (LayerKind.Relu, []),
        ["maxPool2d"] = (LayerKind.MaxPool2d, ["size", "stride"]),
        ["flatten"] = (LayerKind.Flatten, []),
        ["embedding"] = (LayerKind.Embedding, ["vocabulary", "dimension", "columns"]),
    };

    public static string TypeName(LayerKind kind) => s_types.First(type => type.Value.Kind == kind).Key;

    public static ModelSpecification Read(JsonElement root)
    {
        Expect(root, JsonValueKind.Object, "The model document");
        foreach (JsonProperty member in root.EnumerateObject())
        {
            if (member.Name is not ("input" or "layers" or "loss"))
                throw new InvalidDataException($"The model document has an unknown member \"{member.Name}\"; expected input, layers and loss.");
        }

        int[] input = ReadInput(Member(root, "input", "The model document"));
        JsonElement list = Member(root, "layers", "The model document");
        Expect(list, JsonValueKind.Array, "\"layers\"");
        int count = list.GetArrayLength();
        if (count is 0 or > ModelSpecification.MaxLayers)
            throw new InvalidDataException($"\"layers\" has {count} layers; expected 1 to {ModelSpecification.MaxLayers}.");

        LossKind loss = ReadLoss(Member(root, "loss", "The model document"));
        var layers = new List<LayerSpecification>(count);
        var names = new HashSet<string>(StringComparer.Ordinal);
        long parameters = 0, activations = 0;
        IReadOnlyList<int> shape = input;
        foreach (JsonElement element in list.EnumerateArray())
        {
            LayerSpecification layer = ReadLayer(element, layers, shape, ref parameters);
            if (layer.Name.Length > 0 && !names.Add(layer.Name))
                throw new InvalidDataException($"{layer.Label}: the name is taken by an earlier layer; give each layer its own.");
            layers.Add(layer);
            shape = layer.Output;
            activations += ModelSpecification.Size(shape);
            if (activations > ModelSpecification.MaxTotalActivations)
            {
                throw new InvalidDataException(
                    $"{layer.Label}: a sample would have {activations} values in the layers up to here; "
                    + $"at most {ModelSpecification.MaxTotalActivations} are allowed.");
            }
        }

        if (parameters == 0)
            throw new InvalidDataException("The model has no parameters: no layer is linear, conv2d or embedding, so there is nothing to train.");
        if (shape.Count != 1)
            throw new InvalidDataException($"{layers[^1].Label}: the last layer's output is {Text(shape)}; the loss needs [n]; add a flatten layer.");
        if (loss == LossKind.CrossEntropy && shape[0] < 2)
            throw new InvalidDataException($"{layers[^1].Label}: crossEntropy needs at least 2 outputs (classes); the last layer has {shape[0]}.");
        return new ModelSpecification(input, layers, loss);
    }

    public static void Write(Utf8JsonWriter writer, ModelSpecification model)
    {
        writer.WriteStartObject();
        WriteArray(writer, "input", model.Input);
        writer.WriteStartArray("layers");
        foreach (LayerSpecification layer in model.Layers)
        {
            writer.WriteStartObject();
            writer.WriteString("type", TypeName(layer.Kind));
            if (layer.Name.Length > 0)
                writer.WriteString("name", layer.Name);
            switch (layer.Kind)
            {
                case LayerKind.Linear:
                    writer.WriteNumber("out", layer.Out);
                    break;
                case LayerKind.Conv2d:
                    writer.WriteNumber("out", layer.Out);
                    writer.WriteNumber("kernel", layer.Kernel);
                    writer.WriteNumber("stride", layer.Stride);
                    writer.WriteNumber("padding", layer.Padding);
                    break;
                case LayerKind.MaxPool2d:
                    writer.WriteNumber("size", layer.Kernel);
                    writer.WriteNumber("stride", layer.Stride);
                    break;
                case LayerKind.Embedding:
                    writer.WriteNumber("vocabulary", layer.Vocabulary);
                    writer.WriteNumber("dimension", layer.Out);
                    if (layer.Columns is not null)
                        WriteArray(writer, "columns", layer.Columns);
                    break;
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("loss", model.Loss == LossKind.CrossEntropy ? "crossEntropy" : "meanSquaredError");
        writer.WriteEndObject();
    }

    private static void WriteArray(Utf8JsonWriter writer, string name, IReadOnlyList<int> values)
    {
        writer.WriteStartArray(name);
        foreach (int value in values)
            writer.WriteNumberValue(value);
        writer.WriteEndArray();
    }

    private static int[] ReadInput(JsonElement element)
    {
        Expect(element, JsonValueKind.Array, "\"input\"");
        int rank = element.GetArrayLength();
        if (rank is not (1 or 3))
            throw new InvalidDataException($"\"input\" has {rank} dimensions; expected [features] or [channels, height, width].");
        var input = new int[rank];
        int i = 0;
        foreach (JsonElement dimension in element.EnumerateArray())
        {
            input[i] = Integer(dimension, 1, MaxDimension, $"\"input\"[{i}]");
            i++;
        }

        CheckSize(input, "\"input\"");
        return input;
    }

    private static LossKind ReadLoss(JsonElement element)
    {
        Expect(element, JsonValueKind.String, "\"loss\"");
        return element.GetString() switch
        {
            "crossEntropy" => LossKind.CrossEntropy,
            "meanSquaredError" => LossKind.MeanSquaredError,
            string other => throw new InvalidDataException($"\"loss\" is \"{other}\"; expected \"crossEntropy\" or \"meanSquaredError\"."),
            null => throw new InvalidDataException("\"loss\" is null; expected \"crossEntropy\" or \"meanSquaredError\"."),
        };
    }

    private static LayerSpecification ReadLayer(
        JsonElement element, List<LayerSpecification> before, IReadOnlyList<int> input, ref long parameters)
    {
        int index = before.Count;
        Expect(element, JsonValueKind.Object, $"layers[{index}]");
        JsonElement typeElement = Member(element, "type", $"layers[{index}]");
        Expect(typeElement, JsonValueKind.String, $"layers[{index}].type");
        string type = typeElement.GetString()!;
        string name = ReadName(element, index);
        string label = LayerSpecification.Describe(index, name, type);
        if (!s_types.TryGetValue(type, out (LayerKind Kind, string[] Members) known))
            throw new InvalidDataException($"{label}: unknown layer type \"{type}\"; expected one of {string.Join(", ", s_types.Keys)}.");
        foreach (JsonProperty member in element.EnumerateObject())
        {
            if (member.Name is not ("type" or "name") && !known.Members.Contains(member.Name, StringComparer.Ordinal))
            {
                throw new InvalidDataException(
                    $"{label}: unknown member \"{member.Name}\"; this type has {string.Join(", ", known.Members.Prepend("name"))}.");
            }
        }

        bool trains = known.Kind is LayerKind.Linear or LayerKind.Conv2d or LayerKind.Embedding;
        if (trains && name.Length == 0)
            throw new InvalidDataException($"{label}: a layer with parameters needs a \"name\".");

        LayerSpecification layer = known.Kind switch
        {
            LayerKind.Linear => Linear(element, label, input),
            LayerKind.Conv2d => Conv2d(element, label, input),
            LayerKind.MaxPool2d => MaxPool2d(element, label, input),
            LayerKind.Embedding => Embedding(element, label, input, before),
            LayerKind.Flatten => Plain(known.Kind, input, [ModelSpecification.Size(input)]),
            _ => Plain(known.Kind, input, input),
        };
        CheckSize(layer.Output, $"{label}: the output");
        layer = layer with { Index = index, Name = name };
        return trains ? layer with { Parameters = LayOut(layer, label, ref parameters) } : layer;
    }

    private static string ReadName(JsonElement element, int index)
    {
        if (!element.TryGetProperty("name", out JsonElement value))
            return "";
        Expect(value, JsonValueKind.String, $"layers[{index}].name");
        string name = value.GetString()!;
        bool valid = name.Length is > 0 and <= MaxNameLength && char.IsAsciiLetter(name[0])
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
        if (!valid)
        {
            throw new InvalidDataException(
                $"layers[{index}].name is not a name: expected a letter, then letters, digits or underscores, {MaxNameLength} at most.");
        }

        return name;
    }

    private static LayerSpecification Plain(LayerKind kind, IReadOnlyList<int> input, IReadOnlyList<int> output) =>
        new() { Kind = kind, Name = "", Index = 0, Input = input, Output = output };

    private static LayerSpecification Linear(JsonElement element, string label, IReadOnlyList<int> input)
    {
        if (input.Count != 1)
            throw new InvalidDataException($"{label}: the input is {Text(input)}; expected [n]; put a flatten layer before it.");
        int features = Integer(Member(element, "out", label), 1, MaxDimension, $"{label}: \"out\"");
        return Plain(LayerKind.Linear, input, [features]) with { Out = features };
    }

    private static LayerSpecification Conv2d(JsonElement element, string label, IReadOnlyList<int> input)
    {
        NeedImage(label, input);
        int channels = Integer(Member(element, "out", label), 1, MaxDimension, $"{label}: \"out\"");
        int kernel = Integer(Member(element, "kernel", label), 1, 1024, $"{label}: \"kernel\"");
        int stride = Optional(element, "stride", 1, 1, 1024, label);
        int padding = Optional(element, "padding", 0, 0, kernel - 1, label);
        CheckSize([input[0], input[1] + 2 * padding, input[2] + 2 * padding], $"{label}: the padded input");
        int[] output = [channels, Positions(input[1] + 2 * padding, "height"), Positions(input[2] + 2 * padding, "width")];
        return Plain(LayerKind.Conv2d, input, output) with { Out = channels, Kernel = kernel, Stride = stride, Padding = padding };

        int Positions(int size, string side) => size < kernel
            ? throw new InvalidDataException($"{label}: the kernel ({kernel}) is larger than the padded {side} ({size}) of the input {Text(input)}.")
            : (size - kernel) / stride + 1;
    }

    private static LayerSpecification MaxPool2d(JsonElement element, string label, IReadOnlyList<int> input)
    {
        NeedImage(label, input);
        int size = Integer(Member(element, "size", label), 1, 1024, $"{label}: \"size\"");
        int stride = Optional(element, "stride", size, 1, 1024, label);
        if (size > input[1] || size > input[2])
            throw new InvalidDataException($"{label}: the window ({size}) is larger than the input {Text(input)}.");
        int[] output = [input[0], (input[1] - size) / stride + 1, (input[2] - size) / stride + 1];
        return Plain(LayerKind.MaxPool2d, input, output) with { Kernel = size, Stride = stride };
    }

    private static LayerSpecification Embedding(
        JsonElement element, string label, IReadOnlyList<int> input, List<LayerSpecification> before)
    {
        if (before.Any(layer => layer.Kind != LayerKind.Embedding))
            throw new InvalidDataException($"{label}: an embedding reads indices, so only embedding layers may come before it.");
        if (input.Count != 1)
            throw new InvalidDataException($"{label}: the input is {Text(input)}; expected [n].");
        int vocabulary = Integer(Member(element, "vocabulary", label), 1, MaxDimension, $"{label}: \"vocabulary\"");
        int dimension = Integer(Member(element, "dimension", label), 1, MaxDimension, $"{label}: \"dimension\"");
        int[]? columns = element.TryGetProperty("columns", out JsonElement list) ? ReadColumns(list, label, input[0]) : null;
        if (columns is null && before.Count > 0)
            throw new InvalidDataException($"{label}: an earlier embedding's output is not an index; name the index \"columns\".");
        int indexed = columns?.Length ?? input[0];
        long output = input[0] - indexed + (long)indexed * dimension;
        if (output > ModelSpecification.MaxActivations)
            throw new InvalidDataException($"{label}: the output has {output} values; at most {ModelSpecification.MaxActivations} are allowed.");
        return Plain(LayerKind.Embedding, input, [(int)output]) with { Out = dimension, Vocabulary = vocabulary, Columns = columns };
    }

    private static int[] ReadColumns(JsonElement list, string label, int features)
    {
        Expect(list, JsonValueKind.Array, $"{label}: \"columns\"");
        int count = list.GetArrayLength();
        if (count == 0 || count > features)
            throw new InvalidDataException($"{label}: \"columns\" names {count} columns; expected 1 to {features}.");
        var columns = new int[count];
        int i = 0;
        foreach (JsonElement item in list.EnumerateArray())
        {
            columns[i] = Integer(item, 0, features - 1, $"{label}: \"columns\"[{i}]");
            if (i > 0 && columns[i] <= columns[i - 1])
            {
                throw new InvalidDataException(
                    $"{label}: \"columns\"[{i}] is {columns[i]} after {columns[i - 1]}; list each column once, ascending.");
            }

            i++;
        }

        return columns;
    }

    private static ParameterSpecification[] LayOut(LayerSpecification layer, string label, ref long parameters)
    {
        int[] weight = layer.Kind switch
        {
            LayerKind.Linear => [layer.Out, layer.Input[0]],
            LayerKind.Conv2d => [layer.Out, layer.Input[0], layer.Kernel, layer.Kernel],
            _ => [layer.Vocabulary, layer.Out],
        };
        Int128 length = weight.Aggregate((Int128)1, (product, dimension) => product * dimension);
        int bias = layer.Kind == LayerKind.Embedding ? 0 : layer.Out;
        if (parameters + length + bias > ModelSpecification.MaxParameters)
        {
            throw new InvalidDataException(
                $"{label}: the model would have {parameters + length + bias} parameters up to here; "
                + $"at most {ModelSpecification.MaxParameters} are allowed.");
        }

        var tensor = new ParameterSpecification(layer.Name + ".weight", weight, (int)parameters);
        parameters += tensor.Length;
        if (bias == 0)
            return [tensor];
        ParameterSpecification[] both = [tensor, new(layer.Name + ".bias", [bias], (int)parameters)];
        parameters += bias;
        return both;
    }

    private static void NeedImage(string label, IReadOnlyList<int> input)
    {
        if (input.Count != 3)
            throw new InvalidDataException($"{label}: the input is {Text(input)}; expected [channels, height, width].");
    }

    private static void CheckSize(IReadOnlyList<int> shape, string what)
    {
        Int128 size = shape.Aggregate((Int128)1, (product, dimension) => product * dimension);
        if (size > ModelSpecification.MaxActivations)
            throw new InvalidDataException($"{what} {Text(shape)} has {size} values; at most {ModelSpecification.MaxActivations} are allowed.");
    }

    private static JsonElement Member(JsonElement element, string name, string what) =>
        element.TryGetProperty(name, out JsonElement value) ? value : throw new InvalidDataException($"{what}: the member \"{name}\" is missing.");

    private static int Optional(JsonElement element, string name, int byDefault, int low, int high, string label) =>
        element.TryGetProperty(name, out JsonElement value) ? Integer(value, low, high, $"{label}: \"{name}\"") : byDefault;

    private static int Integer(JsonElement element, int low, int high, string what)
    {
        if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt32(out int value))
            throw new InvalidDataException($"{what} is {Shown(element)}; expected an integer from {low} to {high}.");
        if (value < low || value > high)
            throw new InvalidDataException($"{what} is {value}; expected an integer from {low} to {high}.");
        return value;
    }

    private static void Expect(JsonElement element, JsonValueKind kind, string what)
    {
        if (element.ValueKind != kind)
            throw new InvalidDataException($"{what} is {Shown(element)}; expected a JSON {kind.ToString().ToLowerInvariant()}.");
    }

    private static string Shown(JsonElement element)
    {
        string text = element.GetRawText();
        return text.Length <= 40 ? text : text[..40] + "…";
    }

    internal static string Text(IReadOnlyList<int> shape) => $"[{string.Join(", ", shape)}]";
}
