using System.Text.Json.Serialization;
using Marketplace.Learning.Models;

namespace Marketplace.Learning.Layers;

/// <summary>
/// body(x) + shortcut(x) (He et al., 2016). Names of parameters begin with the block's name; those of the shortcut with its name and <c>shortcut</c>.
/// </summary>
/// <param name="Body">The layers that learn the difference.</param>
/// <param name="Shortcut">Layers beside them, where the shape changes; null adds the input itself.</param>
public sealed record Residual([property: JsonPropertyName("layers")] IReadOnlyList<Layer> Body, IReadOnlyList<Layer>? Shortcut) : Layer
{
    /// <inheritdoc/>
    public override IEnumerable<Layer> Inner => Body.Concat(Shortcut ?? []);

    internal static Layer Read(LayerReader reader)
    {
        IReadOnlyList<Layer> body = reader.Layers("layers", isRequired: true)!;
        IReadOnlyList<Layer>? shortcut = reader.Layers("shortcut", "shortcut.");
        IReadOnlyList<int> output = body[^1].Output, beside = shortcut?[^1].Output ?? reader.Input;
        if (!output.SequenceEqual(beside))
        {
            string remedy = shortcut is null ? "give it a \"shortcut\" of layers that bring the input to that shape" : "make them equal";
            throw reader.Error($"the layers give {Shapes.Text(output)}, the shortcut {Shapes.Text(beside)}; {remedy}.");
        }

        return reader.Place(new Residual(body, shortcut), output);
    }
}
