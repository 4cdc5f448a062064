using Marketplace.Learning.Layers;

namespace Marketplace.Protocol.ModelCards;

/// <summary>A layer as a line of a model card.</summary>
/// <param name="Depth">In how many blocks it lies.</param>
/// <param name="Type">The document's word for its kind.</param>
/// <param name="Name">Its name; empty for a layer that has none.</param>
/// <param name="Output">Shape of one sample that comes out.</param>
/// <param name="Parameters">How many parameters it has of its own.</param>
public sealed record LayerLine(int Depth, string Type, string Name, IReadOnlyList<int> Output, long Parameters)
{
    /// <summary>The lines of layers, first to last, each block before the layers in it.</summary>
    public static IEnumerable<LayerLine> Of(IEnumerable<Layer> layers, int depth = 0) => layers.SelectMany(layer => Of(layer.Inner, depth + 1)
        .Prepend(new LayerLine(depth, layer.Type, layer.Name, layer.Output, layer.Parameters.Sum(parameter => (long)parameter.Length))));
}
