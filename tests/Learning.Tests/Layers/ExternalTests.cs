using Marketplace.Learning.Data;
using Marketplace.Learning.Export.Onnx;
using Marketplace.Learning.Export.PyTorch;
using Marketplace.Learning.Models;
using Marketplace.Learning.Storage;
using Marketplace.Learning.Tests.Models;
using Marketplace.Learning.Torch;
using Marketplace.Learning.Training;

namespace Marketplace.Learning.Tests.Layers;

/// <summary>A layer of which the market knows the parameters alone.</summary>
public sealed class ExternalTests
{
    private const string Document = """
        {"input":[1,2,2],"loss":"crossEntropy","layers":[{"type":"external","name":"net","out":2,"tensors":[
          {"name":"conv.weight","shape":[2,1,3]},{"name":"conv.bias","shape":[2]},
          {"name":"norm.scale","shape":[2],"center":1},{"name":"table","shape":[4],"spread":0.5}]}]}
        """;

    [Fact]
    public void Has_the_parameters_that_it_lists_in_their_order()
    {
        ModelSpecification model = ModelSpecification.Parse(Document);
        Assert.True(model.IsExternal);
        Assert.Equal((14, 2), (model.ParameterCount, model.OutputSize));
        Assert.Equal(
            ["net.conv.weight 2,1,3 0", "net.conv.bias 2 6", "net.norm.scale 2 8", "net.table 4 10"],
            model.Parameters.Select(parameter => $"{parameter.Name} {string.Join(',', parameter.Shape)} {parameter.Offset}"));
    }

    [Fact]
    public void Starts_as_the_document_says()
    {
        float[] weights = ModelSpecification.Parse(Document).DrawInitialWeights(7);
        // Variance 1/3 for three inputs.
        Assert.All(weights[..6], weight => Assert.InRange(Math.Abs(weight), float.Epsilon, 1));
        Assert.Equal([0, 0, 1, 1], weights[6..10]);
        Assert.All(weights[10..], weight => Assert.InRange(Math.Abs(weight), float.Epsilon, 0.5f));
    }

    [Fact]
    public void Is_written_as_it_was_read()
    {
        ModelSpecification model = ModelSpecification.Parse(Document);
        string written = model.ToJson();
        Assert.Equal(written, ModelSpecification.Parse(written).ToJson());
        Assert.Equal(model.DrawInitialWeights(7), ModelSpecification.Parse(written).DrawInitialWeights(7));
    }

    [Fact]
    public void Nothing_here_computes_it()
    {
        ModelSpecification model = ModelSpecification.Parse(Document);
        float[] weights = model.DrawInitialWeights(7);
        TrainedModel trained = new(
            model, weights, new InputFormat(null), null, new ModelOrigin("A model", "CC0-1.0", 31337, $"0x{new string('5', 40)}", "2", 4, "bafy"));
        Action[] uses =
        [
            () => TorchEngine.Cpu.Train(model, weights, TestModels.Data(model, 4, seed: 1), new LocalTraining()),
            () => TorchEngine.Cpu.Evaluate(model, weights, TestModels.Data(model, 4, seed: 1)),
            () => TorchEngine.Cpu.Predict(model, weights, new float[4]),
            () => OnnxFile.Write(trained),
            () => PyTorchFolder.Write(trained),
        ];
        Assert.All(uses, use => Assert.Contains("\"net\" (external)", Assert.Throws<InvalidDataException>(use).Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("[]", "lists 0 tensors")]
    [InlineData("{}", "\"tensors\"")]
    [InlineData("""[{"shape":[2]}]""", "name")]
    [InlineData("""[{"name":"a b","shape":[2]}]""", "\"name\" expects")]
    [InlineData("""[{"name":"","shape":[2]}]""", "\"name\" expects")]
    [InlineData("""[{"name":"a","shape":[]}]""", "0 dimensions")]
    [InlineData("""[{"name":"a","shape":[1,1,1,1,1,1,1,1,1]}]""", "9 dimensions")]
    [InlineData("""[{"name":"a","shape":[0]}]""", "\"shape\"[0]")]
    [InlineData("""[{"name":"a","shape":[16777216,16777216,16777216]}]""", "parameters up to here")]
    [InlineData("""[{"name":"a","shape":[2],"spread":-1}]""", "\"spread\"")]
    [InlineData("""[{"name":"a","shape":[2],"center":1e9}]""", "\"center\"")]
    [InlineData("""[{"name":"a","shape":[2],"code":"import os"}]""", "unknown member \"code\"")]
    [InlineData("""[{"name":"a","shape":[2]},{"name":"a","shape":[3]}]""", "two tensors named \"a\"")]
    public void What_is_no_list_of_tensors_is_refused(string tensors, string word)
    {
        string document = $$"""
            {"input":[4],"loss":"crossEntropy","layers":[{"type":"external","name":"net","out":2,"tensors":{{tensors}}}]}
            """;
        Assert.Contains(word, Assert.Throws<InvalidDataException>(() => ModelSpecification.Parse(document)).Message, StringComparison.Ordinal);
    }
}
