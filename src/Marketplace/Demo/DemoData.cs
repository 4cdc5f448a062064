using Marketplace.Learning;

namespace Marketplace.Demo;

/// <summary>Makes the demo's data sets and gives each party its own, as files that only it is told of.</summary>
internal sealed class DemoData
{
    private const int Classes = 10;
    private const double NoisyShare = 0.4;

    private readonly Dataset training;
    private readonly Dataset test;
    private readonly string folder;
    private int taken;

    private DemoData(Dataset training, Dataset test, string folder)
    {
        this.training = training;
        this.test = test;
        this.folder = folder;
    }

    /// <summary>Shape of a sample.</summary>
    public IReadOnlyList<int> Shape => training.Shape;

    /// <summary>The path of the set that nobody trains on.</summary>
    public string TestPath => Path.Combine(folder, "test");

    /// <summary>Digits that this program draws.</summary>
    /// <param name="samples">How many all parties together need.</param>
    public static DemoData Draw(int samples, int testSamples, ulong seed, string folder) =>
        new DemoData(RenderedDigits.Generate(samples, seed), RenderedDigits.Generate(testSamples, seed + 1), folder).WithTestSet();

    /// <summary>Files in MNIST's format.</summary>
    /// <param name="path">A folder with the four files, gzip or not.</param>
    public static DemoData Load(string path, int samples, ulong seed, string folder)
    {
        Dataset all = IdxLoader.LoadDirectory(path, "train");
        if (all.Count < samples)
            throw new DemoException($"{path} has {all.Count:N0} training samples, the demo's parties need {samples:N0}");
        int[] order = [.. Enumerable.Range(0, all.Count)];
        new RandomStream(seed, 0).Shuffle(order);
        return new DemoData(all.Subset(order[..samples]), IdxLoader.LoadDirectory(path, "t10k"), folder).WithTestSet();
    }

    /// <summary>Gives the next samples to a party.</summary>
    /// <returns>The folder that holds them.</returns>
    public string Give(string party, int samples, Behavior behavior)
    {
        Dataset part = training.Slice(taken, samples);
        taken += samples;
        var random = new RandomStream((ulong)taken, 1);
        int Relabel(int label) => behavior switch
        {
            Behavior.Noisy when random.NextDouble() < NoisyShare => random.NextInt32(Classes),
            Behavior.Flipping => Classes - 1 - label,
            _ => label,
        };
        return Write(part.WithLabels([.. part.Labels!.Select(Relabel)]), Path.Combine(folder, party), "train");
    }

    private DemoData WithTestSet()
    {
        Write(test, TestPath, "t10k");
        return this;
    }

    private static string Write(Dataset data, string path, string split)
    {
        Directory.CreateDirectory(path);
        IdxWriter.Write(data, Path.Combine(path, $"{split}-images-idx3-ubyte"), Path.Combine(path, $"{split}-labels-idx1-ubyte"));
        return path;
    }
}
