using Marketplace.Learning.Layers;
using Marketplace.Learning.Models;

namespace Marketplace.Learning.Export.Onnx;

/// <summary>A model's layers as nodes of ONNX's operators, set 17. What each computes is what training computed.</summary>
internal sealed class OnnxLayers(OnnxGraph graph)
{
    /// <summary>PyTorch's default, with which models are trained.</summary>
    private const float Epsilon = 1e-5f;

    /// <summary>Adds layers one after another.</summary>
    /// <returns>The name of the last one's output.</returns>
    public string Add(IEnumerable<Layer> layers, string input) => layers.Aggregate(input, (value, layer) => Add(layer, value));

    /// <summary>y = x·Wᵀ + b on the last dimension.</summary>
    public string Affine(string input, ParameterSpecification weight, ParameterSpecification bias)
    {
        string transposed = graph.Node("Transpose", [graph.Parameter(weight)], new OnnxAttribute("perm", new[] { 1, 0 }));
        return graph.Node("Add", [graph.Node("MatMul", [input, transposed]), graph.Parameter(bias)]);
    }

    /// <summary>Normalizes the last of <paramref name="rank"/> dimensions, the batch counted.</summary>
    public string LayerNormalization(string input, int rank, ParameterSpecification weight, ParameterSpecification bias) => graph.Node(
        "LayerNormalization", [input, graph.Parameter(weight), graph.Parameter(bias)],
        new OnnxAttribute("axis", rank - 1), new OnnxAttribute("epsilon", Epsilon));

    /// <summary>A function of each value.</summary>
    public string Function(ActivationKind kind, string input) => kind switch
    {
        ActivationKind.Relu => graph.Node("Relu", [input]),
        ActivationKind.Tanh => graph.Node("Tanh", [input]),
        ActivationKind.Sigmoid => graph.Node("Sigmoid", [input]),
        ActivationKind.Silu => graph.Node("Mul", [input, graph.Node("Sigmoid", [input])]),
        ActivationKind.Gelu => Gelu(input),
        _ => throw new NotSupportedException($"ONNX has no function {kind}."),
    };

    private string Add(Layer layer, string input) => layer switch
    {
        Linear => Affine(input, layer.Parameters[0], layer.Parameters[1]),
        Conv1d conv => Convolution(layer, input, conv.Kernel, conv.Stride, conv.Padding, dimensions: 1),
        Conv2d conv => Convolution(layer, input, conv.Kernel, conv.Stride, conv.Padding, dimensions: 2),
        Activation activation => Function(activation.Kind, input),
        Dropout => input, // it acts in training alone
        Pool2d pool => graph.Node(
            pool.Average ? "AveragePool" : "MaxPool", [input],
            new OnnxAttribute("kernel_shape", new[] { pool.Size, pool.Size }), new OnnxAttribute("strides", new[] { pool.Stride, pool.Stride })),
        AdaptiveAvgPool2d pool => WindowMeans(layer, input, pool.Size),
        GroupNorm norm => GroupNormalization(layer, input, norm.Groups),
        LayerNorm => LayerNormalization(input, layer.Input.Count + 1, layer.Parameters[0], layer.Parameters[1]),
        Flatten or Unflatten => graph.Reshape(input, [.. layer.Output]),
        Transpose => graph.Node("Transpose", [input], new OnnxAttribute("perm", new[] { 0, 2, 1 })),
        SequenceMean => graph.Node("ReduceMean", [input], new OnnxAttribute("axes", new[] { 1 }), new OnnxAttribute("keepdims", 0)),
        Embedding embedding => Rows(embedding, input),
        PositionalEmbedding => graph.Node("Add", [input, graph.Parameter(layer.Parameters[0])]),
        Recurrent recurrent => new OnnxRecurrent(graph).Add(recurrent, input),
        MultiheadAttention attention => new OnnxAttention(graph, this).Add(attention, input),
        TransformerEncoder encoder => new OnnxAttention(graph, this).Add(encoder, input),
        Residual residual => graph.Node("Add", [Add(residual.Body, input), Add(residual.Shortcut ?? [], input)]),
        _ => throw new NotSupportedException($"{layer.Label} cannot be written as ONNX; export to pytorch."),
    };

