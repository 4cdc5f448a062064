using Marketplace.Laboratory.Rounds;
using Marketplace.Laboratory.Tasks;

namespace Marketplace.Laboratory.Methods;

/// <summary>
/// In-Run Data Shapley of first order (Wang et al., "Data Shapley in one training run", ICLR 2025) with a trainer's update in the place of a sample's
/// gradient: what the update, at its size's share, takes off the root set's loss to first order, −⟨∇ℓ(w), (n_i/n)·u_i⟩, added up over the rounds.
/// </summary>
public sealed class InRunShapley : IContributionMethod
{
    /// <inheritdoc/>
    public string Name => "In-Run Shapley";

    /// <inheritdoc/>
    public Credit Judge(Project project)
    {
        var sums = new double[project.Submitters];
        double unit = 1.0 / (1 << Federation.FractionBits);
        foreach (Submissions round in project.Rounds.Select(round => round.Submissions))
        {
            double[] gradient = project.Federation.Gradient(round.Weights, project.Federation.Root);
            for (int i = 0; i < sums.Length; i++)
                sums[i] -= round.SizeShares[i] * unit * Vectors.Dot(gradient, round.Vectors[i]);
        }

        return new Credit(sums, 1);
    }
}
