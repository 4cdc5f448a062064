using Marketplace.Laboratory.Rounds;

namespace Marketplace.Laboratory.Methods;

/// <summary>
/// CGSV: reputations from the cosine of each normalized update to their sum, weighted by the reputations so far; a round counts as much as what is
/// forgotten of the rounds before (Xu et al., "Gradient driven rewards to guarantee fairness in collaborative machine learning", NeurIPS 2021).
/// Needs no root set.
/// </summary>
public sealed class CosineGradientShapley : IContributionMethod
{
    private const double Memory = 0.95, LeastReputation = 1e-3;

    /// <inheritdoc/>
    public string Name => "CGSV";

    /// <inheritdoc/>
    public Credit Judge(Project project)
    {
        IReadOnlyList<double> reputations = project.Rounds[0].Submissions.SizeShares;
        double[] remembered = new double[project.Submitters];
        foreach (PlayedRound round in project.Rounds)
        {
            double[][] directions = [.. round.Submissions.Vectors.Select(Normalized)];
            double[] together = Vectors.Combine(directions, reputations);
            for (int i = 0; i < remembered.Length; i++)
                remembered[i] = Math.Max(LeastReputation, Memory * remembered[i] + (1 - Memory) * Vectors.Cosine(directions[i], together));
            double total = remembered.Sum();
            reputations = [.. remembered.Select(reputation => reputation / total)];
        }

        return new Credit(reputations, 0);
    }

    private static double[] Normalized(double[] vector)
    {
        double norm = Vectors.Norm(vector);
        return norm > 0 ? Vectors.Scale(vector, 1 / norm) : vector;
    }
}
