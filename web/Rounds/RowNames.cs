using Marketplace.Web.Market;

namespace Marketplace.Web.Rounds;

/// <summary>What the rows of a round's matrix are called: the reference, the trainers, and the earlier aggregates.</summary>
public static class RowNames
{
    /// <summary>In the order of the matrix's rows.</summary>
    public static IReadOnlyList<string> Of(RoundView view, PartyNames parties) =>
    [
        "Reference",
        .. Enumerable.Range(1, view.Scores.Count).Select(row => parties.NameOf(view.TrainerOf(row))),
        .. view.PublicRows.Select(round => $"Model change of round {round + 1}"),
    ];
}
