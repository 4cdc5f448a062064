using Marketplace.Laboratory.Rounds;

namespace Marketplace.Laboratory.Methods;

/// <summary>What a round's aggregate loses without a trainer (Cook, "Detection of influential observation in linear regression", 1977).</summary>
public sealed class LeaveOneOut : IContributionMethod
{
    /// <inheritdoc/>
    public string Name => "leave one out";

    /// <inheritdoc/>
    public Credit Judge(Project project) => RoundByRound.Add(project, project.Federation.Root, (game, _) =>
        [.. Enumerable.Range(0, game.Players).Select(player => game.Marginal(player, game.Everybody & ~(1u << player)))]);
}
