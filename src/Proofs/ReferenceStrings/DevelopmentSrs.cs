using Marketplace.Algebra.Curves;
using Marketplace.Algebra.MultiScalar;
using Marketplace.Crypto;

namespace Marketplace.Proofs.ReferenceStrings;

/// <summary>Makes the SRS whose τ = keccak("Marketplace.DevelopmentSrs.v1") mod r everybody knows.</summary>
internal static class DevelopmentSrs
{
    /// <summary>The secret that is none.</summary>
    public static Fr Tau { get; } = Fr.FromBytesReduced(Keccak256.HashData("Marketplace.DevelopmentSrs.v1"u8));

    /// <summary>[τ^k]_1 for k below the length, [τ]_2 and [τ²]_2.</summary>
    public static Srs Create(int length, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        G1[] powers = FixedBase.Powers(G1.Generator, Tau, length, cancellationToken, progress);
        return new Srs(powers, G2.Generator * Tau, G2.Generator * Tau.Square(), isDevelopment: true);
    }
}
