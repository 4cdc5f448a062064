namespace Marketplace.Learning.Tests;

/// <summary>Every layer's gradient against central differences of the loss.</summary>
public sealed class GradientTests
{
    public static TheoryData<string> Models => TestModels.All;

    [Theory]
    [MemberData(nameof(Models))]
    public void GradientMatchesFiniteDifferences(string json)
    {
        ModelSpecification model = ModelSpecification.Parse(json);
        using Network network = Network.Create(model);
        network.Initialize(3);
        var random = new RandomStream(17);
        foreach (ParameterSpecification bias in model.Parameters.Where(p => p.Name.EndsWith(".bias", StringComparison.Ordinal)))
        {
            foreach (ref float entry in network.Parameters.AsSpan(bias.Offset, bias.Length))
                entry = (float)random.NextDouble(-0.3, 0.3);
        }

        Dataset data = TestModels.Data(model, 13, seed: 5);
        int[] samples = [.. Enumerable.Range(0, data.Count)];
        var gradient = new float[model.ParameterCount];
        double loss = network.ComputeGradient(data, samples, gradient);
        Assert.Equal(network.Evaluate(data).Loss, loss, 1e-9);

        // Where ReLU or max pooling has a kink within the step, the slope on one side is still right; kinks on both sides are rare.
        const float Step = 1f / 512;
        foreach (ParameterSpecification parameter in model.Parameters)
        {
            int off = 0;
            var failures = new List<string>();
            for (int i = parameter.Offset; i < parameter.Offset + parameter.Length; i++)
            {
                float kept = network.Parameters[i];
                double above = LossWith(kept + Step), below = LossWith(kept - Step);
                network.Parameters[i] = kept;
                double[] slopes = [(above - below) / (2 * Step), (above - loss) / Step, (loss - below) / Step];
                if (slopes.All(slope => Math.Abs(slope - gradient[i]) > 2e-3 + 1e-2 * Math.Abs(slope)))
                {
                    off++;
                    failures.Add($"{parameter.Name}[{i - parameter.Offset}]: {gradient[i]} against {string.Join(", ", slopes)}");
                }

                double LossWith(float value)
                {
                    network.Parameters[i] = value;
                    return network.Evaluate(data).Loss;
                }
            }

            Assert.True(off <= parameter.Length / 50, $"{off} of {parameter.Length} entries of {parameter.Name} differ: {string.Join("; ", failures.Take(5))}");
        }
    }
}
