using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Marketplace.Learning.Data;
using Marketplace.Learning.Models;
using Marketplace.Learning.Torch;
using Marketplace.Learning.Training;

namespace Marketplace.Learning.Tests.Data;

/// <summary>The built-in data set: the same bytes everywhere, and neither trivial nor hopeless.</summary>
public sealed class RenderedDigitsTests
{
    [Fact]
    public void The_same_seed_gives_the_same_bytes_on_every_platform()
    {
        Dataset digits = RenderedDigits.Generate(50, 1);
        Assert.Equal("753d8be32a863b5ef45779cba6d6bce6b1ad44e32d6129269fca13647e80812e", Hash(digits.Features));
        Assert.Equal(digits.Features[..(20 * 256)], RenderedDigits.Generate(20, 1).Features);
        Assert.NotEqual(digits.Features, RenderedDigits.Generate(50, 2).Features);
    }

    [Fact]
    public void Pixels_and_labels_are_within_bounds()
    {
        foreach (double difficulty in (double[])[0, 1, 2])
        {
            Dataset digits = RenderedDigits.Generate(200, 3, 20, difficulty);
            Assert.Equal([1, 20, 20], digits.Shape);
            Assert.All(digits.Features, pixel => Assert.InRange(pixel, 0f, 1f));
            Assert.Equal(10, digits.Labels!.Distinct().Count());
            Assert.True(digits.Features.Max() > 0.5f);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => RenderedDigits.Generate(1, 1, 7));
        Assert.Throws<ArgumentOutOfRangeException>(() => RenderedDigits.Generate(1, 1, 65));
        Assert.Throws<ArgumentOutOfRangeException>(() => RenderedDigits.Generate(-1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => RenderedDigits.Generate(1, 1, 16, double.NaN));
    }

    [Fact]
    public void A_linear_model_falls_short_of_a_small_network()
    {
        Dataset train = RenderedDigits.Generate(4000, 1), test = RenderedDigits.Generate(1000, 2);
        double linear = Accuracy(""), network = Accuracy("""{"type":"linear","name":"a","out":64},{"type":"relu"},""");
        Assert.InRange(linear, 0.5, 0.9);
        Assert.True(network > linear + 0.05, $"network {network:P1}, linear {linear:P1}");

        double Accuracy(string hidden)
        {
            ModelSpecification model = ModelSpecification.Parse(
                $$"""{"input":[1,16,16],"layers":[{"type":"flatten"},{{hidden}}{"type":"linear","name":"z","out":10}],"loss":"crossEntropy"}""");
            var options = new LocalTraining { LearningRate = 0.1f, Epochs = 14, BatchSize = 32 };
            float[] weights = TorchEngine.Cpu.Train(model, model.DrawInitialWeights(1), train, options).Weights;
            return TorchEngine.Cpu.Evaluate(model, weights, test).Accuracy;
        }
    }

    private static string Hash(float[] values) => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(values.AsSpan())));
}
