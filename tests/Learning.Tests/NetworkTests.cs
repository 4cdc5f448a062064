namespace Marketplace.Learning.Tests;

/// <summary>Layers on numbers small enough to check by hand, and what networks promise their callers.</summary>
public sealed class NetworkTests
{
    [Fact]
    public void LinearMultipliesByTheTransposedWeight()
    {
        using Network network = Make("""{"input":[3],"layers":[{"type":"linear","name":"a","out":2}],"loss":"meanSquaredError"}""",
            [1, 2, 3, 4, 5, 6, 10, 20]);
        Assert.Equal([1 * 1 + 2 * -1 + 3 * 2 + 10f, 4 * 1 + 5 * -1 + 6 * 2 + 20f], network.Predict([1, -1, 2]));
    }

    [Fact]
    public void ConvolutionCorrelatesEveryChannel()
    {
        // Two channels of 2×3, kernel 2: positions (0,0) and (0,1).
        using Network network = Make(
            """{"input":[2,2,3],"layers":[{"type":"conv2d","name":"a","out":1,"kernel":2},{"type":"flatten"}],"loss":"meanSquaredError"}""",
            [1, 2, 3, 4, 5, 6, 7, 8, 100]);
        float[] image = [1, 2, 3, 4, 5, 6, 0, 1, 0, 1, 0, 1];
        float first = 1 * 1 + 2 * 2 + 3 * 4 + 4 * 5 + 5 * 0 + 6 * 1 + 7 * 1 + 8 * 0 + 100;
        float second = 1 * 2 + 2 * 3 + 3 * 5 + 4 * 6 + 5 * 1 + 6 * 0 + 7 * 0 + 8 * 1 + 100;
        Assert.Equal([first, second], network.Predict(image));
    }

    [Fact]
    public void PaddedStridedConvolutionMatchesTheDefinition()
    {
        const string Json = """{"input":[3,6,5],"layers":[{"type":"conv2d","name":"a","out":4,"kernel":3,"stride":2,"padding":1},{"type":"flatten"}],"loss":"meanSquaredError"}""";
        ModelSpecification model = ModelSpecification.Parse(Json);
        using Network network = Network.Create(model);
        network.Initialize(2);
        Dataset data = TestModels.Data(model, 2, 9);
        float[] actual = network.Predict(data.Features);
        Assert.Equal([4, 3, 3], model.Layers[0].Output);
        ReadOnlySpan<float> w = network.Parameters;
        int at = 0;
        for (int sample = 0; sample < 2; sample++)
        {
            for (int o = 0; o < 4; o++)
            {
                for (int position = 0; position < 9; position++)
                {
                    double sum = w[4 * 27 + o];
                    for (int entry = 0; entry < 27; entry++)
                    {
                        int c = entry / 9, row = position / 3 * 2 - 1 + entry % 9 / 3, column = position % 3 * 2 - 1 + entry % 3;
                        if (row is >= 0 and < 6 && column is >= 0 and < 5)
                            sum += (double)w[o * 27 + entry] * data.Sample(sample)[c * 30 + row * 5 + column];
                    }

                    Assert.Equal(sum, actual[at++], 1e-5);
                }
            }
        }
    }

    [Fact]
    public void PoolingTakesTheLargestAndFlattenCountsChannelsFirst()
    {
        using Network network = Make(
            """
            {"input":[2,2,4],"layers":[{"type":"maxPool2d","size":2},{"type":"flatten"},{"type":"linear","name":"a","out":4}],"loss":"meanSquaredError"}
            """,
            [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
        float[] image = [1, 2, 3, 4, 5, 6, 7, 8, -1, -2, -3, -4, -5, -6, -7, -8];
        Assert.Equal([6f, 8, -1, -3], network.Predict(image));
    }

    [Fact]
    public void EmbeddingsFollowTheFeaturesThatPass()
    {
        using Network network = Make(
            """
            {"input":[3],"layers":[{"type":"embedding","name":"e","vocabulary":2,"dimension":2,"columns":[1]},{"type":"linear","name":"a","out":1}],
             "loss":"meanSquaredError"}
            """,
            [10, 20, 30, 40, 1, 2, 3, 4, 0]);
        Assert.Equal([5 + 2 * 6 + 3 * 30 + 4 * 40f], network.Predict([5, 1, 6]));
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => network.Predict([5, 2, 6]));
        Assert.Equal("layers[0] \"e\" (embedding): feature 1 of a sample is 2; expected an integer index from 0 to 1.", error.Message);
        Assert.Throws<InvalidDataException>(() => network.Predict([5, 0.5f, 6]));
        Assert.Throws<InvalidDataException>(() => network.Predict([5, float.NaN, 6]));
        Assert.Throws<InvalidDataException>(() => network.Predict([5, -1, 6]));
    }

    [Fact]
    public void ErrorsOfOtherThreadsArriveAsTheyAre()
    {
        ModelSpecification model = ModelSpecification.Parse(TestModels.Words);
        Dataset data = TestModels.Data(model, 64, 1);
        data.Features[^1] = 12;
        using Network network = Network.Create(model);
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => network.Evaluate(data, threads: 4));
        Assert.Contains("feature 5 of a sample is 12", error.Message);
    }

