using Marketplace.Laboratory.Rounds;
using Marketplace.Laboratory.Tasks;
using Marketplace.Learning.Data;
using Marketplace.Learning.Numerics;

namespace Marketplace.Laboratory.Attacks;

/// <summary>
/// Half of its images get a white square in a corner and are called class 0, and its update is tripled (Bagdasaryan et al., "How to backdoor
/// federated learning", AISTATS 2020; the square is that of Gu et al., "BadNets", 2017). Knows its own data.
/// </summary>
public sealed class Backdoor : IAttack
{
    private const int TargetClass = 0, Side = 4;
    private const double Boost = 3;

    /// <inheritdoc/>
    public Dataset Poison(Dataset own, RandomStream random)
    {
        Dataset marked = Mark(own.Slice(0, own.Count / 2));
        return Datasets.Join([marked.WithLabels(new int[marked.Count]), own.Slice(own.Count / 2, own.Count - own.Count / 2)]);
    }

    /// <inheritdoc/>
    public IReadOnlyList<short[]> Craft(AttackerView view) => view.ForEach(own => Vectors.Scale(own, Boost));

    /// <summary>How many marked images of other classes a model takes for class 0, as a share.</summary>
    /// <param name="federation">Measures, on its test set.</param>
    /// <param name="weights">The model.</param>
    public static double SuccessRate(Federation federation, int[] weights)
    {
        Dataset test = federation.Test;
        Dataset others = test.Subset([.. Enumerable.Range(0, test.Count).Where(i => test.Labels![i] != TargetClass)]);
        return federation.Measure(weights, Mark(others).WithLabels(new int[others.Count])).Accuracy;
    }

    private static Dataset Mark(Dataset images)
    {
        float[] features = [.. images.Features];
        int width = images.Shape[2];
        for (int image = 0; image < images.Count; image++)
        {
            for (int y = 0; y < Side; y++)
                features.AsSpan(image * images.SampleSize + y * width, Side).Fill(1);
        }

        return new Dataset(images.Shape, features, images.Labels, images.ClassCount);
    }
}
