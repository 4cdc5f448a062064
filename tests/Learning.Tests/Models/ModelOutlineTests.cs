using Marketplace.Learning.Models;

namespace Marketplace.Learning.Tests.Models;

/// <summary>A model that is not one yet is told as far as it goes.</summary>
public sealed class ModelOutlineTests
{
    [Fact]
    public void A_model_in_order_has_all_its_layers_with_shapes_and_parameters()
    {
        ModelOutline outline = ModelOutline.Of(Model(
            """{"type":"linear","name":"a","out":3},{"type":"relu"},{"type":"linear","name":"b","out":2}"""));
        Assert.Null(outline.Problem);
        Assert.Null(outline.Fault);
        Assert.Equal(["3", "3", "2"], outline.Layers.Select(layer => string.Join(",", layer.Output)));
        Assert.Equal(4 * 3 + 3 + 3 * 2 + 2, outline.ParameterCount);
        Assert.Equal([3], outline.Find("model.layers[1]")!.Output);
    }

    [Fact]
    public void The_layer_that_is_wrong_is_named_and_those_before_it_are_told()
    {
        ModelOutline outline = ModelOutline.Of(Model("""{"type":"linear","name":"a","out":3},{"type":"conv2d","name":"b","out":2,"kernel":3}"""));
        Assert.Equal("model.layers[1]", outline.Fault);
        Assert.Equal(["model.layers[0]"], outline.Layers.Select(layer => layer.Path));
        Assert.StartsWith("the input is [3]; expected [channels, height, width]", outline.Complaint, StringComparison.Ordinal);
        Assert.StartsWith("model.layers[1] \"b\" (conv2d): ", outline.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_innermost_layer_is_to_blame()
    {
        ModelOutline outline = ModelOutline.Of(Model(
            """{"type":"residual","name":"r","layers":[{"type":"linear","name":"a","out":4},{"type":"linear","name":"b"}]}"""));
        Assert.Equal("model.layers[0].layers[1]", outline.Fault);
        Assert.NotNull(outline.Find("model.layers[0].layers[0]"));
    }

    [Theory]
    [InlineData("""{"type":"relu"}""", "no parameters")]
    [InlineData("""{"type":"linear","name":"a","out":1}""", "at least 2 outputs")]
    public void What_is_wrong_with_the_model_as_a_whole_is_said_too(string layers, string words) =>
        Assert.Contains(words, ModelOutline.Of(Model(layers)).Complaint, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("""{"input":7,"layers":7}""")]
    [InlineData("""{"input":[4],"layers":[7],"loss":"crossEntropy"}""")]
    [InlineData("""{"a":"\ud800"}""")]
    public void What_is_no_model_at_all_has_a_problem_and_no_layers(string json)
    {
        ModelOutline outline = ModelOutline.Of(json);
        Assert.NotNull(outline.Problem);
        Assert.Empty(outline.Layers);
        Assert.Equal(0, outline.ParameterCount);
    }

    private static string Model(string layers) => $$"""{"input":[4],"layers":[{{layers}}],"loss":"crossEntropy"}""";
}
