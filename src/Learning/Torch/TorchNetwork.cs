using Marketplace.Learning.Models;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Marketplace.Learning.Torch;

/// <summary>A model's modules with its parameters in them, on a device.</summary>
internal sealed class TorchNetwork : IDisposable
{
    private readonly ModelSpecification _model;
    private readonly List<(Parameter Tensor, ParameterSpecification Place)> _parameters = [];

    /// <param name="model">The model.</param>
    /// <param name="weights">Its d parameters.</param>
    /// <param name="device">Where it computes.</param>
    /// <exception cref="InvalidDataException">The model has an external layer.</exception>
    public TorchNetwork(ModelSpecification model, ReadOnlySpan<float> weights, Device device)
    {
        model.RequireBuiltIn();
        if (weights.Length != model.ParameterCount)
            throw new ArgumentException($"There are {weights.Length} weights; the model has {model.ParameterCount} parameters.", nameof(weights));
        _model = model;
        var builder = new ModuleBuilder(Masks, device);
        Module = builder.Build(model.Layers);
        _parameters = builder.Parameters;
        using IDisposable quiet = no_grad();
        foreach ((Parameter parameter, ParameterSpecification place) in _parameters)
        {
            using Tensor values = Tensors.Copy(weights.Slice(place.Offset, place.Length), [.. place.Shape.Select(size => (long)size)]);
            parameter.copy_(values);
        }
    }

    public nn.Module<Tensor, Tensor> Module { get; }

    public IEnumerable<Parameter> Parameters => _parameters.Select(parameter => parameter.Tensor);

    /// <summary>What dropout layers draw from.</summary>
    public DropoutMasks Masks { get; } = new();

    public float[] ReadWeights()
    {
        var weights = new float[_model.ParameterCount];
        foreach ((Parameter parameter, ParameterSpecification place) in _parameters)
        {
            using Tensor values = parameter.detach().cpu().contiguous();
            values.data<float>().CopyTo(weights.AsSpan(place.Offset, place.Length));
        }

        return weights;
    }

    /// <summary>The loss as the model's document says; mean over a batch, or sum.</summary>
    public Tensor Loss(Tensor output, Tensor expected, nn.Reduction reduction) => _model.Loss == LossKind.CrossEntropy
        ? nn.functional.cross_entropy(output, expected, reduction: reduction)
        : nn.functional.mse_loss(output, expected.to(output.dtype), reduction);

    public void Dispose()
    {
        Module.Dispose();
        Masks.Dispose();
    }
}
