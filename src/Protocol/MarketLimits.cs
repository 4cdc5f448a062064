namespace Marketplace.Protocol;

/// <summary>The bounds that the contracts put on every project and round. A test reads them out of the contracts' source.</summary>
public static class MarketLimits
{
    /// <summary>The most trainers that take part in one round, and so the most updates that it settles.</summary>
    public const int Seats = 32;

    /// <summary>The most earlier aggregates that a round projects out.</summary>
    public const int PublicRows = 2;

    /// <summary>The most rounds of a project.</summary>
    public const int Rounds = 1024;

    /// <summary>The longest vector d that a verifier can serve: 2^27 powers of a reference string but for the proof's own 32 coordinates. One
    /// with a short reference string serves less.</summary>
    public const int Dimension = (1 << 27) - 32;

    /// <summary>The largest magnitude of an entry of an update or of the reference.</summary>
    public const int UpdateEntry = 32767;

    /// <summary>The largest magnitude of an entry of an aggregate, Σ b_i·u_i.</summary>
    public const long AggregateEntry = (long)Seats * One * UpdateEntry;

    /// <summary>One, as a cosine, a weight or a share.</summary>
    public const int One = 1 << 16;

    /// <summary>The most likeness of two updates that their common direction explains, in units of 1/65536.</summary>
    public const int Likeness = 64_225;

    /// <summary>A whole, where shares are in basis points.</summary>
    public const int BasisPoints = 10_000;

    /// <summary>The most fraction bits f of a weight.</summary>
    public const int FractionBits = 30;

    /// <summary>The longest that one deadline may lie ahead, in seconds: 365 days.</summary>
    public const int Duration = 365 * 24 * 60 * 60;

    /// <summary>The most rounds that may expire before the project is aborted by the next one that does.</summary>
    public const int ToleratedExpiries = byte.MaxValue - 1;
}
