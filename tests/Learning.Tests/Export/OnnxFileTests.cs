using Marketplace.Learning.Export.Onnx;
using Marketplace.Learning.Inference;
using Marketplace.Learning.Models;
using Marketplace.Learning.Storage;
using Marketplace.Learning.Tests.Inference;
using Marketplace.Learning.Tests.Layers;
using Marketplace.Learning.Tests.Models;
using Marketplace.Learning.Torch;
using Marketplace.Testing.Files;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Marketplace.Learning.Tests.Export;

/// <summary>Exported models in ONNX Runtime, which knows nothing of this project, against the engine that trains them.</summary>
public sealed class OnnxFileTests
{
    private const int Samples = 13;

    public static TheoryData<string> Documents =>
    [
        .. LayerModels.All.Keys,
        TestModels.Digits,
        """
        {"input":[2,7,5],"layers":[{"type":"adaptiveAvgPool2d","size":3},{"type":"flatten"},{"type":"linear","name":"f","out":3}],
        "loss":"crossEntropy"}
        """,
        """
        {"input":[24],"layers":[{"type":"unflatten","shape":[6,4]},{"type":"gru","name":"r","hidden":3,"layers":2,"output":"last"},
        {"type":"dropout","rate":0.5},{"type":"linear","name":"f","out":2}],"loss":"meanSquaredError"}
        """,
        """
        {"input":[24],"layers":[{"type":"unflatten","shape":[6,4]},{"type":"linear","name":"a","out":6},
        {"type":"transformerEncoder","name":"t","heads":3,"feedForward":5},{"type":"sequenceMean"},
        {"type":"linear","name":"f","out":2}],"loss":"crossEntropy"}
        """,
    ];

    [Fact]
    public void Every_kind_of_layer_that_is_computed_here_is_among_the_documents()
    {
        IEnumerable<string> used = Documents.SelectMany(row => ModelSpecification.Parse(row.Data).AllLayers.Select(layer => layer.Type));
        Assert.Equal(Marketplace.Learning.Layers.Layer.Types.Keys.Where(type => type != "external").Order(), used.Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Outputs_are_those_of_training(string json) => Compare(TrainedModels.Noisy(json), Samples);

    [Theory]
    [InlineData("resnet20")]
    [InlineData("transformer")]
    public void Outputs_of_the_example_models_are_those_of_training(string name) =>
        Compare(TrainedModels.Noisy(Example(name)), samples: 3);

    [Fact]
    public void The_file_says_what_the_model_is_and_is_the_same_every_time()
    {
        byte[] file = OnnxFile.Write(TrainedModels.Table);
        Assert.Equal(file, OnnxFile.Write(TrainedModels.Table));

        using var session = new InferenceSession(file);

        Dictionary<string, string> metadata = session.ModelMetadata.CustomMetadataMap;
        Assert.Equal(TrainedModels.Table.Model.ToJson(), metadata["architecture"]);
        Assert.Equal("""["no","yes, surely"]""", metadata["class_names"]);
        Assert.Equal("CC-BY-4.0", metadata["license"]);
        Assert.Equal("Marketplace", session.ModelMetadata.ProducerName);
        Assert.Equal([-1, 4], session.InputMetadata[OnnxFile.Input].Dimensions);
        Assert.Equal([-1, 2], session.OutputMetadata[OnnxFile.Probabilities].Dimensions);
    }

    private static string Example(string name) => File.ReadAllText(Repository.Path("docs", "examples", "models", $"{name}.json"));

    private static void Compare(TrainedModel model, int samples)
    {
        float[] features = TestModels.Data(model.Model, samples, seed: 11).Features;
        float[] expected = TorchEngine.Cpu.Predict(model.Model, model.Weights, features);
        using var session = new InferenceSession(OnnxFile.Write(model));
        var input = new DenseTensor<float>(features, [samples, .. model.Model.Input]);

        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results =
            session.Run([NamedOnnxValue.CreateFromTensor(OnnxFile.Input, input)]);

        float[] outputs = [.. results.Single(result => result.Name == OnnxFile.Outputs).AsEnumerable<float>()];
        Assert.Equal(expected.Length, outputs.Length);
        float scale = expected.Max(MathF.Abs);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(MathF.Abs(expected[i] - outputs[i]) <= 1e-5f * scale, $"output {i} is {outputs[i]}; expected {expected[i]}");
        if (model.Model.Loss == LossKind.MeanSquaredError)
        {
            Assert.Single(results);
            return;
        }

        double[] probabilities = [.. results.Single(result => result.Name == OnnxFile.Probabilities).AsEnumerable<float>()];
        double[] own = [.. Predictor.Predict(model, features).SelectMany(prediction => prediction.Values)];
        Assert.Equal(own.Length, probabilities.Length);
        Assert.All(own.Zip(probabilities), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }
}
