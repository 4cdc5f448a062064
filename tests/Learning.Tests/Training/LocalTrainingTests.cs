using Marketplace.Learning.Data;
using Marketplace.Learning.Models;
using Marketplace.Learning.Numerics;
using Marketplace.Learning.Tests.Models;
using Marketplace.Learning.Torch;
using Marketplace.Learning.Training;
using static TorchSharp.torch;

namespace Marketplace.Learning.Tests.Training;

/// <summary>Every option of local training against a loop written by hand, of which only the gradients are torch's.</summary>
public sealed class LocalTrainingTests
{
    public static TheoryData<LocalTraining> Options =>
    [
        new LocalTraining { LearningRate = 0.05f },
        new LocalTraining { LearningRate = 0.05f, Momentum = 0.9f, WeightDecay = 0.01f },
        new LocalTraining { Optimizer = OptimizerKind.Adam, LearningRate = 0.01f, WeightDecay = 0.1f },
        new LocalTraining { Optimizer = OptimizerKind.AdamW, LearningRate = 0.01f, WeightDecay = 0.1f },
        new LocalTraining { LearningRate = 0.3f, ClipNorm = 0.1f },
        new LocalTraining { LearningRate = 0.1f, Proximal = 5 },
        new LocalTraining { LearningRate = 0.2f, Proximal = 1, ClipNorm = 0.2f, Momentum = 0.5f },
        new LocalTraining { LearningRate = 0.2f, Schedule = new(ScheduleKind.Cosine, WarmUpSteps: 3) },
        new LocalTraining { LearningRate = 0.2f, Schedule = new(ScheduleKind.Step, StepEpochs: 2, Factor: 0.5f) },
    ];

    [Theory]
    [MemberData(nameof(Options))]
    public void Training_is_the_loop_that_one_would_write_by_hand(LocalTraining options)
    {
        ModelSpecification model = ModelSpecification.Parse(TestModels.Mlp);
        Dataset data = TestModels.Data(model, 30, 2);
        options = options with { Epochs = 3, BatchSize = 8, Seed = 11 };
        float[] weights = model.DrawInitialWeights(4), trained = TorchEngine.Cpu.Train(model, weights, data, options).Weights;

        using IDisposable scope = NewDisposeScope();
        set_num_threads(1);
        using var network = nn.Sequential(nn.Linear(7, 9), nn.ReLU(), nn.Linear(9, 3));
        TorchSharp.Modules.Parameter[] parameters = [.. network.parameters()];
        Write(weights);
        float[] now = [.. weights];
        var byHand = new OptimizerByHand(options, weights);
        int step = 0;
        for (int epoch = 1; epoch <= 3; epoch++)
        {
            int[] order = [.. Enumerable.Range(0, 30)];
            new RandomStream(11, (ulong)epoch).Shuffle(order.AsSpan());
            foreach (int[] batch in order.Chunk(8))
            {
                Dataset part = data.Subset(batch);
                network.zero_grad();
                Tensor loss = nn.functional.cross_entropy(
                    network.forward(tensor(part.Features, [batch.Length, 7])), tensor(part.Labels!.Select(label => (long)label).ToArray()));
                loss.backward();
                float[] gradient = [.. parameters.SelectMany(parameter => parameter.grad!.data<float>().ToArray())];
                byHand.Step(now, gradient, options.LearningRate * Factor(options.Schedule, step++, epoch));
                Write(now);
            }
        }

        Assert.All(now.Zip(trained), pair => Assert.Equal(pair.First, pair.Second, 2e-5f));
        Assert.NotEqual(weights, trained);

        void Write(float[] values)
        {
            using IDisposable quiet = no_grad();
            foreach ((TorchSharp.Modules.Parameter parameter, ParameterSpecification place) in parameters.Zip(model.Parameters))
                parameter.copy_(tensor(values.AsSpan(place.Offset, place.Length).ToArray(), parameter.shape));
        }
    }

