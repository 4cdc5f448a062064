using System.Runtime.InteropServices;

namespace Marketplace.Learning.Tests;

/// <summary>Training gives the same bits for every number of threads and every instruction set.</summary>
[Collection(SimdCollection.Name)]
public sealed class BitIdentityTests
{
    public static TheoryData<string> Models => TestModels.All;

    [Theory]
    [MemberData(nameof(Models))]
    public void TrainingIsTheSameForEveryThreadCountAndInstructionSet(string json)
    {
        ModelSpecification model = ModelSpecification.Parse(json);
        Dataset data = TestModels.Data(model, 75, seed: 8);
        byte[]? expected = null;
        SimdPath before = Simd.Path;
        try
        {
            foreach (SimdPath path in Enum.GetValues<SimdPath>().Where(Simd.IsSupported))
            {
                Simd.Path = path;
                foreach (int threads in (int[])[1, 2, 3, 7])
                {
                    byte[] actual = Train(model, data, threads);
                    expected ??= actual;
                    Assert.True(expected.AsSpan().SequenceEqual(actual), $"{path} with {threads} threads differs from {SimdPath.Scalar} with 1");
                }
            }
        }
        finally
        {
            Simd.Path = before;
        }
    }

    private static byte[] Train(ModelSpecification model, Dataset data, int threads)
    {
        using Network network = Network.Create(model);
        network.Initialize(1);
        var options = new LocalTraining
        {
            LearningRate = 0.03f,
            Momentum = 0.9f,
            WeightDecay = 1e-3f,
            Epochs = 2,
            BatchSize = 33,
            Seed = 4,
            Threads = threads,
        };
        TrainingResult sgd = Trainer.Train(network, data, options);
        TrainingResult adam = Trainer.Train(network, data, options with { Optimizer = OptimizerKind.Adam, Momentum = 0, LearningRate = 1e-3f });
        Evaluation evaluation = network.Evaluate(data, threads: threads);
        double[] doubles = [.. sgd.EpochLosses, .. adam.EpochLosses, evaluation.Loss, evaluation.Accuracy];
        return
        [
            .. MemoryMarshal.AsBytes(network.Parameters.AsSpan()),
            .. MemoryMarshal.AsBytes(doubles.AsSpan()),
            .. MemoryMarshal.AsBytes(network.Predict(data.Features, threads).AsSpan()),
        ];
    }
}
