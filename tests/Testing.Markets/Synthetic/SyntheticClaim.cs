using System.Numerics;
using Marketplace.Chain;
using Marketplace.Protocol.Disputes;

namespace Marketplace.Testing.Markets.Synthetic;

/// <summary>A claim in the contract's eyes.</summary>
public sealed class SyntheticClaim(long id, SyntheticProject project, int round, Address trainer, BigInteger part)
{
    public long Id { get; } = id;

    public SyntheticProject Project { get; } = project;

    public int Round { get; } = round;

    public Address Trainer { get; } = trainer;

    public BigInteger Part { get; } = part;

    public ClaimStage Stage { get; internal set; } = ClaimStage.Excluded;

    public Address? Defender { get; internal set; }

    public ClaimVerdict? Verdict { get; internal set; }

    /// <summary>Whether the court has ruled.</summary>
    public bool IsRuled { get; internal set; }

    /// <summary>How often somebody has shown something.</summary>
    public int Evidence { get; internal set; }

    public bool IsOpen => Stage != ClaimStage.Concluded;

    /// <summary>The court's number for it; no two of one court are the same.</summary>
    public BigInteger Dispute => BigInteger.Pow(2, 255) + Id;
}
