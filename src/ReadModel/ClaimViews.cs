using System.Numerics;
using Marketplace.Chain;
using Marketplace.Protocol.Disputes;

namespace Marketplace.ReadModel;

// What pages are given of claims; as with the other views, where a property can be set, the database keeps it so too.

/// <param name="OnlyOpen">Whether to leave out those that are concluded.</param>
/// <param name="Skip">How many matches to leave out.</param>
/// <param name="Take">How many to return at most.</param>
public sealed record ClaimQuery(bool OnlyOpen = false, int Skip = 0, int Take = 20);

/// <param name="Total">How many claims match, on all pages.</param>
/// <param name="Claims">Open ones first, then the newest.</param>
public sealed record ClaimPage(int Total, IReadOnlyList<ClaimSummary> Claims);

/// <summary>An update that was declared invalid before a court, and what became of it.</summary>
public sealed record ClaimSummary
{
    /// <summary>From 1, over all projects of the market.</summary>
    public required long Id { get; init; }

    public required long Project { get; init; }

    /// <summary>The project's title; null while it is not known.</summary>
    public string? Title { get; init; }

    /// <summary>From 0.</summary>
    public required int Round { get; init; }

    public required Address Trainer { get; init; }

    /// <summary>What waits for the decision.</summary>
    public required BigInteger Part { get; init; }

    /// <summary>What the part is paid in; zero for the native currency.</summary>
    public required Address Token { get; init; }

    /// <summary>The arbitrator that the project's terms name.</summary>
    public required Address Court { get; init; }

    public ClaimStage Stage { get; set; }

    /// <summary>Last second for what is to come next; null once it is concluded.</summary>
    public DateTimeOffset? Until { get; set; }

    public required ChainMoment Excluded { get; init; }

    /// <summary>When the trainer claimed; null while it has not.</summary>
    public ChainMoment? Claimed { get; set; }

    public ChainMoment? Denied { get; set; }

    /// <summary>Who has denied.</summary>
    public Address? Defender { get; set; }

    /// <summary>The court's own number.</summary>
    public BigInteger? Dispute { get; set; }

    public ChainMoment? Concluded { get; set; }

    public ClaimVerdict? Verdict { get; set; }

    /// <summary>Whether the court has ruled; else a silence has decided.</summary>
    public bool IsRuled { get; set; }

    public bool IsOpen => Stage != ClaimStage.Concluded;

    /// <summary>Whether somebody has let the time pass, so that anybody can conclude it.</summary>
    public bool IsOverdue(DateTimeOffset now) => now > Until;
}

/// <summary>A claim with everything that its page shows.</summary>
public sealed record ClaimDetails
{
    public required ClaimSummary Summary { get; init; }

    /// <summary>The project that it is about.</summary>
    public required ProjectSummary Project { get; init; }

    /// <summary>In the order of the chain; of many, those of trainer and defender, and the first of others.</summary>
    public required IReadOnlyList<ClaimEvidence> Evidence { get; init; }
}

/// <summary>What somebody has shown the court.</summary>
/// <param name="Party">Who.</param>
/// <param name="Text">A URI, if whoever wrote it kept to the rules: hostile text, in one line, cut where it is too long.</param>
/// <param name="At">When.</param>
public sealed record ClaimEvidence(Address Party, string Text, ChainMoment At)
{
    /// <summary>Most UTF-16 units of it that are kept: more than the opening of an update has.</summary>
    public const int MaxLength = 2048;
}
