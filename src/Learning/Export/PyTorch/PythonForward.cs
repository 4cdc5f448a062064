using System.Globalization;
using Marketplace.Learning.Layers;
using Marketplace.Learning.Models;

namespace Marketplace.Learning.Export.PyTorch;

/// <summary>
/// A model's layers as lines of Python: what <c>__init__</c> makes and what <c>forward</c> computes. Only names from a fixed set of characters and
/// numbers of a checked document go into them.
/// </summary>
internal sealed class PythonForward
{
    private readonly HashSet<string> _attributes = new(StringComparer.Ordinal);
    private int _kept;

    /// <summary>The modules, as the lines that make them.</summary>
    public List<string> Modules { get; } = [];

    /// <summary>The steps from <c>x</c> to <c>x</c>.</summary>
    public List<string> Steps { get; } = [];

    /// <summary>Each parameter's name in the module's state_dict.</summary>
    public List<(ParameterSpecification Parameter, string Key)> Keys { get; } = [];

    /// <param name="scope">What the names of parameters begin with, as the document's blocks nest.</param>
    public void Add(IEnumerable<Layer> layers, string scope = "")
    {
        foreach (Layer layer in layers)
            Add(layer, scope);
    }

    private void Add(Layer layer, string scope)
    {
        switch (layer)
        {
            case Linear linear:
                Call(layer, scope, $"nn.Linear({layer.Input[^1]}, {linear.Out})");
                break;
            case Conv1d conv:
                Call(layer, scope, $"nn.Conv1d({layer.Input[0]}, {conv.Out}, {conv.Kernel}, stride={conv.Stride}, padding={conv.Padding})");
                break;
            case Conv2d conv:
                Call(layer, scope, $"nn.Conv2d({layer.Input[0]}, {conv.Out}, {conv.Kernel}, stride={conv.Stride}, padding={conv.Padding})");
                break;
            case GroupNorm norm:
                Call(layer, scope, $"nn.GroupNorm({norm.Groups}, {layer.Input[0]})");
                break;
            case LayerNorm:
                Call(layer, scope, $"nn.LayerNorm({layer.Input[^1]})");
                break;
            case Activation activation:
                Step(layer, $"x = {Function(activation.Kind)}(x)");
                break;
            case Dropout dropout:
                Step(layer, $"x = F.dropout(x, {dropout.Rate.ToString("R", CultureInfo.InvariantCulture)}, self.training)");
                break;
            case Pool2d pool:
                Step(layer, $"x = F.{(pool.Average ? "avg" : "max")}_pool2d(x, {pool.Size}, {pool.Stride})");
                break;
            case AdaptiveAvgPool2d pool:
                Step(layer, $"x = F.adaptive_avg_pool2d(x, {pool.Size})");
                break;
            case Flatten:
                Step(layer, "x = x.flatten(1)");
                break;
            case Unflatten:
                Step(layer, $"x = x.reshape(x.shape[0], {string.Join(", ", layer.Output)})");
                break;
            case Transpose:
                Step(layer, "x = x.transpose(1, 2)");
                break;
            case SequenceMean:
                Step(layer, "x = x.mean(1)");
                break;
            case Embedding embedding:
                AddEmbedding(embedding, scope);
                break;
            case PositionalEmbedding:
                Step(layer, $"x = x + self.{Make(layer, scope, $"nn.Embedding({layer.Input[0]}, {layer.Input[1]})")}.weight");
                break;
            case Recurrent recurrent:
                string cell = recurrent.Kind == RecurrentKind.Lstm ? "LSTM" : "GRU";
                string module = $"nn.{cell}({layer.Input[1]}, {recurrent.Hidden}, num_layers={recurrent.Layers}, batch_first=True)";
                Step(layer, $"x, _ = self.{Make(layer, scope, module)}(x)");
                if (recurrent.Last)
                    Steps.Add("x = x[:, -1]");
                break;
            case MultiheadAttention attention:
                string made = Make(layer, scope, $"nn.MultiheadAttention({layer.Input[1]}, {attention.Heads}, batch_first=True)");
                Step(layer, $"x, _ = self.{made}(x, x, x, need_weights=False)");
                break;
            case TransformerEncoder encoder:
                string kind = encoder.Activation == ActivationKind.Gelu ? "gelu" : "relu";
                string one = $"nn.TransformerEncoderLayer({layer.Input[1]}, {encoder.Heads}, {encoder.FeedForward}, dropout=0.0, "
                    + $"activation=\"{kind}\", batch_first=True)";
                Call(layer, scope, $"nn.TransformerEncoder({one}, {encoder.Layers}, enable_nested_tensor=False)");
                break;
            case Residual residual:
                AddResidual(residual, scope);
                break;
            default:
                throw new NotSupportedException($"{layer.Label} cannot be written as PyTorch; export to onnx.");
        }
    }

    private void AddEmbedding(Embedding layer, string scope)
    {
        int[] all = [.. Enumerable.Range(0, layer.Input[0])], indexed = [.. layer.Columns ?? all], passed = [.. all.Except(indexed)];
        string made = Make(layer, scope, $"nn.Embedding({layer.Vocabulary}, {layer.Dimension})");
        string rows = $"self.{made}({(layer.Columns is null ? "x" : $"x[:, {Shapes.Text(indexed)}]")}.long())";
        Step(layer, layer.Sequence ? $"x = {rows}"
            : passed.Length == 0 ? $"x = {rows}.flatten(1)"
            : $"x = torch.cat([x[:, {Shapes.Text(passed)}], {rows}.flatten(1)], 1)");
    }

    private void AddResidual(Residual layer, string scope)
    {
        string kept = $"kept{_kept++}", body = $"body{_kept++}";
        Step(layer, $"{kept} = x");
        Add(layer.Body, $"{scope}{layer.Name}.");
        if (layer.Shortcut is null)
        {
            Steps.Add($"x = x + {kept}");
            return;
        }

        Steps.Add($"{body}, x = x, {kept}");
        Add(layer.Shortcut, $"{scope}{layer.Name}.shortcut.");
        Steps.Add($"x = {body} + x");
    }

    private void Call(Layer layer, string scope, string module) => Step(layer, $"x = self.{Make(layer, scope, module)}(x)");

    private void Step(Layer layer, string line) => Steps.Add($"{line}  # {layer.Type}, gives {Shapes.Text(layer.Output)}");

    /// <summary>Makes a module under a name that neither Python nor torch.nn.Module has for itself.</summary>
    private string Make(Layer layer, string scope, string module)
    {
        string path = $"{scope}{layer.Name}", wanted = $"layer_{path.Replace('.', '_')}", attribute = wanted;
        for (int i = 2; !_attributes.Add(attribute); i++)
            attribute = $"{wanted}_{i}";
        Modules.Add($"self.{attribute} = {module}");
        foreach (ParameterSpecification parameter in layer.Parameters)
            Keys.Add((parameter, $"{attribute}{parameter.Name[path.Length..]}"));
        return attribute;
    }

    private static string Function(ActivationKind kind) => kind switch
    {
        ActivationKind.Relu => "F.relu",
        ActivationKind.Gelu => "F.gelu",
        ActivationKind.Silu => "F.silu",
        ActivationKind.Tanh => "torch.tanh",
        ActivationKind.Sigmoid => "torch.sigmoid",
        _ => throw new NotSupportedException($"PyTorch has no function {kind}."),
    };
}
