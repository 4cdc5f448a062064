using System.Text;
using Marketplace.Learning.Layers;
using Marketplace.Learning.Storage;

namespace Marketplace.Learning.Models;

/// <summary>A model document while somebody writes it: what could be read, and the first thing that is wrong.</summary>
/// <param name="Layers">The layers that are in order, up to the first that is not; those within a layer before it.</param>
/// <param name="Fault">Path of the layer that is wrong, for example <c>model.layers[2]</c>; null where none is, or no layer is to blame.</param>
/// <param name="Problem">Why it is no model yet, as <see cref="ModelSpecification.Parse(string)"/> says it; null when it is one.</param>
public sealed record ModelOutline(IReadOnlyList<Layer> Layers, string? Fault, string? Problem)
{
    /// <summary>Values of the layers' parameters together.</summary>
    public int ParameterCount => Layers.Sum(layer => layer.Parameters.Sum(parameter => parameter.Length));

    /// <summary>What is wrong, without naming the layer; for whoever is shown it beside the layer.</summary>
    public string? Complaint
    {
        get
        {
            bool isNamed = Fault is not null && Problem!.StartsWith(Fault, StringComparison.Ordinal);
            int begin = isNamed ? Problem!.IndexOf(": ", StringComparison.Ordinal) : -1;
            return begin < 0 ? Problem : Problem![(begin + 2)..];
        }
    }

    /// <summary>Reads a document as far as it goes.</summary>
    /// <param name="json">The document, right or not.</param>
    public static ModelOutline Of(string json)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        if (bytes.Length > ModelSpecification.MaxDocumentBytes)
            return new([], null, $"The model has {bytes.Length} bytes; at most {ModelSpecification.MaxDocumentBytes} are read.");
        try
        {
            return StrictJson.Read(bytes, "The model document", ModelReader.Outline);
        }
        catch (InvalidDataException e)
        {
            return new([], null, e.Message);
        }
    }

    /// <summary>The layer at a place of the document; null where it could not be read.</summary>
    /// <param name="path">For example <c>model.layers[2]</c>.</param>
    public Layer? Find(string path) => Layers.FirstOrDefault(layer => layer.Path == path);
}
