using Marketplace.Learning.Models;
using Marketplace.Learning.Storage;

namespace Marketplace.Learning.Export.Onnx;

/// <summary>A trained model for every program that runs ONNX (https://onnx.ai): operator set 17, float32, any batch.</summary>
public static class OnnxFile
{
    /// <summary>The input: samples in the model's input shape, prepared as the metadata <c>input</c> says.</summary>
    public const string Input = "input";

    /// <summary>The model's raw outputs: logits of a classifier, values otherwise.</summary>
    public const string Outputs = "outputs";

    /// <summary>Of a classifier, the classes' probabilities.</summary>
    public const string Probabilities = "probabilities";

    private const int IrVersion = 8, OperatorSet = 17;

    /// <summary>Writes the file. The same model gives the same bytes.</summary>
    /// <exception cref="InvalidDataException">A layer is external; the message names it.</exception>
    /// <exception cref="NotSupportedException">A layer has no counterpart; the message names it.</exception>
    public static byte[] Write(TrainedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.Model.RequireBuiltIn();
        var graph = new OnnxGraph(model.Weights);
        graph.Output(Outputs, "Identity", new OnnxLayers(graph).Add(model.Model.Layers, Input));
        IReadOnlyList<int> shape = [model.Model.OutputSize];
        List<(string, IReadOnlyList<int>)> outputs = [(Outputs, shape)];
        if (model.Model.Loss == LossKind.CrossEntropy)
        {
            graph.Output(Probabilities, "Softmax", Outputs, new OnnxAttribute("axis", 1));
            outputs.Add((Probabilities, shape));
        }

        OnnxMessage file = new OnnxMessage()
            .Add(1, (long)IrVersion)
            .Add(2, "Marketplace")
            .Add(6, model.Origin.Title)
            .Add(7, graph.ToMessage("model", (Input, model.Model.Input), [.. outputs]))
            .Add(8, new OnnxMessage().Add(1, "").Add(2, (long)OperatorSet));
        foreach ((string key, string value) in model.Metadata().OrderBy(pair => pair.Key, StringComparer.Ordinal))
            file.Add(14, new OnnxMessage().Add(1, key).Add(2, value));
        return file.ToArray();
    }
}
