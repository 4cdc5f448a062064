using System.Diagnostics;
using Marketplace.Benchmarks.Proofs;
using Marketplace.Learning.Data;
using Marketplace.Learning.Models;
using Marketplace.Learning.Torch;
using Marketplace.Learning.Training;

namespace Marketplace.Benchmarks.Learning;

/// <summary>The learning engine beside plain TorchSharp loops in one process, turn by turn; then what a process costs in memory and start.</summary>
internal static class LearningBenchmarks
{
    public const string Switch = "--learning";

    public const string ChildSwitch = "--learning-child";

    private const int Turns = 5;

    public static void Run()
    {
        Console.WriteLine($"{TorchEngine.Cpu.Describe()}; samples a processor-second, best of {Turns} turns each.");
        var table = new MarkdownTable(
            "Throughput", "network", "parameters", "train", "plain loop", "engine / plain", "infer", "plain loop", "engine / plain");
        foreach (BenchmarkModel model in BenchmarkModel.All())
        {
            ModelSpecification specification = ModelSpecification.Parse(model.Json);
            float[] weights = specification.DrawInitialWeights(1);
            var options = new LocalTraining { BatchSize = model.BatchSize, LearningRate = 0.01f, Momentum = 0.9f };
            (double train, double plainTrain) = Compare(
                model.Data.Count, () => TorchEngine.Cpu.Train(specification, weights, model.Data, options), () => PlainLoop.Train(model));
            (double infer, double plainInfer) = Compare(
                model.Data.Count, () => TorchEngine.Cpu.Evaluate(specification, weights, model.Data), () => PlainLoop.Infer(model));
            table.Row(
                model.Name, $"{specification.ParameterCount:N0}", $"{train:N0}", $"{plainTrain:N0}", $"{train / plainTrain:0.00}",
                $"{infer:N0}", $"{plainInfer:N0}", $"{infer / plainInfer:0.00}");
        }

        table = new MarkdownTable("A process of its own", "what it does", "processor time", "peak memory");
        foreach ((string name, string what) in ((string, string)[])
            [
                ("nothing", "starts"),
                ("step", "loads libtorch and takes one step of the MLP"),
                ("epoch", "trains the CNN on 2,048 images and evaluates it")
            ])
        {
            table.Row(what, RunChild(name));
        }
    }

    /// <summary>Prints what this process has cost until then, as two cells.</summary>
    public static void RunAsChild(string what)
    {
        IReadOnlyList<BenchmarkModel> models = what == "nothing" ? [] : BenchmarkModel.All();
        TimeSpan before = Environment.CpuUsage.TotalTime;
        if (what != "nothing")
        {
            BenchmarkModel model = models[what == "step" ? 0 : 1];
            ModelSpecification specification = ModelSpecification.Parse(model.Json);
            Dataset data = what == "step" ? model.Data.Slice(0, model.BatchSize) : model.Data;
            TrainingResult result = TorchEngine.Cpu.Train(
                specification, specification.DrawInitialWeights(1), data, new LocalTraining { BatchSize = 64 });
            if (what == "epoch")
                TorchEngine.Cpu.Evaluate(specification, result.Weights, data);
        }

        using var self = Process.GetCurrentProcess();
        TimeSpan spent = what == "nothing" ? self.TotalProcessorTime : Environment.CpuUsage.TotalTime - before;
        Console.WriteLine($"{MarkdownTable.Seconds(spent.TotalSeconds)} | {MarkdownTable.Megabytes(self.PeakWorkingSet64)}");
    }

    private static string RunChild(string what)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [typeof(LearningBenchmarks).Assembly.Location, ChildSwitch, what])
        {
            RedirectStandardOutput = true,
        };
        if (!Path.GetFileNameWithoutExtension(start.FileName).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
            start.ArgumentList.RemoveAt(0);
        using Process child = Process.Start(start)!;
        string cells = child.StandardOutput.ReadToEnd().Trim();
        child.WaitForExit();
        return child.ExitCode == 0
            ? cells
            : throw new InvalidOperationException($"the process that was to measure '{what}' ended with exit code {child.ExitCode}");
    }

    /// <summary>Samples a processor-second of both; they take turns, so that a change of the machine's speed meets both.</summary>
    private static (double First, double Second) Compare(int samples, Action first, Action second)
    {
        first();
        second();
        double best1 = double.MaxValue, best2 = double.MaxValue;
        for (int turn = 0; turn < Turns; turn++)
        {
            best1 = Math.Min(best1, Timing.Median(1, first).Cpu);
            best2 = Math.Min(best2, Timing.Median(1, second).Cpu);
        }

        return (samples / best1, samples / best2);
    }
}
