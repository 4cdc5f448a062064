using Marketplace.Chain;
using Marketplace.Protocol.Rounds;

namespace Marketplace.Protocol.Disputes;

/// <summary>To whom a trainer shows how its update opens.</summary>
public enum Disclosure
{
    /// <summary>To the court alone where that is a panel all of whose auditors have published keys; otherwise to everybody.</summary>
    SealedWherePossible,

    /// <summary>To the auditors that have published keys, who must be a quorum.</summary>
    Sealed,

    /// <summary>To everybody.</summary>
    Public,
}

/// <summary>An opening as it is shown to a court.</summary>
/// <param name="Uri">The evidence.</param>
/// <param name="Audience">Who can read it, in words that go on from "shown".</param>
public sealed record ShownOpening(string Uri, string Audience)
{
    /// <param name="opening">What opens the update.</param>
    /// <param name="round">The update's round.</param>
    /// <param name="trainer">Whose update it is.</param>
    /// <param name="panel">The court; null when that is no panel.</param>
    /// <param name="disclosure">To whom.</param>
    /// <exception cref="DisclosureException">It must be sealed, and there are too few to seal it to.</exception>
    public static ShownOpening Create(UpdateOpening opening, RoundId round, Address trainer, PanelSeats? panel, Disclosure disclosure)
    {
        ArgumentNullException.ThrowIfNull(opening);
        (int keys, int seats) = (panel?.PublishedKeys ?? 0, panel?.Keys.Count ?? 0);
        string missing = panel is null ? "the court is no panel" : $"only {keys} of the panel's {seats} auditors have published a key";
        if (disclosure == Disclosure.Sealed && (panel is null || keys < panel.Quorum))
        {
            throw new DisclosureException(
                $"the opening cannot be sealed: {missing}{(panel is null ? "" : $", and {panel.Quorum} must agree")}; "
                    + "'marketplace claim CASE --public' shows it to everybody");
        }
        if (panel is null || disclosure == Disclosure.Public || (disclosure == Disclosure.SealedWherePossible && keys < seats))
            return new ShownOpening(opening.ToUri(), $"to everybody{(disclosure == Disclosure.Public ? "" : $", for {missing}")}");
        return new ShownOpening(
            SealedOpening.Seal(opening, round, trainer, panel).ToUri(),
            keys == seats ? $"to the panel's {seats} auditors alone" : $"to {keys} of the panel's {seats} auditors alone, and nothing to the others");
    }
}

/// <summary>What is to be sealed cannot be.</summary>
public sealed class DisclosureException(string message) : Exception(message);
