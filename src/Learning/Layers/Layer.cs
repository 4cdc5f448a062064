using Marketplace.Learning.Models;

namespace Marketplace.Learning.Layers;

/// <summary>
/// One layer of a model document, with the shapes that follow from its place. Shapes are those of one sample: [n], [channels, height, width],
/// or two-dimensional: [length, features] for sequences, [channels, length] for signals. What a layer computes is PyTorch's definition.
/// </summary>
public abstract record Layer
{
    /// <summary>The document's words for all kinds of layers, with the record of each.</summary>
    public static IReadOnlyDictionary<string, Type> Types => LayerTypes.Records;

    /// <summary>The document's word for this kind of layer, for example <c>conv2d</c>.</summary>
    public string Type { get; internal init; } = "";

    /// <summary>The name given in the document; empty for a layer that has none.</summary>
    public string Name { get; internal init; } = "";

    /// <summary>Where the document has it, for example <c>model.layers[3].layers[0]</c>.</summary>
    public string Path { get; internal init; } = "";

    /// <summary>Shape of one sample that goes in.</summary>
    public IReadOnlyList<int> Input { get; internal init; } = [];

    /// <summary>Shape of one sample that comes out.</summary>
    public IReadOnlyList<int> Output { get; internal init; } = [];

    /// <summary>The layer's own parameter tensors in the model's order, without those of layers within it.</summary>
    public IReadOnlyList<ParameterSpecification> Parameters { get; internal init; } = [];

    /// <summary>How errors name the layer, for example <c>model.layers[2] "fc1" (linear)</c>.</summary>
    public string Label => Describe(Path, Name, Type);

    /// <summary>Layers within this one, in the order of their parameters.</summary>
    public virtual IEnumerable<Layer> Inner => [];

    /// <summary>About how many multiplications it takes for a sample, without those of layers within it.</summary>
    internal virtual long Operations => Parameters.Sum(parameter => (long)parameter.Length) * Positions + Shapes.Size(Input);

    /// <summary>At how many places of the output the parameters are used: pixels of images, positions of sequences and signals.</summary>
    private long Positions => Output.Count switch
    {
        3 => (long)Output[1] * Output[2],
        2 => Output.Max(),
        _ => Input.Count == 2 ? Input[0] : 1,
    };

    /// <summary>Place among all layers of the model, counting a layer before those within it; the stream of its initial weights.</summary>
    internal int Ordinal { get; init; }

    /// <summary>The members that the layer's document has besides type and name, defaults filled in.</summary>
    public IReadOnlyList<(string Name, object Value)> Members { get; internal init; } = [];

    internal static string Describe(string path, string name, string type) => name.Length == 0 ? $"{path} ({type})" : $"{path} \"{name}\" ({type})";
}
