using System.Text;
using System.Text.Json;

namespace Marketplace.Learning;

/// <summary>
/// A model as a document describes it: input shape, layers, loss. It also fixes the one order of the parameters: layer by layer as
/// listed, weight before bias, row-major.
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

    /// <summary>Most layers of a model.</summary>
    public const int MaxLayers = 256;

    /// <summary>Most parameters of a model (the contract's bound on d).</summary>
    public const int MaxParameters = 1 << 26;

    /// <summary>Most values that one sample may have at any layer.</summary>
    public const int MaxActivations = 1 << 24;

    /// <summary>Most values that one sample may have at all layers together.</summary>
    public const int MaxTotalActivations = 1 << 26;

    private const string What = "The model document";

    internal ModelSpecification(IReadOnlyList<int> input, IReadOnlyList<LayerSpecification> layers, LossKind loss)
    {
        Input = input;
        Layers = layers;
        Loss = loss;
        Parameters = [.. layers.SelectMany(layer => layer.Parameters)];
        ParameterCount = Parameters.Sum(parameter => parameter.Length);
    }

    /// <summary>Shape of one sample: [n], or [channels, height, width].</summary>
    public IReadOnlyList<int> Input { get; }

    /// <summary>The layers, first to last.</summary>
    public IReadOnlyList<LayerSpecification> Layers { get; }

    /// <summary>What training lowers.</summary>
    public LossKind Loss { get; }

    /// <summary>The parameter tensors in the one fixed order.</summary>
    public IReadOnlyList<ParameterSpecification> Parameters { get; }

    /// <summary>Length d of the flat parameter vector.</summary>
    public int ParameterCount { get; }

    /// <summary>Values of one sample that go in.</summary>
    public int InputSize => Size(Input);

    /// <summary>Values of one sample that come out: classes, or target values.</summary>
    public int OutputSize => Size(Layers[^1].Output);

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
        return StrictJson.Read(json, What, ModelSpecificationParser.Read);
    }

    /// <summary>Reads a model that is part of a larger document.</summary>
    /// <exception cref="InvalidDataException">The element is not a valid model; the message says where and why.</exception>
    public static ModelSpecification Parse(JsonElement element) => StrictJson.Read(element, What, ModelSpecificationParser.Read);

    /// <summary>Writes the document: every member that the kind of layer has, in one fixed order, without white space.</summary>
    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            WriteTo(writer);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Writes the document as one JSON value of a larger one.</summary>
    public void WriteTo(Utf8JsonWriter writer) => ModelSpecificationParser.Write(writer, this);

    internal static int Size(IReadOnlyList<int> shape) => shape.Aggregate(1, (product, dimension) => product * dimension);
}
