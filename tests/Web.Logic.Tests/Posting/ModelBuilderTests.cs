using AngleSharp.Dom;
using Bunit;
using Marketplace.Learning.Models;
using Marketplace.Protocol.Templates;
using Marketplace.Web.Posting;

namespace Marketplace.Web.Logic.Tests.Posting;

/// <summary>A model is put together layer by layer, and every change is at once in the form's document.</summary>
public sealed class ModelBuilderTests : BunitContext
{
    private readonly BountyForm _form = new();

    public ModelBuilderTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        _form.Use(ProjectTemplate.Digits);
        _form.Model = BountyFiles.ParseModel(
            """{"input":[1,16,16],"layers":[{"type":"flatten"},{"type":"linear","name":"out","out":10}],"loss":"crossEntropy"}""");
    }

    [Fact]
    public void Layers_tell_what_goes_in_and_comes_out_and_their_parameters()
    {
        IRenderedComponent<ModelBuilder> builder = Show();
        Assert.Contains("[1, 16, 16] → [256]", builder.Find("[data-test=layer-1] legend").TextContent, StringComparison.Ordinal);
        Assert.Contains("[256] → [10], 2,570 parameters", builder.Find("[data-test=layer-2] legend").TextContent, StringComparison.Ordinal);
        Assert.StartsWith("2,570 parameters.", builder.Find("[data-test=model-totals]").TextContent.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_is_added_moved_and_removed()
    {
        IRenderedComponent<ModelBuilder> builder = Show();
        builder.Find("#model-layers-kind").Change("linear");
        Click(builder, "Add a layer");
        Assert.Equal(["flatten", "linear", "linear"], Types());
        Assert.Equal("linear1", (string?)_form.Model!["layers"]![2]!["name"]);
        ByLabel(builder, "Move layer 3 up").Click();
        ByLabel(builder, "Move layer 3 down").Click();
        Assert.Equal("linear1", (string?)_form.Model["layers"]![1]!["name"]);
        Assert.Contains("Layer 3 is now layer 2", builder.Find("[role=status]").TextContent, StringComparison.Ordinal);
        ByLabel(builder, "Remove layer 1").Click();
        Assert.Equal(["linear", "linear"], Types());
        Assert.Contains("Layer 1 is removed", builder.Find("[role=status]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_wrong_stands_at_the_layer_that_is()
    {
        IRenderedComponent<ModelBuilder> builder = Show();
        IElement outputs = builder.Find("#model-layers-1-out");
        outputs.Input("ten");
        IElement problem = builder.Find("[data-test=layer-2] [role=alert]");
        Assert.Contains("expected an integer from 1", problem.TextContent, StringComparison.Ordinal);
        Assert.Equal(problem.Id, builder.Find("[data-test=layer-2]").GetAttribute("aria-describedby"));
        Assert.Single(builder.FindAll("[role=alert]"));
        Assert.Equal("ten", builder.Find("#model-layers-1-out").GetAttribute("value"));

        builder.Find("#model-layers-1-out").Input("7");
        Assert.Empty(builder.FindAll("[role=alert]"));
        Assert.Equal(7, ModelSpecification.Parse(_form.Model!.ToJsonString()).OutputSize);
    }

    [Fact]
    public void Members_that_may_be_left_out_show_what_holds_without_them()
    {
        _form.Model = BountyFiles.ParseModel(
            """
            {"input":[1,16,16],"layers":[{"type":"conv2d","name":"c","out":2,"kernel":3,"stride":1,"padding":0},{"type":"maxPool2d","size":2},
             {"type":"flatten"},{"type":"linear","name":"out","out":10}],"loss":"crossEntropy"}
            """);
        IRenderedComponent<ModelBuilder> builder = Show();
        Assert.Equal("2", builder.Find("#model-layers-1-stride").GetAttribute("placeholder"));
        builder.Find("#model-layers-0-stride").Input("");
        Assert.False(_form.Model["layers"]![0]!.AsObject().ContainsKey("stride"));
        Assert.Contains("Step of the window", builder.Find("#model-layers-0-stride-hint").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Layers_within_layers_are_built_alike()
    {
        IRenderedComponent<ModelBuilder> builder = Show();
        builder.Find("#model-layers-kind").Change("residual");
        Click(builder, "Add a layer");
        builder.Find("#model-layers-2-layers-kind").Change("linear");
        Click(builder, "Add a layer to 3");
        builder.Find("#model-layers-2-layers-1-out").Input("10");
        Assert.Null(ModelOutline.Of(_form.Model!.ToJsonString()).Problem);
        Assert.NotNull(builder.Find("[data-test='layer-3.2']"));
        Click(builder, "Give it shortcut");
        Click(builder, "Add a layer to 3", last: true);
        Assert.NotNull(builder.Find("[data-test='layer-3.s1']"));
        Click(builder, "Remove the shortcut");
        Assert.False(_form.Model["layers"]![2]!.AsObject().ContainsKey("shortcut"));
    }

    [Fact]
    public void A_text_replaces_the_model_if_it_is_one()
    {
        IRenderedComponent<ModelBuilder> builder = Show();
        string before = _form.Model!.ToJsonString();
        builder.Find("textarea").Change("""{"input":[4]}""");
        Assert.Contains("Not taken over", builder.Find("details [role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Equal(before, _form.Model.ToJsonString());
        builder.Find("textarea").Change("""{"input":[4],"layers":[{"type":"linear","name":"a","out":2}],"loss":"crossEntropy"}""");
        Assert.Equal(["linear"], Types());
    }

    [Theory]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("""{"input":{},"layers":7}""")]
    [InlineData("""{"layers":[null,7,{},{"type":[]},{"type":"linear","out":{"a":[]},"more":1},{"type":"residual","layers":3}]}""")]
    public void What_is_no_model_is_shown_all_the_same(string model)
    {
        _form.Model = System.Text.Json.Nodes.JsonNode.Parse(model);
        Assert.NotEmpty(Show().FindAll(".bad"));
    }

    private IRenderedComponent<ModelBuilder> Show() => Render<ModelBuilder>(parameters => parameters.Add(builder => builder.Form, _form));

    private IEnumerable<string?> Types() => _form.Model!["layers"]!.AsArray().Select(layer => (string?)layer!["type"]);

    private static void Click(IRenderedComponent<ModelBuilder> builder, string words, bool last = false)
    {
        IElement[] found = [.. builder.FindAll("button").Where(button => button.TextContent == words)];
        (last ? found[^1] : found[0]).Click();
    }

    private static IElement ByLabel(IRenderedComponent<ModelBuilder> builder, string label) => builder.Find($"button[aria-label='{label}']");
}
