using Marketplace.Learning.Data;
using Marketplace.Learning.Layers;
using Marketplace.Learning.Models;
using Marketplace.Learning.Numerics;

namespace Marketplace.Learning.Tests.Models;

/// <summary>Small models and data that several tests share.</summary>
internal static class TestModels
{
    public const string Mlp = """
        {"input":[7],"layers":[{"type":"linear","name":"fc1","out":9},{"type":"relu"},{"type":"linear","name":"fc2","out":3}],"loss":"crossEntropy"}
        """;

    public const string Regression = """
        {"input":[5],"layers":[{"type":"linear","name":"fc1","out":11},{"type":"relu"},
        {"type":"linear","name":"fc2","out":2}],"loss":"meanSquaredError"}
        """;

    public const string Cnn = """
        {"input":[2,9,8],"layers":[{"type":"conv2d","name":"conv1","out":5,"kernel":3,"padding":1},{"type":"relu"},{"type":"maxPool2d","size":2},
        {"type":"conv2d","name":"conv2","out":18,"kernel":3},{"type":"relu"},{"type":"flatten"},
        {"type":"linear","name":"fc1","out":4}],"loss":"crossEntropy"}
        """;

    public const string StridedCnn = """
        {"input":[3,11,10],"layers":[{"type":"conv2d","name":"a","out":9,"kernel":4,"stride":2,"padding":2},{"type":"maxPool2d","size":3,"stride":1},
        {"type":"conv2d","name":"b","out":3,"kernel":2,"stride":2},{"type":"relu"},{"type":"flatten"},
        {"type":"linear","name":"c","out":3}],"loss":"crossEntropy"}
        """;

    public const string Embedded = """
        {"input":[5],"layers":[{"type":"embedding","name":"city","vocabulary":6,"dimension":3,"columns":[1,3]},
        {"type":"embedding","name":"day","vocabulary":4,"dimension":2,"columns":[2]},{"type":"linear","name":"fc1","out":8},{"type":"relu"},
        {"type":"linear","name":"fc2","out":3}],"loss":"crossEntropy"}
        """;

    public const string Words = """
        {"input":[6],"layers":[{"type":"embedding","name":"words","vocabulary":12,"dimension":4},{"type":"relu"},
        {"type":"linear","name":"fc","out":2}],"loss":"crossEntropy"}
        """;

    public const string Digits = """
        {"input":[1,16,16],"layers":[{"type":"conv2d","name":"c","out":6,"kernel":5},{"type":"relu"},{"type":"maxPool2d","size":2},{"type":"flatten"},
        {"type":"linear","name":"f","out":10}],"loss":"crossEntropy"}
        """;

    public static TheoryData<string> All => [Mlp, Regression, Cnn, StridedCnn, Embedded, Words];

    /// <summary>Random samples that fit a model.</summary>
    public static Dataset Data(ModelSpecification model, int count, ulong seed)
    {
        var random = new RandomStream(seed);
        var features = new float[count * model.InputSize];
        for (int i = 0; i < features.Length; i++)
        {
            features[i] = (float)random.NextNormal();
            int column = i % model.InputSize;
            if (model.Layers[0] is Embedding first)
            {
                if (first.Columns is null)
                    features[i] = random.NextInt32(first.Vocabulary);
                else if (column is 1 or 3)
                    features[i] = random.NextInt32(6);
                else if (column == 4)
                    features[i] = random.NextInt32(4);
            }
        }

        if (model.Loss == LossKind.MeanSquaredError)
        {
            var targets = new float[count * model.OutputSize];
            foreach (ref float target in targets.AsSpan())
                target = (float)random.NextNormal();
            return new Dataset(model.Input, features, targets: targets);
        }

        var labels = new int[count];
        foreach (ref int label in labels.AsSpan())
            label = random.NextInt32(model.OutputSize);
        return new Dataset(model.Input, features, labels, model.OutputSize);
    }
}
