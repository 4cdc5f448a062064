using System.Text;
using System.Text.Json;
using Marketplace.Learning.Layers;
using Marketplace.Learning.Numerics;
using Marketplace.Learning.Storage;

namespace Marketplace.Learning.Models;

/// <summary>
/// A model as a document describes it: input shape, layers, loss. It also fixes the one order of the parameters: layer by layer as
/// listed, each layer's tensors in PyTorch's order (weight before bias), row-major. A document is data: nothing of it is ever run.
/// </summary>
/// <example>
/// <code>
/// {"input":[1,28,28],
///  "layers":[{"type":"conv2d","name":"conv1","out":8,"kernel":5,"stride":1,"padding":0},{"type":"relu"},
///            {"type":"maxPool2d","size":2},{"type":"flatten"},{"type":"linear","name":"fc1","out":10}],
///  "loss":"crossEntropy"}
/// </code>
/// </example>
public sealed class ModelSpecification
{
    /// <summary>Longest document that is read, in bytes of UTF-8.</summary>
    public const int MaxDocumentBytes = 1 << 20;

    /// <summary>Most layers of a model, those within others counted.</summary>
    public const int MaxLayers = 256;

    /// <summary>Most parameter tensors of an external layer.</summary>
    public const int MaxTensors = 4096;

    /// <summary>Most parameters of a model. A market serves as many as its contract says, which may be fewer.</summary>
    public const int MaxParameters = 1 << 27;

    /// <summary>Most values that one sample may have at any layer.</summary>
    public const int MaxActivations = 1 << 24;

    /// <summary>Most values that one sample may have at all layers together.</summary>
    public const int MaxTotalActivations = 1 << 26;

    private const string What = "The model document";

    internal ModelSpecification(IReadOnlyList<int> input, IReadOnlyList<Layer> layers, LossKind loss, long activations)
    {
        Input = input;
        Layers = layers;
        Loss = loss;
        Activations = activations;
        AllLayers = [.. layers.SelectMany(All)];
        Parameters = [.. AllLayers.SelectMany(layer => layer.Parameters).OrderBy(parameter => parameter.Offset)];
        ParameterCount = Parameters.Sum(parameter => parameter.Length);
    }

    /// <summary>Shape of one sample: [n], or [channels, height, width].</summary>
    public IReadOnlyList<int> Input { get; }

    /// <summary>The layers, first to last.</summary>
    public IReadOnlyList<Layer> Layers { get; }

    /// <summary>What training lowers.</summary>
    public LossKind Loss { get; }

    /// <summary>The parameter tensors in the one fixed order.</summary>
    public IReadOnlyList<ParameterSpecification> Parameters { get; }

    /// <summary>Length d of the flat parameter vector.</summary>
    public int ParameterCount { get; }

    /// <summary>Values of one sample that go in.</summary>
    public int InputSize => Shapes.Size(Input);

    /// <summary>Values of one sample that come out: classes, or target values.</summary>
    public int OutputSize => Shapes.Size(Layers[^1].Output);

    /// <summary>Whether only a program of the owner's can compute the model: a layer of it is external.</summary>
    public bool IsExternal => AllLayers.Any(layer => layer is External);

    /// <summary>
    /// About how many multiplications an answer takes: each parameter once for every position that it serves, and attention's pairs.
    /// </summary>
    public long Operations => AllLayers.Sum(layer => layer.Operations);

    /// <summary>Values of one sample at the input and all layers together, what layers hold inside counted.</summary>
    internal long Activations { get; }

    /// <summary>Every layer, each before those within it.</summary>
    internal IReadOnlyList<Layer> AllLayers { get; }

    /// <summary>Reads a model document, strictly: unknown members, kinds and wrong shapes are errors that name the layer.</summary>
    /// <param name="json">The document.</param>
    /// <exception cref="InvalidDataException">The document is not a valid model; the message says where and why.</exception>
    public static ModelSpecification Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return Parse(Encoding.UTF8.GetBytes(json));
    }

    /// <inheritdoc cref="Parse(string)"/>
    public static ModelSpecification Parse(ReadOnlyMemory<byte> json)
    {
        if (json.Length > MaxDocumentBytes)
            throw new InvalidDataException($"{What} has {json.Length} bytes; at most {MaxDocumentBytes} are read.");
        return StrictJson.Read(json, What, ModelReader.Read);
    }

    /// <summary>Refuses a model that nothing here can compute.</summary>
    /// <exception cref="InvalidDataException">A layer is external; the message names it.</exception>
    public void RequireBuiltIn()
    {
        if (AllLayers.FirstOrDefault(layer => layer is External) is { } external)
        {
            throw new InvalidDataException(
                $"{external.Label}: only the owner's program computes an external layer; the model's weights are for that program.");
        }
    }

    /// <summary>Writes the document: every member that the kind of layer has, in one fixed order, without white space.</summary>
    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            WriteTo(writer);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Writes the document as one JSON value of a larger one.</summary>
    public void WriteTo(Utf8JsonWriter writer) => ModelWriter.Write(writer, this);

    /// <summary>
    /// The model's parameters before any training. Each layer draws from its own stream of the seed, so the same seed gives the same bits everywhere.
    /// </summary>
    public float[] DrawInitialWeights(ulong seed)
    {
        var weights = new float[ParameterCount];
        foreach (Layer layer in AllLayers)
        {
            var random = new RandomStream(seed, (ulong)layer.Ordinal);
            foreach (ParameterSpecification parameter in layer.Parameters)
            {
                Span<float> values = weights.AsSpan(parameter.Offset, parameter.Length);
                (float center, double bound) = parameter.Initial;
                values.Fill(center);
                if (bound == 0)
                    continue;
                foreach (ref float value in values)
                    value = (float)random.NextDouble(-bound, bound);
            }
        }

        return weights;
    }

    private static IEnumerable<Layer> All(Layer layer) => layer.Inner.SelectMany(All).Prepend(layer);
}