    [Fact]
    public void LabelsChangedBehindTheSetsBackAreRefused()
    {
        ModelSpecification model = ModelSpecification.Parse(TestModels.Mlp);
        Dataset data = TestModels.Data(model, 4, 1);
        data.Labels![2] = int.MaxValue;
        using Network network = Network.Create(model);
        Assert.Contains("The label of sample 2 is 2147483647", Assert.Throws<ArgumentException>(() => network.Evaluate(data)).Message);
        Assert.Contains("The label of sample 2", Assert.Throws<ArgumentException>(() => Trainer.Train(network, data, new LocalTraining())).Message);
    }

    [Fact]
    public void BatchesThatCannotFitAreRefusedBeforeTheyAreAllocated()
    {
        ModelSpecification model = ModelSpecification.Parse(
            """{"input":[1,2048,2048],"layers":[{"type":"conv2d","name":"c","out":4,"kernel":1},{"type":"flatten"},{"type":"linear","name":"f","out":2}],"loss":"crossEntropy"}""");
        using Network network = Network.Create(model);
        int[] sameSample = new int[4096];
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => network.ComputeGradient(new Dataset([1, 2048, 2048], new float[1 << 22], [0], 2), sameSample, new float[model.ParameterCount]));
        Assert.Contains("layers[0] \"c\" (conv2d): a batch of 4096 samples has 68719476736 values", error.Message);
    }

    [Fact]
    public void LossesMatchTheirDefinitions()
    {
        using Network classifier = Make("""{"input":[1],"layers":[{"type":"linear","name":"a","out":3}],"loss":"crossEntropy"}""", [1, 2, 3, 0, 0, 0]);
        Evaluation evaluation = classifier.Evaluate(new Dataset([1], [1, -1], [2, 2], 3));
        double first = Math.Log(Math.Exp(-2) + Math.Exp(-1) + 1), second = Math.Log(Math.Exp(2) + Math.Exp(1) + 1);
        Assert.Equal((first + second) / 2, evaluation.Loss, 1e-12);
        Assert.Equal(0.5, evaluation.Accuracy);

        using Network regression = Make("""{"input":[1],"layers":[{"type":"linear","name":"a","out":2}],"loss":"meanSquaredError"}""", [1, 2, 0, 0]);
        evaluation = regression.Evaluate(new Dataset([1], [1, 2], targets: [0, 0, 2, 1]));
        Assert.Equal((1 + 4 + 0 + 9) / 4.0, evaluation.Loss, 1e-12);
        Assert.Equal(double.NaN, evaluation.Accuracy);
    }

    [Fact]
    public void HugeLogitsDoNotOverflow()
    {
        using Network network = Make("""{"input":[1],"layers":[{"type":"linear","name":"a","out":2}],"loss":"crossEntropy"}""", [1e30f, -1e30f, 0, 0]);
        Assert.Equal(0, network.Evaluate(new Dataset([1], [1], [0], 2)).Loss);
        Assert.Equal(2e30, network.Evaluate(new Dataset([1], [1], [1], 2)).Loss, 1e24);
    }

    [Fact]
    public void TrainingLowersTheLossOfEveryModel()
    {
        foreach (string json in (string[])[TestModels.Mlp, TestModels.Cnn, TestModels.Embedded, TestModels.Words, TestModels.Regression])
        {
            ModelSpecification model = ModelSpecification.Parse(json);
            Dataset data = TestModels.Data(model, 40, 3);
            foreach (OptimizerKind optimizer in Enum.GetValues<OptimizerKind>())
            {
                using Network network = Network.Create(model);
                network.Initialize(6);
                double before = network.Evaluate(data).Loss;
                float rate = optimizer == OptimizerKind.Sgd ? 0.05f : 0.01f;
                Trainer.Train(network, data, new LocalTraining { Optimizer = optimizer, LearningRate = rate, Epochs = 60, BatchSize = 8 });
                double after = network.Evaluate(data).Loss;
                Assert.True(after < before * 0.6, $"{optimizer} took the loss of {json} from {before} to {after} only");
            }
        }
    }

    [Fact]
    public void ProgressCountsEveryStepAndCancellationStopsBetweenSteps()
    {
        ModelSpecification model = ModelSpecification.Parse(TestModels.Mlp);
        Dataset data = TestModels.Data(model, 10, 3);
        using Network network = Network.Create(model);
        var seen = new List<TrainingProgress>();
        TrainingResult result = Trainer.Train(network, data, new LocalTraining { Epochs = 2, BatchSize = 4 }, new Recorder(seen.Add));
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
        Assert.Throws<OperationCanceledException>(() => Trainer.Train(network, data, new LocalTraining { BatchSize = 1 }, stopAtTwo, source.Token));
        Assert.Equal(2, seen.Count);
    }

    [Fact]
    public void DivergenceIsReportedWithItsRemedy()
    {
        ModelSpecification model = ModelSpecification.Parse(TestModels.Regression);
        using Network network = Network.Create(model);
        network.Initialize(1);
        var options = new LocalTraining { LearningRate = 1e6f, Epochs = 50 };
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Trainer.Train(network, TestModels.Data(model, 50, 1), options));
        Assert.Contains("lower the learning rate", error.Message);
    }

    [Fact]
    public void OptionsOutOfBoundsAreNamed()
    {
        (LocalTraining Options, string Name)[] cases =
        [
            (new() { LearningRate = 0 }, "LearningRate"), (new() { LearningRate = float.NaN }, "LearningRate"), (new() { Momentum = 1 }, "Momentum"),
            (new() { Momentum = -0.1f }, "Momentum"), (new() { WeightDecay = -1 }, "WeightDecay"), (new() { Epochs = 0 }, "Epochs"),
            (new() { BatchSize = 0 }, "BatchSize"), (new() { Threads = 0 }, "Threads"), (new() { Optimizer = (OptimizerKind)9 }, "Optimizer"),
            (new() { Optimizer = OptimizerKind.Adam, Momentum = 0.5f }, "Momentum"),
        ];
        foreach ((LocalTraining options, string name) in cases)
            Assert.StartsWith(name + " is ", Assert.Throws<ArgumentException>(options.Validate).Message);
    }

    [Fact]
    public void DataThatDoNotFitTheModelAreRefused()
    {
        using Network network = Network.Create(ModelSpecification.Parse(TestModels.Mlp));
        Refused("samples are [6]; the model's input is [7]", new Dataset([6], new float[6], [0], 3));
        Refused("has 4 classes; the model has 3 outputs", new Dataset([7], new float[7], [0], 4));
        Refused("needs labels", new Dataset([7], new float[7], targets: [1]));
        Refused("is empty", new Dataset([7], [], [], 3));
        using Network regression = Network.Create(ModelSpecification.Parse(TestModels.Regression));
        Assert.Contains("needs target values", Assert.Throws<ArgumentException>(() => regression.Evaluate(new Dataset([5], new float[5], [0], 2))).Message);
        Assert.Contains("has 3 target values", Assert.Throws<ArgumentException>(() => regression.Evaluate(new Dataset([5], new float[5], targets: [1, 2, 3]))).Message);

        void Refused(string expected, Dataset data) => Assert.Contains(expected, Assert.Throws<ArgumentException>(() => network.Evaluate(data)).Message);
    }

    [Fact]
    public void InitializationDependsOnTheSeedAlone()
    {
        ModelSpecification model = ModelSpecification.Parse(TestModels.Cnn);
        using Network a = Network.Create(model), b = Network.Create(model);
        a.Initialize(1);
        b.Initialize(2);
        Assert.NotEqual(a.Parameters, b.Parameters);
        b.Initialize(1);
        Assert.Equal(a.Parameters, b.Parameters);
        double bound = Math.Sqrt(3.0 / 18);
        Assert.All(a.Parameters[..model.Parameters[0].Length], w => Assert.InRange(w, -bound, bound));
    }

    private static Network Make(string json, float[] parameters)
    {
        Network network = Network.Create(ModelSpecification.Parse(json));
        parameters.CopyTo(network.Parameters, 0);
        return network;
    }

    private sealed class Recorder(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}
