namespace Marketplace.Laboratory.Methods;

/// <summary>The methods that are compared.</summary>
public static class ContributionMethods
{
    /// <summary>Those that judge a project in which updates were averaged, as their papers do.</summary>
    public static IReadOnlyList<IContributionMethod> Rivals { get; } =
    [
        new LeaveOneOut(), new TruncatedMonteCarlo(), new GtgShapley(), new CosineGradientShapley(), new InRunShapley(), new DataBanzhaf(),
        new SizeProportional(),
    ];
}
