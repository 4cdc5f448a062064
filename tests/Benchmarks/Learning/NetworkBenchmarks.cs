using BenchmarkDotNet.Attributes;
using Marketplace.Learning;

namespace Marketplace.Benchmarks.Learning;

/// <summary>
/// Training and inference on images of MNIST's size, one thread, batches of 64 in training. An operation is a sample, so Op/s is samples a
/// processor-second.
/// </summary>
public class NetworkBenchmarks
{
    private const int Samples = 2048;

    private const string Mlp = """
        {"input":[1,28,28],"layers":[{"type":"flatten"},{"type":"linear","name":"fc1","out":200},{"type":"relu"},{"type":"linear","name":"fc2","out":10}],
         "loss":"crossEntropy"}
        """;

    private const string Cnn = """
        {"input":[1,28,28],"layers":[{"type":"conv2d","name":"conv1","out":32,"kernel":5},{"type":"relu"},{"type":"maxPool2d","size":2},
         {"type":"conv2d","name":"conv2","out":64,"kernel":5},{"type":"relu"},{"type":"maxPool2d","size":2},{"type":"flatten"},
         {"type":"linear","name":"fc1","out":512},{"type":"relu"},{"type":"linear","name":"fc2","out":10}],"loss":"crossEntropy"}
        """;

    private readonly LocalTraining _options = new() { BatchSize = 64, LearningRate = 0.01f };
    private Network _network = null!;
    private Dataset _data = null!;

    /// <summary>MLP 784-200-10, or two 5×5 convolutions of 32 and 64 channels, each pooled, and 512 hidden units.</summary>
    [Params("MLP", "CNN")]
    public string Model { get; set; } = "";

    [GlobalSetup]
    public void SetUp()
    {
        _network = Network.Create(ModelSpecification.Parse(Model == "MLP" ? Mlp : Cnn));
        _network.Initialize(1);
        _data = RenderedDigits.Generate(Samples, 1, size: 28);
    }

    [GlobalCleanup]
    public void CleanUp() => _network.Dispose();

    [Benchmark(OperationsPerInvoke = Samples)]
    public long Train() => Trainer.Train(_network, _data, _options).Steps;

    [Benchmark(OperationsPerInvoke = Samples)]
    public double Infer() => _network.Evaluate(_data).Loss;
}
