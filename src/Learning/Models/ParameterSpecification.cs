namespace Marketplace.Learning.Models;

/// <summary>A parameter tensor of a model.</summary>
/// <param name="Name">The layer's name, with those of the blocks around it, and PyTorch's name of the tensor, for example <c>fc1.weight</c>.</param>
/// <param name="Shape">Dimensions, slowest first.</param>
/// <param name="Offset">Where it begins in the flat parameter vector.</param>
/// <param name="Initial">Its values at the start.</param>
public sealed record ParameterSpecification(string Name, IReadOnlyList<int> Shape, int Offset, InitialValues Initial)
{
    /// <summary>Number of entries.</summary>
    public int Length { get; } = Shape.Aggregate(1, (product, dimension) => checked(product * dimension));
}

/// <summary>What a tensor holds before training: uniform values in ±<paramref name="Bound"/> around a constant.</summary>
/// <param name="Center">The constant.</param>
/// <param name="Bound">Largest distance from it; 0 where nothing is drawn.</param>
public readonly record struct InitialValues(float Center, double Bound)
{
    /// <summary>All 0: biases.</summary>
    public static InitialValues Zeros => default;

    /// <summary>All 1: scales.</summary>
    public static InitialValues Ones => new(1, 0);

    /// <summary>Variance 1/inputs (LeCun et al., "Efficient BackProp", 1998).</summary>
    public static InitialValues Uniform(int inputs) => new(0, BoundFor(inputs));

    /// <summary>The bound by which <see cref="Uniform"/> has its variance.</summary>
    internal static double BoundFor(double inputs) => Math.Sqrt(3.0 / inputs);
}

/// <summary>What training lowers.</summary>
public enum LossKind
{
    /// <summary>Softmax and negative log-likelihood of the label; mean over samples, in nats.</summary>
    CrossEntropy,

    /// <summary>Mean over samples and outputs of the squared difference to the targets.</summary>
    MeanSquaredError,
}
