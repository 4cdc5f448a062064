using Marketplace.Laboratory.Rounds;

namespace Marketplace.Laboratory.Methods;

/// <summary>By the number of samples that each says it has, as federated averaging weighs (McMahan et al., AISTATS 2017). Nobody checks it.</summary>
public sealed class SizeProportional : IContributionMethod
{
    /// <inheritdoc/>
    public string Name => "size";

    /// <inheritdoc/>
    public Credit Judge(Project project) => new(project.Rounds[0].Submissions.SizeShares, 0);
}
