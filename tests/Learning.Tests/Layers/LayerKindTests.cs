using System.Text.Json.Nodes;
using Marketplace.Learning.Layers;
using Marketplace.Learning.Models;

namespace Marketplace.Learning.Tests.Layers;

/// <summary>What a kind of layer may say is asked of what reads it.</summary>
public sealed class LayerKindTests
{
    public static TheoryData<string> Types => [.. LayerKind.All.Keys];

    [Fact]
    public void There_is_a_kind_for_every_type() => Assert.Equal(Layer.Types.Keys.Order(), LayerKind.All.Keys.Order());

    [Fact]
    public void Members_are_those_that_the_reader_asks_for_in_its_order()
    {
        Assert.Equal(
            ["out:Integer:required", "kernel:Integer:required", "stride:Integer", "padding:Integer"], Described("conv2d"));
        Assert.Equal(["layers:Layers:required", "shortcut:Layers"], Described("residual"));
        Assert.Equal(
            ["layers:Integer", "heads:Integer:required", "feedForward:Integer:required", "activation:Choice"], Described("transformerEncoder"));
        Assert.Equal(
            ["vocabulary:Integer:required", "dimension:Integer:required", "columns:Integers", "sequence:Flag"], Described("embedding"));
        Assert.Equal(["rate:Fraction:required"], Described("dropout"));
        Assert.Equal(["shape:Integers:required"], Described("unflatten"));
        Assert.Equal(["tensors:Tensors:required", "out:Integer:required"], Described("external"));
        Assert.Empty(Described("relu"));
        Assert.Equal(["sequence", "last"], LayerKind.All["lstm"].Members.Single(member => member.Name == "output").Choices);
    }

    [Fact]
    public void Those_with_parameters_need_a_name() => Assert.Equal(
        [
            "conv1d", "conv2d", "embedding", "external", "groupNorm", "gru", "layerNorm", "linear", "lstm", "multiheadAttention",
            "positionalEmbedding", "residual", "transformerEncoder",
        ],
        LayerKind.All.Values.Where(kind => kind.IsNamed).Select(kind => kind.Type).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Types))]
    public void The_least_of_each_is_a_layer_somewhere(string type)
    {
        var inputs = new List<int[]> { new[] { 8 }, new[] { 8, 8 }, new[] { 8, 8, 8 } };
        Assert.Contains(inputs, input => IsModel(LayerKind.All[type], input));
    }

    private static bool IsModel(LayerKind kind, int[] input)
    {
        JsonObject layer = kind.Least.DeepClone().AsObject(), shaping = new() { ["type"] = "unflatten" };
        layer["name"] = "tried";
        shaping["shape"] = new JsonArray([.. input.Select(side => JsonValue.Create(side))]);
        var model = new JsonObject
        {
            ["input"] = new JsonArray(input.Aggregate(1, (product, side) => product * side)),
            ["layers"] = input.Length == 1 ? new JsonArray(layer) : new JsonArray(shaping, layer),
            ["loss"] = "crossEntropy",
        };
        return ModelOutline.Of(model.ToJsonString()).Layers.Any(read => read.Name == "tried");
    }

    private static IEnumerable<string> Described(string type) => LayerKind.All[type].Members
        .Select(member => $"{member.Name}:{member.Kind}{(member.IsRequired ? ":required" : "")}");
}
