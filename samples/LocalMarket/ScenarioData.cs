using Marketplace.Learning.Data;
using Marketplace.Learning.Numerics;

namespace Marketplace.LocalMarket;

/// <summary>The scenario's data sets: each party's own, as files that only it is told of.</summary>
public sealed class ScenarioData
{
    private const int DrawnTestSamples = 5000;

    private readonly string _folder;

    private ScenarioData(Dataset test, string folder)
    {
        _folder = folder;
        Shape = test.Shape;
        Write(test, TestPath, "t10k");
    }

    /// <summary>Shape of a sample.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>Folder of the set by which the aggregator measures updates.</summary>
    public string RootPath => PathOf("root");

    /// <summary>Folder of the set that nobody trains on.</summary>
    public string TestPath => PathOf("test");

    /// <summary>Makes all parties' data: drawn digits, or parts of files in MNIST's format.</summary>
    /// <param name="scenario">Who needs how many samples.</param>
    /// <param name="options">Where the data come from.</param>
    /// <param name="folder">Where to write them.</param>
    /// <exception cref="LocalMarketException">The files have too few samples.</exception>
    public static ScenarioData Prepare(Scenario scenario, LocalMarketOptions options, string folder)
    {
        int samples = scenario.RootSamples + scenario.Trainers.Sum(trainer => trainer.Samples);
        (Dataset training, Dataset test) = options.Data is { } path
            ? Load(path, samples, options.Seed)
            : Draw(scenario.Model.Input[1], samples, options.Seed);
        if (!training.Shape.SequenceEqual(scenario.Model.Input))
        {
            throw new LocalMarketException(
                $"the images at {options.Data} are [{string.Join(", ", training.Shape)}], "
                + $"the model takes [{string.Join(", ", scenario.Model.Input)}]");
        }
        var data = new ScenarioData(test, folder);
        int taken = 0;
        data.Give("root", scenario.RootSamples, Behavior.Honest, training, ref taken);
        foreach (LocalTrainer trainer in scenario.Trainers.Where(trainer => trainer.Samples > 0))
            data.Give(trainer.Name, trainer.Samples, trainer.Behavior, training, ref taken);
        return data;
    }

    /// <summary>Folder of a trainer's own data.</summary>
    public string PathOf(LocalTrainer trainer) => PathOf(trainer.Name);

    private static (Dataset Training, Dataset Test) Draw(int size, int samples, ulong seed) =>
        size is >= RenderedDigits.MinSize and <= RenderedDigits.MaxSize
            ? (RenderedDigits.Generate(samples, seed, size), RenderedDigits.Generate(DrawnTestSamples, seed + 1, size))
            : throw new LocalMarketException(
                $"digits are drawn {RenderedDigits.MinSize} to {RenderedDigits.MaxSize} pixels wide, the model takes images of {size}");

    private static (Dataset Training, Dataset Test) Load(string path, int samples, ulong seed)
    {
        Dataset all = IdxLoader.LoadDirectory(path, "train");
        if (all.Count < samples)
            throw new LocalMarketException($"{path} has {all.Count:N0} training samples, the scenario's parties need {samples:N0}");
        int[] order = [.. Enumerable.Range(0, all.Count)];
        new RandomStream(seed, 0).Shuffle(order);
        return (all.Subset(order[..samples]), IdxLoader.LoadDirectory(path, "t10k"));
    }

    /// <summary>Gives the next samples to a party.</summary>
    private void Give(string party, int samples, Behavior behavior, Dataset training, ref int taken)
    {
        Dataset part = training.Slice(taken, samples);
        taken += samples;
        Write(behavior.Relabel(part, new RandomStream((ulong)taken, 1)), PathOf(party), "train");
    }

    private string PathOf(string party) => Path.Combine(_folder, party);

    private static void Write(Dataset data, string path, string split)
    {
        Directory.CreateDirectory(path);
        IdxWriter.Write(data, Path.Combine(path, $"{split}-images-idx3-ubyte"), Path.Combine(path, $"{split}-labels-idx1-ubyte"));
    }
}
