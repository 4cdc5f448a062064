using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Learning.Models;

namespace Marketplace.Learning.Layers;

/// <summary>A kind of layer as a model document may have it. It is what its own reader asks for: nothing is said twice.</summary>
/// <param name="Type">The document's word for it, for example <c>conv2d</c>.</param>
/// <param name="Members">What a layer of the kind may say, in the order in which it is read.</param>
/// <param name="IsNamed">Whether it has parameters, so that it needs a name.</param>
/// <param name="Least">The least that such a layer says: its type, and a value for every member that it must have.</param>
public sealed record LayerKind(string Type, IReadOnlyList<LayerMember> Members, bool IsNamed, JsonObject Least)
{
    private const int Side = 8;

    /// <summary>Inputs of every rank, small enough for any layer and large enough for its least window.</summary>
    private static readonly int[][] Inputs = [[Side], [Side, Side], [Side, Side, Side]];

    private static readonly Lazy<Dictionary<string, LayerKind>> Kinds =
        new(() => LayerTypes.Records.Keys.ToDictionary(type => type, Ask, StringComparer.Ordinal));

    /// <summary>All kinds, by their words.</summary>
    public static IReadOnlyDictionary<string, LayerKind> All => Kinds.Value;

    /// <summary>Has the kind's reader read a layer that says nothing, then one that says what was missing, until it asks for no more.</summary>
    private static LayerKind Ask(string type) => Inputs.Select(input => Ask(type, input)).MaxBy(kind => (kind.IsNamed, kind.Members.Count))!;

    private static LayerKind Ask(string type, int[] input)
    {
        const string Name = "name";
        var layer = new JsonObject { ["type"] = type, [Name] = type };
        while (true)
        {
            (Layer? read, IReadOnlyList<LayerMember> asked) = ModelReader.TryReadAlone(JsonSerializer.SerializeToElement(layer), input);
            if (read is null && asked is [.., { IsRequired: true } missing] && !layer.ContainsKey(missing.Name))
            {
                layer[missing.Name] = LeastOf(missing);
                continue;
            }
            layer.Remove(Name);
            return new LayerKind(type, asked, read is not null && (read.Parameters.Count > 0 || read is Residual), layer);
        }
    }

    private static JsonNode LeastOf(LayerMember member) => member.Kind switch
    {
        LayerMemberKind.Integers => new JsonArray(Side),
        LayerMemberKind.Layers => new JsonArray(new JsonObject { ["type"] = "relu" }),
        LayerMemberKind.Tensors => new JsonArray(new JsonObject { ["name"] = "weight", ["shape"] = new JsonArray(Side) }),
        _ => JsonValue.Create(member.Low),
    };
}
