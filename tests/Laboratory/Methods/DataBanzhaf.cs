using Marketplace.Laboratory.Rounds;

namespace Marketplace.Laboratory.Methods;

/// <summary>
/// The Banzhaf value of each round's updates (Wang and Jia, "Data Banzhaf", AISTATS 2023), by all coalitions: so few trainers need no sampling.
/// </summary>
public sealed class DataBanzhaf : IContributionMethod
{
    /// <inheritdoc/>
    public string Name => "Data Banzhaf";

    /// <inheritdoc/>
    public Credit Judge(Project project) => RoundByRound.Add(project, project.Federation.Root, (game, _) => game.Banzhaf());
}