    /// <summary>x/2·(1 + erf(x/√2)).</summary>
    private string Gelu(string input)
    {
        string error = graph.Node("Erf", [graph.Node("Mul", [input, graph.Constant([(float)Math.Sqrt(0.5)])])]);
        string twice = graph.Node("Mul", [input, graph.Node("Add", [error, graph.Constant([1])])]);
        return graph.Node("Mul", [twice, graph.Constant([0.5f])]);
    }

    private string Convolution(Layer layer, string input, int kernel, int stride, int padding, int dimensions) => graph.Node(
        "Conv", [input, graph.Parameter(layer.Parameters[0]), graph.Parameter(layer.Parameters[1])],
        new OnnxAttribute("kernel_shape", Repeat(kernel, dimensions)),
        new OnnxAttribute("strides", Repeat(stride, dimensions)),
        new OnnxAttribute("pads", Repeat(padding, 2 * dimensions)));

    /// <summary>ONNX has no adaptive pooling: the means are products with a matrix of shares from the left and from the right.</summary>
    private string WindowMeans(Layer layer, string input, int size)
    {
        int height = layer.Input[1], width = layer.Input[2];
        string rows = graph.Constant(Shares(size, height), size, height);
        string columns = graph.Node(
            "Transpose", [graph.Constant(Shares(size, width), size, width)], new OnnxAttribute("perm", new[] { 1, 0 }));
        return graph.Node("MatMul", [rows, graph.Node("MatMul", [input, columns])]);
    }

    /// <summary>Row i has 1/n at the n places of PyTorch's window i: from ⌊i·length/size⌋ to before ⌈(i + 1)·length/size⌉.</summary>
    private static float[] Shares(int size, int length)
    {
        var shares = new float[size * length];
        for (int i = 0; i < size; i++)
        {
            int begin = (int)((long)i * length / size), end = (int)(((long)(i + 1) * length + size - 1) / size);
            shares.AsSpan(i * length + begin, end - begin).Fill(1f / (end - begin));
        }

        return shares;
    }

    /// <summary>Groups of channels become the channels of an instance normalization; scales and shifts are by channel and come after it.</summary>
    private string GroupNormalization(Layer layer, string input, int groups)
    {
        int channels = layer.Input[0];
        float[] ones = [.. Enumerable.Repeat(1f, groups)];
        string grouped = graph.Reshape(input, groups, layer.Input.Aggregate(1, (product, size) => product * size) / groups);
        string normal = graph.Node(
            "InstanceNormalization", [grouped, graph.Constant(ones, groups), graph.Constant(new float[groups], groups)],
            new OnnxAttribute("epsilon", Epsilon));
        string back = graph.Reshape(normal, [.. layer.Input]);
        int[] perChannel = [channels, .. Repeat(1, layer.Input.Count - 1)];
        string Spread(ParameterSpecification parameter) => graph.Node("Reshape", [graph.Parameter(parameter), graph.Integers(perChannel)]);
        return graph.Node("Add", [graph.Node("Mul", [back, Spread(layer.Parameters[0])]), Spread(layer.Parameters[1])]);
    }

    /// <summary>Columns that hold indices become rows of the table; the others pass, and come first.</summary>
    private string Rows(Embedding layer, string input)
    {
        int[] all = [.. Enumerable.Range(0, layer.Input[0])], indexed = [.. layer.Columns ?? all], passed = [.. all.Except(indexed)];
        string indices = graph.Node("Cast", [Columns(input, indexed)], new OnnxAttribute("to", 7)); // int64
        string rows = graph.Node("Gather", [graph.Parameter(layer.Parameters[0]), indices], new OnnxAttribute("axis", 0));
        if (layer.Sequence)
            return rows;
        string flat = graph.Reshape(rows, indexed.Length * layer.Dimension);
        return passed.Length == 0 ? flat : graph.Node("Concat", [Columns(input, passed), flat], new OnnxAttribute("axis", 1));
    }

    private string Columns(string input, int[] columns) =>
        graph.Node("Gather", [input, graph.Integers(columns)], new OnnxAttribute("axis", 1));

    private static int[] Repeat(int value, int times) => [.. Enumerable.Repeat(value, times)];
}
