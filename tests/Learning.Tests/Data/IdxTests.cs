using Marketplace.Learning.Data;
using Marketplace.Learning.Models;
using Marketplace.Learning.Torch;
using Marketplace.Learning.Training;
using Marketplace.Testing.Files;

namespace Marketplace.Learning.Tests.Data;

/// <summary>IDX image files, well-formed and not.</summary>
public sealed class IdxTests
{
    private static readonly byte[] Labels = [0, 0, 8, 1, 0, 0, 0, 2, 1, 0];

    private static readonly byte[] Images = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 255, 51, 102];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Images_and_labels_are_read(bool compressed)
    {
        using var folder = new TemporaryFolder();
        string suffix = compressed ? ".gz" : "";
        folder.Write("train-images-idx3-ubyte" + suffix, compressed ? Gzip.Compress(Images) : Images);
        folder.Write("train-labels-idx1-ubyte" + suffix, compressed ? Gzip.Compress(Labels) : Labels);
        Dataset data = IdxLoader.LoadDirectory(folder.Path, "train");
        Assert.Equal([1, 1, 2], data.Shape);
        Assert.Equal([0f, 1f, 0.2f, 0.4f], data.Features);
        Assert.Equal([1, 0], data.Labels!);
        Assert.Equal(2, data.ClassCount);
        FileNotFoundException e = Assert.Throws<FileNotFoundException>(() => IdxLoader.LoadDirectory(folder.Path, "t10k"));
        Assert.Contains("Neither t10k-images-idx3-ubyte nor", e.Message);
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        using var folder = new TemporaryFolder();
        Dataset digits = RenderedDigits.Generate(20, 4);
        IdxWriter.Write(digits, folder["a"], folder["b.gz"]);
        Dataset read = IdxLoader.Load(folder["a"], folder["b.gz"], digits.ClassCount);
        Assert.Equal(digits.Labels, read.Labels);
        Assert.Equal(digits.Shape, read.Shape);
        Assert.All(digits.Features.Zip(read.Features), pair => Assert.Equal(pair.First, pair.Second, 0.5 / 255 + 1e-6));

        // Written again, the rounded pixels are the same bytes; three channels go out and back as IDX4.
        IdxWriter.Write(read, folder["c"], folder["d"]);
        Assert.Equal(File.ReadAllBytes(folder["a"]), File.ReadAllBytes(folder["c"]));
        var color = new Dataset([3, 1, 1], [0, 0.2f, 1, 1, 0.4f, 0], [3, 1], 10);
        IdxWriter.Write(color, folder["e"], folder["f"]);
        Dataset again = IdxLoader.Load(folder["e"], folder["f"]);
        Assert.Equal(color.Features, again.Features);
        Assert.Equal([3, 1, 1], again.Shape);
    }

    public static TheoryData<byte[], string> MalformedImages => new()
    {
        { [], "ends within its magic number" },
        { [0, 0, 8], "ends within its magic number" },
        { [1, 0, 8, 3], "an IDX file begins with 0000" },
        { [0, 0, 0x0D, 3], "the data type is 0x0D" },
        { [0, 0, 8, 1, 0, 0, 0, 1, 5], "the file has 1 dimensions; expected 3 or 4" },
        { [0, 0, 8, 255], "the file has 255 dimensions" },
        { Images[..15], "ends within its dimension 2" },
        { [.. Images[..8], 0, 0, 0, 0, 0, 0, 0, 2], "dimension 1 is 0; expected 1 to 8192" },
        { [.. Images[..8], 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 2], "dimension 1 is 4294967295" },
        { [0, 0, 8, 3, 0x7F, 0xFF, 0xFF, 0xFF, 0, 0, 0, 1, 0, 0, 0, 2], "promises more than 1073741824 bytes (dimension 0 is 2147483647)" },
        { [0, 0, 8, 3, 0, 0x10, 0, 0, 0, 0, 0x20, 0, 0, 0, 0x20, 0], "promises more than 1073741824 bytes (dimension 1" },
        { Images[..^1], "promises 4 bytes of data; the file has 3" },
        { [.. Images, 0], "data go on after the 4 bytes" },
        { [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0], "has 1 images but" },
        { Gzip.Compress(Images)[..20], "images" },
        { [.. Gzip.Compress(Images)[..10], 0xFF, 0xFF, 0xFF, 0xFF], "gzip data are damaged" },
    };

    [Theory]
    [MemberData(nameof(MalformedImages))]
    public void Malformed_files_are_refused_by_name_and_reason(byte[] images, string expected)
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("images", images), labels = folder.Write("labels", Labels);
        string message = Assert.Throws<InvalidDataException>(() => IdxLoader.Load(path, labels)).Message;
        Assert.StartsWith(path, message);
        Assert.Contains(expected, message);
    }

    [Fact]
    public void Labels_beyond_the_classes_are_refused()
    {
        using var folder = new TemporaryFolder();
        string images = folder.Write("images", Images), labels = folder.Write("labels", Labels);
        string message = Assert.Throws<InvalidDataException>(() => IdxLoader.Load(images, labels, 1)).Message;
        Assert.Contains("labels: the label of sample 0 is 1; expected 0 to 0", message);
    }

    [Fact]
    public void Mnist_is_read_whole_and_learned()
    {
        Assert.SkipWhen(SharedData.WhyMissing("mnist") is not null, SharedData.WhyMissing("mnist") ?? "");
        string folder = SharedData.Folder("mnist");
        Dataset test = IdxLoader.LoadDirectory(folder, "t10k");
        Assert.Equal([1, 28, 28], test.Shape);
        Assert.Equal((10_000, 10), (test.Count, test.ClassCount));
        Assert.Equal([7, 2, 1, 0, 4, 1, 4, 9, 5, 9], test.Labels![..10]);

        // Short on purpose: 8,000 of the test set's images teach a small network enough to know the other 2,000 well.
        ModelSpecification model = ModelSpecification.Parse("""
            {"input":[1,28,28],"layers":[{"type":"flatten"},{"type":"linear","name":"fc1","out":64},{"type":"relu"},
            {"type":"linear","name":"fc2","out":10}],
             "loss":"crossEntropy"}
            """);
        var options = new LocalTraining { LearningRate = 0.1f, Epochs = 3, BatchSize = 32 };
        float[] weights = TorchEngine.Cpu.Train(model, model.DrawInitialWeights(1), test.Slice(0, 8000), options).Weights;
        double accuracy = TorchEngine.Cpu.Evaluate(model, weights, test.Slice(8000, 2000)).Accuracy;
        Assert.True(accuracy > 0.92, $"accuracy {accuracy:P1}; expected above 92 %");
    }
}
