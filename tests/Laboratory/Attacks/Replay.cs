using Marketplace.Laboratory.Rounds;

namespace Marketplace.Laboratory.Attacks;

/// <summary>
/// Has no data and submits what past rounds did to the model, which is public (Fraboni et al., "Free-rider attacks on model aggregation in federated
/// learning", AISTATS 2021): the last round's step, or all of them, each older one counting less by a factor. Nothing in the first round.
/// </summary>
/// <param name="memory">0 for the last step alone, up to 1 for all alike.</param>
/// <param name="noise">Length of the noise that hides it, in its own lengths; the whole is as long as it was.</param>
public sealed class Replay(double memory = 0, double noise = 0) : IAttack
{
    /// <inheritdoc/>
    public IReadOnlyList<short[]> Craft(AttackerView view)
    {
        var sum = new double[view.Models[^1].Length];
        double weight = 1, weights = 0;
        for (int age = 1; age <= view.Round && weight > 0; age++)
        {
            sum = Vectors.Combine([sum, view.PastStep(age)], [1, weight]);
            weights += weight;
            weight *= memory;
        }

        double[] replay = weights > 0 ? Vectors.Scale(sum, 1 / weights) : sum;
        return view.ForAll(
            noise > 0 ? Vectors.Scale(Vectors.AddNoise(replay, noise, view.Random), 1 / Math.Sqrt(1 + noise * noise)) : replay);
    }
}
