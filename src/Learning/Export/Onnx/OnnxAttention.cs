using Marketplace.Learning.Layers;
using Marketplace.Learning.Models;

namespace Marketplace.Learning.Export.Onnx;

/// <summary>Self-attention and what is built of it, from products and softmax (Vaswani et al., 2017).</summary>
internal sealed class OnnxAttention(OnnxGraph graph, OnnxLayers layers)
{
    public string Add(MultiheadAttention layer, string input) => Attend(input, layer.Input, layer.Heads, layer.Parameters);

    public string Add(TransformerEncoder layer, string input)
    {
        int count = layer.Parameters.Count / layer.Layers;
        for (int k = 0; k < layer.Layers; k++)
        {
            // In the document's order: attention, linear1, linear2, norm1, norm2, each a weight and a bias.
            ParameterSpecification[] own = [.. layer.Parameters.Skip(k * count).Take(count)];
            string attended = graph.Node("Add", [input, Attend(input, layer.Input, layer.Heads, own[..4])]);
            string first = layers.LayerNormalization(attended, 3, own[8], own[9]);
            string between = layers.Function(layer.Activation, layers.Affine(first, own[4], own[5]));
            string fed = graph.Node("Add", [first, layers.Affine(between, own[6], own[7])]);
            input = layers.LayerNormalization(fed, 3, own[10], own[11]);
        }

        return input;
    }

    private string Attend(string input, IReadOnlyList<int> shape, int heads, IReadOnlyList<ParameterSpecification> parameters)
    {
        int length = shape[0], features = shape[1], width = features / heads;
        string projected = layers.Affine(input, parameters[0], parameters[1]);
        string[] parts = graph.Nodes(
            "Split", [projected, graph.Integers(features, features, features)], outputs: 3, new OnnxAttribute("axis", 2));
        string Heads(string part, int[] order) =>
            graph.Node("Transpose", [graph.Reshape(part, length, heads, width)], new OnnxAttribute("perm", order));
        string queries = Heads(parts[0], [0, 2, 1, 3]), keys = Heads(parts[1], [0, 2, 3, 1]), values = Heads(parts[2], [0, 2, 1, 3]);
        string scores = graph.Node("Mul", [graph.Node("MatMul", [queries, keys]), graph.Constant([(float)(1 / Math.Sqrt(width))])]);
        string weights = graph.Node("Softmax", [scores], new OnnxAttribute("axis", 3));
        string mixed = graph.Node("Transpose", [graph.Node("MatMul", [weights, values])], new OnnxAttribute("perm", new[] { 0, 2, 1, 3 }));
        return layers.Affine(graph.Reshape(mixed, length, features), parameters[2], parameters[3]);
    }
}
