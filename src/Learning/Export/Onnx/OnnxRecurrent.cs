using Marketplace.Learning.Layers;
using Marketplace.Learning.Models;

namespace Marketplace.Learning.Export.Onnx;

/// <summary>LSTM and GRU. PyTorch and ONNX have the same equations with the gates in another order.</summary>
internal sealed class OnnxRecurrent(OnnxGraph graph)
{
    /// <summary>ONNX's input, output, forget, cell among PyTorch's input, forget, cell, output.</summary>
    private static readonly int[] LstmGates = [0, 3, 1, 2];

    /// <summary>ONNX's update, reset, hidden among PyTorch's reset, update, new.</summary>
    private static readonly int[] GruGates = [1, 0, 2];

    public string Add(Recurrent layer, string input)
    {
        bool lstm = layer.Kind == RecurrentKind.Lstm;
        int[] gates = lstm ? LstmGates : GruGates;
        string lengthFirst = graph.Node("Transpose", [input], new OnnxAttribute("perm", new[] { 1, 0, 2 }));
        for (int k = 0; k < layer.Layers; k++)
        {
            ParameterSpecification[] own = [.. layer.Parameters.Skip(4 * k).Take(4)];
            float[] biases = [.. Reordered(own[2], gates), .. Reordered(own[3], gates)];
            string[] inputs =
            [
                lengthFirst,
                graph.Constant(Reordered(own[0], gates), [1, .. own[0].Shape]),
                graph.Constant(Reordered(own[1], gates), [1, .. own[1].Shape]),
                graph.Constant(biases, 1, biases.Length),
            ];
            OnnxAttribute hidden = new("hidden_size", layer.Hidden);
            // PyTorch multiplies by the reset gate behind the product with the hidden weights.
            string states = lstm
                ? graph.Node("LSTM", inputs, hidden)
                : graph.Node("GRU", inputs, hidden, new OnnxAttribute("linear_before_reset", 1));
            lengthFirst = graph.Node("Squeeze", [states, graph.Integers(1)]); // one direction
        }

        return layer.Last
            ? graph.Node("Gather", [lengthFirst, graph.Index(layer.Input[0] - 1)], new OnnxAttribute("axis", 0))
            : graph.Node("Transpose", [lengthFirst], new OnnxAttribute("perm", new[] { 1, 0, 2 }));
    }

    private float[] Reordered(ParameterSpecification parameter, int[] gates)
    {
        ReadOnlySpan<float> values = graph.Values(parameter);
        int size = values.Length / gates.Length;
        var reordered = new float[values.Length];
        for (int i = 0; i < gates.Length; i++)
            values.Slice(gates[i] * size, size).CopyTo(reordered.AsSpan(i * size));
        return reordered;
    }
}
