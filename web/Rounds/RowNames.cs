using Marketplace.Ethereum;
using Marketplace.Web.Components.Shared;
using Marketplace.Web.Market;

namespace Marketplace.Web.Rounds;

/// <summary>What the rows of a round's matrix are called: the reference, the trainers, and the earlier aggregates.</summary>
public static class RowNames
{
    /// <summary>In the order of the matrix's rows.</summary>
    public static IReadOnlyList<string> Of(RoundView view, PartyNames parties) =>
    [
        "Reference",
        .. Enumerable.Range(1, view.Scores.Count).Select(row => Of(view.TrainerOf(row), parties)),
        .. view.PublicRows.Select(round => $"Model change of round {round + 1}"),
    ];

    /// <summary>A trainer's name where it has one here, else its shortened address.</summary>
    public static string Of(Address trainer, PartyNames parties) => parties.Find(trainer)?.Name ?? AccountLabel.Short(trainer);
}
