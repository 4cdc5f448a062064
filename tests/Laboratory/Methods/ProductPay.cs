using Marketplace.Laboratory.Rounds;

namespace Marketplace.Laboratory.Methods;

/// <summary>
/// What the market's rule paid in a project that it decided. It measures no model on the root set, but trains one on it in every round.
/// </summary>
public sealed class ProductPay : IContributionMethod
{
    /// <inheritdoc/>
    public string Name => "Marketplace";

    /// <inheritdoc/>
    public Credit Judge(Project project) => new(project.PayShares(), 0);
}
