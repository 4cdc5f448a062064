using Marketplace.Learning.Models;

namespace Marketplace.Learning.Layers;

/// <summary>A parameter tensor before it has its place in the model.</summary>
/// <param name="Name">PyTorch's name of it within its layer.</param>
/// <param name="Initial">Its values at the start.</param>
/// <param name="Shape">Dimensions, slowest first.</param>
internal readonly record struct TensorPlan(string Name, InitialValues Initial, params int[] Shape)
{
    /// <summary>Weights that <paramref name="inputs"/> values meet in each output: uniform with variance 1/inputs.</summary>
    public static TensorPlan Weight(string name, int inputs, params int[] shape) => new(name, InitialValues.Uniform(inputs), shape);

    public static TensorPlan Zeros(string name, params int[] shape) => new(name, InitialValues.Zeros, shape);

    public static TensorPlan Ones(string name, params int[] shape) => new(name, InitialValues.Ones, shape);
}
