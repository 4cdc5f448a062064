using Marketplace.Laboratory.Rounds;

namespace Marketplace.Laboratory.Attacks;

/// <summary>
/// PoisonedFL: pushes each coordinate to one side in all rounds, drawn once, the more the others' part of the last step moved it (Xie et al., "Model
/// poisoning attacks to federated learning via multi-round consistency", CVPR 2025). It is eight steps long; the paper makes it shorter where a
/// test says that the model does not follow. Knows the chain, and its own data for the first round's length.
/// </summary>
public sealed class ConstantSigns : IAttack
{
    private const double LastSteps = 8;

    private double[]? _signs;
    private double[] _last = [];

    /// <inheritdoc/>
    public IReadOnlyList<short[]> Craft(AttackerView view)
    {
        _signs ??= [.. view.Models[^1].Select(_ => view.Random.NextDouble() < 0.5 ? -1.0 : 1.0)];
        double[] magnitudes = view.Round == 0 ? [.. _signs.Select(_ => 1.0)] : Moved(view.PastStep(1));
        double length = view.Round == 0 ? Vectors.Norm(view.Own[0]) : LastSteps * Vectors.Norm(view.PastStep(1));
        double norm = Vectors.Norm(magnitudes);
        _last = [.. _signs.Zip(magnitudes, (sign, magnitude) => norm > 0 ? sign * magnitude * length / norm : 0)];
        return view.ForAll(_last);
    }

    /// <summary>How far each coordinate went, less what of that is like the own last update.</summary>
    private double[] Moved(double[] step)
    {
        double ratio = Vectors.Norm(_last) is var norm && norm > 0 ? Vectors.Norm(step) / norm : 0;
        return [.. step.Zip(_last, (moved, own) => Math.Abs(moved - own * ratio))];
    }
}
