using System.Text.Json;
using Marketplace.Learning.Layers;
using Marketplace.Learning.Storage;

namespace Marketplace.Learning.Models;

/// <summary>Reads a model document, infers every layer's shapes, and counts what must stay bounded.</summary>
internal sealed class ModelReader
{
    private const string What = "The model document";
    private const int MaxNesting = 4;

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<Layer> _done = [];
    private string? _fault;
    private long _parameters;
    private long _activations;
    private int _layers;

    private ModelReader(IReadOnlyList<int> input) => Features = [.. Enumerable.Range(0, Shapes.Size(input))];

    /// <summary>Features of the sample that have come through to the next layer as they are; null behind a layer that computes.</summary>
    public IReadOnlyList<int>? Features { get; private set; }

    /// <summary>Set by an embedding: what it passes on.</summary>
    public IReadOnlyList<int>? NextFeatures { get; set; }

    public static ModelSpecification Read(JsonElement root) => Read(root, out _);

    /// <summary>As <see cref="Read(JsonElement)"/>, but what is wrong is told beside what could be read.</summary>
    public static ModelOutline Outline(JsonElement root)
    {
        ModelReader? reader = null;
        try
        {
            Read(root, out reader);
            return new ModelOutline(reader._done, null, null);
        }
        catch (InvalidDataException e)
        {
            return new ModelOutline(reader?._done ?? [], reader?._fault, e.Message);
        }
    }

    /// <summary>Reads one layer, as if it were the first of a model.</summary>
    /// <returns>The layer, null where it is refused; and the members that its kind has asked for.</returns>
    public static (Layer? Layer, IReadOnlyList<LayerMember> Asked) TryReadAlone(JsonElement layer, IReadOnlyList<int> input)
    {
        var reader = new LayerReader(new ModelReader(input), layer, "layer", "", 0, input);
        try
        {
            return (LayerTypes.Read(reader), reader.Asked);
        }
        catch (InvalidDataException)
        {
            return (null, reader.Asked);
        }
    }

    private static ModelSpecification Read(JsonElement root, out ModelReader reader)
    {
        reader = null!;
        JsonReading.Expect(root, JsonValueKind.Object, What);
        foreach (JsonProperty member in root.EnumerateObject())
        {
            if (member.Name is not ("input" or "layers" or "loss"))
                throw new InvalidDataException($"{What} has an unknown member \"{member.Name}\"; expected input, layers and loss.");
        }

        int[] input = ReadInput(JsonReading.Member(root, "input", What));
        JsonElement list = JsonReading.Member(root, "layers", What);
        LossKind loss = ReadLoss(JsonReading.Member(root, "loss", What));
        reader = new ModelReader(input);
        IReadOnlyList<Layer> layers = reader.ReadLayers(list, "model.layers", "", 0, input);
        IReadOnlyList<int> output = layers[^1].Output;
        if (reader._parameters == 0)
            throw new InvalidDataException("The model has no parameters: no layer, such as linear or conv2d, has any, so there is nothing to train.");
        reader._fault = layers[^1].Path;
        if (output.Count != 1)
        {
            throw new InvalidDataException(
                $"{layers[^1].Label}: the last layer's output is {Shapes.Text(output)}; the loss needs [n]; add a flatten layer.");
        }

        if (loss == LossKind.CrossEntropy && output[0] < 2)
            throw new InvalidDataException($"{layers[^1].Label}: crossEntropy needs at least 2 outputs (classes); the last layer has {output[0]}.");
        return new ModelSpecification(input, layers, loss, reader._activations + Shapes.Size(input));
    }

    public IReadOnlyList<Layer> ReadLayers(JsonElement list, string path, string scope, int depth, IReadOnlyList<int> input)
    {
        JsonReading.Expect(list, JsonValueKind.Array, $"\"{path}\"");
        int count = list.GetArrayLength();
        if (count is 0 or > ModelSpecification.MaxLayers)
            throw new InvalidDataException($"\"{path}\" has {count} layers; expected 1 to {ModelSpecification.MaxLayers}.");
        if (depth > MaxNesting)
            throw new InvalidDataException($"\"{path}\" lies in {depth} layers; at most {MaxNesting} may lie within each other.");
        var layers = new List<Layer>(count);
        foreach (JsonElement element in list.EnumerateArray())
        {
            if (depth > 0)
                Features = null;
            NextFeatures = null;
            layers.Add(ReadLayer(element, $"{path}[{layers.Count}]", scope, depth, input));
            Features = NextFeatures;
            input = layers[^1].Output;
        }

        return layers;
    }

    private Layer ReadLayer(JsonElement element, string path, string scope, int depth, IReadOnlyList<int> input)
    {
        try
        {
            Layer layer = LayerTypes.Read(new LayerReader(this, element, path, scope, depth, input));
            _done.Add(layer);
            return layer;
        }
        catch (InvalidDataException)
        {
            // Those around it fail because of it.
            _fault ??= path;
            throw;
        }
    }

    public bool Claim(string name) => _names.Add(name);

    /// <returns>The layer's place among all.</returns>
    public int CountLayer(string label) => _layers < ModelSpecification.MaxLayers
        ? _layers++
        : throw new InvalidDataException($"{label}: the model has more than {ModelSpecification.MaxLayers} layers up to here.");

    public void CountActivations(long values, string label)
    {
        _activations += values;
        if (_activations > ModelSpecification.MaxTotalActivations)
        {
            throw new InvalidDataException(
                $"{label}: a sample would have {_activations} values in the layers up to here; "
                + $"at most {ModelSpecification.MaxTotalActivations} are allowed.");
        }
    }

    public ParameterSpecification Place(TensorPlan tensor, string name, string label)
    {
        Int128 end = _parameters + Shapes.LongSize(tensor.Shape);
        if (end > ModelSpecification.MaxParameters)
        {
            throw new InvalidDataException(
                $"{label}: the model would have {end} parameters up to here; at most {ModelSpecification.MaxParameters} are allowed.");
        }

        if (name.Length > Safetensors.MaxNameLength)
        {
            throw new InvalidDataException(
                $"{label}: the parameter \"{name[..32]}…\" has a name of {name.Length} characters; at most {Safetensors.MaxNameLength} fit.");
        }

        var placed = new ParameterSpecification(name, tensor.Shape, (int)_parameters, tensor.Initial);
        _parameters = (long)end;
        return placed;
    }

    private static int[] ReadInput(JsonElement element)
    {
        JsonReading.Expect(element, JsonValueKind.Array, "\"input\"");
        int rank = element.GetArrayLength();
        if (rank is not (1 or 3))
            throw new InvalidDataException($"\"input\" has {rank} dimensions; expected [features] or [channels, height, width].");
        int[] input = [.. element.EnumerateArray().Select((size, i) => JsonReading.Integer(size, 1, LayerReader.MaxDimension, $"\"input\"[{i}]"))];
        Shapes.Check(input, "\"input\"");
        return input;
    }

    private static LossKind ReadLoss(JsonElement element)
    {
        JsonReading.Expect(element, JsonValueKind.String, "\"loss\"");
        return element.GetString() switch
        {
            "crossEntropy" => LossKind.CrossEntropy,
            "meanSquaredError" => LossKind.MeanSquaredError,
            string other => throw new InvalidDataException($"\"loss\" is \"{other}\"; expected \"crossEntropy\" or \"meanSquaredError\"."),
            null => throw new InvalidDataException("\"loss\" is null; expected \"crossEntropy\" or \"meanSquaredError\"."),
        };
    }
}
