namespace Marketplace.Learning;

/// <summary>The kinds of layer that a model document may name.</summary>
public enum LayerKind
{
    /// <summary>y = x·Wᵀ + b on a flat input [n]. Parameters: weight [out, n], bias [out].</summary>
    Linear,

    /// <summary>Cross-correlation over [channels, height, width]. Parameters: weight [out, channels, kernel, kernel], bias [out].</summary>
    Conv2d,

    /// <summary>max(x, 0), any shape.</summary>
    Relu,

    /// <summary>Largest value of each window over [channels, height, width]; the first one wins a tie; no padding.</summary>
    MaxPool2d,

    /// <summary>Any shape to [n], channels first.</summary>
    Flatten,

    /// <summary>Replaces integer indices by rows of a table. Parameters: weight [vocabulary, dimension].</summary>
    Embedding,
}

/// <summary>One layer of a model document, with the shapes that follow from its place.</summary>
public sealed record LayerSpecification
{
    /// <summary>What the layer does.</summary>
    public required LayerKind Kind { get; init; }

    /// <summary>The name given in the document; empty for a layer without parameters that has none.</summary>
    public required string Name { get; init; }

    /// <summary>Place in the document, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>Shape of one sample that goes in: [n], or [channels, height, width].</summary>
    public required IReadOnlyList<int> Input { get; init; }

    /// <summary>Shape of one sample that comes out.</summary>
    public required IReadOnlyList<int> Output { get; init; }

    /// <summary>Linear: features out. Conv2d: channels out. Embedding: dimension.</summary>
    public int Out { get; init; }

    /// <summary>Conv2d and MaxPool2d: side of the square window, in pixels.</summary>
    public int Kernel { get; init; }

    /// <summary>Conv2d and MaxPool2d: step of the window, in pixels.</summary>
    public int Stride { get; init; }

    /// <summary>Conv2d: rows and columns of zeros on every side.</summary>
    public int Padding { get; init; }

    /// <summary>Embedding: rows of the table; indices run from 0 to one less.</summary>
    public int Vocabulary { get; init; }

    /// <summary>
    /// Embedding: which of the input's features are indices, ascending; null for all of them. With columns given the output is the other
    /// features in their order, followed by each column's embedding.
    /// </summary>
    public IReadOnlyList<int>? Columns { get; init; }

    /// <summary>The layer's parameter tensors in the model's order.</summary>
    public IReadOnlyList<ParameterSpecification> Parameters { get; init; } = [];

    /// <summary>How errors name the layer, for example <c>layers[2] "fc1" (linear)</c>.</summary>
    public string Label => Describe(Index, Name, ModelSpecificationParser.TypeName(Kind));

    internal static string Describe(int index, string name, string type) =>
        name.Length == 0 ? $"layers[{index}] ({type})" : $"layers[{index}] \"{name}\" ({type})";
}

/// <summary>A parameter tensor of a model.</summary>
/// <param name="Name">Layer's name and <c>.weight</c> or <c>.bias</c>.</param>
/// <param name="Shape">Dimensions, slowest first.</param>
/// <param name="Offset">Where it begins in the flat parameter vector.</param>
public sealed record ParameterSpecification(string Name, IReadOnlyList<int> Shape, int Offset)
{
    /// <summary>Number of entries.</summary>
    public int Length { get; } = Shape.Aggregate(1, (product, dimension) => checked(product * dimension));
}

/// <summary>What training lowers.</summary>
public enum LossKind
{
    /// <summary>Softmax and negative log-likelihood of the label; mean over samples, in nats.</summary>
    CrossEntropy,

    /// <summary>Mean over samples and outputs of the squared difference to the targets.</summary>
    MeanSquaredError,
}
