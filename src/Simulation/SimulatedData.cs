using Marketplace.Content;
using Marketplace.Hosting;
using Marketplace.Learning.Data;
using Marketplace.Learning.Models;
using Marketplace.Learning.Numerics;
using Marketplace.LocalMarket;
using Marketplace.Protocol.Projects;

namespace Marketplace.Simulation;

/// <summary>Everybody's data.</summary>
/// <param name="Trainers">What each trainer trains on, attackers' labels as they falsify them.</param>
/// <param name="Root">What the reference is trained on.</param>
/// <param name="Test">What nobody trains on.</param>
/// <param name="RootName">What the root set is, for people.</param>
/// <param name="TestName">What the test set is, for people.</param>
public sealed record SimulatedData(IReadOnlyList<Dataset> Trainers, Dataset Root, Dataset Test, string RootName, string TestName)
{
    /// <summary>How many samples are drawn for each trainer, and for the root set.</summary>
    public const int DrawnSamplesEach = 1000;

    private const ulong DealingStream = 0x6465616C, LabelStream = 0x6C6162656C;
    private const int DrawnTestSamples = 2000;

    /// <summary>The part of the data that is kept for testing where no test set is given: a fifth.</summary>
    private const int TestPart = 5;

    private const int SmallestPart = 1;

    /// <summary>Whether digits can be drawn for a model, so that it is simulated without anybody's data.</summary>
    public static bool CanDraw(ModelSpecification model) =>
        model is { Input: [1, var height, var width], OutputSize: 10, Loss: LossKind.CrossEntropy } && height == width
            && width is >= RenderedDigits.MinSize and <= RenderedDigits.MaxSize;

    /// <summary>Reads or draws the data and deals them out.</summary>
    /// <exception cref="UsageException">There are no data, or too few.</exception>
    /// <exception cref="InvalidDataException">A file is malformed or does not fit the project's model.</exception>
    public static SimulatedData Prepare(SimulatedProject project, SimulationOptions options)
    {
        (Dataset pool, Dataset? test, string testName) = options.Data is { } path
            ? Load(project, options, path)
            : Draw(project.Document.Model, options);
        var random = new RandomStream(options.Seed, DealingStream);
        pool = Shuffle(pool, random);
        if (test is null)
        {
            int held = pool.Count / TestPart;
            test = pool.Slice(0, held);
            pool = pool.Slice(held, pool.Count - held);
        }
        (Dataset root, string rootName) = TakeRoot(project, options, ref pool);
        if (pool.Count < options.Trainers || root.Count == 0 || test.Count == 0)
        {
            throw new UsageException(
                $"the data have {pool.Count:N0} samples for {options.Trainers} trainers, {root.Count:N0} for the root set and {test.Count:N0} for "
                    + "testing; everybody needs at least one: give more data, or fewer --trainers");
        }
        if (pool.Labels is null && (options.Concentration is not null || options.Attackers.Any(attacker => attacker != Behavior.Replaying)))
            throw new UsageException("the project learns numbers, not classes: only --partition iid and attackers that replay can be simulated");
        return new SimulatedData(Deal(pool, options), root, test, rootName, testName);
    }

    private static (Dataset Pool, Dataset? Test, string TestName) Load(SimulatedProject project, SimulationOptions options, string path)
    {
        ProjectDocument document = project.Document;
        Dataset pool = ProjectData.Load(document, path, "train");
        if (project.TestSet is { } files && PathsOf(files) is { } paths && paths.All(name => !Cid.TryParse(name, out _)))
        {
            string[] full = [.. paths.Select(name => Path.Combine(project.Folder, name))];
            return (pool, LoadTestSet(document, full), "the document's test set");
        }
        if (options.Test is { } given)
            return (pool, ProjectData.Load(document, given, "t10k"), $"the test set {given}");
        return document.Data.Kind == "idx" && Directory.EnumerateFiles(path, "t10k-images-idx3-ubyte*").Any()
            ? (pool, ProjectData.Load(document, path, "t10k"), "the data's own test files (t10k)")
            : (pool, null, "a fifth of the data, on which nobody trains");
    }

    private static string[] PathsOf(TestSetFiles files) => [.. new[] { files.File, files.Images, files.Labels }.OfType<string>()];

    private static Dataset LoadTestSet(ProjectDocument document, string[] paths)
    {
        if (paths.FirstOrDefault(path => !File.Exists(path)) is { } missing)
            throw new UsageException($"project document, at testSet: there is no file '{missing}'");
        Dataset test = paths is [var images, var labels] ? IdxLoader.Load(images, labels) : CsvLoader.Load(paths[0], document.Data.Schema!);
        ProjectData.RequireFit(document, test, paths[0]);
        return test;
    }

    private static (Dataset Pool, Dataset? Test, string TestName) Draw(ModelSpecification model, SimulationOptions options)
    {
        if (!CanDraw(model))
        {
            throw new UsageException(
                "give data by --data: only for square images of 8 to 64 pixels in ten classes can digits be drawn, this project's model takes "
                    + $"[{string.Join(", ", model.Input)}] and has {model.OutputSize} outputs");
        }
        int size = model.Input[1], samples = (options.Trainers + 1) * DrawnSamplesEach;
        return (
            RenderedDigits.Generate(samples, options.Seed, size),
            RenderedDigits.Generate(DrawnTestSamples, options.Seed + 1, size),
            "drawn digits on which nobody trains");
    }

    private static (Dataset Root, string Name) TakeRoot(SimulatedProject project, SimulationOptions options, ref Dataset pool)
    {
        if (options.Root is { } path)
            return (ProjectData.Load(project.Document, path, "train"), $"the root set {path}");
        int samples = options.RootSamples ?? pool.Count / (options.Trainers + 1);
        if (samples > pool.Count)
            throw new UsageException($"--root-samples is {samples:N0}, the data have {pool.Count:N0} samples");
        Dataset root = pool.Slice(0, samples);
        pool = pool.Slice(samples, pool.Count - samples);
        return (root, $"{samples:N0} samples of the data");
    }

    private static IReadOnlyList<Dataset> Deal(Dataset pool, SimulationOptions options)
    {
        IReadOnlyList<int[]> parts = options.Concentration is { } concentration
            ? Partition.Dirichlet(pool, options.Trainers, concentration, options.Seed, SmallestPart)
            : Partition.Iid(pool, options.Trainers, options.Seed);
        return
        [
            .. parts.Select((part, i) => i < options.Attackers.Count && options.Attackers[i] != Behavior.Replaying
                ? options.Attackers[i].Relabel(pool.Subset(part), new RandomStream(options.Seed, LabelStream + (ulong)i))
                : pool.Subset(part)),
        ];
    }

    private static Dataset Shuffle(Dataset data, RandomStream random)
    {
        int[] order = [.. Enumerable.Range(0, data.Count)];
        random.Shuffle(order.AsSpan());
        return data.Subset(order);
    }
}
