using System.Runtime.InteropServices;
using Marketplace.Learning.Models;

namespace Marketplace.Learning.Export.Onnx;

/// <summary>A computation as it grows, node by node. Values are known by their names; the first dimension of each is the batch.</summary>
/// <param name="weights">All d parameters in the model's order.</param>
internal sealed class OnnxGraph(float[] weights)
{
    private const int Float = 1, Int64 = 7;

    private readonly OnnxMessage _graph = new();
    private int _nodes;
    private int _constants;

    /// <summary>Adds a node with one output.</summary>
    /// <returns>The output's name.</returns>
    public string Node(string operation, IEnumerable<string> inputs, params ReadOnlySpan<OnnxAttribute> attributes) =>
        Nodes(operation, inputs, outputs: 1, attributes)[0];

    /// <summary>Adds a node with several outputs.</summary>
    /// <returns>Their names.</returns>
    public string[] Nodes(string operation, IEnumerable<string> inputs, int outputs, params ReadOnlySpan<OnnxAttribute> attributes)
    {
        int number = _nodes++;
        string[] names = [.. Enumerable.Range(0, outputs).Select(i => $"{operation}_{number}_{i}")];
        AddNode(operation, inputs, names, attributes);
        return names;
    }

    /// <summary>Adds a node whose output has a name of its own.</summary>
    public void Output(string name, string operation, string input, params ReadOnlySpan<OnnxAttribute> attributes) =>
        AddNode(operation, [input], [name], attributes);

    /// <summary>Adds the values of a parameter tensor under the model's name.</summary>
    public string Parameter(ParameterSpecification parameter)
    {
        AddTensor(parameter.Name, Float, parameter.Shape, MemoryMarshal.AsBytes(Values(parameter)));
        return parameter.Name;
    }

    /// <summary>A parameter tensor's values.</summary>
    public ReadOnlySpan<float> Values(ParameterSpecification parameter) => weights.AsSpan(parameter.Offset, parameter.Length);

    /// <summary>Adds numbers that no training has made.</summary>
    public string Constant(ReadOnlySpan<float> values, params int[] shape)
    {
        string name = $"constant_{_constants++}";
        AddTensor(name, Float, shape, MemoryMarshal.AsBytes(values));
        return name;
    }

    /// <summary>Adds integers: a shape, axes, or indices.</summary>
    public string Integers(params int[] values)
    {
        string name = $"constant_{_constants++}";
        long[] wide = [.. values.Select(value => (long)value)];
        AddTensor(name, Int64, [values.Length], MemoryMarshal.AsBytes(wide.AsSpan()));
        return name;
    }

    /// <summary>Adds one integer without dimensions.</summary>
    public string Index(int value)
    {
        string name = $"constant_{_constants++}";
        AddTensor(name, Int64, [], MemoryMarshal.AsBytes(new[] { (long)value }.AsSpan()));
        return name;
    }

    /// <summary>The same values in another shape of a sample.</summary>
    public string Reshape(string input, params ReadOnlySpan<int> sample) =>
        Node("Reshape", [input, Integers([0, .. sample])]); // 0 keeps the batch

    /// <summary>The whole graph.</summary>
    /// <param name="input">Name and sample shape.</param>
    /// <param name="outputs">Names and sample shapes.</param>
    public OnnxMessage ToMessage(string name, (string Name, IReadOnlyList<int> Shape) input, (string Name, IReadOnlyList<int> Shape)[] outputs)
    {
        _graph.Add(2, name).Add(11, ValueInfo(input.Name, input.Shape));
        foreach ((string output, IReadOnlyList<int> shape) in outputs)
            _graph.Add(12, ValueInfo(output, shape));
        return _graph;
    }

    private static OnnxMessage ValueInfo(string name, IReadOnlyList<int> sample)
    {
        OnnxMessage shape = new OnnxMessage().Add(1, new OnnxMessage().Add(2, "batch"));
        foreach (int dimension in sample)
            shape.Add(1, new OnnxMessage().Add(1, (long)dimension));
        OnnxMessage tensor = new OnnxMessage().Add(1, (long)Float).Add(2, shape);
        return new OnnxMessage().Add(1, name).Add(2, new OnnxMessage().Add(1, tensor));
    }

    private void AddNode(string operation, IEnumerable<string> inputs, string[] outputs, ReadOnlySpan<OnnxAttribute> attributes)
    {
        var node = new OnnxMessage();
        foreach (string input in inputs)
            node.Add(1, input);
        foreach (string output in outputs)
            node.Add(2, output);
        node.Add(3, $"node_{outputs[0]}").Add(4, operation);
        foreach (OnnxAttribute attribute in attributes)
            node.Add(5, attribute.ToMessage());
        _graph.Add(1, node);
    }

    private void AddTensor(string name, int type, IReadOnlyList<int> shape, ReadOnlySpan<byte> data)
    {
        var tensor = new OnnxMessage();
        foreach (int dimension in shape)
            tensor.Add(1, (long)dimension);
        _graph.Add(5, tensor.Add(2, (long)type).Add(8, name).Add(9, data));
    }
}
