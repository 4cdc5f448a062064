using Marketplace.Learning.Data;
using Marketplace.Learning.Models;
using Marketplace.Learning.Tests.Models;
using Marketplace.Learning.Torch;
using Marketplace.Learning.Training;
using TorchSharp;

namespace Marketplace.Learning.Tests.Torch;

/// <summary>Networks small enough to check by hand, and what the engine promises its callers.</summary>
public sealed class TorchEngineTests
{
    public static TheoryData<string> Models => TestModels.All;

    [Fact]
    public void Linear_multiplies_by_the_transposed_weight() => Assert.Equal(
        [1 * 1 + 2 * -1 + 3 * 2 + 10f, 4 * 1 + 5 * -1 + 6 * 2 + 20f],
        Predict(
            """{"input":[3],"layers":[{"type":"linear","name":"a","out":2}],"loss":"meanSquaredError"}""", [1, 2, 3, 4, 5, 6, 10, 20], [1, -1, 2]));

    [Fact]
    public void Convolution_correlates_every_channel()
    {
        // Two channels of 2×3, kernel 2: positions (0,0) and (0,1).
        float[] image = [1, 2, 3, 4, 5, 6, 0, 1, 0, 1, 0, 1];
        float first = 1 * 1 + 2 * 2 + 3 * 4 + 4 * 5 + 5 * 0 + 6 * 1 + 7 * 1 + 8 * 0 + 100;
        float second = 1 * 2 + 2 * 3 + 3 * 5 + 4 * 6 + 5 * 1 + 6 * 0 + 7 * 0 + 8 * 1 + 100;
        Assert.Equal([first, second], Predict(
            """{"input":[2,2,3],"layers":[{"type":"conv2d","name":"a","out":1,"kernel":2},{"type":"flatten"}],"loss":"meanSquaredError"}""",
            [1, 2, 3, 4, 5, 6, 7, 8, 100], image));
    }

    [Fact]
    public void Pooling_takes_the_largest_and_flatten_counts_channels_first()
    {
        float[] image = [1, 2, 3, 4, 5, 6, 7, 8, -1, -2, -3, -4, -5, -6, -7, -8];
        Assert.Equal([6f, 8, -1, -3], Predict(
            """
            {"input":[2,2,4],"layers":[{"type":"maxPool2d","size":2},{"type":"flatten"},
            {"type":"linear","name":"a","out":4}],"loss":"meanSquaredError"}
            """,
            [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0], image));
    }

