using Marketplace.Laboratory.Rounds;

namespace Marketplace.Laboratory.Aggregators;

/// <summary>
/// Updates of the reference's length, weighted by their cosine to it where that is positive (Cao et al., "FLTrust", NDSS 2021). Pays by weight.
/// </summary>
public sealed class FlTrust : IAggregator
{
    /// <inheritdoc/>
    public Decision Decide(Submissions round)
    {
        double[] reference = Vectors.ToDouble(round.Reference);
        double length = Vectors.Norm(reference);
        double[] trust = [.. round.Vectors.Select(update => Math.Max(0, Vectors.Cosine(update, reference)))];
        double total = trust.Sum();
        if (total == 0)
            return new Decision(round.Weights, trust);
        double[] weights = [.. trust.Select((score, i) => score > 0 ? score / total * length / Vectors.Norm(round.Vectors[i]) : 0)];
        return round.Move(Vectors.Combine(round.Vectors, weights), [.. trust.Select(score => score / total)]);
    }
}
