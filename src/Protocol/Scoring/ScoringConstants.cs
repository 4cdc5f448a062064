namespace Marketplace.Protocol.Scoring;

/// <summary>
/// The constants of the rule that were chosen by measurement: section 6 of docs/protocol.md has their places, docs/fairness.md what others would
/// do. There is no other rule than the contract's outside the laboratory.
/// </summary>
internal sealed record ScoringConstants
{
    /// <summary>Those of contracts/libraries/Scoring.sol.</summary>
    public static ScoringConstants Contract { get; } = new();

    /// <summary>The share of what the common direction leaves unexplained that two updates may be alike in without counting as copies.</summary>
    public int GrantedLikeness { get; init; } = RoundScoring.One / 4;

    /// <summary>The share from which on two updates count as wholly copies of each other; above <see cref="GrantedLikeness"/>.</summary>
    public int FullCopy { get; init; } = RoundScoring.One / 2;

    /// <summary>The share of the mean cosine up to which an update has no trust.</summary>
    public int NoTrust { get; init; }

    /// <summary>The share of the mean cosine from which on trust is full; above <see cref="NoTrust"/>.</summary>
    public int FullTrust { get; init; } = RoundScoring.One / 2;

    /// <summary>The share of the updates whose norms are at most the cap, rounded down: half for the median.</summary>
    public int CapQuantile { get; init; } = RoundScoring.One / 2;

    /// <summary>The power of novelty that pay is multiplied by, not negative.</summary>
    public int NoveltyExponent { get; init; } = 2;
}
