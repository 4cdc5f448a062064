using Marketplace.Algebra.Curves;
using Marketplace.Algebra.MultiScalar;
using Marketplace.Crypto;

namespace Marketplace.Proofs.ReferenceStrings;

/// <summary>Makes the SRS whose τ = keccak("Marketplace.DevelopmentSrs.v1") mod r everybody knows.</summary>
internal static class DevelopmentSrs
{
    /// <summary>The secret that is none.</summary>
    public static Fr Tau { get; } = Fr.FromBytesReduced(Keccak256.HashData("Marketplace.DevelopmentSrs.v1"u8));

    /// <summary>What the SRS of a length is; no power but the first ones is needed to say so.</summary>
    public static SrsParameters Parameters(int length) =>
        new(G1.Generator * Tau, G2.Generator * Tau, G2.Generator * Tau.Square(), length, IsDevelopment: true);

    /// <summary>The SRS with all its powers, [τ^k]_1 for k below the length.</summary>
    public static Srs Create(int length, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        G1[] powers = FixedBase.Powers(G1.Generator, Tau, length, cancellationToken, progress);
        return new Srs(Parameters(length), (range, _) => powers.AsMemory(range));
    }
}
