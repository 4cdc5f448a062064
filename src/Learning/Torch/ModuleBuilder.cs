using Marketplace.Learning.Layers;
using Marketplace.Learning.Models;
using TorchSharp;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Marketplace.Learning.Torch;

/// <summary>
/// Makes PyTorch's modules of a model's layers, on a device. The first dimension of every tensor is the batch; the others are the document's shapes.
/// </summary>
internal sealed class ModuleBuilder(DropoutMasks masks, Device device)
{
    /// <summary>The modules' parameters with the places that the document gives them.</summary>
    public List<(Parameter Tensor, ParameterSpecification Place)> Parameters { get; } = [];

    public nn.Module<Tensor, Tensor> Build(IReadOnlyList<Layer> layers) => new Chain([.. layers.Select(BuildLayer)]);

    private nn.Module<Tensor, Tensor> BuildLayer(Layer layer) => layer switch
    {
        Linear linear => Own(layer, nn.Linear(layer.Input[^1], linear.Out)),
        Conv2d conv => Own(layer, nn.Conv2d(layer.Input[0], conv.Out, (long)conv.Kernel, (long)conv.Stride, (long)conv.Padding)),
        Conv1d conv => Own(layer, nn.Conv1d(layer.Input[0], conv.Out, (long)conv.Kernel, (long)conv.Stride, (long)conv.Padding)),
        Activation activation => new Function(Of(activation.Kind)),
        Dropout dropout => new SeededDropout(dropout.Rate, masks),
        Pool2d { Average: true } pool => nn.AvgPool2d(pool.Size, pool.Stride),
        Pool2d pool => nn.MaxPool2d(pool.Size, pool.Stride),
        AdaptiveAvgPool2d pool => nn.AdaptiveAvgPool2d(pool.Size),
        GroupNorm norm => Own(layer, nn.GroupNorm(norm.Groups, layer.Input[0])),
        LayerNorm => Own(layer, nn.LayerNorm(layer.Input[^1])),
        Flatten => new Function(input => input.flatten(1)),
        Unflatten => new Function(input => input.reshape([input.shape[0], .. layer.Output.Select(size => (long)size)])),
        Transpose => new Function(input => input.transpose(1, 2)),
        SequenceMean => new Function(input => input.mean([1])),
        Embedding embedding => Pair(layer, new IndexedEmbedding(embedding, device)),
        PositionalEmbedding => Pair(layer, new AddedTable(layer.Input[0], layer.Input[1], device)),
        Recurrent recurrent => BuildRecurrent(recurrent),
        MultiheadAttention attention => BuildAttention(attention),
        TransformerEncoder encoder => BuildEncoder(encoder),
        Residual residual => BuildResidual(residual),
        _ => throw new NotSupportedException($"{layer.Label} has no module."),
    };

    private static Func<Tensor, Tensor> Of(ActivationKind kind) => kind switch
    {
        ActivationKind.Relu => input => nn.functional.relu(input),
        ActivationKind.Gelu => input => nn.functional.gelu(input),
        ActivationKind.Silu => input => nn.functional.silu(input),
        ActivationKind.Tanh => input => input.tanh(),
        ActivationKind.Sigmoid => input => input.sigmoid(),
        _ => throw new NotSupportedException($"There is no function {kind}."),
    };

    private nn.Module<Tensor, Tensor> BuildRecurrent(Recurrent layer)
    {
        if (layer.Kind == RecurrentKind.Lstm)
        {
            TorchSharp.Modules.LSTM lstm = Own(layer, nn.LSTM(layer.Input[1], layer.Hidden, layer.Layers, batchFirst: true));
            return new Function(
                input =>
                {
                    (Tensor output, Tensor hidden, Tensor cell) = lstm.forward(input);
                    hidden.Dispose();
                    cell.Dispose();
                    return Take(output);
                },
                lstm);
        }

        TorchSharp.Modules.GRU gru = Own(layer, nn.GRU(layer.Input[1], layer.Hidden, layer.Layers, batchFirst: true));
        return new Function(
            input =>
            {
                (Tensor output, Tensor hidden) = gru.forward(input);
                hidden.Dispose();
                return Take(output);
            },
            gru);

        Tensor Take(Tensor output) => layer.Last ? output.select(1, layer.Input[0] - 1) : output;
    }

    private Function BuildAttention(MultiheadAttention layer)
    {
        TorchSharp.Modules.MultiheadAttention attention = Own(layer, nn.MultiheadAttention(layer.Input[1], layer.Heads));
        return new Function(
            input =>
            {
                Tensor lengthFirst = input.transpose(0, 1);
                (Tensor output, _) = attention.forward(lengthFirst, lengthFirst, lengthFirst, null!, false, null!);
                return output.transpose(0, 1);
            },
            attention);
    }

    private Function BuildEncoder(TransformerEncoder layer)
    {
        nn.Activations activation = layer.Activation == ActivationKind.Gelu ? nn.Activations.GELU : nn.Activations.ReLU;
        using TorchSharp.Modules.TransformerEncoderLayer pattern = nn.TransformerEncoderLayer(
            layer.Input[1], layer.Heads, layer.FeedForward, dropout: 0, activation);
        TorchSharp.Modules.TransformerEncoder encoder = Own(layer, nn.TransformerEncoder(pattern, layer.Layers));
        return new Function(input => encoder.forward(input.transpose(0, 1), null!, null!).transpose(0, 1), encoder);
    }

    private Function BuildResidual(Residual layer)
    {
        nn.Module<Tensor, Tensor> body = Build(layer.Body);
        if (layer.Shortcut is null)
            return new Function(input => Tensors.Sum(body.forward(input), input), body);
        nn.Module<Tensor, Tensor> shortcut = Build(layer.Shortcut);
        return new Function(input => Tensors.Sum(body.forward(input), shortcut.forward(input)), body, shortcut);
    }

    /// <summary>
    /// Moves a module of the library to the device, and pairs its parameters only then: moving makes other parameters, and disposes of those that
    /// were there.
    /// </summary>
    private T Own<T>(Layer layer, T module)
        where T : nn.Module => Pair(layer, module.to(device));

    /// <summary>Pairs a module's parameters with the document's by name; both say the same shapes.</summary>
    private T Pair<T>(Layer layer, T module)
        where T : nn.Module
    {
        Dictionary<string, Parameter> own = module.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        if (own.Count != layer.Parameters.Count)
            throw new NotSupportedException($"{layer.Label}: the module has {own.Count} parameters; the document has {layer.Parameters.Count}.");
        foreach (ParameterSpecification place in layer.Parameters)
        {
            string name = own.Keys.Single(key => place.Name.EndsWith($".{key}", StringComparison.Ordinal));
            Parameter parameter = own[name];
            if (!parameter.shape.SequenceEqual(place.Shape.Select(size => (long)size)))
            {
                throw new NotSupportedException(
                    $"{layer.Label}: {name} is [{string.Join(", ", parameter.shape)}]; the document says {Shapes.Text(place.Shape)}.");
            }

            Parameters.Add((parameter, place));
        }

        return module;
    }
}