    [Fact]
    public void Schedules_rise_stay_step_and_fall()
    {
        var cosine = new LearningRateSchedule(ScheduleKind.Cosine, WarmUpSteps: 4);
        Assert.Equal([0.2, 0.4, 0.6, 0.8, 1], Enumerable.Range(0, 5).Select(step => cosine.At(step, 24, 8)), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(0.5, cosine.At(14, 24, 8), 1e-12);
        Assert.InRange(cosine.At(23, 24, 8), 0, 0.01);
        var step = new LearningRateSchedule(ScheduleKind.Step, StepEpochs: 2, Factor: 0.5f);
        Assert.Equal([1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25], Enumerable.Range(0, 9).Select(s => step.At(s, 12, 2)));
        Assert.Equal(1, LearningRateSchedule.Constant.At(99, 100, 10));
    }

    [Fact]
    public void The_proximal_term_keeps_weights_near_their_start()
    {
        ModelSpecification model = ModelSpecification.Parse(TestModels.Mlp);
        Dataset data = TestModels.Data(model, 30, 2);
        float[] weights = model.DrawInitialWeights(4);
        double free = Distance(0), held = Distance(2);
        Assert.True(held < free / 2, $"the distance is {held}, without the term {free}");

        double Distance(float proximal)
        {
            float[] trained = TorchEngine.Cpu.Train(model, weights, data, new LocalTraining { Epochs = 30, Proximal = proximal }).Weights;
            return Math.Sqrt(weights.Zip(trained, (a, b) => Math.Pow(a - b, 2)).Sum());
        }
    }

    [Fact]
    public void Options_out_of_bounds_are_named()
    {
        (LocalTraining Options, string Name)[] cases =
        [
            (new() { LearningRate = 0 }, "LearningRate"), (new() { LearningRate = float.NaN }, "LearningRate"), (new() { Momentum = 1 }, "Momentum"),
            (new() { Momentum = -0.1f }, "Momentum"), (new() { WeightDecay = -1 }, "WeightDecay"), (new() { Epochs = 0 }, "Epochs"),
            (new() { BatchSize = 0 }, "BatchSize"), (new() { Optimizer = (OptimizerKind)9 }, "Optimizer"),
            (new() { Optimizer = OptimizerKind.Adam, Momentum = 0.5f }, "Momentum"), (new() { ClipNorm = -1 }, "ClipNorm"),
            (new() { Proximal = float.PositiveInfinity }, "Proximal"), (new() { Schedule = new((ScheduleKind)7) }, "Kind"),
            (new() { Schedule = new(WarmUpSteps: -1) }, "WarmUpSteps"), (new() { Schedule = new(StepEpochs: 0) }, "StepEpochs"),
            (new() { Schedule = new(Factor: 0) }, "Factor"),
        ];
        foreach ((LocalTraining options, string name) in cases)
            Assert.StartsWith(name + " is ", Assert.Throws<ArgumentException>(options.Validate).Message);
    }

    private static double Factor(LearningRateSchedule schedule, int step, int epoch) => schedule.Kind switch
    {
        ScheduleKind.Cosine when step < 3 => (step + 1) / 4.0,
        ScheduleKind.Cosine => (1 + Math.Cos(Math.PI * (step - 3) / 9)) / 2,
        ScheduleKind.Step => epoch == 3 ? 0.5 : 1,
        _ => 1,
    };

    /// <summary>The optimizers entry by entry, in double precision, as their papers have them.</summary>
    private sealed class OptimizerByHand(LocalTraining options, float[] start)
    {
        private readonly double[] _first = new double[start.Length];
        private readonly double[] _second = new double[start.Length];
        private int _steps;

        public void Step(float[] weights, float[] gradient, double rate)
        {
            _steps++;
            double[] g = [.. gradient.Select((entry, i) => entry + (double)options.Proximal * (weights[i] - start[i]))];
            double norm = Math.Sqrt(g.Sum(entry => entry * entry));
            if (options.ClipNorm > 0 && norm > options.ClipNorm)
                g = [.. g.Select(entry => entry * options.ClipNorm / norm)];
            for (int i = 0; i < g.Length; i++)
            {
                double weight = weights[i];
                if (options.Optimizer == OptimizerKind.AdamW)
                    weight -= rate * options.WeightDecay * weight;
                else
                    g[i] += options.WeightDecay * weight;
                if (options.Optimizer == OptimizerKind.Sgd)
                {
                    _first[i] = options.Momentum * _first[i] + g[i];
                    weight -= rate * _first[i];
                }
                else
                {
                    _first[i] = 0.9 * _first[i] + 0.1 * g[i];
                    _second[i] = 0.999 * _second[i] + 0.001 * g[i] * g[i];
                    double mean = _first[i] / (1 - Math.Pow(0.9, _steps)), square = _second[i] / (1 - Math.Pow(0.999, _steps));
                    weight -= rate * mean / (Math.Sqrt(square) + 1e-8);
                }

                weights[i] = (float)weight;
            }
        }
    }
}
