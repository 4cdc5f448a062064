using System.Text;
using System.Text.RegularExpressions;
using Marketplace.Learning.Models;
using Marketplace.Learning.Storage;

namespace Marketplace.Learning.Export.PyTorch;

/// <summary>
/// A trained model for PyTorch: <c>model.safetensors</c> with its state_dict, and <c>model.py</c> with the module, what prepares its input, and
/// what loads it.
/// </summary>
public static partial class PyTorchFolder
{
    /// <summary>Name of the file with the weights.</summary>
    public const string WeightsFile = "model.safetensors";

    /// <summary>Name of the file with the code.</summary>
    public const string CodeFile = "model.py";

    /// <summary>The folder's files by name. The same model gives the same bytes.</summary>
    /// <exception cref="InvalidDataException">A layer is external; the message names it.</exception>
    /// <exception cref="NotSupportedException">A layer has no counterpart; the message names it.</exception>
    public static IReadOnlyDictionary<string, byte[]> Write(TrainedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.Model.RequireBuiltIn();
        var forward = new PythonForward();
        forward.Add(model.Model.Layers);
        Dictionary<string, string> keys = forward.Keys.ToDictionary(pair => pair.Parameter.Name, pair => pair.Key);
        List<SafetensorsTensor> tensors = TensorFiles.Split<float>(model.Model, model.Weights);
        byte[] weights = Safetensors.Write(
            [.. tensors.Select(tensor => tensor with { Name = keys[tensor.Name] })], new Dictionary<string, string> { ["format"] = "pt" });
        return new Dictionary<string, byte[]> { [WeightsFile] = weights, [CodeFile] = Encoding.ASCII.GetBytes(Code(model, forward)) };
    }

    private static string Code(TrainedModel model, PythonForward forward)
    {
        string template = model.Input.Schema is null ? PyTorchTemplate.Images : PyTorchTemplate.Table;
        string outputs = model.Model.Loss == LossKind.CrossEntropy ? PyTorchTemplate.Classes : PyTorchTemplate.Values;
        var parts = new Dictionary<string, string>
        {
            ["@about@"] = PythonText.Dictionary(model.Metadata()),
            ["@names@"] = PythonText.List(Enumerable.Range(0, model.Model.OutputSize).Select(model.OutputName)),
            ["@shape@"] = Shapes.Text(model.Model.Input),
            ["@modules@"] = Indented(forward.Modules),
            ["@steps@"] = Indented(forward.Steps),
            ["@prepare@"] = template,
            ["@outputs@"] = outputs,
        };
        // In one pass: what is put in may itself look like a place.
        return Places().Replace(PyTorchTemplate.Frame, place => parts[place.Value]);
    }

    [GeneratedRegex("@[a-z]+@")]
    private static partial Regex Places();

    private static string Indented(IEnumerable<string> lines) => string.Join('\n', lines.Select(line => $"        {line}"));
}
