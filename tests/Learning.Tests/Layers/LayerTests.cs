using Marketplace.Learning.Data;
using Marketplace.Learning.Models;
using Marketplace.Learning.Numerics;
using Marketplace.Learning.Tests.Models;
using Marketplace.Learning.Torch;
using Marketplace.Learning.Training;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Marketplace.Learning.Tests.Layers;

/// <summary>Every kind of layer against TorchSharp's own modules, put together by hand: outputs, gradients, and that it learns.</summary>
public sealed class LayerTests
{
    public LayerTests() => TorchLibrary.EnsureLoaded();

    public static TheoryData<string> Documents => [.. LayerModels.All.Keys];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Outputs_and_gradients_are_those_of_modules_built_by_hand(string json)
    {
        ModelSpecification model = ModelSpecification.Parse(json);
        float[] weights = NoisyWeights(model);
        Dataset data = TestModels.Data(model, 13, seed: 5);

        using IDisposable scope = NewDisposeScope();
        set_num_threads(1);
        using nn.Module<Tensor, Tensor> byHand = LayerModels.All[json]();
        Parameter[] parameters = [.. byHand.parameters()];
        Assert.Equal(model.Parameters.Select(p => string.Join(',', p.Shape)), parameters.Select(p => string.Join(',', p.shape)));
        using (no_grad())
        {
            foreach ((Parameter parameter, ParameterSpecification place) in parameters.Zip(model.Parameters))
                parameter.copy_(tensor(weights.AsSpan(place.Offset, place.Length).ToArray(), parameter.shape));
        }

        Tensor output = byHand.forward(tensor(data.Features, [data.Count, .. model.Input.Select(size => (long)size)]));
        Close(output.data<float>().ToArray(), TorchEngine.Cpu.Predict(model, weights, data.Features), 1e-5f, _ => "output");

        Tensor loss = model.Loss == LossKind.CrossEntropy
            ? nn.functional.cross_entropy(output, tensor(data.Labels!.Select(label => (long)label).ToArray()))
            : nn.functional.mse_loss(output, tensor(data.Targets!, [data.Count, data.TargetSize]));
        Assert.Equal(loss.item<float>(), TorchEngine.Cpu.Evaluate(model, weights, data).Loss, 1e-5);
        loss.backward();

        // One step of plain descent at rate 1 shows the gradient.
        TrainingResult step = TorchEngine.Cpu.Train(model, weights, data, new LocalTraining { LearningRate = 1, BatchSize = 13 });
        Assert.Equal(loss.item<float>(), step.EpochLosses.Single(), 1e-5);
        float[] gradient = [.. weights.Zip(step.Weights, (before, after) => before - after)];
        float[] expected = [.. parameters.SelectMany(p => p.grad!.data<float>().ToArray())];
        Close(expected, gradient, 2e-5f, i => model.Parameters.Last(p => p.Offset <= i).Name);
        Assert.All(model.Parameters, p => Assert.Contains(gradient.AsSpan(p.Offset, p.Length).ToArray(), entry => entry != 0));
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Another_device_answers_and_learns_as_the_processor_does(string json)
    {
        Assert.SkipUnless(cuda.is_available(), "SKIPPED: this needs a GPU, and a libtorch built for CUDA.");
        ModelSpecification model = ModelSpecification.Parse(json);
        float[] weights = NoisyWeights(model);
        Dataset data = TestModels.Data(model, 13, seed: 5);
        TorchEngine gpu = new(TorchDevice.Cuda);

        // Convolutions and products may be taken with ten bits of mantissa there.
        const float Tolerance = 5e-3f;
        Close(TorchEngine.Cpu.Predict(model, weights, data.Features), gpu.Predict(model, weights, data.Features), Tolerance, _ => "output");
        var options = new LocalTraining { LearningRate = 0.1f, Momentum = 0.9f, BatchSize = 13, Epochs = 2 };
        TrainingResult expected = TorchEngine.Cpu.Train(model, weights, data, options), result = gpu.Train(model, weights, data, options);
        Close(expected.Weights, result.Weights, Tolerance, i => model.Parameters.Last(p => p.Offset <= i).Name);
        Assert.Equal(
            TorchEngine.Cpu.Evaluate(model, expected.Weights, data).Loss, gpu.Evaluate(model, expected.Weights, data).Loss, Tolerance);
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_model_learns_what_it_is_shown(string json)
    {
        ModelSpecification model = ModelSpecification.Parse(json);
        Dataset data = TestModels.Data(model, 24, 3);
        float[] weights = model.DrawInitialWeights(6);
        double before = TorchEngine.Cpu.Evaluate(model, weights, data).Loss;
        var options = new LocalTraining { Optimizer = OptimizerKind.Adam, LearningRate = 0.01f, Epochs = 80, BatchSize = 8 };
        double after = TorchEngine.Cpu.Evaluate(model, TorchEngine.Cpu.Train(model, weights, data, options).Weights, data).Loss;
        Assert.True(after < before * 0.6, $"the loss went from {before} to {after} only");
    }

    [Fact]
    public void Names_of_parameters_follow_the_document_and_PyTorch()
    {
        ModelSpecification blocks = ModelSpecification.Parse("""
            {"input":[8],"layers":[{"type":"residual","name":"r","layers":[{"type":"linear","name":"a","out":6}],
            "shortcut":[{"type":"linear","name":"a","out":6}]},
            {"type":"unflatten","shape":[3,2]},{"type":"transformerEncoder","name":"t","heads":1,"feedForward":4},
            {"type":"lstm","name":"l","hidden":2,"output":"last"}],
            "loss":"crossEntropy"}
            """);
        Assert.Equal(
            [
                "r.a.weight", "r.a.bias", "r.shortcut.a.weight", "r.shortcut.a.bias",
                "t.layers.0.self_attn.in_proj_weight", "t.layers.0.self_attn.in_proj_bias", "t.layers.0.self_attn.out_proj.weight",
                "t.layers.0.self_attn.out_proj.bias", "t.layers.0.linear1.weight", "t.layers.0.linear1.bias", "t.layers.0.linear2.weight",
                "t.layers.0.linear2.bias", "t.layers.0.norm1.weight", "t.layers.0.norm1.bias", "t.layers.0.norm2.weight", "t.layers.0.norm2.bias",
                "l.weight_ih_l0", "l.weight_hh_l0", "l.bias_ih_l0", "l.bias_hh_l0",
            ],
            blocks.Parameters.Select(p => p.Name));
        Assert.Equal(Enumerable.Range(0, blocks.ParameterCount), blocks.Parameters.SelectMany(p => Enumerable.Range(p.Offset, p.Length)));
        Assert.All(
            blocks.DrawInitialWeights(1).AsSpan(blocks.Parameters[12].Offset, 2).ToArray(), scale => Assert.Equal(1, scale));
    }

    [Fact]
    public void Dropout_drops_its_share_in_training_only_and_by_its_seed_only()
    {
        using IDisposable scope = NewDisposeScope();
        using var masks = new DropoutMasks();
        Tensor input = ones(100_000);
        masks.Seed(3, CPU);
        float[] first = masks.Apply(input, 0.25).data<float>().ToArray(), second = masks.Apply(input, 0.25).data<float>().ToArray();
        Assert.InRange(first.Count(value => value == 0), 24_000, 26_000);
        Assert.Equal([0, 1 / 0.75f], first.Distinct().Order());
        Assert.NotEqual(first, second);
        rand(10).Dispose(); // others may draw in between
        masks.Seed(3, CPU);
        Assert.Equal(first, masks.Apply(input, 0.25).data<float>().ToArray());

        const string With = """
            {"input":[7],"layers":[{"type":"linear","name":"a","out":32},{"type":"dropout","rate":0.5},{"type":"relu"},
            {"type":"linear","name":"b","out":3}],
            "loss":"crossEntropy"}
            """;
        ModelSpecification model = ModelSpecification.Parse(With),
            without = ModelSpecification.Parse(With.Replace("""{"type":"dropout","rate":0.5},""", ""));
        Dataset data = TestModels.Data(model, 20, 1);
        float[] weights = model.DrawInitialWeights(1);
        Assert.Equal(TorchEngine.Cpu.Predict(without, weights, data.Features), TorchEngine.Cpu.Predict(model, weights, data.Features));
        var options = new LocalTraining { Seed = 5, BatchSize = 20 };
        float[] trained = TorchEngine.Cpu.Train(model, weights, data, options).Weights;
        Assert.Equal(trained, TorchEngine.Cpu.Train(model, weights, data, options).Weights);
        Assert.NotEqual(trained, TorchEngine.Cpu.Train(without, weights, data, options).Weights);
    }

    /// <summary>No parameter stays 0 or 1, so that each has its own influence.</summary>
    private static float[] NoisyWeights(ModelSpecification model)
    {
        float[] weights = model.DrawInitialWeights(3);
        var random = new RandomStream(17);
        foreach (ref float weight in weights.AsSpan())
            weight += (float)random.NextDouble(-0.2, 0.2);
        return weights;
    }

    private static void Close(float[] expected, float[] actual, float tolerance, Func<int, string> what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(
                Math.Abs(expected[i] - actual[i]) <= tolerance * (1 + Math.Abs(expected[i])),
                $"{what(i)}, entry {i}: expected {expected[i]}, got {actual[i]}");
        }
    }
}