    [Fact]
    public void Embeddings_follow_the_features_that_pass()
    {
        const string Json = """
            {"input":[3],"layers":[{"type":"embedding","name":"e","vocabulary":2,"dimension":2,"columns":[1]},{"type":"linear","name":"a","out":1}],
             "loss":"meanSquaredError"}
            """;
        float[] weights = [10, 20, 30, 40, 1, 2, 3, 4, 0];
        Assert.Equal([5 + 2 * 6 + 3 * 30 + 4 * 40f], Predict(Json, weights, [5, 1, 6]));
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Predict(Json, weights, [5, 2, 6]));
        Assert.Equal("model.layers[0] \"e\" (embedding): feature 1 of a sample is 2; expected an integer index from 0 to 1.", error.Message);
        foreach (float wrong in (float[])[0.5f, float.NaN, -1, 1e20f])
            Assert.Throws<InvalidDataException>(() => Predict(Json, weights, [5, wrong, 6]));
    }

    [Fact]
    public void A_later_embeddings_errors_name_the_samples_own_feature()
    {
        ModelSpecification model = ModelSpecification.Parse(TestModels.Embedded);
        Dataset data = TestModels.Data(model, 64, 1);
        data.Features[^1] = 12;
        InvalidDataException error = Assert.Throws<InvalidDataException>(
            () => TorchEngine.Cpu.Train(model, model.DrawInitialWeights(1), data, new LocalTraining()));
        Assert.Contains("model.layers[1] \"day\" (embedding): feature 4 of a sample is 12", error.Message);
    }

    [Fact]
    public void Labels_changed_behind_the_sets_back_are_refused()
    {
        ModelSpecification model = ModelSpecification.Parse(TestModels.Mlp);
        Dataset data = TestModels.Data(model, 4, 1);
        data.Labels![2] = int.MaxValue;
        float[] weights = model.DrawInitialWeights(1);
        Assert.Contains(
            "The label of sample 2 is 2147483647", Assert.Throws<ArgumentException>(() => TorchEngine.Cpu.Evaluate(model, weights, data)).Message);
        Assert.Contains(
            "The label of sample 2",
            Assert.Throws<ArgumentException>(() => TorchEngine.Cpu.Train(model, weights, data, new LocalTraining())).Message);
    }

    [Fact]
    public void Batches_that_cannot_fit_are_refused_before_they_are_allocated()
    {
        ModelSpecification model = ModelSpecification.Parse(
            """{"input":[1],"layers":[{"type":"linear","name":"a","out":16777216},{"type":"relu"},"""
                + """{"type":"linear","name":"f","out":2}],"loss":"crossEntropy"}""");
        var data = new Dataset([1], new float[1 << 16], new int[1 << 16], 2);
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => TorchEngine.Cpu.Train(model, new float[model.ParameterCount], data, new LocalTraining { BatchSize = 1 << 16 }));
        Assert.Contains("Training with batches of 65536 samples needs about", error.Message);
    }

    [Fact]
    public void Losses_match_their_definitions()
    {
        const string Classes = """{"input":[1],"layers":[{"type":"linear","name":"a","out":3}],"loss":"crossEntropy"}""";
        Evaluation evaluation = Evaluate(Classes, [1, 2, 3, 0, 0, 0], new Dataset([1], [1, -1], [2, 2], 3));
        double first = Math.Log(Math.Exp(-2) + Math.Exp(-1) + 1), second = Math.Log(Math.Exp(2) + Math.Exp(1) + 1);
        Assert.Equal((first + second) / 2, evaluation.Loss, 1e-12);
        Assert.Equal(0.5, evaluation.Accuracy);

        const string Values = """{"input":[1],"layers":[{"type":"linear","name":"a","out":2}],"loss":"meanSquaredError"}""";
        evaluation = Evaluate(Values, [1, 2, 0, 0], new Dataset([1], [1, 2], targets: [0, 0, 2, 1]));
        Assert.Equal(new Evaluation((1 + 4 + 0 + 9) / 4.0, double.NaN, 0), evaluation);
    }

    [Fact]
    public void Answers_that_another_machine_may_give_differently_are_counted()
    {
        const string Json = """{"input":[1],"layers":[{"type":"linear","name":"a","out":3}],"loss":"crossEntropy"}""";
        var data = new Dataset([1], [1, 0.00005f, 0.0002f, 0, -1], [0, 0, 0, 0, 0], 3);
        Assert.Equal(2, Evaluate(Json, [1, 0, -1, 0, 0, 0], data).CloseCalls);
    }

    [Fact]
    public void Huge_logits_do_not_overflow()
    {
        const string Json = """{"input":[1],"layers":[{"type":"linear","name":"a","out":2}],"loss":"crossEntropy"}""";
        Assert.Equal(0, Evaluate(Json, [1e30f, -1e30f, 0, 0], new Dataset([1], [1], [0], 2)).Loss);
        Assert.Equal(2e30, Evaluate(Json, [1e30f, -1e30f, 0, 0], new Dataset([1], [1], [1], 2)).Loss, 1e24);
    }

    // The first figures are those of the engine that published the market's first projects, to the last bit.
    [Fact]
    public void Digits_are_evaluated_and_learned_as_by_other_engines()
    {
        ModelSpecification model = ModelSpecification.Parse(TestModels.Digits);
        Dataset train = RenderedDigits.Generate(2000, 1), test = RenderedDigits.Generate(1000, 2);
        float[] weights = model.DrawInitialWeights(1);
        Evaluation evaluation = TorchEngine.Cpu.Evaluate(model, weights, test);
        Assert.Equal(2.313042983130376, evaluation.Loss, 1e-6);
        Assert.Equal(0.123, evaluation.Accuracy);
        TrainingResult result = TorchEngine.Cpu.Train(model, weights, train, new LocalTraining { Momentum = 0.9f, LearningRate = 0.02f });
        Assert.Equal(1.6257, result.EpochLosses[0], 1e-2);
        Assert.Equal(1.0736, TorchEngine.Cpu.Evaluate(model, result.Weights, test).Loss, 0.05);
        Assert.InRange(TorchEngine.Cpu.Evaluate(model, result.Weights, test).Accuracy, 0.59, 0.66);
        var adam = new LocalTraining { Optimizer = OptimizerKind.Adam, LearningRate = 0.002f, WeightDecay = 1e-3f };
        result = TorchEngine.Cpu.Train(model, result.Weights, train, adam);
        Assert.Equal(0.8048, result.EpochLosses[0], 3e-2);
        Assert.InRange(TorchEngine.Cpu.Evaluate(model, result.Weights, test).Accuracy, 0.65, 0.72);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task The_same_inputs_give_the_same_bits_whatever_else_runs(string json)
    {
        ModelSpecification model = ModelSpecification.Parse(json);
        Dataset data = TestModels.Data(model, 75, seed: 8);
        var options = new LocalTraining { LearningRate = 0.03f, Momentum = 0.9f, WeightDecay = 1e-3f, Epochs = 2, BatchSize = 33, Seed = 4 };
        float[] weights = model.DrawInitialWeights(1), kept = [.. weights];
        TrainingResult alone = TorchEngine.Cpu.Train(model, weights, data, options);
        Assert.Equal(kept, weights);
        Evaluation evaluation = TorchEngine.Cpu.Evaluate(model, alone.Weights, data);
        TrainingResult[] together = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(() =>
            new TorchEngine(threads: i % 2 + 1).Train(model, weights, data, options))));
        Assert.Equal(alone.Weights, together[0].Weights);
        Assert.Equal(alone.Weights, together[2].Weights);
        Assert.Equal(alone.EpochLosses, together[2].EpochLosses);
        Assert.Equal(together[1].Weights, together[3].Weights);
        Assert.Equal(evaluation, TorchEngine.Cpu.Evaluate(model, together[2].Weights, data));
        Assert.Equal(evaluation.Loss, new TorchEngine(threads: 2).Evaluate(model, alone.Weights, data).Loss, 1e-6 * Math.Max(1, evaluation.Loss));
    }

    /// <summary>
    /// A thread that uses libtorch for the first time takes over the number of threads that any other thread has set last; many threads that begin at
    /// once, with different numbers, must each keep to their own.
    /// </summary>
    [Fact]
    public void Threads_that_begin_at_once_keep_to_their_own_numbers()
    {
        ModelSpecification model = ModelSpecification.Parse(TestModels.Mlp);
        Dataset data = TestModels.Data(model, 40, seed: 8);
        float[] weights = model.DrawInitialWeights(1);
        var options = new LocalTraining { BatchSize = 20 };
        for (int round = 0; round < 10; round++)
        {
            var seen = new int[8];
            Thread[] threads = [.. seen.Select((_, i) => new Thread(() =>
                new TorchEngine(threads: i % 4 + 1).Train(
                    model, weights, data, options, new Recorder(_ => seen[i] = torch.get_num_threads()))))];
            foreach (Thread thread in threads)
                thread.Start();
            foreach (Thread thread in threads)
                thread.Join();
            Assert.Equal([1, 2, 3, 4, 1, 2, 3, 4], seen);
        }
    }

    [Fact]
    public void Progress_counts_every_step_and_cancellation_stops_between_steps()
    {
        ModelSpecification model = ModelSpecification.Parse(TestModels.Mlp);
        Dataset data = TestModels.Data(model, 10, 3);
        float[] weights = model.DrawInitialWeights(1);
        var seen = new List<TrainingProgress>();
        TrainingResult result = TorchEngine.Cpu.Train(model, weights, data, new LocalTraining { Epochs = 2, BatchSize = 4 }, new Recorder(seen.Add));
        Assert.Equal(6, result.Steps);
        Assert.Equal([(1, 1L), (1, 2), (1, 3), (2, 4), (2, 5), (2, 6)], seen.Select(p => (p.Epoch, p.Step)));
        Assert.All(seen, p => Assert.Equal((2, 6L), (p.Epochs, p.Steps)));

        using var source = new CancellationTokenSource();
        seen.Clear();
        var stopAtTwo = new Recorder(p =>
        {
            seen.Add(p);
            if (p.Step == 2)
                source.Cancel();
        });
        Assert.Throws<OperationCanceledException>(
            () => TorchEngine.Cpu.Train(model, weights, data, new LocalTraining { BatchSize = 1 }, stopAtTwo, source.Token));
        Assert.Equal(2, seen.Count);
        Assert.Throws<OperationCanceledException>(() => TorchEngine.Cpu.Evaluate(model, weights, data, source.Token));
    }

    [Fact]
    public void Divergence_is_reported_with_its_remedy()
    {
        ModelSpecification model = ModelSpecification.Parse(TestModels.Regression);
        var options = new LocalTraining { LearningRate = 1e6f, Epochs = 50 };
        InvalidDataException error = Assert.Throws<InvalidDataException>(
            () => TorchEngine.Cpu.Train(model, model.DrawInitialWeights(1), TestModels.Data(model, 50, 1), options));
        Assert.Contains("lower the learning rate", error.Message);
    }

    [Fact]
    public void Data_that_do_not_fit_the_model_are_refused()
    {
        Refused(TestModels.Mlp, "samples are [6]; the model's input is [7]", new Dataset([6], new float[6], [0], 3));
        Refused(TestModels.Mlp, "has 4 classes; the model has 3 outputs", new Dataset([7], new float[7], [0], 4));
        Refused(TestModels.Mlp, "needs labels", new Dataset([7], new float[7], targets: [1]));
        Refused(TestModels.Mlp, "is empty", new Dataset([7], [], [], 3));
        Refused(TestModels.Regression, "needs target values", new Dataset([5], new float[5], [0], 2));
        Refused(TestModels.Regression, "has 3 target values", new Dataset([5], new float[5], targets: [1, 2, 3]));

        static void Refused(string json, string expected, Dataset data)
        {
            ModelSpecification model = ModelSpecification.Parse(json);
            float[] weights = model.DrawInitialWeights(1);
            Assert.Contains(expected, Assert.Throws<ArgumentException>(() => TorchEngine.Cpu.Evaluate(model, weights, data)).Message);
            Assert.Contains(
                expected, Assert.Throws<ArgumentException>(() => TorchEngine.Cpu.Train(model, weights, data, new LocalTraining())).Message);
        }
    }

    [Fact]
    public void Weights_of_another_length_are_refused()
    {
        ModelSpecification model = ModelSpecification.Parse(TestModels.Mlp);
        ArgumentException error = Assert.Throws<ArgumentException>(() => TorchEngine.Cpu.Evaluate(model, new float[5], TestModels.Data(model, 2, 1)));
        Assert.Contains($"There are 5 weights; the model has {model.ParameterCount} parameters", error.Message);
        Assert.Contains("not a multiple of the model's input size 7", Assert.Throws<ArgumentException>(
            () => TorchEngine.Cpu.Predict(model, model.DrawInitialWeights(1), new float[8])).Message);
    }

    // Counted on this thread, because the process's memory is also that of the tests that run beside this one.
    [Fact]
    public void Every_tensor_is_released()
    {
        ModelSpecification model = ModelSpecification.Parse(TestModels.Digits);
        Dataset data = RenderedDigits.Generate(96, 1);
        float[] weights = model.DrawInitialWeights(1);
        long before = Live();
        using (torch.Tensor held = torch.zeros(1))
            Assert.Equal(before + 1, Live());
        foreach (OptimizerKind optimizer in Enum.GetValues<OptimizerKind>())
            TorchEngine.Cpu.Train(model, weights, data, new LocalTraining { Epochs = 2, LearningRate = 0.01f, Optimizer = optimizer });
        TorchEngine.Cpu.Evaluate(model, weights, data);
        TorchEngine.Cpu.Predict(model, weights, data.Features);
        Assert.Equal(before, Live());

        static long Live() => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
    }

    private static float[] Predict(string json, float[] weights, float[] features) =>
        TorchEngine.Cpu.Predict(ModelSpecification.Parse(json), weights, features);

    private static Evaluation Evaluate(string json, float[] weights, Dataset data) =>
        TorchEngine.Cpu.Evaluate(ModelSpecification.Parse(json), weights, data);

    private sealed class Recorder(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}
